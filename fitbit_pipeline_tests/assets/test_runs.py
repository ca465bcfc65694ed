"""Runs of the asset graph, in real Dagster, on a real database."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest

from fitbit_pipeline.assets.engagement import DAYS, SUMMARIES
from fitbit_pipeline.assets.raw import raw_key
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitabase_archive import activity_row, write_activity, write_export

FIRST = date(2026, 3, 1)
LAST = date(2026, 3, 10)
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


def _steps(bed: TestBed) -> dict[str, int]:
    return {
        key: document["value"]
        for key, document in bed.documents()["metrics"].items()
        if document["metric"] == "steps"
    }


def _materialised(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> dict[str, dict]:
    return {
        event.partition: {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.all_events
        if event.is_step_materialization and event.asset_key == key
    }


def test_one_run_carries_a_range_through_every_asset(bed: TestBed) -> None:
    result = bed.run(FIRST, LAST)

    assert result.success
    assert len(_steps(bed)) == 18
    documents = bed.documents()
    assert documents["daily_engagement"]["P1/2026-03-10"]["activity_bucket"] == "normal"
    assert documents["daily_engagement"]["P2/2026-03-10"]["activity_bucket"] == "high"
    assert documents["engagement_summaries"]["P2/2026-03-10/7"]["missing_days"] == 2


def test_every_materialisation_tells_counts_requests_and_seconds(bed: TestBed) -> None:
    metadata = _materialised(bed.run(FIRST, LAST), raw_key("steps"))

    assert len(metadata) == 10
    assert metadata["2026-03-04"]["participants_data"] == 1
    assert metadata["2026-03-04"]["participants_empty"] == 1
    assert metadata["2026-03-06"]["participants_data"] == 2
    assert metadata["2026-03-06"]["participants_failed"] == 0
    assert metadata["2026-03-06"]["requests_of_range"] == 2
    assert metadata["2026-03-06"]["seconds_of_range"] > 0


def test_no_metadata_and_no_event_holds_a_health_value(bed: TestBed) -> None:
    """Only counts and keys leave the store: nobody is told of 20,000 steps."""
    result = bed.run(FIRST, LAST)

    told = " ".join(str(event) for event in result.all_events)
    assert "participants_data" in told
    assert not re.search(r"\b20,?000\b", told)


def test_every_check_passes_on_good_data(bed: TestBed) -> None:
    evaluations = bed.run(FIRST, LAST).get_asset_check_evaluations()

    assert len(evaluations) == 15 + 4 + 4 + 2
    assert all(evaluation.passed for evaluation in evaluations)


def test_a_run_may_be_repeated_and_changes_nothing(bed: TestBed) -> None:
    bed.run(FIRST, LAST)
    before = bed.documents()

    bed.run(FIRST, LAST)

    assert bed.documents() == before


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
    bed.run(FIRST, LAST)
    at_once = bed.documents()
    for name in at_once.keys() - {"participants"}:
        bed.deployment.store.database[name].delete_many({})

    for first, last in order:
        assert bed.run(date(2026, 3, first), date(2026, 3, last)).success

    assert bed.documents() == at_once


def test_a_run_of_one_participant_leaves_the_others_alone(bed: TestBed) -> None:
    assert bed.run(FIRST, LAST, participant="P2").success

    assert {key.split("/")[0] for key in _steps(bed)} == {"P2"}
    assert {key.split("/")[0] for key in bed.documents()["coverage"]} == {"P2"}


def test_days_outside_a_participants_own_are_never_asked_for(bed: TestBed) -> None:
    assert bed.run(date(2026, 2, 1), date(2026, 4, 1)).success

    dates = {each["date"] for each in bed.documents()["coverage"].values()}
    assert (min(dates), max(dates)) == ("2026-03-01", "2026-03-10")


def test_an_endpoint_that_the_archive_lacks_is_forbidden_and_not_empty(bed: TestBed) -> None:
    bed.run(FIRST, LAST)

    entry = bed.documents()["coverage"]["P1/2026-03-02"]["endpoints"]["heart_rate"]
    assert entry["state"] == "forbidden"
    assert entry["reason"] == "The source fitabase has no heart_rate of this participant."


def test_a_day_without_a_record_is_empty_and_has_no_engagement(bed: TestBed) -> None:
    bed.run(FIRST, LAST)

    documents = bed.documents()
    assert documents["coverage"]["P2/2026-03-04"]["endpoints"]["steps"]["state"] == "empty"
    assert "P2/2026-03-04" not in documents["daily_engagement"]


def test_the_last_day_of_an_export_is_not_settled(bed: TestBed) -> None:
    """Fitabase cuts the last day in the middle; the days before it stay as they are."""
    bed.run(FIRST, LAST)

    coverage = bed.documents()["coverage"]
    assert not coverage["P1/2026-03-10"]["endpoints"]["steps"]["settled"]
    assert coverage["P1/2026-03-09"]["endpoints"]["steps"]["settled"]


def test_a_damaged_record_fails_its_day_alone_and_says_where(bed: TestBed, tmp_path: Path) -> None:
    rows = [activity_row("7", day) for day in ALL_DAYS]
    rows[3] = rows[3].replace(",5000,", ",-5000,")
    write_activity(tmp_path / "damaged" / "dailyActivity_merged.csv", rows)
    bed.import_folder(tmp_path / "damaged", participant="D")

    result = bed.run(FIRST, LAST)

    documents = bed.documents()
    entry = documents["coverage"]["D7/2026-03-04"]["endpoints"]["steps"]
    assert result.success
    assert (entry["state"], entry["attempts"]) == ("failed", 1)
    assert "dailyActivity_merged.csv, line 5: TotalSteps" in entry["reason"]
    assert "5000" not in entry["reason"]
    assert "D7/2026-03-04/steps" not in documents["metrics"]
    assert "D7/2026-03-05/steps" in documents["metrics"]


def test_a_failed_day_makes_the_coverage_check_warn(bed: TestBed, tmp_path: Path) -> None:
    rows = [activity_row("7", day) for day in ALL_DAYS]
    rows[3] = rows[3].replace(",5000,", ",x,")
    write_activity(tmp_path / "damaged" / "dailyActivity_merged.csv", rows)
    bed.import_folder(tmp_path / "damaged", participant="D")

    evaluations = bed.run(FIRST, LAST).get_asset_check_evaluations()

    steps = next(
        each
        for each in evaluations
        if each.asset_key == raw_key("steps") and each.check_name == "coverage_complete"
    )
    assert not steps.passed
    assert steps.severity is dg.AssetCheckSeverity.WARN
    assert steps.metadata["failed"].value == 1


def test_one_participant_whose_archive_is_gone_stops_nobody_else(
    bed: TestBed, tmp_path: Path
) -> None:
    write_export(tmp_path / "other", {"9": dict.fromkeys(ALL_DAYS, 3000)})
    bed.import_folder(tmp_path / "other", participant="G")
    gone = bed.deployment.store.participants.get("G9")
    assert gone is not None
    folder = bed.deployment.settings.archives_directory / gone.archives[0].digest
    folder.rename(tmp_path / "elsewhere")

    result = bed.run(FIRST, LAST)

    coverage = bed.documents()["coverage"]
    assert result.success
    assert coverage["G9/2026-03-01"]["endpoints"]["steps"]["state"] == "failed"
    assert "import it again" in coverage["G9/2026-03-01"]["endpoints"]["steps"]["reason"]
    assert coverage["P1/2026-03-01"]["endpoints"]["steps"]["state"] == "data"


def test_when_everybody_failed_the_run_fails_and_says_why(bed: TestBed, tmp_path: Path) -> None:
    bed.deployment.settings.archives_directory.rename(tmp_path / "elsewhere")

    result = bed.run(FIRST, LAST)

    assert not result.success
    failure = next(event for event in result.all_events if event.is_step_failure)
    description = failure.step_failure_data.user_failure_data.description
    assert "No participant's" in description
    assert "import it again" in description


def test_what_was_there_stays_when_asking_fails_later(bed: TestBed, tmp_path: Path) -> None:
    """A failed answer never becomes an empty day: payloads and metrics stay, coverage tells."""
    bed.run(FIRST, LAST)
    before = bed.documents()
    bed.deployment.settings.archives_directory.rename(tmp_path / "elsewhere")

    with test_bed(bed.deployment.settings) as later:
        later.run(FIRST, LAST)
        after = later.documents()

    assert after["raw_responses"] == before["raw_responses"]
    assert after["metrics"] == before["metrics"]
    assert after["daily_engagement"] == before["daily_engagement"]
    assert after["coverage"]["P1/2026-03-02"]["endpoints"]["steps"]["state"] == "failed"


def test_failed_tries_in_a_row_are_counted(bed: TestBed, tmp_path: Path) -> None:
    archives = bed.deployment.settings.archives_directory
    archives.rename(tmp_path / "elsewhere")
    for _ in range(3):
        bed.run(FIRST, LAST)
    steps = bed.documents()["coverage"]["P1/2026-03-02"]["endpoints"]["steps"]
    assert (steps["state"], steps["attempts"]) == ("failed", 3)

    (tmp_path / "elsewhere").rename(archives)
    bed.run(FIRST, LAST)

    steps = bed.documents()["coverage"]["P1/2026-03-02"]["endpoints"]["steps"]
    assert (steps["state"], steps["attempts"], steps["reason"]) == ("data", 0, None)


def test_a_metric_that_the_rules_no_longer_give_is_removed(bed: TestBed) -> None:
    bed.run(FIRST, LAST)
    before = bed.documents()
    bed.deployment.store.metrics.insert_one(
        {"_id": "P1/2026-03-02/floors", "participant": "P1", "date": "2026-03-02",
         "metric": "calories", "value": 1, "unit": "count", "source": "x", "rule_version": 0}
    )

    bed.run(FIRST, LAST)

    assert bed.documents() == before


def test_a_document_that_was_tampered_with_is_caught_by_a_check(bed: TestBed) -> None:
    """Derived equals re-derived: the check looks, and the next run mends."""
    bed.run(FIRST, LAST)
    bed.deployment.store.daily_engagement.update_one(
        {"_id": "P1/2026-03-09"}, {"$set": {"steps": 1}}
    )

    result = bed.run(FIRST, LAST, asset_selection=[SUMMARIES])
    assert result.success
    evaluations = bed.run(FIRST, LAST, asset_selection=[DAYS]).get_asset_check_evaluations()

    assert all(evaluation.passed for evaluation in evaluations)
    assert bed.documents()["daily_engagement"]["P1/2026-03-09"]["steps"] == 9000


def test_a_late_day_makes_the_summaries_after_it_anew(bed: TestBed) -> None:
    """A backfill of an old day reaches every window that holds it, and no further."""
    bed.run(date(2026, 3, 2), LAST)
    before = bed.documents()["engagement_summaries"]
    assert before["P1/2026-03-07/7"]["missing_days"] == 1

    bed.run(FIRST, FIRST)

    after = bed.documents()["engagement_summaries"]
    assert after["P1/2026-03-07/7"]["missing_days"] == 0
    assert after["P1/2026-03-08/7"] == before["P1/2026-03-08/7"]
    assert after["P1/2026-03-08/30"]["missing_days"] == 0
