"""Asks participants' sources for days of one endpoint, and records what they said.

One participant's failure is recorded for that participant and stops nobody else. What a source
yielded before it failed stands.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import day_end, days_between
from fitbit_pipeline.flow.pool import side_by_side
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    Payload,
    Source,
    SourceFailure,
)
from fitbit_pipeline.store.coverage import (
    CoverageEntry,
    CoverageState,
    Known,
    ParticipantDay,
)
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.raw_responses import Answer
from fitbit_pipeline.store.store import Store

ANSWERS_PER_BATCH = 500
BYTES_PER_BATCH = 8 * 1024 * 1024

Opener = Callable[[Participant], Source]
"""Opens a participant's source; may raise a ``SourceFailure``."""

STATE_OF_FAILURE = {
    FailureKind.DAMAGED: CoverageState.FAILED,
    FailureKind.SOURCE_GONE: CoverageState.FAILED,
    FailureKind.NOT_SERVED: CoverageState.FORBIDDEN,
}


@dataclass(slots=True)
class IngestReport:
    """What asking brought.

    Attributes:
        states: Participants per coverage state, by day.
        requests: How many requests (files, for archives) brought the answers.
        seconds: How long it took.
        asked: How many participants were asked.
        failed: Those of them who failed on every day asked for.
        reason: A sentence of one of these failures.
    """

    states: dict[date, Counter[CoverageState]] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0
    asked: int = 0
    failed: int = 0
    reason: str | None = None

    @property
    def everybody_failed(self) -> bool:
        """Whether there was somebody to ask, and all failed on every day."""
        return 0 < self.asked == self.failed


@dataclass(slots=True)
class _Asking:
    """One participant, endpoint and range of days."""

    store: Store
    participant: Participant
    endpoint: str
    first: date
    last: date
    now: datetime
    entries: dict[date, CoverageEntry] = field(default_factory=dict)
    requests: set[str] = field(default_factory=set)

    @property
    def days(self) -> set[date]:
        """The days asked for."""
        return set(days_between(self.first, self.last))

    def served(self, opener: Opener) -> bool:
        """Whether the source serves the endpoint; if not, every day is forbidden.

        A source that cannot be opened may well serve it, and says so when it is asked.
        """
        try:
            source = opener(self.participant)
        except SourceFailure:
            return True
        if self.endpoint in source.endpoints:
            return True
        reason = f"The source {source.name} has no {self.endpoint} of this participant."
        entry = CoverageEntry(
            CoverageState.FORBIDDEN, settled=True, asked_at=self.now, reason=reason
        )
        self.entries = dict.fromkeys(self.days, entry)
        return False

    def run(self, opener: Opener, known: Known) -> None:
        """Asks, stores, and records coverage last."""
        failures: Mapping[date, tuple[FailureKind, str]] = {}
        try:
            self._take(opener(self.participant))
        except SourceFailure as failure:
            failures = failure.by_day(self.days - self.entries.keys())
        for day, (kind, reason) in failures.items():
            before = known.get((self.participant.name, day))
            self.entries[day] = self._failed(kind, reason, before)
        self.store.coverage.record(
            self.participant.source, self.endpoint, self.by_participant_day(), known
        )

    def by_participant_day(self) -> dict[ParticipantDay, CoverageEntry]:
        """The entries, keyed as coverage keeps them."""
        return {(self.participant.name, day): entry for day, entry in self.entries.items()}

    def _take(self, source: Source) -> None:
        raw = self.store.raw_responses
        name = self.participant.name
        known = raw.fingerprints(name, self.endpoint, self.first, self.last)
        synced_until = source.synced_until
        zone = ZoneInfo(self.participant.time_zone)
        answers: list[Answer] = []
        found: dict[date, CoverageEntry] = {}
        size = 0

        def flush() -> None:
            nonlocal size
            raw.write(answers, known)
            self.entries.update(found)
            answers.clear()
            found.clear()
            size = 0

        try:
            for response in source.fetch(self.endpoint, self.first, self.last):
                self.requests.add(response.request.url)
                settled = synced_until is not None and day_end(response.date, zone) <= synced_until
                state = CoverageState.EMPTY if response.payload is None else CoverageState.DATA
                found[response.date] = CoverageEntry(state, settled, self.now)
                if response.payload is not None:
                    answers.append(self._answer(response, response.payload, synced_until))
                    size += _weight(response.payload)
                if len(answers) >= ANSWERS_PER_BATCH or size >= BYTES_PER_BATCH:
                    flush()
        finally:
            flush()
        nothing = [
            day
            for day in known
            if day in self.entries and self.entries[day].state is CoverageState.EMPTY
        ]
        raw.remove(name, self.endpoint, nothing, synced_until)

    def _answer(
        self, response: DayResponse, payload: Payload, synced_until: datetime | None
    ) -> Answer:
        return Answer(
            participant=self.participant.name,
            endpoint=self.endpoint,
            date=response.date,
            source=self.participant.source,
            payload=payload,
            request=asdict(response.request),
            fetched_at=self.now,
            synced_until=synced_until,
        )

    def _failed(
        self, kind: FailureKind, reason: str, before: CoverageEntry | None
    ) -> CoverageEntry:
        state = STATE_OF_FAILURE[kind]
        if state is CoverageState.FORBIDDEN:
            return CoverageEntry(state, settled=True, asked_at=self.now, reason=reason)
        attempts = 1 + (before.attempts if before else 0)
        return CoverageEntry(
            state, settled=False, asked_at=self.now, attempts=attempts, reason=reason
        )


def ingest(
    store: Store,
    opener: Opener,
    participants: Iterable[Participant],
    endpoint: str,
    first: date,
    last: date,
    now: datetime,
    participants_at_once: int,
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

    Returns:
        Counts, for the materialisation.
    """
    begun = time.monotonic()
    askings = [
        _Asking(store, participant, endpoint, *days, now)
        for participant in participants
        if (days := participant.days_within(first, last))
    ]
    names = [asking.participant.name for asking in askings]
    known = store.coverage.entries(endpoint, names, first, last)
    to_ask = [asking for asking in askings if asking.served(opener)]
    _record_not_served(store, endpoint, [each for each in askings if each.entries], known)
    side_by_side(lambda asking: asking.run(opener, known), to_ask, participants_at_once)
    report = IngestReport(seconds=time.monotonic() - begun)
    report.states = {day: Counter() for day in days_between(first, last)}
    for asking in askings:
        _add(report, asking)
    return report


def _record_not_served(
    store: Store, endpoint: str, askings: Sequence[_Asking], known: Known
) -> None:
    """Records in one go who does not have the endpoint; what is known already is left alone."""
    by_source: dict[str, dict[ParticipantDay, CoverageEntry]] = {}
    for asking in askings:
        news = {
            key: entry
            for key, entry in asking.by_participant_day().items()
            if (before := known.get(key)) is None or not entry.same_finding(before)
        }
        by_source.setdefault(asking.participant.source, {}).update(news)
    for source, entries in by_source.items():
        store.coverage.record(source, endpoint, entries, known)


def _add(report: IngestReport, asking: _Asking) -> None:
    report.requests += len(asking.requests)
    for day, entry in asking.entries.items():
        report.states[day][entry.state] += 1
    report.asked += 1
    entries = list(asking.entries.values())
    if all(entry.state is CoverageState.FAILED for entry in entries):
        report.failed += 1
        report.reason = entries[0].reason


def _weight(payload: Payload) -> int:
    """A rough size of a payload in bytes: records are lists of some hundred bytes each."""
    return 200 * sum(len(part) if isinstance(part, list) else 1 for part in payload.values())
