"""Exercises as activity logs: in the list of logs, and in the summary of a day."""

from datetime import date
from typing import Any

from fitbit_pipeline.sandbox.api_times import civil_of, instant_of, parse_duration
from fitbit_pipeline.sandbox.fitbit_web.paths import Span
from fitbit_pipeline.sandbox.fitbit_web.synced import Row, Synced
from fitbit_pipeline.sandbox.fitbit_web.units import Units
from fitbit_pipeline.sandbox.fitbit_web.zones import ZONE_NAMES, zone_bounds
from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.tallies import CREDITED_ZONES, ZONES
from fitbit_pipeline.sandbox.made_up.textures import LIGHT, MODERATE, SEDENTARY, VIGOROUS

Json = dict[str, Any]

_TYPE_IDS = {
    "Walk": 90013,
    "Run": 90009,
    "Bike": 90001,
    "Swim": 90024,
    "Weights": 2131,
    "Yoga": 52001,
}
_LEVEL_NAMES = {SEDENTARY: "sedentary", LIGHT: "lightly", MODERATE: "fairly", VIGOROUS: "very"}
_CREDITED_TYPES = {"MODERATE": "FAT_BURN", "VIGOROUS": "CARDIO", "PEAK": "PEAK"}
_MILLIMETRES_PER_KILOMETRE = 1_000_000


def logs(synced: Synced, first: date, last: date, units: Units) -> list[Json]:
    """The logs of exercises that began on civil days, oldest first."""
    rows = synced.sessions("exercise", first, last, "start")
    return [log_of(synced, row, units) for row in rows]


def log_of(synced: Synced, row: Row, units: Units) -> Json:
    """One log, with the wall clock and its offset where the person was."""
    _day, number, record = row
    interval, metrics = record["interval"], record["metricsSummary"]
    start = _offset_time(interval)
    milliseconds = 1000 * _seconds(record["activeDuration"])
    log: Json = {
        "activeDuration": milliseconds,
        "activityLevel": activity_level(synced, row),
        "activityName": record["displayName"],
        "activityTypeId": _TYPE_IDS[record["displayName"]],
        "calories": metrics["caloriesKcal"],
        "duration": milliseconds,
        "elevationGain": 0.0,
        "hasActiveZoneMinutes": "activeZoneMinutes" in metrics,
        "lastModified": instant_of(record, "updateTime").strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "logId": int(number),
        "logType": "auto_detected",
        "manualValuesSpecified": {"calories": False, "distance": False, "steps": False},
        "originalDuration": milliseconds,
        "originalStartTime": start,
        "source": {
            "id": number[-9:],
            "name": synced.person.device,
            "trackerFeatures": ["CALORIES", "DISTANCE", "HEARTRATE", "PACE", "STEPS"],
            "type": "tracker",
            "url": "https://www.fitbit.com/",
        },
        "startTime": start,
        "steps": int(metrics.get("steps", 0)),
    }
    if "averageHeartRateBeatsPerMinute" in metrics:
        log["averageHeartRate"] = int(metrics["averageHeartRateBeatsPerMinute"])
        log["heartRateZones"] = _zones(synced, metrics)
        log["activeZoneMinutes"] = _credits(metrics)
    if "distanceMillimeters" in metrics:
        kilometres = metrics["distanceMillimeters"] / _MILLIMETRES_PER_KILOMETRE
        log["distance"] = kilometres * units.per_kilometre
        log["distanceUnit"] = "Kilometer" if units.per_kilometre == 1 else "Mile"
        log["pace"] = milliseconds / 1000 / log["distance"]
        log["speed"] = log["distance"] * 3_600_000 / milliseconds
    return log


def activity_level(synced: Synced, row: Row) -> list[Json]:
    """The minutes of an exercise at each level."""
    happened = day_of(synced.person, row[0])
    workout = happened.workout
    levels = happened.levels[workout.start : workout.end] if workout else b""
    return [{"minutes": levels.count(level), "name": name} for level, name in _LEVEL_NAMES.items()]


def in_summary(synced: Synced, span: Span, units: Units) -> list[Json]:
    """The exercises of a day as its summary lists them, in another shape than the list of logs."""
    found = []
    for row in synced.sessions("exercise", span.first, span.last, "start"):
        day, number, record = row
        log = log_of(synced, row, units)
        began = civil_of(record["interval"], "startTime", "startUtcOffset")
        way = {"distance": log["distance"]} if "distance" in log else {}
        found.append(
            {
                "activityId": log["activityTypeId"],
                "activityParentId": log["activityTypeId"],
                "activityParentName": log["activityName"],
                "calories": log["calories"],
                "description": "",
                **way,
                "duration": log["duration"],
                "hasActiveZoneMinutes": log["hasActiveZoneMinutes"],
                "hasStartTime": True,
                "isFavorite": False,
                "lastModified": log["lastModified"],
                "logId": int(number),
                "name": log["activityName"],
                "startDate": day.isoformat(),
                "startTime": began.strftime("%H:%M"),
                "steps": log["steps"],
            }
        )
    return found


def _offset_time(interval: Json) -> str:
    local = civil_of(interval, "startTime", "startUtcOffset")
    minutes = _seconds(interval["startUtcOffset"]) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{local.isoformat()}.000{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _zones(synced: Synced, metrics: Json) -> list[Json]:
    minutes = _zone_minutes(metrics)
    bounds = zone_bounds(synced.person)
    return [
        {"max": high, "min": low, "minutes": count, "name": name}
        for name, (low, high), count in zip(ZONE_NAMES, bounds, minutes, strict=True)
    ]


def _credits(metrics: Json) -> Json:
    minutes = dict(zip(ZONES, _zone_minutes(metrics), strict=True))
    rows = [
        {
            "minuteMultiplier": worth,
            "minutes": minutes[zone],
            "order": place,
            "type": _CREDITED_TYPES[zone],
            "zoneName": _CREDITED_TYPES[zone].replace("_", " ").title(),
        }
        for place, (zone, (_, worth)) in enumerate(CREDITED_ZONES.items(), 1)
    ]
    return {"minutesInHeartRateZones": rows, "totalMinutes": int(metrics["activeZoneMinutes"])}


def _zone_minutes(metrics: Json) -> list[int]:
    times = metrics["heartRateZoneDurations"]
    return [_seconds(times[f"{zone.lower()}Time"]) // 60 for zone in ZONES]


def _seconds(text: str) -> int:
    length = parse_duration(text)
    return round(length.total_seconds()) if length else 0
