"""What happens to days on their way through the store, without Dagster around it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitabase_archive import write_export

FIRST = date(2026, 3, 1)
LAST = date(2026, 3, 10)
DERIVED = ("metrics", "daily_engagement", "engagement_summaries")
ALL_DAYS = [FIRST + timedelta(days=offset) for offset in range(10)]


@pytest.fixture
def bed(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[TestBed]:
    """Two people of ten days; the second has a gap of two days."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        write_export(
            tmp_path / "export",
            {
                "1": {day: 1000 * day.day for day in ALL_DAYS},
                "2": {day: 20_000 for day in ALL_DAYS if day.day not in {4, 5}},
            },
        )
        bed.import_folder(tmp_path / "export")
        yield bed


@pytest.mark.parametrize(
    "order",
    [
        [(8, 10), (4, 7), (1, 3)],
        [(1, 3), (4, 7), (8, 10)],
        [(4, 7), (1, 3), (8, 10), (4, 7)],
        [(day, day) for day in (5, 1, 9, 3, 10, 2, 7, 4, 8, 6)],
    ],
    ids=["newest first", "oldest first", "middle first and twice", "shuffled single days"],
)
def test_whatever_the_order_of_days_the_documents_are_the_same(
    bed: TestBed, order: list[tuple[int, int]]
) -> None:
    bed.carry(FIRST, LAST)
    at_once = bed.documents()
    for name in at_once.keys() - {"participants"}:
        bed.deployment.store.database[name].delete_many({})

    for first, last in order:
        bed.carry(date(2026, 3, first), date(2026, 3, last))

    assert bed.documents() == at_once


def test_each_participant_endpoint_and_day_asked_for_is_in_exactly_one_state(
    bed: TestBed,
) -> None:
    """Invariant 1: also days without a record, and endpoints that the archive lacks."""
    bed.carry(FIRST, LAST)

    coverage = bed.documents()["coverage"]
    assert coverage.keys() == {f"{name}/{day}" for name in ("P1", "P2") for day in ALL_DAYS}
    for document in coverage.values():
        assert document["endpoints"].keys() == set(ENDPOINT_NAMES)
        assert {each["state"] for each in document["endpoints"].values()} <= set(CoverageState)


def test_carried_again_and_again_not_a_document_changes(bed: TestBed) -> None:
    """Invariant 2: running any day any number of times leaves identical documents."""
    bed.carry(FIRST, LAST)
    once = bed.documents()

    for first, last in [(FIRST, LAST), (LAST, LAST), (FIRST, FIRST), (FIRST, LAST)]:
        bed.carry(first, last)

        assert bed.documents() == once


def test_what_is_derived_comes_back_from_the_raw_responses_alone(
    bed: TestBed, tmp_path: Path
) -> None:
    """Invariant 3: with the archive gone and everything derived dropped, the same is derived."""
    bed.carry(FIRST, LAST)
    before = bed.documents()
    bed.deployment.settings.archives_directory.rename(tmp_path / "elsewhere")
    for name in DERIVED:
        bed.deployment.store.database[name].delete_many({})
    bed.deployment.store.metrics.insert_one(
        {"_id": "P1/2026-03-02/floors", "participant": "P1", "date": "2026-03-02"}
        | {"metric": "floors", "value": 3, "unit": "count", "source": "fitabase"}
    )

    with test_bed(bed.deployment.settings) as later:
        later.carry(FIRST, LAST)
        after = later.documents()

    assert {name: after[name] for name in DERIVED} == {name: before[name] for name in DERIVED}


def test_days_outside_a_participants_own_are_never_asked_for(bed: TestBed) -> None:
    bed.carry(date(2026, 2, 1), date(2026, 4, 1))

    dates = {each["date"] for each in bed.documents()["coverage"].values()}
    assert (min(dates), max(dates)) == ("2026-03-01", "2026-03-10")


