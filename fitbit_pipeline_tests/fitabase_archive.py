"""Writes small Fitabase exports for tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

ACTIVITY_HEADER = (
    "Id,ActivityDate,TotalSteps,TotalDistance,TrackerDistance,LoggedActivitiesDistance,"
    "VeryActiveDistance,ModeratelyActiveDistance,LightActiveDistance,SedentaryActiveDistance,"
    "VeryActiveMinutes,FairlyActiveMinutes,LightlyActiveMinutes,SedentaryMinutes,Calories"
)
SLEEP_HEADER = "Id,SleepDay,TotalSleepRecords,TotalMinutesAsleep,TotalTimeInBed"


def activity_row(person: str, day: date, steps: int = 5000, sedentary: int = 700) -> str:
    """One line of the activity table: a plausible day."""
    kilometres = round(steps * 0.0007, 6)
    return (
        f"{person},{day.month}/{day.day}/{day.year},{steps},{kilometres},{kilometres},0,"
        f"0.5,0.25,{kilometres},0,20,10,200,{sedentary},2000"
    )


def sleep_row(person: str, day: date, asleep: int = 400) -> str:
    """One line of the sleep table."""
    return f"{person},{day.month}/{day.day}/{day.year} 12:00:00 AM,1,{asleep},{asleep + 30}"


def write_activity(path: Path, rows: Sequence[str]) -> Path:
    """An activity table of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([ACTIVITY_HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def write_sleep(path: Path, rows: Sequence[str]) -> Path:
    """A sleep table of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([SLEEP_HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def write_export(folder: Path, steps: Mapping[str, Mapping[date, int]]) -> Path:
    """A whole export with the given steps by person and day, and a sleep for each.

    Returns:
        The folder.
    """
    write_activity(
        folder / "dailyActivity_merged.csv",
        [
            activity_row(person, day, count)
            for person, days in steps.items()
            for day, count in days.items()
        ],
    )
    write_sleep(
        folder / "sleepDay_merged.csv",
        [sleep_row(person, day) for person, days in steps.items() for day in days],
    )
    return folder
