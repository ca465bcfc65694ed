"""Heart rate: a series of days with zones and the resting rate.

The lowest zone is filled up to a whole day, also where the device lay on the table: the sum of the
zones says nothing about wear.
"""

from datetime import date
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sandbox.fitbit_web.activity import resting_rates
from fitbit_pipeline.sandbox.fitbit_web.paths import Span
from fitbit_pipeline.sandbox.fitbit_web.resources import Resource
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.totals import WHOLE_DAY
from fitbit_pipeline.sandbox.fitbit_web.units import Units
from fitbit_pipeline.sandbox.fitbit_web.zones import ZONE_NAMES, zone_bounds

Json = dict[str, Any]


def series(synced: Synced, resource: Resource, span: Span, _units: Units) -> Json:
    """A series of days, oldest first."""
    resting = resting_rates(synced, span)
    days = days_between(span.first, span.last)
    return {resource.key: [_row(synced, day, resting.get(day)) for day in days]}


def heart_zones(synced: Synced, day: date) -> list[Json]:
    """The zones of a day; those of a device that feels no pulse have neither minutes nor energy."""
    bounds = zip(ZONE_NAMES, zone_bounds(synced.person), strict=True)
    named = [{"max": high, "min": low, "name": name} for name, (low, high) in bounds]
    if not synced.has_pulse:
        return named
    totals = synced.totals(day)
    minutes, kcal = list(totals.zone_minutes), list(totals.zone_kcal)
    minutes[0], kcal[0] = max(0, WHOLE_DAY - sum(minutes[1:])), totals.kcal - sum(kcal[1:])
    return [
        {
            "caloriesOut": kcal[place] or 0,
            "max": zone["max"],
            "min": zone["min"],
            "minutes": minutes[place],
            "name": zone["name"],
        }
        for place, zone in enumerate(named)
    ]


def _row(synced: Synced, day: date, resting: int | None) -> Json:
    value: Json = {"customHeartRateZones": [], "heartRateZones": heart_zones(synced, day)}
    if resting is not None:
        value["restingHeartRate"] = resting
    return {"dateTime": day.isoformat(), "value": value}
