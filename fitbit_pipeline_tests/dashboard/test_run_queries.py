"""What the dashboard asks about the pipeline's own runs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.queries.reading import Reading
from dashboard.queries.runs import last_night, newest_runs, nights_have_somebody
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline.store.runs import EndpointAsked, RunIdentity, RunKind, Stretch
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.quality_sample import (
    FIRST,
    LAST,
    write_night,
    write_participant,
)

FIVE = datetime(2026, 11, 15, 5, tzinfo=UTC)
OLD = date(2026, 9, 3), date(2026, 9, 4)


def test_before_the_first_night_there_is_none(reading: Reading) -> None:
    assert last_night(reading) is None


def test_the_last_night_is_added_up_over_its_endpoints(store: Store, reading: Reading) -> None:
    write_night(store, FIVE - timedelta(days=1), "older")
    write_night(store, FIVE, "newest")

    night = last_night(reading)

    assert night is not None
    assert (night.began, night.ended) == (FIVE, FIVE + timedelta(minutes=4))
    assert night.finished
    assert (night.first, night.last, night.run_ids) == (FIRST, LAST, ("newest",))
    assert (night.participants, night.concerned, night.requests, night.seconds) == (3, 2, 15, 4.0)
    assert night.states == {"data": 50, "empty": 12, "failed": 22}


def test_a_night_of_several_ranges_is_one_night(store: Store, reading: Reading) -> None:
    write_night(store, FIVE, "repairs", days=OLD)
    write_night(store, FIVE, "trails")

    night = last_night(reading)

    assert night is not None
    assert (night.first, night.last) == (OLD[0], LAST)
    assert set(night.run_ids) == {"repairs", "trails"}
    assert night.requests == 30
    assert night.participants == 3, "the same people, asked for other days"


def test_a_night_is_finished_when_each_of_its_ranges_is(store: Store, reading: Reading) -> None:
    write_night(store, FIVE, "done")
    write_night(store, FIVE, "under way", days=OLD, finished=False)
    first_look = last_night(reading)
    write_night(store, FIVE, "tried again", days=OLD)
    second_look = last_night(reading)

    assert first_look is not None
    assert not first_look.finished
    assert second_look is not None
    assert second_look.finished, "Dagster tries a run that crashed again, as another run"


def test_who_is_bound_to_a_participant_learns_when_the_night_was_and_no_more(
    store: Store,
) -> None:
    write_night(store, FIVE)

    night = last_night(Reading(store, "P07"))

    assert night is not None
    assert (night.began, night.finished) == (FIVE, True)
    assert (night.participants, night.concerned, night.requests, night.seconds) == (0, 0, 0, 0)
    assert night.states == {}
    assert newest_runs(Reading(store, "P07"), 10).empty


def test_the_newest_runs_of_any_kind_come_first(store: Store, reading: Reading) -> None:
    write_night(store, FIVE, "night")
    store.runs.asked(
        RunIdentity("import", RunKind.IMPORT),
        Stretch(*OLD, FIVE + timedelta(hours=1), FIVE + timedelta(hours=1, seconds=9)),
        "steps",
        EndpointAsked(1, {"data": 2}, 1, 0.5, 0),
    )

    imported, night = newest_runs(reading, 10).to_dict("records")

    assert (imported["run_id"], imported["kind"]) == ("import", "import")
    assert (imported["seconds"], imported["finished"], imported["data"]) == (9.0, False, 2)
    assert (imported["first"], imported["last"]) == ("2026-09-03", "2026-09-04")
    assert (night["kind"], night["seconds"], night["finished"]) == ("nightly", 240.0, True)
    assert (night["failed"], night["forbidden"], night["requests"]) == (22, 0, 15)
    assert len(newest_runs(reading, 1)) == 1


@pytest.mark.parametrize(
    ("last_day", "status", "somebody"),
    [
        (None, ParticipantStatus.ACTIVE, True),
        (None, ParticipantStatus.NEEDS_CONSENT, False),
        (None, ParticipantStatus.LEFT, False),
        (LAST, ParticipantStatus.ACTIVE, False),
    ],
)
def test_nights_have_somebody_while_anybodys_source_lives_on(
    store: Store,
    reading: Reading,
    last_day: date | None,
    status: ParticipantStatus,
    somebody: bool,
) -> None:
    write_participant(store, last_day=last_day, status=status)

    assert nights_have_somebody(reading) is somebody