def test_an_endpoint_that_the_archive_lacks_is_forbidden_and_not_empty(bed: TestBed) -> None:
    bed.carry(FIRST, LAST)

    entry = bed.documents()["coverage"]["P1/2026-03-02"]["endpoints"]["heart_rate"]
    assert entry["state"] == "forbidden"
    assert entry["reason"] == "The source fitabase has no heart_rate of this participant."


def test_a_day_without_a_record_is_empty_and_has_no_engagement(bed: TestBed) -> None:
    bed.carry(FIRST, LAST)

    documents = bed.documents()
    assert documents["coverage"]["P2/2026-03-04"]["endpoints"]["steps"]["state"] == "empty"
    assert "P2/2026-03-04" not in documents["daily_engagement"]


def test_the_last_day_of_an_export_is_not_settled(bed: TestBed) -> None:
    """Fitabase cuts the last day in the middle; the days before it stay as they are."""
    bed.carry(FIRST, LAST)

    coverage = bed.documents()["coverage"]
    assert not coverage["P1/2026-03-10"]["endpoints"]["steps"]["settled"]
    assert coverage["P1/2026-03-09"]["endpoints"]["steps"]["settled"]


def test_what_was_there_stays_when_asking_fails_later(bed: TestBed, tmp_path: Path) -> None:
    """A failed answer never becomes an empty day: payloads and metrics stay, coverage tells."""
    bed.carry(FIRST, LAST)
    before = bed.documents()
    bed.deployment.settings.archives_directory.rename(tmp_path / "elsewhere")

    with test_bed(bed.deployment.settings) as later:
        later.carry(FIRST, LAST)
        after = later.documents()

    assert after["raw_responses"] == before["raw_responses"]
    assert after["metrics"] == before["metrics"]
    assert after["daily_engagement"] == before["daily_engagement"]
    assert after["coverage"]["P1/2026-03-02"]["endpoints"]["steps"]["state"] == "failed"


def test_failed_tries_in_a_row_are_counted(bed: TestBed, tmp_path: Path) -> None:
    archives = bed.deployment.settings.archives_directory
    archives.rename(tmp_path / "elsewhere")
    for _ in range(3):
        bed.carry(FIRST, LAST)
    steps = bed.documents()["coverage"]["P1/2026-03-02"]["endpoints"]["steps"]
    assert (steps["state"], steps["attempts"]) == ("failed", 3)

    (tmp_path / "elsewhere").rename(archives)
    bed.carry(FIRST, LAST)

    steps = bed.documents()["coverage"]["P1/2026-03-02"]["endpoints"]["steps"]
    assert (steps["state"], steps["attempts"], steps["reason"]) == ("data", 0, None)


def test_a_metric_that_the_rules_no_longer_give_is_removed(bed: TestBed) -> None:
    bed.carry(FIRST, LAST)
    before = bed.documents()
    bed.deployment.store.metrics.insert_one(
        {
            "_id": "P1/2026-03-02/floors",
            "participant": "P1",
            "date": "2026-03-02",
            "metric": "calories",
            "value": 1,
            "unit": "count",
            "source": "x",
            "rule_version": 0,
        }
    )

    bed.carry(FIRST, LAST)

    assert bed.documents() == before


def test_a_late_day_makes_the_summaries_after_it_anew(bed: TestBed) -> None:
    """A backfill of an old day reaches every window that holds it, and no further."""
    bed.carry(date(2026, 3, 2), LAST)
    before = bed.documents()["engagement_summaries"]
    assert before["P1/2026-03-07/7"]["missing_days"] == 1

    bed.carry(FIRST, FIRST)

    after = bed.documents()["engagement_summaries"]
    assert after["P1/2026-03-07/7"]["missing_days"] == 0
    assert after["P1/2026-03-08/7"] == before["P1/2026-03-08/7"]
    assert after["P1/2026-03-08/30"]["missing_days"] == 0
