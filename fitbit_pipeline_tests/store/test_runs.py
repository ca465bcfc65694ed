"""Runs: what is kept of each, and of how many."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.store import runs as module
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.runs import EndpointAsked, RunIdentity, RunKind, Runs, Stretch

FIVE = datetime(2026, 11, 23, 5, tzinfo=UTC)
DAYS = date(2026, 11, 16), date(2026, 11, 22)
SOME = EndpointAsked(asked=3, states={"data": 20, "failed": 1}, requests=6, seconds=1.25, told=1)
MORE = EndpointAsked(asked=3, states={"data": 21}, requests=3, seconds=0.5, told=0)


@pytest.fixture
def runs(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Runs]:
    """No run yet."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        yield Runs(connection.database["runs"])


def _nightly(name: str, due: datetime = FIVE) -> RunIdentity:
    return RunIdentity(name, RunKind.NIGHTLY, due)


def _stretch(minutes: int = 0, days: tuple[date, date] = DAYS) -> Stretch:
    began = FIVE + timedelta(minutes=minutes)
    return Stretch(*days, began, began + timedelta(seconds=30))


def test_a_run_grows_by_what_its_assets_tell(runs: Runs) -> None:
    runs.asked(_nightly("a"), _stretch(0), "steps", SOME)
    runs.asked(_nightly("a"), _stretch(1), "sleep", MORE)
    (under_way,) = runs.newest(10)
    runs.finished(_nightly("a"), _stretch(2))
    (finished,) = runs.newest(10)

    assert under_way.identity == _nightly("a")
    assert under_way.endpoints == {"steps": SOME, "sleep": MORE}
    assert (under_way.first, under_way.last) == DAYS
    assert under_way.started_at == FIVE
    assert under_way.reported_at == FIVE + timedelta(seconds=90)
    assert under_way.finished_at is None
    assert finished.finished_at == FIVE + timedelta(seconds=150)


def test_an_asset_that_runs_again_replaces_its_own_entry_alone(runs: Runs) -> None:
    runs.asked(_nightly("a"), _stretch(0), "steps", SOME)
    runs.asked(_nightly("a"), _stretch(0), "sleep", SOME)
    runs.finished(_nightly("a"), _stretch(1))

    runs.asked(_nightly("a"), _stretch(2), "steps", MORE)

    (again,) = runs.newest(10)
    assert again.endpoints == {"steps": MORE, "sleep": SOME}
    assert again.finished_at is None, "what follows has to run again"


def test_the_widest_range_is_kept_whichever_part_tells_first(runs: Runs) -> None:
    early, late = (date(2026, 10, 1), date(2026, 11, 17)), (date(2026, 11, 1), date(2026, 11, 22))
    for days in (late, early, DAYS):
        runs.asked(_nightly("a"), _stretch(days=days), "steps", SOME)

    (run,) = runs.newest(10)
    assert (run.first, run.last) == (date(2026, 10, 1), date(2026, 11, 22))


def test_a_run_that_only_derives_is_one_too(runs: Runs) -> None:
    runs.finished(RunIdentity("m", RunKind.MANUAL), _stretch())

    (run,) = runs.newest(10)
    assert (run.identity.kind, run.identity.night, run.endpoints) == (RunKind.MANUAL, None, {})


def test_the_newest_come_first_and_no_more_than_wanted(runs: Runs) -> None:
    for minutes, name in enumerate("abcd"):
        runs.asked(RunIdentity(name, RunKind.BACKFILL), _stretch(minutes), "steps", SOME)

    assert [run.identity.id for run in runs.newest(3)] == ["d", "c", "b"]


def test_the_last_night_is_all_runs_of_it_and_none_of_another_kind(runs: Runs) -> None:
    before = FIVE - timedelta(days=1)
    runs.asked(_nightly("old", before), _stretch(-1440), "steps", SOME)
    runs.asked(_nightly("second"), _stretch(3), "steps", SOME)
    runs.asked(_nightly("first"), _stretch(1), "steps", SOME)
    runs.asked(RunIdentity("later", RunKind.BACKFILL), _stretch(60), "steps", SOME)

    assert [run.identity.id for run in runs.last_night()] == ["first", "second"]


def test_before_the_first_night_there_is_none(runs: Runs) -> None:
    runs.asked(RunIdentity("a", RunKind.IMPORT), _stretch(), "steps", SOME)

    assert runs.last_night() == []


def test_the_oldest_are_forgotten_when_there_are_too_many(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RUNS_KEPT", 3)

    for minutes, name in enumerate("abcde"):
        runs.asked(_nightly(name), _stretch(minutes), "steps", SOME)

    assert [run.identity.id for run in runs.newest(10)] == ["e", "d", "c"]
