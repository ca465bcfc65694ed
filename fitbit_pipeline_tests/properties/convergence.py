"""What the stateful test knows of a deployment: the truth of each source, and what must be stored.

The model is a few lines for each rule of the design; nothing in it looks at how they are kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import Family
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.scripted_source import ScriptedSource

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 4)
DAYS = tuple(days_between(FIRST, LAST))
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = ("P1", "P2")
ENDPOINTS = ("steps", "sleep")
INSTANTS = tuple(datetime(2026, 11, 2, tzinfo=UTC) + timedelta(hours=15 * n) for n in range(10))
"""Up to when a device may have synced, from the second day to well behind the last."""
THRESHOLDS = Thresholds(worn_minutes=600, worn_steps=500, normal_steps=500, high_steps=10_000)

Payload = Mapping[str, Any]
Cell = tuple[str, str, date]
"""A participant, endpoint and day."""


def steps(count: int) -> Payload:
    """A day of steps."""
    return {"steps:dailyRollUp": [{"steps": {"countSum": str(count)}}]}


def sleep(minutes: int) -> Payload:
    """A night of some minutes."""
    end = datetime(2026, 11, 1, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    interval = {"startTime": "2026-11-01T00:00:00Z", "endTime": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    return {"sleep:reconcile": [{"sleep": {"interval": interval}}]}


def unreadable() -> Payload:
    """A day that no rule reads."""
    return {"steps:dailyRollUp": "gone wrong", "sleep:reconcile": 7}


@dataclass
class Truth:
    """What a participant's account holds, and how well it can be asked."""

    payloads: dict[str, dict[date, Payload]] = field(
        default_factory=lambda: {name: {} for name in ENDPOINTS}
    )
    synced_until: datetime | None = INSTANTS[4]
    failing: dict[date, FailureKind] = field(default_factory=dict)

    def source(self, *, newest_first: bool = False) -> ScriptedSource:
        """The source as it is now; it stays so when the truth moves on."""
        payloads = {name: dict(days) for name, days in self.payloads.items()}
        return ScriptedSource(payloads, self.synced_until, dict(self.failing), newest_first)


@dataclass
class Expected:
    """What must be stored.

    Attributes:
        payloads: The payload of a cell, and up to when the device had synced then.
        states: The state of every cell that was asked for.
    """

    payloads: dict[Cell, tuple[Payload, datetime | None]] = field(default_factory=dict)
    states: dict[Cell, CoverageState] = field(default_factory=dict)

    def asked(self, name: str, endpoint: str, days: Iterable[date], truth: Truth) -> None:
        """Takes in that a participant's source was asked."""
        for day in days:
            cell = (name, endpoint, day)
            if day in truth.failing:
                self.states[cell] = state_of(truth.failing[day])
                continue
            if not self._is_fresher(cell, truth.synced_until):
                payload = truth.payloads[endpoint].get(day)
                if payload is None:
                    self.payloads.pop(cell, None)
                else:
                    self.payloads[cell] = (payload, truth.synced_until)
            has = cell in self.payloads
            self.states[cell] = CoverageState.DATA if has else CoverageState.EMPTY

    def _is_fresher(self, cell: Cell, synced_until: datetime | None) -> bool:
        """Whether what is stored was synced later than an answer."""
        stored = self.payloads.get(cell)
        if stored is None or stored[1] is None:
            return False
        return synced_until is None or stored[1] > synced_until


def state_of(kind: FailureKind) -> CoverageState:
    """Failures are failures; a scope that was not given is a state of its own."""
    is_forbidden = kind is FailureKind.SCOPE_MISSING
    return CoverageState.FORBIDDEN if is_forbidden else CoverageState.FAILED


def people() -> list[Participant]:
    """Everybody, in a zone whose clocks change on the first day."""
    return [Participant(name, "google_health", "America/New_York", FIRST) for name in NAMES]


def ask(
    store: Store, sources: Mapping[str, ScriptedSource], endpoint: str, first: date, last: date
) -> None:
    """Asks those who have a source."""
    asked = [each for each in people() if each.name in sources]
    ingest(store, lambda each: sources[each.name], asked, endpoint, first, last, NOW, 2)


def derive(store: Store, first: date, last: date) -> int:
    """Derives everything of a range; how many documents had to be changed."""
    everybody = people()
    changes = [
        derive_metrics(store, everybody, family, first, last, 2).changes
        for family in (Family.ACTIVITY, Family.SLEEP)
    ]
    changes.append(derive_days(store, everybody, THRESHOLDS, first, last, 2))
    changes.append(derive_summaries(store, everybody, first, last, 2))
    return sum(each.written + each.removed for each in changes)


def stored_states(store: Store) -> dict[Cell, CoverageState]:
    """The state of every cell that coverage speaks of."""
    return {
        (name, endpoint, day): entry.state
        for name in NAMES
        for day, entries in store.coverage.days(name, FIRST, LAST).items()
        for endpoint, entry in entries.items()
    }


def stored_payloads(store: Store) -> dict[Cell, Payload]:
    """Every payload."""
    return {
        (name, response.endpoint, response.date): response.payload
        for name in NAMES
        for response in store.raw_responses.read(name, ENDPOINTS, FIRST, LAST)
    }


def orders() -> Iterator[tuple[date, ...]]:
    """The days oldest first, newest first, and from the middle."""
    yield DAYS
    yield DAYS[::-1]
    yield (*DAYS[2:], *DAYS[:2])
