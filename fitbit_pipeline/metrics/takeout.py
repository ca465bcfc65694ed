"""Metric values from the raw days of a Takeout archive.

A payload holds the archive's records of one day by family: JSON records as they are (numbers often
as text), rows of tables as column to text. Tables that Google added are under ``GoogleData …`` and
have units of their own. What does not belong here: sleeps (``sleep_logs``), and which records
belong to a day (the source).
"""

from collections.abc import Sequence

from fitbit_pipeline.metrics.exercise_logs import exercise_metrics
from fitbit_pipeline.metrics.normaliser import DayContext, Normaliser
from fitbit_pipeline.metrics.records import (
    Payload,
    Record,
    Values,
    number,
    part,
    records_of,
    total,
)
from fitbit_pipeline.metrics.sleep_logs import sleep_metrics
from fitbit_pipeline.metrics.takeout_nights import (
    breathing_rate,
    hrv,
    skin_temperature,
    spo2,
    vo2_max,
)
from fitbit_pipeline.metrics.takeout_weight import weight
from fitbit_pipeline.metrics.tutorial import tutorial_wear_minutes

_CENTIMETRES = 100_000
_METRES = 1000
_US_MINUTE = len("05/06/18 14:00")
_ISO_MINUTE = len("2018-05-06T14:00")
_LEVELS = {
    "sedentary_minutes": "sedentary_minutes",
    "lightly_active_minutes": "lightly_active_minutes",
    "moderately_active_minutes": "fairly_active_minutes",
    "very_active_minutes": "very_active_minutes",
}
_GOOGLE_LEVELS = {
    "light": "lightly_active_minutes",
    "moderate": "fairly_active_minutes",
    "very": "very_active_minutes",
}
_ZONES = {
    "BELOW_DEFAULT_ZONE_1": "zone_below_minutes",
    "IN_DEFAULT_ZONE_1": "zone_fat_burn_minutes",
    "IN_DEFAULT_ZONE_2": "zone_cardio_minutes",
    "IN_DEFAULT_ZONE_3": "zone_peak_minutes",
}
_CREDITED_ZONES = {
    "FAT_BURN": "fat_burn_zone_minutes",
    "CARDIO": "cardio_zone_minutes",
    "PEAK": "peak_zone_minutes",
}


def _steps(payload: Payload, _context: DayContext) -> Values:
    records = records_of(payload, "steps") or records_of(payload, "GoogleData steps")
    key = "value" if "steps" in payload else "steps"
    return {"steps": total(number(record, key) for record in records)} if records else {}


def _distance(payload: Payload, _context: DayContext) -> Values:
    """The JSON series is in centimetres (116 steps went with 10769), Google's table in metres."""
    if records := records_of(payload, "distance"):
        return {"distance": _kilometres(records, "value", _CENTIMETRES)}
    if records := records_of(payload, "GoogleData distance"):
        return {"distance": _kilometres(records, "distance", _METRES)}
    return {}


def _calories(payload: Payload, _context: DayContext) -> Values:
    records = records_of(payload, "calories") or records_of(payload, "GoogleData calories")
    key = "value" if "calories" in payload else "calories"
    return {"calories": total(number(record, key) for record in records)} if records else {}


def _activity_minutes(payload: Payload, _context: DayContext) -> Values:
    """The archive's ``moderately`` is what the API and the catalogue call fairly active."""
    if rows := records_of(payload, "GoogleData active_minutes"):
        return {
            name: total(number(row, column) for row in rows)
            for column, name in _GOOGLE_LEVELS.items()
        }
    values: Values = {
        name: number(records[-1], "value")
        for family, name in _LEVELS.items()
        if (records := records_of(payload, family))
    }
    if (wear := tutorial_wear_minutes(values)) is not None:
        values["tutorial_wear_minutes"] = wear
    return values


def _active_zone_minutes(payload: Payload, _context: DayContext) -> Values:
    """Rows credit minutes already: one in fat burn, two in cardio and peak.

    A zone without rows beside others earned none.
    """
    table, zone_column, column = "Active Zone Minutes", "heart_zone_id", "total_minutes"
    if table not in payload:
        table, zone_column = "GoogleData active_zone_minutes", "heart rate zone"
        column = "total minutes"
    rows = records_of(payload, table)
    if not rows:
        return {}
    credited: Values = {
        name: total(number(row, column) for row in rows if row.get(zone_column) == zone)
        for zone, name in _CREDITED_ZONES.items()
    }
    return {"active_zone_minutes": total(number(row, column) for row in rows), **credited}


def _exercise(payload: Payload, _context: DayContext) -> Values:
    return exercise_metrics(records_of(payload, "exercise"))


def _heart_rate(payload: Payload, _context: DayContext) -> Values:
    """Minutes are told apart in UTC, in which both families are stamped: none is there twice."""
    readings = [
        (_minute(record.get("dateTime")), number(part(record, "value"), "bpm"))
        for record in records_of(payload, "heart_rate")
    ] or [
        (_minute(row.get("timestamp")), number(row, "beats per minute"))
        for row in records_of(payload, "GoogleData heart_rate")
    ]
    beats = [bpm for _, bpm in readings if bpm > 0]
    if not beats:
        return {"heart_rate_minutes": 0} if payload else {}
    return {
        "heart_rate_minutes": len({minute for minute, bpm in readings if bpm > 0}),
        "heart_rate_average": round(total(beats) / len(beats), 6),
        "heart_rate_lowest": min(beats),
        "heart_rate_highest": max(beats),
    }


def _resting_heart_rate(payload: Payload, _context: DayContext) -> Values:
    for record in reversed(records_of(payload, "resting_heart_rate")):
        value = part(record, "value")
        if value.get("date") is not None and (bpm := number(value, "value")) > 0:
            return {"resting_heart_rate": bpm}
    for row in reversed(records_of(payload, "GoogleData daily_resting_heart_rate")):
        return {"resting_heart_rate": number(row, "beats per minute")}
    return {}


def _heart_rate_zones(payload: Payload, _context: DayContext) -> Values:
    records = records_of(payload, "time_in_heart_rate_zones")
    if not records:
        return {}
    zones = part(part(records[-1], "value"), "valuesInZones")
    return {name: number(zones, zone) for zone, name in _ZONES.items() if zone in zones}


def _sleep(payload: Payload, _context: DayContext) -> Values:
    return sleep_metrics(records_of(payload, "sleep"))


def _weight(payload: Payload, _context: DayContext) -> Values:
    return weight(payload)


def _kilometres(records: Sequence[Record], key: str, per_kilometre: int) -> float:
    return round(total(number(record, key) for record in records) / per_kilometre, 6)


def _minute(stamp: object) -> str:
    text = str(stamp)
    return text[: _US_MINUTE if text[2:3] == "/" else _ISO_MINUTE]


NORMALISERS: dict[str, Normaliser] = {
    "steps": _steps,
    "distance": _distance,
    "calories": _calories,
    "activity_minutes": _activity_minutes,
    "active_zone_minutes": _active_zone_minutes,
    "exercise": _exercise,
    "heart_rate": _heart_rate,
    "resting_heart_rate": _resting_heart_rate,
    "heart_rate_zones": _heart_rate_zones,
    "hrv": hrv,
    "sleep": _sleep,
    "breathing_rate": breathing_rate,
    "spo2": spo2,
    "skin_temperature": skin_temperature,
    "vo2_max": vo2_max,
    "weight": _weight,
}
"""By endpoint: the function that reads its metrics from a day's payload."""
