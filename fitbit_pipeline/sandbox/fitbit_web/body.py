"""Weight and body fat: logs, and series in which a day without a log has what the last one said."""

from collections.abc import Callable
from datetime import date
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sandbox.api_times import civil_of, instant_of
from fitbit_pipeline.sandbox.fitbit_web.paths import Span
from fitbit_pipeline.sandbox.fitbit_web.resources import Resource
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.units import METRIC, Units
from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.people import Person

Json = dict[str, Any]

_SOURCES = {"FITBIT": "Aria", "MANUAL": "API", "HEALTH_CONNECT": "API"}
_GRAMS_PER_KILOGRAM = 1000


def height_of(person: Person) -> int:
    """In centimetres; people who weigh more are taller."""
    chance = draw(person.health_user_id, "height")
    return round(130 + 0.5 * person.traits.weight_grams / _GRAMS_PER_KILOGRAM + chance.gauss(0, 6))


def weight_logs(synced: Synced, first: date, last: date, units: Units) -> list[Json]:
    """Weights, oldest first, with body fat where the scale measured it."""
    fat = {log["logId"]: log["fat"] for log in fat_logs(synced, first, last)}
    logs = []
    for day, _, record in synced.samples("weight", first, last):
        log = _log(synced, day, record)
        kilograms = record["weightGrams"] / _GRAMS_PER_KILOGRAM
        weight = kilograms if units == METRIC else round(kilograms * units.per_kilogram, 2)
        bmi = kilograms / (height_of(synced.person) / 100) ** 2
        fatty = {"fat": fat[log["logId"]]} if log["logId"] in fat else {}
        logs.append({"bmi": round(bmi, 2), **fatty, **log, "weight": weight})
    return logs


def fat_logs(synced: Synced, first: date, last: date) -> list[Json]:
    """Body fat, oldest first."""
    return [
        {"fat": record["percentage"], **_log(synced, day, record)}
        for day, _, record in synced.samples("body-fat", first, last)
    ]


def logs(synced: Synced, resource: Resource, span: Span, units: Units) -> Json:
    """The logs of days."""
    if resource.key == "fat":
        return {resource.key: fat_logs(synced, span.first, span.last)}
    return {resource.key: weight_logs(synced, span.first, span.last, units)}


_SERIES: dict[str, Callable[[Json, Units], float | None]] = {
    "body-weight": lambda log, _: log["weight"],
    "body-fat": lambda log, _: log.get("fat"),
    "body-bmi": lambda log, _: log["bmi"],
}


def series(synced: Synced, resource: Resource, span: Span, units: Units) -> Json:
    """A text of every day: the last log's until then, and before the first one the first one's."""
    value_of = _SERIES[resource.key]
    known = {}
    for log in weight_logs(synced, synced.person.joined, span.last, units):
        if (value := value_of(log, units)) is not None:
            known[date.fromisoformat(log["date"])] = float(value)
    held = known[min(known)] if known else 0.0
    rows = []
    for day in (each for each in sorted(known) if each < span.first):
        held = known[day]
    for day in days_between(span.first, span.last):
        held = known.get(day, held)
        rows.append({"dateTime": day.isoformat(), "value": str(held)})
    return {resource.key: rows}


def _log(synced: Synced, day: date, record: Json) -> Json:
    """What logs of weight and of fat share; the number is that of the moment."""
    sample = record["sampleTime"]
    local = civil_of(sample, "physicalTime", "utcOffset").replace(microsecond=0)
    return {
        "date": day.isoformat(),
        "logId": int(instant_of(sample, "physicalTime").timestamp()) * 1000,
        "source": _SOURCES[synced.person.traits.scale],
        "time": local.time().isoformat(),
    }
