"""Metric values from the raw days of the Fitbit Web API.

A payload holds the items of one day under the API's own names, ``{"activities-steps": [item]}``,
verbatim. Activity series state numbers as text, distances in kilometres. What does not belong
here: sleeps (``sleep_logs``), and which items belong to a day (the source).
"""

import re
from collections.abc import Mapping
from functools import partial

from fitbit_pipeline.metrics.exercise_logs import exercise_metrics
from fitbit_pipeline.metrics.normaliser import DayContext, Normaliser, PayloadRefused
from fitbit_pipeline.metrics.records import (
    Payload,
    Record,
    Values,
    log_moment,
    number,
    part,
    records_of,
    total,
)
from fitbit_pipeline.metrics.sleep_logs import sleep_metrics
from fitbit_pipeline.metrics.tutorial import tutorial_wear_minutes

_LEVELS = {
    "activities-minutesSedentary": "sedentary_minutes",
    "activities-minutesLightlyActive": "lightly_active_minutes",
    "activities-minutesFairlyActive": "fairly_active_minutes",
    "activities-minutesVeryActive": "very_active_minutes",
}
_CREDITED_ZONES = {
    "fatBurnActiveZoneMinutes": "fat_burn_zone_minutes",
    "cardioActiveZoneMinutes": "cardio_zone_minutes",
    "peakActiveZoneMinutes": "peak_zone_minutes",
}
_ZONES = {
    "Fat Burn": "zone_fat_burn_minutes",
    "Cardio": "zone_cardio_minutes",
    "Peak": "zone_peak_minutes",
}
_WEIGHT_LOG = {"weight": "weight", "bmi": "bmi", "fat": "body_fat"}
_RANGE = re.compile(r"([0-9]+(?:\.[0-9]+)?)-([0-9]+(?:\.[0-9]+)?)")


def _series(root: str, name: str, payload: Payload, _context: DayContext) -> Values:
    """A series whose items are ``{"dateTime": …, "value": "9210"}``."""
    items = records_of(payload, root)
    return {name: number(items[-1], "value")} if items else {}


def _inside(root: str, names: Mapping[str, str], payload: Payload, _context: DayContext) -> Values:
    """A series whose items hold members, ``{"dateTime": …, "value": {"dailyRmssd": 44.6}}``."""
    return {
        name: number(value, member)
        for item in records_of(payload, root)[-1:]
        for value in [part(item, "value")]
        for member, name in names.items()
        if value.get(member) is not None
    }


def _distance(payload: Payload, _context: DayContext) -> Values:
    """Kilometres, without the noise of adding up (``"6.4281999999999995"``)."""
    return {
        name: round(number(items[-1], "value"), 6)
        for root, name in (
            ("activities-distance", "distance"),
            ("activities-tracker-distance", "tracker_distance"),
        )
        if (items := records_of(payload, root))
    }


def _activity_minutes(payload: Payload, _context: DayContext) -> Values:
    values: Values = {
        name: number(items[-1], "value")
        for root, name in _LEVELS.items()
        if (items := records_of(payload, root))
    }
    if (wear := tutorial_wear_minutes(values)) is not None:
        values["tutorial_wear_minutes"] = wear
    return values


def _active_zone_minutes(payload: Payload, _context: DayContext) -> Values:
    """Credited minutes; a zone that is missing beside others is 0."""
    items = records_of(payload, "activities-active-zone-minutes")
    if not items:
        return {}
    value = part(items[-1], "value")
    credited = {
        name: number(value, member) if value.get(member) is not None else 0
        for member, name in _CREDITED_ZONES.items()
    }
    if value.get("activeZoneMinutes") is None:
        return {"active_zone_minutes": sum(credited.values()), **credited}
    return {"active_zone_minutes": number(value, "activeZoneMinutes"), **credited}


def _exercise(payload: Payload, _context: DayContext) -> Values:
    return exercise_metrics(records_of(payload, "activities"))


