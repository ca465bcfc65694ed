"""The inventory of days: which are there, which are not, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store


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


def take_inventory(store: Store, first: date | None, last: date) -> list[Inventory]:
    """The inventory of everybody."""
    return [inventory_of(store, each, first, last) for each in store.participants.all()]


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
    endpoints = {name: EndpointInventory() for name in ENDPOINT_NAMES}
    if span is None:
        return Inventory(participant.name, 0, endpoints)
    known = store.coverage.days(participant.name, *span)
    days = list(days_between(*span))
    for name, inventory in endpoints.items():
        _count(inventory, name, days, known)
    return Inventory(participant.name, len(days), endpoints)


def _count(
    inventory: EndpointInventory,
    endpoint: str,
    days: Iterable[date],
    known: dict[date, dict[str, CoverageEntry]],
) -> None:
    for day in days:
        inventory.add(day, known.get(day, {}).get(endpoint))
