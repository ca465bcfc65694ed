"""Metric values from the raw days of the Google Health API.

A payload holds the rows of one day by read, ``{"steps:dailyRollUp": [row, …]}``, each row as the
API gave it. What does not belong here: sleeps (``google_sleep``), how single members are read
(``google_values``), and which rows belong to a day (the source).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from fitbit_pipeline.metrics.google_sleep import sleep_metrics
from fitbit_pipeline.metrics.google_values import (
    Block,
    Payload,
    Values,
    block_in,
    blocks,
    blocks_in,
    duration,
    elapsed,
    instant,
    minutes,
    number,
    points,
    text,
)
from fitbit_pipeline.metrics.normaliser import DayContext, Normaliser
from fitbit_pipeline.metrics.tutorial import tutorial_wear_minutes

_MILLIMETRES_PER_KILOMETRE = 1_000_000
_GRAMS_PER_KILOGRAM = 1000
_BEATS = {
    "beatsPerMinuteAvg": "heart_rate_average",
    "beatsPerMinuteMin": "heart_rate_lowest",
    "beatsPerMinuteMax": "heart_rate_highest",
}
_LEVELS = {
    "LIGHT": "lightly_active_minutes",
    "MODERATE": "fairly_active_minutes",
    "VIGOROUS": "very_active_minutes",
}
_ZONES = {
    "LIGHT": "zone_below_minutes",
    "MODERATE": "zone_fat_burn_minutes",
    "VIGOROUS": "zone_cardio_minutes",
    "PEAK": "zone_peak_minutes",
}
_CREDITED_ZONES = {
    "sumInFatBurnHeartZone": "fat_burn_zone_minutes",
    "sumInCardioHeartZone": "cardio_zone_minutes",
    "sumInPeakHeartZone": "peak_zone_minutes",
}


def _stated(read: str, names: Mapping[str, str], payload: Payload, _context: DayContext) -> Values:
    """The members of a read by the metrics' names; of several rows the first that states one."""
    values: Values = {}
    for block in blocks(payload, read):
        for member, name in names.items():
            if (value := number(block, member)) is not None:
                values.setdefault(name, value)
    return values


def _distance(payload: Payload, _context: DayContext) -> Values:
    for block in blocks(payload, "distance:dailyRollUp"):
        if (millimetres := number(block, "millimetersSum")) is not None:
            return {"distance": millimetres / _MILLIMETRES_PER_KILOMETRE}
    return {}


def _activity_minutes(payload: Payload, _context: DayContext) -> Values:
    """Light, moderate and vigorous are what the catalogue calls lightly, fairly and very active.

    Google's sedentary time has seconds; the tutorial's was in whole minutes and is read so.
    """
    values = _active_minutes(payload)
    for block in blocks(payload, "sedentary-period:dailyRollUp"):
        if (seated := duration(block, "durationSum")) is not None:
            values["sedentary_minutes"] = minutes([seated])
            whole = {**values, "sedentary_minutes": int(minutes([seated]))}
            if (wear := tutorial_wear_minutes(whole)) is not None:
                values["tutorial_wear_minutes"] = wear
            break
    return values


def _active_minutes(payload: Payload) -> Values:
    """A level that is missing beside others is 0; a block without levels is no reading."""
    for block in blocks(payload, "active-minutes:dailyRollUp"):
        found = {
            _LEVELS[level]: number(entry, "activeMinutesSum") or 0
            for entry in blocks_in(block, "activeMinutesRollupByActivityLevel")
            if (level := text(entry, "activityLevel")) in _LEVELS
        }
        if found:
            return {name: found.get(name, 0) for name in _LEVELS.values()}
    return {}


def _active_zone_minutes(payload: Payload, _context: DayContext) -> Values:
    """The sums credit minutes already; one that is missing beside others is 0."""
    for block in blocks(payload, "active-zone-minutes:dailyRollUp"):
        stated = {name: number(block, member) for member, name in _CREDITED_ZONES.items()}
        if any(value is not None for value in stated.values()):
            credited = {name: value or 0 for name, value in stated.items()}
            return {"active_zone_minutes": sum(credited.values()), **credited}
    return {}


def _exercise(payload: Payload, _context: DayContext) -> Values:
    """Sessions and their active time, or the time from start to end where that is not stated."""
    named = points(payload, "exercise:reconcile")
    if not named:
        return {}
    sessions = {name or f"unnamed {place}": session for place, (name, session) in enumerate(named)}
    lengths = [
        elapsed(block_in(session, "interval")) if active is None else active
        for session in sessions.values()
        for active in [duration(session, "activeDuration")]
    ]
    return {"exercise_count": len(lengths), "exercise_minutes": minutes(lengths)}


