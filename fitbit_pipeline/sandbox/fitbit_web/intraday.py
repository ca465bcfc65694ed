"""Readings within one day, by its wall clock.

On a day of travel, or when clocks change, an hour is there twice or not at all.
"""

from collections.abc import Iterator, Sequence
from datetime import date, time
from itertools import groupby
from typing import Any, NamedTuple

from fitbit_pipeline.sandbox.fitbit_web.activity import value_of
from fitbit_pipeline.sandbox.fitbit_web.heart import heart_zones
from fitbit_pipeline.sandbox.fitbit_web.heart import series as heart_series
from fitbit_pipeline.sandbox.fitbit_web.paths import Address, Span, window_of
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.totals import METRES_PER_FLOOR
from fitbit_pipeline.sandbox.fitbit_web.units import METRIC, Units
from fitbit_pipeline.sandbox.made_up.days import Day
from fitbit_pipeline.sandbox.made_up.tallies import (
    SECONDS_PER_SAMPLE,
    active_kcal,
    basal_kcal,
    millimetres,
    samples,
)
from fitbit_pipeline.sandbox.made_up.textures import LIGHT, MODERATE, VIGOROUS

Json = dict[str, Any]

_INTERVALS = {"1sec": 1, "1min": 60, "5min": 300, "15min": 900}
_SECONDS_PER_DAY = 86400
_SAMPLES_PER_MINUTE = 60 // SECONDS_PER_SAMPLE
_LEVELS = {LIGHT: 1, MODERATE: 2, VIGOROUS: 3}
_MILLIMETRES_PER_KILOMETRE = 1_000_000


class _Reading(NamedTuple):
    """One number at a second of the wall clock's day, with the level of its minute."""

    second: int
    value: float
    level: int = 0


def heart(synced: Synced, address: Address, span: Span, units: Units) -> Json:
    """Heart rate: only where the device was worn, and once a day the zones."""
    window = window_of(address)
    readings = list(_pulse(synced, span.first)) if synced.has_pulse else []
    within = _within(readings, window)
    document = heart_series(synced, address.resource, span, units)
    if window is not None:
        document = {address.resource.key: [_of_window(synced, span.first, within)]}
    rows = _grouped(within, _INTERVALS[address.level])
    dataset = [{"time": _clock(place), "value": _mean(group)} for place, group in rows]
    return {**document, f"{address.resource.key}-intraday": _dataset(dataset, address.level)}


def activity(synced: Synced, address: Address, span: Span, units: Units) -> Json:
    """What is counted in each minute that was synced, zeros included."""
    resource = address.resource
    readings = list(_counted(synced, span.first, resource.name, units))
    within = _within(readings, window_of(address))
    text = value_of(resource.name, synced.totals(span.first), units)
    if address.window is not None:
        text = str(sum(reading.value for reading in within))
    dataset = []
    for place, group in _grouped(within, _INTERVALS[address.level]):
        row: Json = {"time": _clock(place), "value": sum(reading.value for reading in group)}
        if resource.name == "calories":
            level = max(reading.level for reading in group)
            row = {"level": level, "mets": (10, 25, 40, 70)[level] * len(group), **row}
        dataset.append(row)
    return {
        resource.key: [{"dateTime": span.first.isoformat(), "value": text}],
        f"{resource.key}-intraday": _dataset(dataset, address.level),
    }


def _of_window(synced: Synced, day: date, within: Sequence[_Reading]) -> Json:
    """With a window of time the day's row is flat, and its value the mean as a text."""
    mean = sum(reading.value for reading in within) / len(within) if within else 0.0
    return {
        "customHeartRateZones": [],
        "dateTime": day.isoformat(),
        "heartRateZones": heart_zones(synced, day),
        "value": str(round(mean, 1)),
    }


def _pulse(synced: Synced, day: date) -> Iterator[_Reading]:
    if not synced.person.joined <= day <= synced.today_somewhere:
        return
    happened, seen = synced.day(day)
    beats = samples(happened.pulse[:seen], happened.patterns[:seen])
    for place, rate in enumerate(beats):
        if rate:
            minute, part = divmod(place, _SAMPLES_PER_MINUTE)
            second = _wall_second(happened, minute) + part * SECONDS_PER_SAMPLE
            yield _Reading(second, rate)


def _counted(synced: Synced, day: date, name: str, units: Units) -> Iterator[_Reading]:
    if not synced.person.joined <= day <= synced.today_somewhere:
        return
    happened, seen = synced.day(day)
    person = synced.person
    climbed = bytes(seen) if "floors" in person.lacks else happened.floors
    for minute in range(seen):
        level = happened.levels[minute]
        steps, floors = happened.steps[minute : minute + 1], climbed[minute]
        value: float
        match name:
            case "steps":
                value = steps[0]
            case "floors":
                value = floors
            case "distance":
                way = millimetres(person, steps) / _MILLIMETRES_PER_KILOMETRE
                value = way * units.per_kilometre
            case "elevation":
                value = floors * METRES_PER_FLOOR * units.per_metre
                value = int(value) if units == METRIC else value
            case _:
                value = basal_kcal(person, 1) + active_kcal(person, bytes([level]))
        yield _Reading(_wall_second(happened, minute), value, _LEVELS.get(level, 0))


def _wall_second(happened: Day, minute: int) -> int:
    offset = happened.offset_at(minute)
    return ((happened.first + minute) * 60 + offset) % _SECONDS_PER_DAY


def _within(readings: list[_Reading], window: tuple[time, time] | None) -> list[_Reading]:
    if window is None:
        return readings
    first, last = (60 * (60 * limit.hour + limit.minute) for limit in window)
    return [reading for reading in readings if first <= reading.second < last + 60]


def _grouped(readings: Sequence[_Reading], interval: int) -> Iterator[tuple[int, list[_Reading]]]:
    """Neighbours that fall into one interval, by its first second."""
    for place, group in groupby(readings, lambda reading: reading.second // interval):
        yield place * interval, list(group)


def _mean(group: Sequence[_Reading]) -> int:
    return round(sum(reading.value for reading in group) / len(group))


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def _dataset(rows: list[Json], level: str) -> Json:
    return {
        "dataset": rows,
        "datasetInterval": 1 if level in {"1sec", "1min"} else int(level.removesuffix("min")),
        "datasetType": "second" if level == "1sec" else "minute",
    }
