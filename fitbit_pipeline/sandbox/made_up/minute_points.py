"""What is counted or measured minute by minute, as data points of one civil day.

Each function takes a person, a civil day where the person was, and the second since 1970 up to
which data are there; it gives readings, the latest first.
"""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby

from fitbit_pipeline.sandbox.made_up.days import Day, day_of
from fitbit_pipeline.sandbox.made_up.google_json import Json, civil_interval, sample_time
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.readings import Reading, from_phone, from_wearable
from fitbit_pipeline.sandbox.made_up.tallies import (
    CREDITED_ZONES,
    LEVELS,
    SECONDS_PER_SAMPLE,
    ZONES,
    millimetres,
    samples,
    zones,
)
from fitbit_pipeline.sandbox.made_up.textures import LIGHT, MODERATE, SEDENTARY, UNWORN, VIGOROUS

_LEVEL_TYPES = {
    SEDENTARY: "SEDENTARY",
    LIGHT: "LIGHTLY_ACTIVE",
    MODERATE: "MODERATELY_ACTIVE",
    VIGOROUS: "VERY_ACTIVE",
}
_CREDITS: dict[int, Json] = {
    ZONES.index(zone) + 1: {"heartRateZone": name, "activeZoneMinutes": str(worth)}
    for zone, (name, worth) in CREDITED_ZONES.items()
}
_SAMPLES_PER_MINUTE = 60 // SECONDS_PER_SAMPLE


def step_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Minutes with steps, of the watch and of the phone."""
    return _counted(person, day, synced, "steps", lambda count: {"count": str(count)})


def distance_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """The way of minutes with steps, of the watch and of the phone."""

    def way(count: int) -> Json:
        return {"millimeters": str(millimetres(person, bytes([count])))}

    return _counted(person, day, synced, "distance", way)


def heart_rate_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Heart rate every quarter of a minute in which the device was worn."""
    happened = day_of(person, day)
    source = from_wearable(person, "PASSIVELY_MEASURED")
    seen = _seen(happened, synced)
    beats = samples(happened.pulse[:seen], happened.patterns[:seen])
    readings = []
    for n in range(len(beats) - 1, -1, -1):
        if beats[n]:
            second = happened.first * 60 + n * SECONDS_PER_SAMPLE
            offset = happened.offset_at(n // _SAMPLES_PER_MINUTE)
            time = sample_time(second, offset)
            body: Json = {"sampleTime": time, "beatsPerMinute": str(beats[n])}
            readings.append(Reading("heartRate", body, source))
    return readings


def zone_credit_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Active zone minutes, of minutes in a zone that earns them."""
    values = zones(person, day_of(person, day).pulse)
    return _by_minute(person, day, synced, "activeZoneMinutes", values, _CREDITS)


def level_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """The level of each minute awake in which the device was worn."""
    bodies: dict[int, Json] = {
        level: {"activityLevelType": name} for level, name in _LEVEL_TYPES.items()
    }
    return _by_minute(person, day, synced, "activityLevel", day_of(person, day).levels, bodies)


def active_minute_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Minutes of light, moderate or vigorous activity."""
    bodies: dict[int, Json] = {
        level: {"activeMinutesByActivityLevel": [{"activityLevel": name, "activeMinutes": "1"}]}
        for level, name in LEVELS.items()
    }
    return _by_minute(person, day, synced, "activeMinutes", day_of(person, day).levels, bodies)


def sedentary_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Stretches of sitting."""
    values = day_of(person, day).levels
    return _by_run(person, day, synced, "sedentaryPeriod", values, {SEDENTARY: {}})


def zone_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Stretches in one heart rate zone."""
    bodies: dict[int, Json] = {
        number: {"heartRateZoneType": zone} for number, zone in enumerate(ZONES, 1)
    }
    values = zones(person, day_of(person, day).pulse)
    return _by_run(person, day, synced, "timeInHeartRateZone", values, bodies)


def _counted(
    person: Person, day: date, synced: int, member: str, body: Callable[[int], Json]
) -> list[Reading]:
    """What follows from steps; the reconciled stream has the phone's where the watch was off."""
    happened = day_of(person, day)
    watch, phone = from_wearable(person, "PASSIVELY_MEASURED"), from_phone()
    readings = []
    for minute in range(_seen(happened, synced) - 1, -1, -1):
        by_watch, by_phone = happened.watch_steps[minute], happened.phone_steps[minute]
        if not by_watch and not by_phone:
            continue
        span = _span(happened, minute, minute + 1)
        if by_watch:
            readings.append(Reading(member, {"interval": span, **body(by_watch)}, watch))
        if by_phone:
            unworn = happened.levels[minute] == UNWORN
            counted = {"interval": span, **body(by_phone)}
            readings.append(Reading(member, counted, phone, merged=unworn))
    return readings


def _by_minute(
    person: Person, day: date, synced: int, member: str, values: bytes, bodies: dict[int, Json]
) -> list[Reading]:
    """A reading of each minute whose value has a body."""
    happened = day_of(person, day)
    source = from_wearable(person, "DERIVED")
    return [
        Reading(member, {"interval": _span(happened, minute, minute + 1), **body}, source)
        for minute in range(_seen(happened, synced) - 1, -1, -1)
        if (body := bodies.get(values[minute]))
    ]


def _by_run(
    person: Person, day: date, synced: int, member: str, values: bytes, bodies: dict[int, Json]
) -> list[Reading]:
    """A reading of each stretch of minutes of one value that has a body."""
    happened = day_of(person, day)
    source = from_wearable(person, "DERIVED")
    readings = [
        Reading(member, {"interval": _span(happened, start, end), **bodies[value]}, source)
        for value, start, end in _runs(values[: _seen(happened, synced)])
        if value in bodies
    ]
    readings.reverse()
    return readings


def _runs(values: bytes) -> Iterator[tuple[int, int, int]]:
    """Stretches of one value: the value, the first minute, and the one after the last."""
    start = 0
    for value, run in groupby(values):
        end = start + sum(1 for _ in run)
        yield value, start, end
        start = end


def _seen(happened: Day, synced: int) -> int:
    """How many minutes of a day have been synced."""
    return min(happened.length, max(0, synced // 60 - happened.first))


def _span(happened: Day, start: int, end: int) -> Json:
    return civil_interval(
        (happened.first + start) * 60,
        (happened.first + end) * 60,
        happened.offset_at(start),
        happened.offset_at(end),
    )
