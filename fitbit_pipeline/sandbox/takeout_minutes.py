"""The series of minutes of a Takeout archive: heart rate, steps, distance, energy.

Energy is stamped with the wall clock, all others in UTC.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.made_up.days import Day
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.tallies import (
    SECONDS_PER_SAMPLE,
    active_kcal,
    basal_kcal,
    millimetres,
    samples,
)
from fitbit_pipeline.sandbox.made_up.textures import UNWORN
from fitbit_pipeline.sandbox.takeout_files import (
    MONTH_DAYS,
    File,
    chunks,
    json_file,
    minute_stamp,
)

_SAMPLES_PER_MINUTE = 60 // SECONDS_PER_SAMPLE
_SECONDS = [f"{second:02}" for second in range(0, 60, SECONDS_PER_SAMPLE)]
_MILLIMETRES_PER_CENTIMETRE = 10

Record = dict[str, object]


def pulse_files(synced: Synced, first: date, last: date) -> Iterator[File]:
    """A file of heart rate for each day on which the device was worn."""
    for day in days_between(first, last):
        happened, seen = synced.day(day)
        if synced.has_pulse and any(happened.pulse[:seen]):
            yield json_file(f"heart_rate-{day.isoformat()}", _pulse(happened, seen))


def minute_files(synced: Synced, first: date, last: date) -> Iterator[File]:
    """Files of steps, distance and energy, of 30 days each."""
    series: dict[str, Callable[[Synced, Day, int], Iterator[Record]]] = {
        "steps": _steps,
        "distance": _distance,
        "calories": _calories,
    }
    for start, end in chunks(first, last, MONTH_DAYS):
        for name, records in series.items():
            found = [
                record
                for day in days_between(start, end)
                for record in records(synced, *synced.day(day))
            ]
            yield json_file(f"{name}-{start.isoformat()}", found)


def _pulse(happened: Day, seen: int) -> list[Record]:
    """Every reading, some seconds apart, with the trust that the device has in it."""
    beats = samples(happened.pulse[:seen], happened.patterns[:seen])
    records: list[Record] = []
    for minute in range(seen):
        place = minute * _SAMPLES_PER_MINUTE
        if beats[place]:
            stamp = minute_stamp(happened.first + minute)[: -len("00")]
            trust = 1 + happened.patterns[minute] % 3
            records += [
                {"dateTime": f"{stamp}{second}", "value": {"bpm": rate, "confidence": trust}}
                for second, rate in zip(
                    _SECONDS, beats[place : place + _SAMPLES_PER_MINUTE], strict=True
                )
            ]
    return records


def _steps(_synced: Synced, happened: Day, seen: int) -> Iterator[Record]:
    """Minutes in which the device was worn, zeros included, and those that the phone counted."""
    for minute in _counted(happened, seen):
        stamp = minute_stamp(happened.first + minute)
        yield {"dateTime": stamp, "value": str(happened.steps[minute])}


def _distance(synced: Synced, happened: Day, seen: int) -> Iterator[Record]:
    """In centimetres."""
    ways = _centimetres(synced.person)
    for minute in _counted(happened, seen):
        stamp = minute_stamp(happened.first + minute)
        yield {"dateTime": stamp, "value": ways[happened.steps[minute]]}


@lru_cache(maxsize=64)
def _centimetres(person: Person) -> list[str]:
    """The way of a minute by its steps."""
    texts = []
    for steps in range(256):
        whole, rest = divmod(millimetres(person, bytes([steps])), _MILLIMETRES_PER_CENTIMETRE)
        texts.append(f"{whole}.{rest}" if rest else str(whole))
    return texts


def _calories(synced: Synced, happened: Day, seen: int) -> Iterator[Record]:
    """Every minute, worn or not, since the body takes its energy all the same."""
    at_rest = basal_kcal(synced.person, 1)
    values = [
        str(at_rest + active_kcal(synced.person, bytes([level])))
        for level in range(max(happened.levels, default=0) + 1)
    ]
    for minute in range(seen):
        wall = happened.first + minute + happened.offset_at(minute) // 60
        yield {"dateTime": minute_stamp(wall), "value": values[happened.levels[minute]]}


def _counted(happened: Day, seen: int) -> Iterator[int]:
    return (
        minute
        for minute in range(seen)
        if happened.levels[minute] != UNWORN or happened.steps[minute]
    )
