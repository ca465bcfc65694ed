"""The demo, as a newcomer runs it: everything of the recorded data, no more and no less.

And three made-up people who are connected as real ones are.
"""

import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.metrics.catalogue import METRIC
from fitbit_pipeline_tests.program import Program, free_port

LAST_RECORDED_DAY = date(2016, 5, 12)
LEVELS = ["VeryActiveMinutes", "FairlyActiveMinutes", "LightlyActiveMinutes", "SedentaryMinutes"]
METRIC_OF_COLUMN = {
    "TotalSteps": "steps",
    "TotalDistance": "distance",
    "TrackerDistance": "tracker_distance",
    "LoggedActivitiesDistance": "logged_distance",
    "VeryActiveDistance": "very_active_distance",
    "ModeratelyActiveDistance": "fairly_active_distance",
    "LightActiveDistance": "lightly_active_distance",
    "SedentaryActiveDistance": "sedentary_distance",
    "VeryActiveMinutes": "very_active_minutes",
    "FairlyActiveMinutes": "fairly_active_minutes",
    "LightlyActiveMinutes": "lightly_active_minutes",
    "SedentaryMinutes": "sedentary_minutes",
    "Calories": "calories",
}
METRIC_OF_SLEEP_COLUMN = {
    "TotalSleepRecords": "sleep_records",
    "TotalMinutesAsleep": "total_minutes_asleep",
    "TotalTimeInBed": "total_time_in_bed_minutes",
}
NOT_OF_GOOGLE_HEALTH = {
    "tracker_distance",
    "logged_distance",
    "very_active_distance",
    "fairly_active_distance",
    "lightly_active_distance",
    "sedentary_distance",
    "bmi",
}
METRICS_OF_GOOGLE_HEALTH = METRIC.keys() - NOT_OF_GOOGLE_HEALTH
DERIVED = ("metrics", "daily_engagement", "engagement_summaries")
Value = tuple[str, str, str]

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The demo in an empty folder, run once."""
    folder = tmp_path_factory.mktemp("demo")
    ports = {f"FITBIT_PIPELINE_{name}_PORT": str(free_port()) for name in ("DAGSTER", "DASHBOARD")}
    program = Program(folder, folder / ".demo", ports)
    done = program.run("demo", "--no-serve")
    assert done.returncode == 0, done.stderr
    (folder / "printed.txt").write_text(done.stdout)
    yield program
    program.stop()


@pytest.fixture(scope="module")
def all_documents(demo: Program) -> dict[str, dict[str, Any]]:
    """What the first run left in the database."""
    return demo.documents()


@pytest.fixture(scope="module")
def first_documents(all_documents: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What the first run left of the recorded people."""
    return _of(all_documents, recorded=True)


def _of(documents: dict[str, dict[str, Any]], *, recorded: bool) -> dict[str, dict[str, Any]]:
    """The documents of the recorded people, or of those made up."""
    return {
        collection: {
            key: each for key, each in found.items() if key.startswith("sandbox-") != recorded
        }
        for collection, found in documents.items()
    }


