"""One day of one participant: how long it was worn, whether it counts, which bucket it falls into.

A day without data has no engagement: it is neither worn nor not worn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fitbit_pipeline.metrics.catalogue import MetricValue

RULE_VERSION = 1
"""Which rules made a document. Raised whenever the same metrics would give another result."""

LEVELS = (
    "sedentary_minutes",
    "lightly_active_minutes",
    "fairly_active_minutes",
    "very_active_minutes",
)

ZONES = (
    "zone_below_minutes",
    "zone_fat_burn_minutes",
    "zone_cardio_minutes",
    "zone_peak_minutes",
)

INPUTS = (
    "steps",
    *LEVELS,
    "tutorial_wear_minutes",
    "heart_rate_minutes",
    *ZONES,
    "resting_heart_rate",
    "sleep_records",
    "total_minutes_asleep",
)
"""The metrics that engagement is made of; a day with none of them is a day without data."""


class ActivityBucket(StrEnum):
    """How much a day was moved, by steps."""

    NOT_WORN = "not_worn"
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class WearMethod(StrEnum):
    """How wear minutes were found, best first."""

    HEART_RATE = "heart_rate"
    """Minutes with at least one heart-rate reading: the device reads only while it is worn."""
    HEART_RATE_ZONES = "heart_rate_zones"
    """Minutes in all heart-rate zones of an archive, within minutes of the readings."""
    NO_MOVEMENT = "no_movement"
    """Nothing but sedentary minutes all day, no step, no sleep, no resting heart rate: 0."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a deployment draws its lines.

    Attributes:
        worn_minutes: Wear minutes from which a day counts as worn.
        worn_steps: Steps from which it does where wear minutes are unknown.
        normal_steps: Steps from which a day is ``normal``; from 1 up to it, ``low``.
        high_steps: Steps above which a day is ``high``.
    """

    worn_minutes: int = 600
    worn_steps: int = 500
    normal_steps: int = 500
    high_steps: int = 10_000


def daily_engagement(
    metrics: Mapping[str, MetricValue], minutes_of_day: int, thresholds: Thresholds
) -> dict[str, Any]:
    """The engagement of one day.

    Args:
        metrics: The day's metric values by name; those that are not known are not in it.
        minutes_of_day: The length of the civil day: 1380, 1440 or 1500.
        thresholds: The lines drawn.

    Returns:
        ``minutes_of_day``, ``steps``, the four activity levels, ``wear_minutes``,
        ``wear_method``, ``worn``, ``worn_by`` (``wear_minutes`` or ``steps``),
        ``activity_bucket``, ``minutes_asleep`` (all sleeps of the day),
        ``tutorial_wear_minutes``; None stands for unknown.
    """
    steps = _number(metrics, "steps")
    wear_minutes, wear_method = wear_time(metrics, minutes_of_day)
    worn, worn_by = _worn(wear_minutes, steps, thresholds)
    return {
        "minutes_of_day": minutes_of_day,
        "steps": steps,
        **{level: _number(metrics, level) for level in LEVELS},
        "minutes_asleep": _number(metrics, "total_minutes_asleep"),
        "wear_minutes": wear_minutes,
        "wear_method": wear_method.value if wear_method else None,
        "worn": worn,
        "worn_by": worn_by,
        "activity_bucket": _bucket(steps, thresholds),
        "tutorial_wear_minutes": _number(metrics, "tutorial_wear_minutes"),
        "rule_version": RULE_VERSION,
    }


def wear_time(
    metrics: Mapping[str, MetricValue], minutes_of_day: int
) -> tuple[float | None, WearMethod | None]:
    """Minutes of the day that the device was worn, and how that is known.

    The activity levels are no measure of it: they add up to the day less the time in bed, worn or
    not. Of the days with some, but fewer than 600, minutes of heart rate, they call most worn:
    57 of 66 and 51 of 63 in two sets of real archives.

    Returns:
        The minutes and the method; None and None where the day's metrics do not tell.
    """
    readings = _number(metrics, "heart_rate_minutes")
    if readings is not None:
        return readings, WearMethod.HEART_RATE
    zones = [_number(metrics, zone) for zone in ZONES]
    # Without the time below the lowest zone the others tell how hard the day was, not how long.
    if zones[0] is not None:
        known = sum(value for value in zones if value is not None)
        return min(known, minutes_of_day), WearMethod.HEART_RATE_ZONES
    if _nothing_moved(metrics, minutes_of_day):
        return 0, WearMethod.NO_MOVEMENT
    return None, None


def _nothing_moved(metrics: Mapping[str, MetricValue], minutes_of_day: int) -> bool:
    whole_day = (1440, minutes_of_day)
    return (
        metrics.get("steps") == 0
        and metrics.get("sedentary_minutes") in whole_day
        and all(metrics.get(level) == 0 for level in LEVELS[1:])
        and "resting_heart_rate" not in metrics
        and "sleep_records" not in metrics
    )


def _worn(
    wear_minutes: float | None, steps: float | None, thresholds: Thresholds
) -> tuple[bool | None, str | None]:
    if wear_minutes is not None:
        return wear_minutes >= thresholds.worn_minutes, "wear_minutes"
    if steps is not None:
        return steps >= thresholds.worn_steps, "steps"
    return None, None


def _bucket(steps: float | None, thresholds: Thresholds) -> str | None:
    if steps is None:
        return None
    if steps == 0:
        return ActivityBucket.NOT_WORN.value
    if steps < thresholds.normal_steps:
        return ActivityBucket.LOW.value
    if steps <= thresholds.high_steps:
        return ActivityBucket.NORMAL.value
    return ActivityBucket.HIGH.value


def _number(metrics: Mapping[str, MetricValue], name: str) -> float | int | None:
    value = metrics.get(name)
    return value if isinstance(value, int | float) else None
