"""Roll-ups: what a stretch of minutes comes to, for each data type that Google rolls up.

A value of None means that there was nothing to roll up: the device was not worn. A value of zero
means that it was worn and counted nothing.
"""

from collections.abc import Callable
from functools import lru_cache

from fitbit_pipeline.sandbox.made_up.google_json import Json, duration, minute_stamps, stamp
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.spans import Span
from fitbit_pipeline.sandbox.made_up.tallies import (
    CREDITED_ZONES,
    LEVELS,
    SECONDS_PER_SAMPLE,
    active_kcal,
    basal_kcal,
    millimetres,
    samples,
    zone_minutes,
)
from fitbit_pipeline.sandbox.made_up.textures import SEDENTARY

_NOT_WORN = b"\0"


def _steps(_person: Person, span: Span) -> Json | None:
    count = sum(span.steps)
    return {"countSum": str(count)} if count or span.is_worn else None


def _distance(person: Person, span: Span) -> Json | None:
    way = millimetres(person, span.steps)
    return {"millimetersSum": str(way)} if way or span.is_worn else None


def _floors(_person: Person, span: Span) -> Json | None:
    return {"countSum": str(sum(span.floors))} if span.is_worn else None


def _calories(person: Person, span: Span) -> Json | None:
    if not span.is_worn:
        return None
    kcal = basal_kcal(person, len(span.levels)) + active_kcal(person, span.levels)
    return {"kcalSum": round(kcal, 6)}


def _active_minutes(_person: Person, span: Span) -> Json | None:
    if not span.is_worn:
        return None
    minutes = {name: span.levels.count(level) for level, name in LEVELS.items()}
    entries = [
        {"activityLevel": name, "activeMinutesSum": str(count)}
        for name, count in minutes.items()
        if count
    ]
    return {"activeMinutesRollupByActivityLevel": entries} if entries else {}


def _sedentary(_person: Person, span: Span) -> Json | None:
    if not span.is_worn:
        return None
    return {"durationSum": duration(60 * span.levels.count(SEDENTARY))}


def _zone_credits(person: Person, span: Span) -> Json | None:
    """Sums of zero are there or not there, as Google does it: here by whether any is earned."""
    if not span.is_worn:
        return None
    minutes = zone_minutes(person, span.pulse)
    sums = {
        f"sumIn{''.join(part.title() for part in name.split('_'))}HeartZone": minutes[zone] * worth
        for zone, (name, worth) in CREDITED_ZONES.items()
    }
    none_earned = not any(sums.values())
    return {member: str(total) for member, total in sums.items() if total or none_earned}


def _zones(person: Person, span: Span) -> Json | None:
    if not span.is_worn:
        return None
    minutes = zone_minutes(person, span.pulse)
    return {
        "timeInHeartRateZones": [
            {"heartRateZone": zone, "duration": duration(60 * count)}
            for zone, count in minutes.items()
            if count
        ]
    }


def _heart_rate(_person: Person, span: Span) -> Json | None:
    return _beats(samples(span.pulse, span.patterns))


def _beats(measured: bytes) -> Json | None:
    worn = measured.translate(None, _NOT_WORN)
    if not worn:
        return None
    return {
        "beatsPerMinuteMin": min(worn),
        "beatsPerMinuteAvg": sum(worn) / len(worn),
        "beatsPerMinuteMax": max(worn),
    }


ROLL_UPS: dict[str, tuple[str, Callable[[Person, Span], Json | None]]] = {
    "steps": ("steps", _steps),
    "distance": ("distance", _distance),
    "floors": ("floors", _floors),
    "total-calories": ("totalCalories", _calories),
    "active-minutes": ("activeMinutes", _active_minutes),
    "sedentary-period": ("sedentaryPeriod", _sedentary),
    "active-zone-minutes": ("activeZoneMinutes", _zone_credits),
    "time-in-heart-rate-zone": ("timeInHeartRateZone", _zones),
    "heart-rate": ("heartRate", _heart_rate),
}
"""By data type: the member of a row that holds the value, and what a span comes to."""


def windows(
    person: Person, data_type: str, span: Span, first: int, bounds: tuple[int, int], window: int
) -> list[Json]:
    """Rows of physical windows, the latest first; those without a value are absent.

    Args:
        person: Whose.
        data_type: One that has roll-ups.
        span: The synced minutes that the windows may touch.
        first: The minute since 1970 of the span's first.
        bounds: Seconds since 1970 at which the first window begins and the last one ends.
        window: Seconds of a window; the last one may be shorter.
    """
    start, end = bounds
    if data_type == "heart-rate" and window == 60 and not start % 60 and not end % 60:
        return _minutes_of_heart_rate(span, first)
    member, _ = ROLL_UPS[data_type]
    tick, value = _ticks(person, data_type, span)
    covered = (first + len(span.levels)) * 60
    skipped = max(0, (first * 60 - start) // window)
    rows: list[Json] = []
    for begin in range(start + skipped * window, min(end, covered), window):
        after = min(begin + window, end)
        # Ticks that begin in the window: from the first at its start or later.
        low, high = (max(0, -((first * 60 - bound) // tick)) for bound in (begin, after))
        rolled = value(low, high)
        if rolled is not None:
            rows.append({"startTime": stamp(begin), "endTime": stamp(after), member: rolled})
    rows.reverse()
    return rows


def _ticks(
    person: Person, data_type: str, span: Span
) -> tuple[int, Callable[[int, int], Json | None]]:
    """The seconds between measurements, and what those from one to before another come to."""
    if data_type == "heart-rate":
        beats = samples(span.pulse, span.patterns)
        return SECONDS_PER_SAMPLE, lambda low, high: _beats(beats[low:high])
    _, value = ROLL_UPS[data_type]
    return 60, lambda low, high: value(person, span.cut(low, high))


def _minutes_of_heart_rate(span: Span, first: int) -> list[Json]:
    """The windows that the pipeline asks for most, with values made once for everybody."""
    stamps = minute_stamps(first, first + len(span.pulse) + 1)
    stamps.reverse()
    table = _minute_values()
    return [
        {"startTime": start, "endTime": end, "heartRate": table[beats][kind]}
        for start, end, beats, kind in zip(
            stamps[1:], stamps, reversed(span.pulse), reversed(span.patterns), strict=False
        )
        if beats
    ]


@lru_cache(maxsize=1)
def _minute_values() -> list[list[Json | None]]:
    return [
        [_beats(samples(bytes([beats]), bytes([kind]))) for kind in range(16)]
        for beats in range(250)
    ]
