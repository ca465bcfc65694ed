"""Asks participants' sources for days of one endpoint, and records what they said.

One participant's failure is recorded for that participant and stops nobody else. What does not
belong here: how one participant is asked (``asking``).
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from fitbit_pipeline.civil import days_between, ranges_with_gaps
from fitbit_pipeline.flow.asking import Asking, Opener
from fitbit_pipeline.flow.pool import side_by_side
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline.store.coverage import (
    CoverageEntry,
    CoverageState,
    Known,
    ParticipantDay,
)
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

ENTRIES_PER_BATCH = 2000
LONGEST_STEP_DAYS = 14
"""Days between two that want asking are asked along up to this step: one request covers 14 to 90
days, so that a shorter gap costs less than a request more."""

TOLD = frozenset(FailureKind) - {FailureKind.NOT_SERVED}
"""Failures that somebody should know of; what a source never serves is no news."""


@dataclass(slots=True)
class IngestReport:
    """What asking brought.

    Attributes:
        asked: Of how many participants the source was asked; what it never serves, and what is
            known and settled, is not asked for.
        states: Participants per coverage state, by day.
        requests: How many requests (files, for archives) brought the answers.
        seconds: How long it took.
        told: Whom a failure or a missing scope kept from having the endpoint, by day, with the
            sentence of each.
    """

    asked: int = 0
    states: dict[date, Counter[CoverageState]] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0
    told: dict[date, dict[str, str]] = field(default_factory=dict)


def ingest(
    store: Store,
    opener: Opener,
    participants: Iterable[Participant],
    endpoint: str,
    first: date,
    last: date,
    now: datetime,
    participants_at_once: int,
    settled_before: date | None = None,
    *,
    again: bool = False,
    run: str | None = None,
) -> IngestReport:
    """Asks every participant's source for one endpoint and a range of days.

    Args:
        store: Where answers and coverage go.
        opener: Opens a participant's source.
        participants: Whom to ask; each only for the days that belong to them.
        endpoint: What for.
        first: The first day.
        last: The last day, included.
        now: The instant of asking, UTC.
        participants_at_once: How many are asked side by side.
        settled_before: Days before it are asked for only where nothing is known, the last try
            failed, or the answer is not settled; None asks for every day, but where requests are
            scarce.
        again: Whether settled days are asked for again even where requests are scarce.
        run: Which run derives from what is brought; it marks the days until it has.

    Returns:
        Counts of what was asked, for the materialisation.
    """
    begun = time.monotonic()
    askings = [
        Asking(store, participant, endpoint, [days], now, run_id=run)
        for participant in participants
        if (days := participant.asked_within(first, last))
    ]
    to_ask = [asking for asking in askings if asking.served(opener)]
    never = [asking for asking in askings if asking.entries]
    _record_never_served(store, endpoint, never, first, last, run)
    known = store.coverage.entries(endpoint, _names(to_ask), first, last)
    for asking in to_ask:
        asking.ranges = _ranges_to_ask(asking, known, settled_before, again=again)
    to_ask = [asking for asking in to_ask if asking.ranges]
    asked = side_by_side(lambda asking: asking.run(opener, known), to_ask, participants_at_once)
    for together in _batches(asked):
        _record(store, endpoint, together, known, run)
    _note_syncs(store, to_ask)
    report = IngestReport(asked=len(to_ask), seconds=time.monotonic() - begun)
    report.states = {day: Counter() for day in days_between(first, last)}
    report.told = {day: {} for day in days_between(first, last)}
    for asking in askings:
        _add(report, asking)
    return report


def _names(askings: Iterable[Asking]) -> list[str]:
    return [asking.participant.name for asking in askings]


def _ranges_to_ask(
    asking: Asking, known: Known, settled_before: date | None, *, again: bool
) -> Sequence[tuple[date, date]]:
    if settled_before is None:
        if again or not asking.scarce:
            return asking.ranges
        settled_before = date.max
    return ranges_with_gaps(
        (
            day
            for day in sorted(asking.days)
            if day >= settled_before or not _finished(known.get((asking.participant.name, day)))
        ),
        1 if asking.scarce else LONGEST_STEP_DAYS,
    )


def _finished(entry: CoverageEntry | None) -> bool:
    return entry is not None and entry.settled and entry.state is not CoverageState.FAILED


def _batches(askings: Iterable[Asking]) -> Iterator[list[Asking]]:
    """Groups of askings whose coverage is recorded in one go: a write waits for the disk."""
    together: list[Asking] = []
    entries = 0
    for asking in askings:
        together.append(asking)
        entries += len(asking.entries)
        if entries >= ENTRIES_PER_BATCH:
            yield together
            together = []
            entries = 0
    if together:
        yield together


def _record_never_served(
    store: Store,
    endpoint: str,
    askings: list[Asking],
    first: date,
    last: date,
    run: str | None,
) -> None:
    """Records who does not have the endpoint; what says so already is left alone."""
    names = _names(askings)
    days = sum(len(asking.entries) for asking in askings)
    if store.coverage.count_not_served(endpoint, names, first, last) == days:
        return
    known = store.coverage.entries(endpoint, names, first, last)
    _record(store, endpoint, askings, known, run)


def _record(
    store: Store, endpoint: str, askings: Iterable[Asking], known: Known, run: str | None
) -> None:
    """Records coverage, of payloads that are stored by now."""
    by_source: dict[str, dict[ParticipantDay, CoverageEntry]] = {}
    besides: dict[str, Mapping[str, CoverageEntry]] = {}
    for asking in askings:
        by_source.setdefault(asking.participant.source, {}).update(asking.by_participant_day())
        besides[asking.participant.name] = asking.never_served
    for source, entries in by_source.items():
        store.coverage.record(source, endpoint, entries, known, besides, run)


def _note_syncs(store: Store, askings: Iterable[Asking]) -> None:
    """Notes up to when devices have synced, of those of whom that was not known yet.

    The first endpoint of a run brings it for everybody, so that the others write nothing.
    """
    later = {
        asking.participant.name: asking.synced_until
        for asking in askings
        if asking.synced_until is not None and asking.participant.synced_later(asking.synced_until)
    }
    if later:
        store.participants.synced(later)


def _add(report: IngestReport, asking: Asking) -> None:
    report.requests += asking.requests
    for day, entry in asking.entries.items():
        report.states[day][entry.state] += 1
        if entry.kind in TOLD:
            report.told[day][asking.participant.name] = entry.reason or ""