def _heart_rate(payload: Payload, context: DayContext) -> Values:
    """Wear time counts minutes of physical time, however often a window is there.

    Without one that holds a reading the number is unknown, not 0: other reads of the day may well
    say that the device was worn.
    """
    values = _stated("heart-rate:dailyRollUp", _BEATS, payload, context)
    if read := _minutes_with_reading(payload):
        values["heart_rate_minutes"] = len(read)
    return values


def _minutes_with_reading(payload: Payload) -> set[datetime]:
    return {
        instant(window, "startTime").replace(second=0, microsecond=0)
        for window in blocks_in(payload, "heart-rate:rollUp")
        if any((number(block_in(window, "heartRate"), member) or 0) > 0 for member in _BEATS)
    }


def _heart_rate_zones(payload: Payload, _context: DayContext) -> Values:
    """The light zone is what lay below the lowest; one that is missing beside others is 0."""
    for block in blocks(payload, "time-in-heart-rate-zone:dailyRollUp"):
        found = {
            _ZONES[zone]: duration(entry, "duration")
            for entry in blocks_in(block, "timeInHeartRateZones")
            if (zone := text(entry, "heartRateZone")) in _ZONES
        }
        if found:
            return {
                name: minutes([length] if (length := found.get(name)) else [])
                for name in _ZONES.values()
            }
    return {}


def _sleep(payload: Payload, _context: DayContext) -> Values:
    return sleep_metrics(points(payload, "sleep:reconcile"))


def _skin_temperature(payload: Payload, _context: DayContext) -> Values:
    """The night against the person's baseline, of which there is none before 30 nights.

    The deviation that Google states beside them is another statistic.
    """
    for block in blocks(payload, "daily-sleep-temperature-derivations:reconcile"):
        night = number(block, "nightlyTemperatureCelsius")
        baseline = number(block, "baselineTemperatureCelsius")
        if night is not None and baseline is not None:
            return {"skin_temperature_deviation": night - baseline}
    return {}


def _weight(payload: Payload, _context: DayContext) -> Values:
    """Weight and fat are logs of their own; of each the last of the day."""
    values: Values = {}
    if (grams := _last(blocks(payload, "weight:reconcile"), "weightGrams")) is not None:
        values["weight"] = grams / _GRAMS_PER_KILOGRAM
    if (fat := _last(blocks(payload, "body-fat:reconcile"), "percentage")) is not None:
        values["body_fat"] = fat
    return values


def _last(samples: Sequence[Block], member: str) -> int | float | None:
    stated = [
        (instant(block_in(sample, "sampleTime"), "physicalTime"), value)
        for sample in samples
        if (value := number(sample, member)) is not None
    ]
    return max(stated)[1] if stated else None


NORMALISERS: dict[str, Normaliser] = {
    "steps": partial(_stated, "steps:dailyRollUp", {"countSum": "steps"}),
    "distance": _distance,
    "floors": partial(_stated, "floors:dailyRollUp", {"countSum": "floors"}),
    "calories": partial(_stated, "total-calories:dailyRollUp", {"kcalSum": "calories"}),
    "activity_minutes": _activity_minutes,
    "active_zone_minutes": _active_zone_minutes,
    "exercise": _exercise,
    "heart_rate": _heart_rate,
    "resting_heart_rate": partial(
        _stated, "daily-resting-heart-rate:reconcile", {"beatsPerMinute": "resting_heart_rate"}
    ),
    "heart_rate_zones": _heart_rate_zones,
    "hrv": partial(
        _stated,
        "daily-heart-rate-variability:reconcile",
        {
            "averageHeartRateVariabilityMilliseconds": "hrv_rmssd",
            "deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds": "hrv_deep_rmssd",
        },
    ),
    "sleep": _sleep,
    "breathing_rate": partial(
        _stated, "daily-respiratory-rate:reconcile", {"breathsPerMinute": "breathing_rate"}
    ),
    "spo2": partial(
        _stated,
        "daily-oxygen-saturation:reconcile",
        {
            "averagePercentage": "spo2_average",
            "lowerBoundPercentage": "spo2_lowest",
            "upperBoundPercentage": "spo2_highest",
        },
    ),
    "skin_temperature": _skin_temperature,
    "vo2_max": partial(_stated, "daily-vo2-max:reconcile", {"vo2Max": "vo2_max"}),
    "weight": _weight,
}
"""By endpoint: the function that reads its metrics from a day's payload."""
