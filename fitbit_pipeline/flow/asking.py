"""Asks one participant's source for days of one endpoint, and stores what it said.

What a source yielded before it failed stands. What does not belong here: recording coverage, and
who is asked (``ingest``).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import day_end, day_end_everywhere, days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.protocol import (
    CountsRequests,
    DayResponse,
    FailureKind,
    Payload,
    ScarceRequests,
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
from fitbit_pipeline.store.raw_responses import Answer, Fingerprints
from fitbit_pipeline.store.store import Store

DAYS_PER_BATCH = 500
SCARCE_DAYS_PER_BATCH = 10
BYTES_PER_BATCH = 8 * 1024 * 1024

LONGEST_WORK = timedelta(days=14)
"""A day on which the source still works after this long will never be finished by it."""

UNKEPT = (
    "The answer of this day is no JSON that can be kept, or is nested more than 254 levels deep: "
    "report it."
)

Opener = Callable[[Participant], Source]
"""Opens a participant's source; may raise a ``SourceFailure``."""

FORBIDDING = frozenset({FailureKind.NOT_SERVED, FailureKind.SCOPE_MISSING})
"""Failures that are the participant's or the source's own answer: asking again changes nothing."""


@dataclass(slots=True)
class Asking:
    """One participant, endpoint and range of days."""

    store: Store
    participant: Participant
    endpoint: str
    ranges: Sequence[tuple[date, date]]
    now: datetime
    entries: dict[date, CoverageEntry] = field(default_factory=dict)
    requests: int = 0
    lost_consent: bool = False
    synced_until: datetime | None = None
    scarce: bool = False
    never_served: dict[str, CoverageEntry] = field(default_factory=dict)
    run_id: str | None = None
    _distinct: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def days(self) -> set[date]:
        """The days asked for."""
        return {day for first, last in self.ranges for day in days_between(first, last)}

    def served(self, opener: Opener) -> bool:
        """Whether the source serves the endpoint; if not, every day is forbidden.

        A source that cannot be opened may well serve it, and says so when it is asked.
        """
        try:
            source = opener(self.participant)
        except SourceFailure:
            return True
        self.scarce = isinstance(source, ScarceRequests) and source.scarce_requests
        self.never_served = {
            endpoint: self._not_served(source, endpoint)
            for endpoint in ENDPOINT_NAMES
            if endpoint not in source.endpoints
        }
        if self.endpoint not in self.never_served:
            return True
        self.entries = dict.fromkeys(self.days, self.never_served[self.endpoint])
        return False

    def run(self, opener: Opener, known: Known) -> "Asking":
        """Asks and stores; the entries are then ready to be recorded.

        Who lost their consent is marked at once, so that nothing else is asked of them.
        """
        failures: Mapping[date, tuple[FailureKind, str]] = {}
        try:
            source = opener(self.participant)
            with self._counting(source):
                for first, last in self.ranges:
                    self._take(source, first, last, known)
        except SourceFailure as failure:
            failures = failure.by_day(self.days - self.entries.keys())
        for day, (kind, reason) in failures.items():
            before = known.get((self.participant.name, day))
            self.entries[day] = self._failed(kind, reason, before)
            if kind is FailureKind.CONSENT_LOST and not self.lost_consent:
                self.lost_consent = True
                self.store.participants.needs_consent(self.participant.name, reason)
        return self

    def by_participant_day(self) -> dict[ParticipantDay, CoverageEntry]:
        """The entries, keyed as coverage keeps them."""
        return {(self.participant.name, day): entry for day, entry in self.entries.items()}

    @contextmanager
    def _counting(self, source: Source) -> Iterator[None]:
        """Counts the requests of a source that says so itself, else the distinct ones."""
        before = source.requests_sent if isinstance(source, CountsRequests) else 0
        try:
            yield
        finally:
            if isinstance(source, CountsRequests):
                self.requests = source.requests_sent - before
            else:
                self.requests = len(self._distinct)

    def _take(self, source: Source, first: date, last: date, known: Known) -> None:
        raw = self.store.raw_responses
        name = self.participant.name
        stored = raw.fingerprints(name, self.endpoint, first, last)
        synced_until = self.synced_until = source.synced_until
        answers: list[Answer] = []
        found: dict[date, CoverageEntry] = {}
        size = 0
        most = SCARCE_DAYS_PER_BATCH if self.scarce else DAYS_PER_BATCH

        def flush() -> None:
            nonlocal size
            nothing = [
                day
                for day, entry in found.items()
                if day in stored and entry.state is CoverageState.EMPTY
            ]
            self._reopen(found, nothing, answers, stored, known)
            for day in raw.write(answers, stored):
                found[day] = self._failed(FailureKind.DAMAGED, UNKEPT, known.get((name, day)))
            raw.remove(name, self.endpoint, nothing, synced_until)
            self.entries.update(found)
            if self.scarce:
                self._record(found, known)
            answers.clear()
            found.clear()
            size = 0

        try:
            for response in source.fetch(self.endpoint, first, last):
                self._distinct.add(response.request.identity)
                kept = stored.get(response.date)
                found[response.date] = self._answered(response, synced_until, kept and kept[2])
                if response.payload is not None:
                    answers.append(self._answer(response, response.payload, synced_until))
                    size += _weight(response.payload)
                if len(found) >= most or size >= BYTES_PER_BATCH:
                    flush()
        finally:
            flush()

    def _reopen(
        self,
        found: Mapping[date, CoverageEntry],
        nothing: Sequence[date],
        answers: Sequence[Answer],
        stored: Fingerprints,
        known: Known,
    ) -> None:
        """Takes back what coverage says of payloads that are about to change or to go.

        A run that is killed then leaves no day that is settled but differs from its payload, and
        no day with data but without a payload.
        """
        name = self.participant.name
        opened = {day: replace(found[day], settled=False) for day in nothing}
        settled = {
            answer.date: before
            for answer in answers
            if (before := known.get((name, answer.date))) is not None and before.settled
        }
        again = [answer for answer in answers if answer.date in settled]
        for day in self.store.raw_responses.differing(again, stored):
            opened[day] = replace(settled[day], settled=False)
        if opened:
            self._record(opened, known)

    def _record(self, found: Mapping[date, CoverageEntry], known: Known) -> None:
        """Records days while others are still to come: a killed run goes on where it stopped."""
        name = self.participant.name
        self.store.coverage.record(
            self.participant.source,
            self.endpoint,
            {(name, day): entry for day, entry in found.items()},
            known,
            {name: self.never_served},
            self.run_id,
        )

    def _answer(
        self, response: DayResponse, payload: Payload, synced_until: datetime | None
    ) -> Answer:
        return Answer(
            participant=self.participant.name,
            endpoint=self.endpoint,
            date=response.date,
            source=self.participant.source,
            payload=payload,
            request=response.request.document(),
            fetched_at=self.now,
            synced_until=synced_until,
        )

    def _answered(
        self, response: DayResponse, synced_until: datetime | None, kept_until: datetime | None
    ) -> CoverageEntry:
        """What coverage says after an answer: of the payload that is stored then.

        One that is stored already and is fresher stays, even if the answer is that there is none.
        """
        state = CoverageState.EMPTY if response.payload is None else CoverageState.DATA
        if kept_until is not None and (synced_until is None or synced_until < kept_until):
            state, synced_until = CoverageState.DATA, kept_until
        over = self._over(response.date)
        settled = (
            (response.final or self.now - over > LONGEST_WORK)
            and synced_until is not None
            and over <= synced_until
        )
        return CoverageEntry(state, settled, self.now)

    def _over(self, day: date) -> datetime:
        """When a day is over for the participant, who may be on a journey while the source lives.

        What their device syncs after midnight at home may still be of that day.
        """
        if self.participant.last_day is None:
            return day_end_everywhere(day)
        return day_end(day, ZoneInfo(self.participant.time_zone))

    def _not_served(self, source: Source, endpoint: str) -> CoverageEntry:
        return CoverageEntry(
            CoverageState.FORBIDDEN,
            settled=True,
            asked_at=self.now,
            reason=f"The source {source.name} has no {endpoint} of this participant.",
            kind=FailureKind.NOT_SERVED.value,
        )

    def _failed(
        self, kind: FailureKind, reason: str, before: CoverageEntry | None
    ) -> CoverageEntry:
        if kind in FORBIDDING:
            return CoverageEntry(
                CoverageState.FORBIDDEN,
                settled=True,
                asked_at=self.now,
                reason=reason,
                kind=kind.value,
            )
        return CoverageEntry(
            CoverageState.FAILED,
            settled=False,
            asked_at=self.now,
            attempts=1 + (before.attempts if before else 0),
            reason=reason,
            kind=kind.value,
        )


def _weight(payload: Payload) -> int:
    """A rough size of a payload in bytes: records are lists of some hundred bytes each."""
    return 200 * sum(len(part) if isinstance(part, list) else 1 for part in payload.values())