def _shift() -> timedelta:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    return timedelta(weeks=(yesterday - LAST_RECORDED_DAY).days // 7)


def _read(name: str) -> pd.DataFrame:
    with (files("fitbit_pipeline") / "demo_data" / name).open() as file:
        return pd.read_csv(file, dtype={"Id": str})


def _activity() -> pd.DataFrame:
    """The activity table after the rule for doubled rows, by pandas alone."""
    table = _read("dailyActivity_merged_extended_2016-03-12_to_05-12.csv")
    measured = table["Calories"] > 0
    table["accounted"] = table[LEVELS].sum(axis="columns").where(measured, 0)
    kept = table.sort_values("accounted", kind="stable").drop_duplicates(
        ["Id", "ActivityDate"], keep="last"
    )
    return kept.assign(day=pd.to_datetime(kept["ActivityDate"], format="%m/%d/%Y"))


def _sleep() -> pd.DataFrame:
    table = _read("sleepDay_merged.csv").drop_duplicates()
    return table.assign(day=pd.to_datetime(table["SleepDay"], format="%m/%d/%Y %I:%M:%S %p"))


def _values(table: pd.DataFrame, names: dict[str, str]) -> dict[Value, float]:
    return {
        (f"P{row['Id']}", f"{(row['day'] + _shift()).date()}", metric): row[column]
        for row in table.to_dict("records")
        for column, metric in names.items()
    }


def test_every_value_of_the_tables_is_a_metric_and_no_other_is(
    first_documents: dict[str, dict[str, Any]],
) -> None:
    """Every person, day and value, by pandas reading the files on its own.

    The tutorial's wear time is the one metric that is worked out and not a column.
    """
    activity = _activity()
    expected = _values(activity, METRIC_OF_COLUMN) | _values(_sleep(), METRIC_OF_SLEEP_COLUMN)
    seated = activity["SedentaryMinutes"].where(activity["SedentaryMinutes"] != 1440, 0)
    activity["wear"] = activity[LEVELS[:3]].sum(axis="columns") + seated
    expected |= _values(activity, {"wear": "tutorial_wear_minutes"})

    found = {
        (each["participant"], each["date"], each["metric"]): each["value"]
        for each in first_documents["metrics"].values()
    }

    assert found == expected
    assert len(expected) == 1373 * 14 + 410 * 3


def test_every_person_is_a_participant(first_documents: dict[str, dict[str, Any]]) -> None:
    people = set(_activity()["Id"]) | set(_sleep()["Id"])

    assert first_documents["participants"].keys() == {f"P{person}" for person in people}
    assert len(people) == 35


def test_weekdays_stay_true_and_the_last_day_is_recent(
    first_documents: dict[str, dict[str, Any]],
) -> None:
    newest = max(each["date"] for each in first_documents["metrics"].values())
    last = date.fromisoformat(newest)

    assert last.weekday() == LAST_RECORDED_DAY.weekday()
    assert timedelta(days=1) <= datetime.now(UTC).date() - last <= timedelta(days=8)


def test_it_says_that_the_dates_were_moved(
    demo: Program, first_documents: dict[str, dict[str, Any]]
) -> None:
    """On the screen and in every participant."""
    printed = (demo.folder / "printed.txt").read_text()
    notes = {each["note"] for each in first_documents["participants"].values()}

    assert len(notes) == 1
    assert notes.pop() in printed
    assert re.search(r"moved forward by \d+ weeks", printed)
    assert "CC BY 4.0" in printed


def test_the_table_counts_what_is_stored(
    demo: Program, first_documents: dict[str, dict[str, Any]]
) -> None:
    printed = (demo.folder / "printed.txt").read_text()
    days = first_documents["daily_engagement"].values()
    cells = dict(re.findall(r"│\s*([a-z ]+?)\s*│\s*([\d,-]+)\s*│", printed))

    assert cells["people"] == "35"
    assert cells["days with data"] == f"{len(days):,}"
    assert cells["days worn"] == f"{sum(day['worn'] for day in days):,}"
    for bucket in ("not_worn", "low", "normal", "high"):
        counted = sum(day["activity_bucket"] == bucket for day in days)
        assert cells[bucket.replace("_", " ")] == f"{counted:,}"


def test_every_day_of_everybody_is_in_exactly_one_state_for_every_endpoint(
    first_documents: dict[str, dict[str, Any]],
) -> None:
    for participant in first_documents["participants"].values():
        first = date.fromisoformat(participant["enrolled_on"])
        last = date.fromisoformat(participant["last_day"])
        for offset in range((last - first).days + 1):
            key = f"{participant['_id']}/{first + timedelta(days=offset)}"
            entries = first_documents["coverage"][key]["endpoints"]
            assert len(entries) == len(ENDPOINT_NAMES)
            assert {each["state"] for each in entries.values()} <= {"data", "empty", "forbidden"}


def test_three_made_up_people_have_all_that_a_device_measures(
    demo: Program, all_documents: dict[str, dict[str, Any]]
) -> None:
    """Sleep stages, wear minutes, resting heart rate, heart-rate variability, and all the rest."""
    made_up = _of(all_documents, recorded=False)
    printed = (demo.folder / "printed.txt").read_text()
    days = Counter((each["participant"], each["metric"]) for each in made_up["metrics"].values())

    assert made_up["participants"].keys() == {"sandbox-1", "sandbox-2", "sandbox-3"}
    assert {each["metric"] for each in made_up["metrics"].values()} == METRICS_OF_GOOGLE_HEALTH
    for name in made_up["participants"]:
        assert days[name, "steps"] > 60
        for metric in ("deep_minutes", "heart_rate_minutes", "resting_heart_rate", "hrv_rmssd"):
            assert days[name, metric] > 30
            assert re.search(rf"{name} .*\b{days[name, metric]}\b", printed)
    assert all(
        each["wear_method"] in {"heart_rate", "heart_rate_zones", None}
        for each in made_up["daily_engagement"].values()
    )


def test_a_made_up_person_is_asked_for_120_days_and_nothing_fails(
    all_documents: dict[str, dict[str, Any]],
) -> None:
    coverage = _of(all_documents, recorded=False)["coverage"].values()

    assert Counter(each["participant"] for each in coverage) == {
        f"sandbox-{number}": 120 for number in (1, 2, 3)
    }
    states = {entry["state"] for each in coverage for entry in each["endpoints"].values()}
    assert states == {"data", "empty"}


def test_run_again_it_serves_until_ctrl_c_and_all_documents_are_as_before(
    demo: Program, first_documents: dict[str, dict[str, Any]]
) -> None:
    """As a newcomer has it: the pages stay until Ctrl-C, and everything ends in order.

    What was derived of every other participant was deleted before: it is derived from scratch and
    comes out the same, and of the others no document changes.
    """
    forgotten = sorted(first_documents["participants"])[::2]
    demo.forget(forgotten, *DERIVED)
    left = demo.documents()
    assert all(left[name].keys() & first_documents[name].keys() for name in DERIVED)
    assert not any(key.split("/")[0] in forgotten for name in DERIVED for key in left[name])
    log = demo.folder / "again.txt"
    again = demo.start("demo", log=log)
    try:
        deadline = time.monotonic() + 240
        while "Ctrl-C stops everything" not in log.read_text():
            assert again.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)
        again.send_signal(signal.SIGINT)
        assert again.wait(90) == 0
    finally:
        again.kill()

    assert "Traceback" not in log.read_text()
    assert _of(demo.documents(), recorded=True) == first_documents


def test_coverage_tells_the_same_counts(
    demo: Program, first_documents: dict[str, dict[str, Any]]
) -> None:
    """The command and the documents agree, participant by participant."""
    printed = demo.run("coverage").stdout
    for name in first_documents["participants"]:
        entries = [
            entry
            for key, document in first_documents["coverage"].items()
            if key.startswith(f"{name}/")
            for entry in document["endpoints"].values()
        ]
        counted = [
            sum(entry["state"] == state for entry in entries)
            for state in ("data", "empty", "failed", "forbidden")
        ]
        row = next(line for line in printed.splitlines() if name in line)
        assert [int(cell) for cell in re.findall(r"\d+", row.split(name)[1])][1:5] == counted


def test_nothing_is_left_running(demo: Program, tmp_path: Path) -> None:
    """The command that started the database has stopped it."""
    demo.stop()
    done = demo.run("down")

    assert done.returncode == 0
    assert "No embedded MongoDB is running" in done.stdout
