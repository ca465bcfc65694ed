"""Activity: series of days, the summary of one day, active zone minutes.

Series hold a text for every day asked for, be there data or not.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sandbox.fitbit_web.exercises import in_summary
from fitbit_pipeline.sandbox.fitbit_web.paths import Span
from fitbit_pipeline.sandbox.fitbit_web.resources import Resource
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.totals import METRES_PER_FLOOR, Totals
from fitbit_pipeline.sandbox.fitbit_web.units import Units

Json = dict[str, Any]

_GOALS = {"activeMinutes": 30, "caloriesOut": 2500, "distance": 8.05, "floors": 10, "steps": 10000}
_CREDITS = ("fatBurnActiveZoneMinutes", "cardioActiveZoneMinutes", "peakActiveZoneMinutes")


def _elevation(totals: Totals, units: Units) -> str:
    return str(round(totals.floors * METRES_PER_FLOOR * units.per_metre, 2)).removesuffix(".0")


_VALUES: dict[str, Callable[[Totals, Units], str]] = {
    "steps": lambda day, _: str(day.steps),
    "distance": lambda day, units: str(day.kilometres * units.per_kilometre),
    "floors": lambda day, _: str(day.floors),
    "elevation": _elevation,
    "calories": lambda day, _: str(round(day.kcal)),
    "caloriesBMR": lambda day, _: str(round(day.basal_kcal)),
    "activityCalories": lambda day, _: str(round(day.active_kcal)),
    "minutesSedentary": lambda day, _: str(day.sedentary),
    "minutesLightlyActive": lambda day, _: str(day.lightly),
    "minutesFairlyActive": lambda day, _: str(day.fairly),
    "minutesVeryActive": lambda day, _: str(day.very),
    "tracker/steps": lambda day, _: str(day.tracker_steps),
    "tracker/distance": lambda day, units: str(day.tracker_kilometres * units.per_kilometre),
}


def value_of(name: str, totals: Totals, units: Units) -> str:
    """The text of a day in the series of a name; the tracker's own differ in steps and way."""
    value = _VALUES.get(name) or _VALUES[name.removeprefix("tracker/")]
    return value(totals, units)


def series(synced: Synced, resource: Resource, span: Span, units: Units) -> Json:
    """A series of days, oldest first."""
    return {
        resource.key: [
            {
                "dateTime": day.isoformat(),
                "value": value_of(resource.name, synced.totals(day), units),
            }
            for day in days_between(span.first, span.last)
        ]
    }


def credited(synced: Synced, resource: Resource, span: Span, _units: Units) -> Json:
    """Active zone minutes; days and zones without any are left out."""
    rows = []
    for day in days_between(span.first, span.last):
        earned = synced.totals(day).credits if synced.has_pulse else ()
        value = {name: count for name, count in zip(_CREDITS, earned, strict=False) if count}
        if value:
            value["activeZoneMinutes"] = sum(earned)
            rows.append({"dateTime": day.isoformat(), "value": value})
    return {resource.key: rows}


def summary(synced: Synced, _resource: Resource, span: Span, units: Units) -> Json:
    """The summary of one day, whose values are numbers."""
    totals = synced.totals(span.first)
    way, own_way = (
        round(kilometres * units.per_kilometre, 2)
        for kilometres in (totals.kilometres, totals.tracker_kilometres)
    )
    resting = resting_rates(synced, span).get(span.first)
    return {
        "activities": in_summary(synced, span, units),
        "goals": dict(_GOALS),
        "summary": {
            "activeScore": -1,
            "activityCalories": round(totals.active_kcal),
            "caloriesBMR": round(totals.basal_kcal),
            "caloriesOut": round(totals.kcal),
            "distances": [
                {"activity": "total", "distance": way},
                {"activity": "tracker", "distance": own_way},
                {"activity": "loggedActivities", "distance": 0},
            ],
            "fairlyActiveMinutes": totals.fairly,
            **_climbed(synced, totals, units),
            "lightlyActiveMinutes": totals.lightly,
            "marginalCalories": round(totals.active_kcal * 0.7),
            **({} if resting is None else {"restingHeartRate": resting}),
            "sedentaryMinutes": totals.sedentary,
            "steps": totals.steps,
            "veryActiveMinutes": totals.very,
        },
    }


def _climbed(synced: Synced, totals: Totals, units: Units) -> Json:
    """Nothing for a device without an altimeter; the series are zero instead."""
    if "floors" in synced.person.lacks:
        return {}
    elevation = round(totals.floors * METRES_PER_FLOOR * units.per_metre, 2)
    return {"elevation": elevation, "floors": totals.floors}


def resting_rates(synced: Synced, span: Span) -> dict[date, int]:
    """The resting heart rate of the days that have one."""
    found = synced.daily("daily-resting-heart-rate", span.first, span.last)
    return {day: int(record["beatsPerMinute"]) for day, record in found}