def _heart_rate(payload: Payload, _context: DayContext) -> Values:
    """Wear time counts the minutes of the wall clock that have a reading; others are left out."""
    intraday = payload.get("activities-heart-intraday")
    if not isinstance(intraday, Mapping):
        raise PayloadRefused("there are no readings as 'activities-heart-intraday'")
    readings = {
        str(reading.get("time"))[: len("23:59")]: bpm
        for reading in records_of(intraday, "dataset")
        if (bpm := number(reading, "value")) > 0
    }
    if not readings:
        return {}
    return {
        "heart_rate_minutes": len(readings),
        "heart_rate_average": round(total(readings.values()) / len(readings), 6),
        "heart_rate_lowest": min(readings.values()),
        "heart_rate_highest": max(readings.values()),
    }


def _heart_rate_zones(payload: Payload, _context: DayContext) -> Values:
    """Minutes in the three zones above the lowest.

    What the API calls out of range is the rest of the day, worn or not (1440 minutes on a day in a
    drawer), and no time with a heart rate below the zones: it is left out. A zone that states no
    minutes beside others had none; where no zone states any, the device feels no pulse.
    """
    items = records_of(payload, "activities-heart")
    if not items:
        return {}
    zones = {
        str(zone.get("name")): zone
        for zone in records_of(part(items[-1], "value"), "heartRateZones")
    }
    if all(zone.get("minutes") is None for zone in zones.values()):
        return {}
    return {
        metric: number(zones[name], "minutes") if zones[name].get("minutes") is not None else 0
        for name, metric in _ZONES.items()
        if name in zones
    }


def _spo2(payload: Payload, _context: DayContext) -> Values:
    for item in reversed(records_of(payload, "spo2")):
        value = part(item, "value")
        return {
            "spo2_average": number(value, "avg"),
            "spo2_lowest": number(value, "min"),
            "spo2_highest": number(value, "max"),
        }
    return {}


def _vo2_max(payload: Payload, _context: DayContext) -> Values:
    """The middle of a range such as ``47-51``, or the number itself after runs with GPS."""
    for item in reversed(records_of(payload, "cardioScore")):
        value = part(item, "value")
        if bounds := _RANGE.fullmatch(str(value.get("vo2Max"))):
            return {"vo2_max": (float(bounds[1]) + float(bounds[2])) / 2}
        return {"vo2_max": number(value, "vo2Max")}
    return {}


def _sleep(payload: Payload, _context: DayContext) -> Values:
    return sleep_metrics(records_of(payload, "sleep"))


def _weight(payload: Payload, _context: DayContext) -> Values:
    """The last log of the day, in kilograms; fat also from a log of its own."""
    values: Values = {}
    if fat := _last(payload, "fat"):
        values["body_fat"] = number(fat, "fat")
    if log := _last(payload, "weight"):
        values |= {
            name: number(log, member)
            for member, name in _WEIGHT_LOG.items()
            if log.get(member) is not None
        }
    return values


def _last(payload: Payload, root: str) -> Record | None:
    return max(records_of(payload, root), key=log_moment, default=None)


NORMALISERS: dict[str, Normaliser] = {
    "steps": partial(_series, "activities-steps", "steps"),
    "distance": _distance,
    "floors": partial(_series, "activities-floors", "floors"),
    "calories": partial(_series, "activities-calories", "calories"),
    "activity_minutes": _activity_minutes,
    "active_zone_minutes": _active_zone_minutes,
    "exercise": _exercise,
    "heart_rate": _heart_rate,
    "resting_heart_rate": partial(
        _inside, "activities-heart", {"restingHeartRate": "resting_heart_rate"}
    ),
    "heart_rate_zones": _heart_rate_zones,
    "hrv": partial(_inside, "hrv", {"dailyRmssd": "hrv_rmssd", "deepRmssd": "hrv_deep_rmssd"}),
    "sleep": _sleep,
    "breathing_rate": partial(_inside, "br", {"breathingRate": "breathing_rate"}),
    "spo2": _spo2,
    "skin_temperature": partial(
        _inside, "tempSkin", {"nightlyRelative": "skin_temperature_deviation"}
    ),
    "vo2_max": _vo2_max,
    "weight": _weight,
}
"""By endpoint: the function that reads its metrics from a day's payload."""
