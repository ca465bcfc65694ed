"""What is recorded when a participant's source cannot bring days, and that nobody else suffers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.ingest import IngestReport, ingest
from fitbit_pipeline.flow.verify import CoverageCount, count_coverage
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    RequestRecord,
    Source,
    SourceFailure,
)
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline_tests.deployments import NOW, TestBed, settings_for, test_bed

FIRST = date(2026, 11, 1)
LAST = date(2026, 11, 4)
YESTERDAY = date(2026, 11, 19)
SENTENCE = "Something happened: do something."


class ScriptedSource:
    """Brings days up to the one on which it fails."""

    name = "google_health"
    endpoints = frozenset(ENDPOINT_NAMES)
    synced_until = datetime(2026, 11, 20, tzinfo=UTC)

    def __init__(
        self,
        failure: FailureKind | None = None,
        fails_from: date = FIRST,
        unfinished: frozenset[date] = frozenset(),
    ):
        """Fails from a day on, or never."""
        self._failure = failure
        self._fails_from = fails_from
        self._unfinished = unfinished

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """One made payload for each day."""
        day = first
        while day <= last:
            if self._failure and day >= self._fails_from:
                raise SourceFailure(self._failure, SENTENCE)
            request = RequestRecord("GET", f"/{endpoint}")
            yield DayResponse(day, {"made": day.day}, request, day not in self._unfinished)
            day += timedelta(days=1)


@pytest.fixture
def bed(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[TestBed]:
    """Three participants."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        bed.deployment.store.participants.save(
            [Participant(name, "google_health", "UTC", FIRST) for name in ("P1", "P2", "P3")]
        )
        yield bed


def _ask(bed: TestBed, sources: dict[str, Source], endpoint: str = "steps") -> IngestReport:
    store = bed.deployment.store
    participants = [each for each in store.participants.all() if each.active]
    return ingest(
        store, lambda each: sources[each.name], participants, endpoint, FIRST, LAST, NOW, 4
    )


def _count(bed: TestBed) -> CoverageCount:
    store = bed.deployment.store
    return count_coverage(store, store.participants.all(), "steps", FIRST, LAST)


def _entry(bed: TestBed, name: str, day: date, endpoint: str = "steps") -> CoverageEntry:
    return bed.deployment.store.coverage.days(name, day, day)[day][endpoint]


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (FailureKind.DAMAGED, CoverageState.FAILED),
        (FailureKind.SOURCE_GONE, CoverageState.FAILED),
        (FailureKind.NOT_SERVED, CoverageState.FORBIDDEN),
        (FailureKind.PERMANENT, CoverageState.FAILED),
        (FailureKind.CONSENT_LOST, CoverageState.FAILED),
        (FailureKind.SCOPE_MISSING, CoverageState.FORBIDDEN),
        (FailureKind.SERVICE_DISABLED, CoverageState.FAILED),
        (FailureKind.QUOTA, CoverageState.FAILED),
        (FailureKind.TRANSIENT, CoverageState.FAILED),
    ],
)
def test_every_kind_of_failure_has_its_state_and_keeps_its_sentence(
    bed: TestBed, kind: FailureKind, state: CoverageState
) -> None:
    _ask(bed, {"P1": ScriptedSource(kind), "P2": ScriptedSource(), "P3": ScriptedSource()})

    entry = _entry(bed, "P1", LAST)
    assert (entry.state, entry.kind, entry.reason) == (state, kind.value, SENTENCE)
    assert entry.settled is (state is CoverageState.FORBIDDEN)
    assert _entry(bed, "P2", LAST).state is CoverageState.DATA


def test_what_came_before_the_failure_stands(bed: TestBed) -> None:
    broken = ScriptedSource(FailureKind.TRANSIENT, fails_from=LAST)

    _ask(bed, {"P1": broken, "P2": ScriptedSource(), "P3": ScriptedSource()})

    assert _entry(bed, "P1", FIRST).state is CoverageState.DATA
    assert _entry(bed, "P1", LAST).state is CoverageState.FAILED


@pytest.mark.parametrize("name", ["P1", "P2", "P3"])
def test_lost_consent_marks_the_participant_and_them_alone(bed: TestBed, name: str) -> None:
    """Invariant 8, whichever of them it is: who is stored first is nobody special."""
    everybody = {each: ScriptedSource() for each in ("P1", "P2", "P3")}

    _ask(bed, {**everybody, name: ScriptedSource(FailureKind.CONSENT_LOST)})

    found = {each.name: each for each in bed.deployment.store.participants.all()}
    assert found[name].status is ParticipantStatus.NEEDS_CONSENT
    assert found[name].status_reason == SENTENCE
    assert {each for each in found if found[each].active} == everybody.keys() - {name}


@pytest.mark.parametrize(
    "kind", [kind for kind in FailureKind if kind is not FailureKind.CONSENT_LOST]
)
def test_no_other_failure_touches_the_participants_status(bed: TestBed, kind: FailureKind) -> None:
    _ask(bed, {"P1": ScriptedSource(kind), "P2": ScriptedSource(), "P3": ScriptedSource()})

    assert all(each.active for each in bed.deployment.store.participants.all())


def test_when_all_consents_are_lost_nobody_is_left_to_fail(bed: TestBed) -> None:
    """The night goes on: the participants' status says what happened."""
    lost = ScriptedSource(FailureKind.CONSENT_LOST)

    _ask(bed, {"P1": lost, "P2": lost, "P3": lost})

    assert _count(bed).nobody is None
    assert _count(bed).reasons == dict.fromkeys(("P1", "P2", "P3"), SENTENCE)


