"""Reads metric values from the records of a Fitabase export.

Distances are kilometres there. The sleep table adds all sleeps of a day up, so it gives totals and
nothing about the main sleep.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.metrics.normaliser import DayContext, Normaliser, PayloadRefused
from fitbit_pipeline.metrics.records import LARGEST
from fitbit_pipeline.metrics.tutorial import tutorial_wear_minutes

Number = TypeVar("Number", int, float)

COUNTS = {
    "TotalSteps": "steps",
    "Calories": "calories",
    "SedentaryMinutes": "sedentary_minutes",
    "LightlyActiveMinutes": "lightly_active_minutes",
    "FairlyActiveMinutes": "fairly_active_minutes",
    "VeryActiveMinutes": "very_active_minutes",
    "TotalSleepRecords": "sleep_records",
    "TotalMinutesAsleep": "total_minutes_asleep",
    "TotalTimeInBed": "total_time_in_bed_minutes",
}
KILOMETRES = {
    "TotalDistance": "distance",
    "TrackerDistance": "tracker_distance",
    "LoggedActivitiesDistance": "logged_distance",
    "VeryActiveDistance": "very_active_distance",
    "ModeratelyActiveDistance": "fairly_active_distance",
    "LightActiveDistance": "lightly_active_distance",
    "SedentaryActiveDistance": "sedentary_distance",
}


def _activity(payload: Mapping[str, Any], _day: DayContext) -> dict[str, MetricValue]:
    values = _values(payload, "dailyActivity")
    wear = tutorial_wear_minutes(values)
    return values if wear is None else {**values, "tutorial_wear_minutes": wear}


def _sleep(payload: Mapping[str, Any], _day: DayContext) -> dict[str, MetricValue]:
    return _values(payload, "sleepDay")


def _values(payload: Mapping[str, Any], table: str) -> dict[str, MetricValue]:
    record = payload.get(table)
    if not isinstance(record, Mapping):
        raise PayloadRefused(f"There is no record of the table {table}.")
    values: dict[str, MetricValue] = {}
    for column, text in record.items():
        try:
            if column in COUNTS:
                values[COUNTS[column]] = _measured(int(text))
            elif column in KILOMETRES:
                values[KILOMETRES[column]] = _measured(float(text))
        except (TypeError, ValueError, OverflowError):
            raise PayloadRefused(f"{column} is not a number.") from None
    return values


def _measured(value: Number) -> Number:
    if not abs(value) <= LARGEST:
        raise ValueError
    return value


NORMALISERS: dict[str, Normaliser] = {
    "steps": _activity,
    "distance": _activity,
    "calories": _activity,
    "activity_minutes": _activity,
    "sleep": _sleep,
}
