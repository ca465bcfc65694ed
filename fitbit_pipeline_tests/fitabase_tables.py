"""Reads Fitabase tables in tests: surveys them, and asks for days."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import fitbit_pipeline
from fitbit_pipeline.sources.archive import Survey
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.fitabase import Fitabase, FitabaseSource
from fitbit_pipeline.sources.protocol import FailureKind, Source, SourceFailure
from fitbit_pipeline_tests.fitabase_archive import ACTIVITY_HEADER, SLEEP_HEADER

UTC_ZONE = ZoneInfo("UTC")
DEMO_DATA = Path(fitbit_pipeline.__file__).parent / "demo_data"
DEMO_ACTIVITY = DEMO_DATA / "dailyActivity_merged_extended_2016-03-12_to_05-12.csv"
DEMO_SLEEP = DEMO_DATA / "sleepDay_merged.csv"

Answer = Mapping[str, Any] | None | tuple[FailureKind, str]
"""What is known of a day: a payload, None for nothing, or why it could not be brought."""

ACTIVITY_LINE = {
    "Id": "1503960366",
    "ActivityDate": "4/12/2016",
    "TotalSteps": "13162",
    "TotalDistance": "8.5",
    "TrackerDistance": "8.5",
    "LoggedActivitiesDistance": "0",
    "VeryActiveDistance": "1.88",
    "ModeratelyActiveDistance": "0.55",
    "LightActiveDistance": "6.06",
    "SedentaryActiveDistance": "0",
    "VeryActiveMinutes": "25",
    "FairlyActiveMinutes": "13",
    "LightlyActiveMinutes": "328",
    "SedentaryMinutes": "728",
    "Calories": "1985",
}
SLEEP_LINE = {
    "Id": "1503960366",
    "SleepDay": "4/12/2016 12:00:00 AM",
    "TotalSleepRecords": "1",
    "TotalMinutesAsleep": "327",
    "TotalTimeInBed": "346",
}


def activity_line(**changes: str) -> str:
    """A line of the activity table: a real day, with changes."""
    return ",".join({**ACTIVITY_LINE, **changes}.values())


def sleep_line(**changes: str) -> str:
    """A line of the sleep table: a real night, with changes."""
    return ",".join({**SLEEP_LINE, **changes}.values())


def activity_table(path: Path, *lines: str) -> Path:
    """A folder with an activity table of these lines."""
    return _table(path, "dailyActivity_merged.csv", ACTIVITY_HEADER, lines)


def sleep_table(path: Path, *lines: str) -> Path:
    """A folder with a sleep table of these lines."""
    return _table(path, "sleepDay_merged.csv", SLEEP_HEADER, lines)


def _table(folder: Path, name: str, header: str, lines: tuple[str, ...]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes("".join(f"{line}\n" for line in (header, *lines)).encode())
    return folder


def survey(*paths: Path, zone: ZoneInfo | None = UTC_ZONE) -> Survey:
    """What an export holds."""
    files = open_archive(paths)
    try:
        return Fitabase().survey(files, zone)
    finally:
        files.close()


def sources(
    *paths: Path, shift_days: int = 0, zone: ZoneInfo = UTC_ZONE
) -> dict[str, FitabaseSource]:
    """The source of everybody in an export, by key."""
    files, kind = open_archive(paths), Fitabase()
    try:
        people = kind.survey(files, zone).people
        return {person.key: kind.open(files, person, shift_days) for person in people}
    finally:
        files.close()


def ask(source: Source, endpoint: str, first: str, last: str) -> dict[str, Answer]:
    """What a source says of every day of a range, by day; no day may be told twice."""
    found: dict[str, Answer] = {}
    told: list[date] = []
    try:
        for response in source.fetch(endpoint, date.fromisoformat(first), date.fromisoformat(last)):
            told.append(response.date)
            found[response.date.isoformat()] = response.payload
    except SourceFailure as failure:
        failed = failure.by_day(())
        told.extend(failed)
        found.update({day.isoformat(): why for day, why in failed.items()})
    assert len(told) == len(set(told))
    return found


def told_steps(folder: Path) -> str:
    """The steps that an export tells of the person and day of a line without changes."""
    answer = ask(sources(folder)[ACTIVITY_LINE["Id"]], "steps", "2016-04-12", "2016-04-12")
    payload = answer["2016-04-12"]
    assert isinstance(payload, dict)
    return str(payload["dailyActivity"]["TotalSteps"])
