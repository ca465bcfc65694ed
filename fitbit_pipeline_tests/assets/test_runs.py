"""Runs of the asset graph, in real Dagster, on a real database."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from fitbit_pipeline.assets.engagement import DAYS
from fitbit_pipeline.assets.raw import raw_key
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.flow import verify
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitabase_archive import activity_row, write_activity, write_export

FIRST = date(2026, 3, 1)
LAST = date(2026, 3, 4)
ALL_DAYS = [FIRST + timedelta(days=offset) for offset in range(4)]


@pytest.fixture
def bed(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[TestBed]:
    """Two people of four days; the second lacks the third of March. Nothing has run."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        write_export(
            tmp_path / "export",
            {
                "1": {day: 1000 * day.day for day in ALL_DAYS},
                "2": {day: 20_000 for day in ALL_DAYS if day.day != 3},
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


def _metadata(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> dict[str, dict[str, Any]]:
    return {
        event.partition: {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.all_events
        if event.is_step_materialization and event.asset_key == key
    }


def test_one_run_carries_a_range_through_every_asset(bed: TestBed) -> None:
    """Documents in every collection, counts with every day, every check passed, no value told."""
    result = bed.run(FIRST, LAST)

    assert result.success
    assert len(_steps(bed)) == 7
    documents = bed.documents()
    assert documents["daily_engagement"]["P1/2026-03-04"]["activity_bucket"] == "normal"
    assert documents["daily_engagement"]["P2/2026-03-04"]["activity_bucket"] == "high"
    assert documents["engagement_summaries"]["P2/2026-03-04/7"]["missing_days"] == 1

    metadata = _metadata(result, raw_key("steps"))
    assert list(metadata) == [str(day) for day in ALL_DAYS]
    third = metadata["2026-03-03"]
    assert (third["participants_data"], third["participants_empty"]) == (1, 1)
    assert (third["participants_failed"], third["requests_of_range"]) == (0, 2)
    assert third["seconds_of_range"] > 0

    evaluations = result.get_asset_check_evaluations()
    assert len(evaluations) == len(ENDPOINT_NAMES) + 2 * len(Family) + 2
    assert all(evaluation.passed for evaluation in evaluations)

    told = " ".join(str(event) for event in result.all_events)
    assert "participants_data" in told
    assert not re.search(r"\b20,?000\b", told)


def test_a_run_of_one_participant_leaves_the_others_alone(bed: TestBed) -> None:
    assert bed.run(FIRST, LAST, participant="P2").success

    assert {key.split("/")[0] for key in _steps(bed)} == {"P2"}
    assert {key.split("/")[0] for key in bed.documents()["coverage"]} == {"P2"}


def test_a_damaged_record_fails_its_day_alone_says_where_and_makes_a_check_warn(
    bed: TestBed, tmp_path: Path
) -> None:
    rows = [activity_row("7", day) for day in ALL_DAYS]
    rows[1] = rows[1].replace(",5000,", ",-5000,")
    write_activity(tmp_path / "damaged" / "dailyActivity_merged.csv", rows)
    bed.import_folder(tmp_path / "damaged", participant="D")

    result = bed.run(FIRST, LAST)

    documents = bed.documents()
    entry = documents["coverage"]["D7/2026-03-02"]["endpoints"]["steps"]
    assert result.success
    assert (entry["state"], entry["attempts"]) == ("failed", 1)
    assert "dailyActivity_merged.csv, line 3: TotalSteps" in entry["reason"]
    assert "5000" not in entry["reason"]
    assert "D7/2026-03-02/steps" not in documents["metrics"]
    assert "D7/2026-03-03/steps" in documents["metrics"]
    check = next(
        each
        for each in result.get_asset_check_evaluations()
        if each.asset_key == raw_key("steps") and each.check_name == "coverage_complete"
    )
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN
    assert check.metadata["failed"].value == 1


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


def test_when_everybody_failed_what_there_is_is_derived_all_the_same(
    bed: TestBed, tmp_path: Path
) -> None:
    """One endpoint that fails for the only participant must not keep the others from the night."""
    bed.run(FIRST, LAST)
    before = bed.documents()
    bed.deployment.settings.archives_directory.rename(tmp_path / "elsewhere")

    result = bed.run(FIRST, LAST)

    materialised = {event.asset_key for event in result.all_events if event.is_step_materialization}
    assert DAYS in materialised
    assert bed.documents()["daily_engagement"] == before["daily_engagement"]


def test_a_document_that_was_tampered_with_is_found_and_the_next_run_mends_it(
    bed: TestBed,
) -> None:
    bed.carry(FIRST, LAST)
    store = bed.deployment.store
    store.daily_engagement.update_one({"_id": "P1/2026-03-03"}, {"$set": {"steps": 1}})
    people = store.participants.all()
    found = verify.differing_days(store, people, Thresholds(), FIRST, LAST)
    assert found.keys == ["P1/2026-03-03"]

    result = bed.run(FIRST, LAST, asset_selection=[DAYS])

    assert all(each.passed for each in result.get_asset_check_evaluations())
    assert bed.documents()["daily_engagement"]["P1/2026-03-03"]["steps"] == 3000
