"""Makes a Fitabase export of as many people and days as a benchmark wants."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

ACTIVITY_COLUMNS = [
    "Id",
    "ActivityDate",
    "TotalSteps",
    "TotalDistance",
    "TrackerDistance",
    "LoggedActivitiesDistance",
    "VeryActiveDistance",
    "ModeratelyActiveDistance",
    "LightActiveDistance",
    "SedentaryActiveDistance",
    "VeryActiveMinutes",
    "FairlyActiveMinutes",
    "LightlyActiveMinutes",
    "SedentaryMinutes",
    "Calories",
]
SLEEP_COLUMNS = ["Id", "SleepDay", "TotalSleepRecords", "TotalMinutesAsleep", "TotalTimeInBed"]
SEED = 53894


def write_export(folder: Path, people: int, first: date, days: int) -> None:
    """Writes the two tables of an export, the same ones for the same arguments.

    Args:
        folder: Where; made if it is not there.
        people: How many people.
        first: Their first day.
        days: How many days each, none missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = random.Random(SEED)  # noqa: S311 - figures for a benchmark, not secrets
    with (
        (folder / "dailyActivity_merged.csv").open("w", newline="") as activity_file,
        (folder / "sleepDay_merged.csv").open("w", newline="") as sleep_file,
    ):
        activity, sleep = csv.writer(activity_file), csv.writer(sleep_file)
        activity.writerow(ACTIVITY_COLUMNS)
        sleep.writerow(SLEEP_COLUMNS)
        for person in range(people):
            for offset in range(days):
                day = first + timedelta(days=offset)
                written = f"{day.month}/{day.day}/{day.year}"
                key = f"{1_000_000_000 + person}"
                activity.writerow([key, written, *_activity(made)])
                asleep = made.randint(240, 540)
                in_bed = asleep + made.randint(5, 60)
                sleep.writerow([key, f"{written} 12:00:00 AM", 1, asleep, in_bed])


def _activity(made: random.Random) -> list[str]:
    steps = made.randint(0, 25_000)
    kilometres = steps * 0.00071
    very, fairly, lightly = made.randint(0, 90), made.randint(0, 60), made.randint(0, 300)
    distances = [kilometres, kilometres, 0.0, kilometres / 4, kilometres / 8, kilometres / 2, 0.0]
    return [
        str(steps),
        *(f"{distance:.9g}" for distance in distances),
        *(str(minutes) for minutes in (very, fairly, lightly, 960 - very - fairly - lightly)),
        str(made.randint(1400, 4000)),
    ]