def test_when_everybody_else_fails_too_nobody_has_the_endpoint(bed: TestBed) -> None:
    lost = ScriptedSource(FailureKind.CONSENT_LOST)
    broken = ScriptedSource(FailureKind.TRANSIENT)

    _ask(bed, {"P1": lost, "P2": broken, "P3": broken})

    assert _count(bed).nobody == SENTENCE


def test_when_anybody_has_an_answer_the_others_failures_are_their_own(bed: TestBed) -> None:
    broken = ScriptedSource(FailureKind.TRANSIENT)

    _ask(bed, {"P1": broken, "P2": ScriptedSource(), "P3": broken})

    assert _count(bed).nobody is None


def test_the_report_names_who_lacks_a_day_and_why_but_not_what_no_source_serves(
    bed: TestBed,
) -> None:
    report = _ask(
        bed,
        {
            "P1": ScriptedSource(FailureKind.SCOPE_MISSING),
            "P2": ScriptedSource(FailureKind.TRANSIENT, fails_from=LAST),
            "P3": ScriptedSource(FailureKind.NOT_SERVED),
        },
    )

    assert report.told[FIRST] == {"P1": SENTENCE}
    assert report.told[LAST] == {"P1": SENTENCE, "P2": SENTENCE}


def test_the_count_for_the_check_tells_the_same_and_who_needs_consent(bed: TestBed) -> None:
    _ask(
        bed,
        {
            "P1": ScriptedSource(FailureKind.SCOPE_MISSING),
            "P2": ScriptedSource(FailureKind.CONSENT_LOST),
            "P3": ScriptedSource(FailureKind.NOT_SERVED),
        },
    )
    count = _count(bed)

    assert count.reasons == {"P1": SENTENCE, "P2": SENTENCE}
    assert count.never_asked == 0


def test_a_day_that_the_source_still_works_on_is_not_settled(bed: TestBed) -> None:
    """Such as a sleep whose stages are being computed, though the device has synced."""
    unfinished = ScriptedSource(unfinished=frozenset({FIRST, YESTERDAY}))
    store = bed.deployment.store
    me = [each for each in store.participants.all() if each.name == "P1"]

    ingest(store, lambda _: unfinished, me, "sleep", FIRST, YESTERDAY, NOW, 1)

    assert not _entry(bed, "P1", YESTERDAY, "sleep").settled
    assert _entry(bed, "P1", YESTERDAY - ONE_DAY, "sleep").settled
    assert _entry(bed, "P1", FIRST, "sleep").settled, "after two weeks it never will be finished"


class CountingSource(ScriptedSource):
    """Remembers which ranges it was asked for."""

    def __init__(self, **arguments: Any):
        """Nothing was asked yet."""
        super().__init__(**arguments)
        self.asked: list[tuple[date, date]] = []

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """As the scripted one."""
        self.asked.append((first, last))
        return super().fetch(endpoint, first, last)


def _ask_again(bed: TestBed, source: Source, settled_before: date) -> None:
    """Asks for P1 alone, over a longer range, as a night does."""
    store = bed.deployment.store
    me = [each for each in store.participants.all() if each.name == "P1"]
    first, last = FIRST, FIRST + timedelta(days=40)
    ingest(store, lambda _: source, me, "steps", first, last, NOW, 1, settled_before)


def test_a_night_leaves_settled_days_before_the_trailing_ones_alone(bed: TestBed) -> None:
    everything, source = FIRST + timedelta(days=40), CountingSource()
    _ask_again(bed, ScriptedSource(), FIRST)

    source.synced_until = datetime(2026, 12, 31, tzinfo=UTC)
    _ask_again(bed, source, everything)
    again = list(source.asked)
    source.asked.clear()
    _ask_again(bed, source, everything)

    assert again == [(date(2026, 11, 19), everything)], "the device had synced up to the 20th, 0:00"
    assert source.asked == [(everything, everything)], "the trailing day alone"


def test_a_night_asks_again_for_what_failed_and_not_for_the_weeks_between(bed: TestBed) -> None:
    trailing = FIRST + timedelta(days=38)
    source = CountingSource()
    source.synced_until = datetime(2026, 12, 31, tzinfo=UTC)
    _ask_again(bed, source, FIRST)
    bed.deployment.store.coverage.record(
        "google_health",
        "steps",
        {("P1", FIRST): CoverageEntry(CoverageState.FAILED, settled=False, asked_at=NOW)},
        {("P1", FIRST)},
    )
    source.asked.clear()

    _ask_again(bed, source, trailing)

    assert source.asked == [(FIRST, FIRST), (trailing, trailing + timedelta(days=2))]


@pytest.mark.parametrize(
    ("synced", "settled"),
    [
        (datetime(2026, 11, 5, 11, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 5, 12, 0, tzinfo=UTC), True),
    ],
)
def test_a_day_is_settled_once_it_is_over_wherever_somebody_may_travel(
    bed: TestBed, synced: datetime, settled: bool
) -> None:
    """Where P1 is at home the 4th is long over; in Honolulu it lasts until 10:00 UTC of the 5th.

    Had the device synced last while the day went on there, its last hours would come with a later
    sync, and nobody would ask for them once the day is no more among the trailing ones.
    """
    source = ScriptedSource()
    source.synced_until = synced

    _ask(bed, {"P1": source, "P2": ScriptedSource(), "P3": ScriptedSource()})

    assert _entry(bed, "P1", LAST).settled is settled
    assert _entry(bed, "P1", LAST - ONE_DAY).settled
