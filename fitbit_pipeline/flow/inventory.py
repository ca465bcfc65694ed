"""The inventory of days: which are there, which are not, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

PARTICIPANTS_PER_QUERY = 500
DAYS_PER_QUERY = 20_000
"""Of so many days, with all their endpoints, memory holds a hundred megabytes."""

Span = tuple[date, date]
Known = Mapping[date, Mapping[str, CoverageEntry]]


@dataclass(slots=True)
class EndpointInventory:
    """The days of one participant and endpoint, or of all endpoints together.

    Attributes:
        data: Days for which the source had something.
        empty: Days for which it answered fully and had nothing.
        failed: Days whose last try failed.
        forbidden: Days not granted or not served.
        unsettled: Days among all these that may still change.
        never_asked: Days for which nobody asked.
        reasons: Days that failed or are forbidden, by reason.
    """

    data: int = 0
    empty: int = 0
    failed: int = 0
    forbidden: int = 0
    unsettled: int = 0
    never_asked: list[date] = field(default_factory=list)
    reasons: dict[str, list[date]] = field(default_factory=dict)

    def add(self, day: date, entry: CoverageEntry | None) -> None:
        """Counts one day."""
        if entry is None:
            self.never_asked.append(day)
            return
        match entry.state:
            case CoverageState.DATA:
                self.data += 1
            case CoverageState.EMPTY:
                self.empty += 1
            case CoverageState.FAILED:
                self.failed += 1
            case CoverageState.FORBIDDEN:
                self.forbidden += 1
        self.unsettled += not entry.settled
        if entry.reason:
            self.reasons.setdefault(entry.reason, []).append(day)


@dataclass(frozen=True, slots=True)
class Inventory:
    """The days of one participant, by endpoint."""

    participant: str
    days: int
    endpoints: dict[str, EndpointInventory]

    def total(self) -> EndpointInventory:
        """All endpoints together, counted in endpoint days."""
        total = EndpointInventory()
        for endpoint in self.endpoints.values():
            total.data += endpoint.data
            total.empty += endpoint.empty
            total.failed += endpoint.failed
            total.forbidden += endpoint.forbidden
            total.unsettled += endpoint.unsettled
            total.never_asked.extend(endpoint.never_asked)
        return total


def take_inventory(store: Store, first: date | None, last: date) -> Iterator[Inventory]:
    """The inventory of everybody, by name.

    Many participants are asked for in one query, and no more than a query's are held at a time.
    """
    for together in _batches(store.participants.all(), first, last):
        spans = {participant.name: span for participant, span in together if span is not None}
        known = store.coverage.days_of_many(spans) if spans else {}
        for participant, span in together:
            yield _inventory(participant, span, known.get(participant.name, {}))


def inventory_of(
    store: Store, participant: Participant, first: date | None, last: date
) -> Inventory:
    """The inventory of one participant.

    Args:
        store: Where coverage is.
        participant: Whose.
        first: The first day; enrolment by default.
        last: The last day, included; days beyond what the source can have are left out.
    """
    span = participant.days_within(first or participant.enrolled_on, last)
    known = store.coverage.days(participant.name, *span) if span else {}
    return _inventory(participant, span, known)


def _batches(
    participants: Iterable[Participant], first: date | None, last: date
) -> Iterator[list[tuple[Participant, Span | None]]]:
    """Participants with their days, so many together as one query may ask for."""
    together: list[tuple[Participant, Span | None]] = []
    days = 0
    for participant in participants:
        span = participant.days_within(first or participant.enrolled_on, last)
        together.append((participant, span))
        days += (span[1] - span[0]).days + 1 if span else 0
        if days >= DAYS_PER_QUERY or len(together) == PARTICIPANTS_PER_QUERY:
            yield together
            together, days = [], 0
    if together:
        yield together


def _inventory(participant: Participant, span: Span | None, known: Known) -> Inventory:
    endpoints = {name: EndpointInventory() for name in ENDPOINT_NAMES}
    if span is None:
        return Inventory(participant.name, 0, endpoints)
    days = list(days_between(*span))
    for name, inventory in endpoints.items():
        _count(inventory, name, days, known)
    return Inventory(participant.name, len(days), endpoints)


def _count(inventory: EndpointInventory, endpoint: str, days: Iterable[date], known: Known) -> None:
    for day in days:
        inventory.add(day, known.get(day, {}).get(endpoint))
