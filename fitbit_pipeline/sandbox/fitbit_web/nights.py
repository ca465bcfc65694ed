"""What is measured of a night, and cardio fitness: a row of each day that has one."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from fitbit_pipeline.sandbox.fitbit_web.paths import Span
from fitbit_pipeline.sandbox.fitbit_web.resources import Resource
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.units import Units
from fitbit_pipeline.sandbox.made_up.days import day_of

Json = dict[str, Any]

_HALF_RANGE = 2
"""Without GPS, fitness is told as a range of so much to both sides."""


def _variability(_synced: Synced, _day: date, record: Json, _units: Units) -> Json:
    return {
        "value": {
            "dailyRmssd": record["averageHeartRateVariabilityMilliseconds"],
            "deepRmssd": record["deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds"],
        }
    }


def _oxygen(_synced: Synced, _day: date, record: Json, _units: Units) -> Json:
    return {
        "value": {
            "avg": record["averagePercentage"],
            "min": record["lowerBoundPercentage"],
            "max": record["upperBoundPercentage"],
        }
    }


def _breathing(_synced: Synced, _day: date, record: Json, _units: Units) -> Json:
    return {"value": {"breathingRate": record["breathsPerMinute"]}}


def _temperature(_synced: Synced, _day: date, record: Json, units: Units) -> Json | None:
    """Against the person's usual, of which there is none before thirty nights."""
    if record["baselineTemperatureCelsius"] == "NaN":
        return None
    away = record["nightlyTemperatureCelsius"] - record["baselineTemperatureCelsius"]
    value = {"nightlyRelative": round(away * units.per_degree, 1)}
    return {"value": value, "logType": "dedicated_temp_sensor"}


def _fitness(synced: Synced, day: date, record: Json, _units: Units) -> Json:
    """One number on the day of a run with GPS, else a range."""
    estimate = math.floor(record["vo2Max"] + 0.5)
    workout = day_of(synced.person, day).workout
    if workout and workout.name == "Run":
        return {"value": {"vo2Max": str(estimate)}}
    return {"value": {"vo2Max": f"{estimate - _HALF_RANGE}-{estimate + _HALF_RANGE}"}}


_Measure = Callable[[Synced, date, Json, Units], Json | None]
_MEASURES: dict[str, tuple[str, _Measure]] = {
    "hrv": ("daily-heart-rate-variability", _variability),
    "spo2": ("daily-oxygen-saturation", _oxygen),
    "br": ("daily-respiratory-rate", _breathing),
    "temp-skin": ("daily-sleep-temperature-derivations", _temperature),
    "cardioscore": ("daily-vo2-max", _fitness),
}
"""By resource: Google's data type, and how Fitbit tells a record of it."""


def rows(synced: Synced, resource: Resource, span: Span, units: Units) -> Json | list[Json]:
    """The rows of days that have one, oldest first; those of blood oxygen come as a bare list.

    Nobody here measures the temperature of the core of the body.
    """
    found: list[Json] = []
    if resource.name in _MEASURES:
        data_type, measure = _MEASURES[resource.name]
        for day, record in synced.daily(data_type, span.first, span.last):
            if (row := measure(synced, day, record, units)) is not None:
                found.append({"dateTime": day.isoformat(), **row})
    if resource.key:
        return {resource.key: found}
    return found[0] if span.single and found else found
