"""How Google's JSON spells times, dates and durations.

Instants come in as seconds (or minutes) since 1970 in UTC. What belongs here is spelling alone; no
person and no data type is known.
"""

from datetime import date
from functools import lru_cache

Json = dict[str, object]
"""A JSON object. Parts are shared between answers: whoever receives one must not change it."""

MINUTES_PER_DAY = 1440
_EPOCH = date(1970, 1, 1).toordinal()
_MINUTES = [f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(MINUTES_PER_DAY)]
_SECONDS = [f"{second:02}Z" for second in range(60)]
_ON_THE_MINUTE = [f"{minute}00Z" for minute in _MINUTES]


@lru_cache(maxsize=1024)
def _date_text(day: int) -> str:
    return date.fromordinal(_EPOCH + day).isoformat()


@lru_cache(maxsize=128)
def _minutes_of_date(day: int) -> list[str]:
    text = _date_text(day)
    return [text + minute for minute in _ON_THE_MINUTE]


def stamp(second: int) -> str:
    """An instant as RFC 3339 in UTC, such as ``2026-09-26T04:09:00Z``."""
    day, second = divmod(second, 86400)
    return _date_text(day) + _MINUTES[second // 60] + _SECONDS[second % 60]


def fine_stamp(second: int, microseconds: int) -> str:
    """An instant with a fraction, as in the times at which Google made or changed a point."""
    return f"{stamp(second)[:-1]}.{microseconds:06}Z"


def minute_stamp(minute: int) -> str:
    """A whole minute since 1970 as RFC 3339 in UTC."""
    day, minute = divmod(minute, MINUTES_PER_DAY)
    return _date_text(day) + _ON_THE_MINUTE[minute]


def minute_stamps(first: int, after: int) -> list[str]:
    """Every whole minute from the first to the one before ``after``, oldest first."""
    stamps: list[str] = []
    while first < after:
        day, start = divmod(first, MINUTES_PER_DAY)
        end = min(MINUTES_PER_DAY, after - day * MINUTES_PER_DAY)
        stamps += _minutes_of_date(day)[start:end]
        first += end - start
    return stamps


def duration(seconds: int) -> str:
    """A duration or an offset from UTC, such as ``-14400s``."""
    return f"{seconds}s"


@lru_cache(maxsize=1024)
def date_json(day: date) -> Json:
    """A civil date."""
    return {"year": day.year, "month": day.month, "day": day.day}


def midnight(day: date) -> Json:
    """The civil time at which a date begins: of the time of day, members of zero are left out."""
    return {"date": date_json(day), "time": {}}


def civil_time(second: int, offset: int, nanoseconds: int = 0) -> Json:
    """What a clock with an offset from UTC shows at an instant."""
    days, second = divmod(second + offset, 86400)
    parts = {
        "hours": second // 3600,
        "minutes": second // 60 % 60,
        "seconds": second % 60,
        "nanos": nanoseconds,
    }
    return {
        "date": date_json(date.fromordinal(_EPOCH + days)),
        "time": {name: value for name, value in parts.items() if value},
    }


def interval(start: int, end: int, start_offset: int, end_offset: int) -> Json:
    """The interval of a session (a sleep, an exercise), which comes without civil times."""
    return {
        "startTime": stamp(start),
        "startUtcOffset": duration(start_offset),
        "endTime": stamp(end),
        "endUtcOffset": duration(end_offset),
    }


def civil_interval(start: int, end: int, start_offset: int, end_offset: int) -> Json:
    """The interval of what is counted or measured minute by minute."""
    return {
        **interval(start, end, start_offset, end_offset),
        "civilStartTime": civil_time(start, start_offset),
        "civilEndTime": civil_time(end, end_offset),
    }


def sample_time(second: int, offset: int, microseconds: int = 0) -> Json:
    """The time of a sample."""
    return {
        "physicalTime": fine_stamp(second, microseconds) if microseconds else stamp(second),
        "utcOffset": duration(offset),
        "civilTime": civil_time(second, offset, microseconds * 1000),
    }
