"""The JSON families that state a day, a sleep or a log in each record.

What does not belong here: series of minutes and tables (``services``).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fitbit_pipeline.sources.takeout.clock import TimeRule
from fitbit_pipeline.sources.takeout.families import DATE, DAY_MINUTES
from fitbit_pipeline.sources.takeout.family import (
    Cadence,
    Field,
    FileFamily,
    Format,
    as_number,
    at,
)

_MINUTES_IN_BED = 2 * DAY_MINUTES
_MILLISECONDS = 60_000 * _MINUTES_IN_BED
_WHOLE_DAY = 1440


def _resting_is_stated(record: Mapping[str, Any]) -> bool:
    """Whether a record of resting heart rate states one.

    Measured: a day without is ``{"date": null, "value": 0.0}``, up to the end of the year.
    """
    if not isinstance(record.get("value"), dict):
        return True
    return at(record, ("value", "date")) is not None and at(record, ("value", "value")) != 0


def _zones_show_wear(record: Mapping[str, Any]) -> bool:
    """Whether a record of zones comes from readings.

    A whole day below the lowest zone is how a day without any reading is filled up.
    """
    zones = at(record, ("value", "valuesInZones"))
    minutes = {name: as_number(value) or 0 for name, value in zones.items()}
    return any(minutes.values()) and minutes.get("BELOW_DEFAULT_ZONE_1") != _WHOLE_DAY


def _value(key: str, lowest: float, highest: float) -> Field:
    return Field(("value", key), lowest, highest)


def _json(
    name: str,
    endpoint: str,
    fields: tuple[Field, ...],
    *,
    cadence: Cadence,
    stamp: tuple[str, ...] = ("dateTime",),
) -> FileFamily:
    return FileFamily(
        name=name,
        endpoint=endpoint,
        pattern=re.compile(rf"{name}-{DATE}\.json"),
        format=Format.JSON,
        rule=TimeRule.LOCAL,
        cadence=cadence,
        stamp=stamp,
        fields=fields,
    )


RESTING_HEART_RATE = replace(
    _json(
        "resting_heart_rate",
        "resting_heart_rate",
        (_value("value", 1, 300),),
        cadence=Cadence.YEAR,
        stamp=("value", "date"),
    ),
    present=_resting_is_stated,
)

HEART_RATE_ZONES = replace(
    _json(
        "time_in_heart_rate_zones",
        "heart_rate_zones",
        (
            Field(("value", "valuesInZones", "BELOW_DEFAULT_ZONE_1"), 0, DAY_MINUTES),
            Field(("value", "valuesInZones", "IN_DEFAULT_ZONE_1"), 0, DAY_MINUTES, optional=True),
            Field(("value", "valuesInZones", "IN_DEFAULT_ZONE_2"), 0, DAY_MINUTES, optional=True),
            Field(("value", "valuesInZones", "IN_DEFAULT_ZONE_3"), 0, DAY_MINUTES, optional=True),
        ),
        cadence=Cadence.DAY,
    ),
    evidence=_zones_show_wear,
)

SLEEP = replace(
    _json(
        "sleep",
        "sleep",
        (
            Field(("timeInBed",), 0, _MINUTES_IN_BED),
            Field(("minutesAsleep",), 0, _MINUTES_IN_BED),
            Field(("minutesAwake",), 0, _MINUTES_IN_BED, optional=True),
            Field(("efficiency",), 0, 1000, optional=True),
        ),
        cadence=Cadence.MONTH,
        stamp=("dateOfSleep",),
    ),
    moment=("endTime",),
    times=("startTime", "endTime"),
    identity="logId",
)

DEMOGRAPHIC_VO2_MAX = replace(
    _json(
        "demographic_vo2_max",
        "vo2_max",
        (_value("filteredDemographicVO2Max", 0, 200),),
        cadence=Cadence.YEAR,
    ),
    # Estimated from age, weight and resting heart rate, on days without the device too.
    evidence=None,
)

RUN_VO2_MAX = replace(
    _json("run_vo2_max", "vo2_max", (_value("filteredRunVO2Max", 0, 200),), cadence=Cadence.YEAR),
    # Stamped with the start of the run, which the list of exercises states in UTC.
    rule=TimeRule.UTC,
    moment=("dateTime",),
)

WEIGHT = replace(
    _json(
        "weight",
        "weight",
        (
            Field(("weight",), 1, 2000),
            Field(("bmi",), 0, 500, optional=True),
            Field(("fat",), 0, 100, optional=True),
        ),
        cadence=Cadence.MONTH,
        stamp=("date",),
    ),
    identity="logId",
)

EXERCISE = FileFamily(
    name="exercise",
    endpoint="exercise",
    # Pages of a hundred logs: the number in the name is that of the first one, and no date.
    pattern=re.compile(r"exercise-\d+\.json", re.ASCII),
    format=Format.JSON,
    # Measured: minutes with steps agree with the starts of 215 logs when these are read as UTC.
    rule=TimeRule.UTC,
    cadence=Cadence.OPEN,
    stamp=("startTime",),
    fields=(
        Field(("duration",), 0, _MILLISECONDS),
        Field(("activeDuration",), 0, _MILLISECONDS, optional=True),
    ),
    # A log can be typed in, without any device.
    evidence=None,
    identity="logId",
)
