"""Reads addresses: which resource, which days, how finely. Nothing here knows a person's data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from fitbit_pipeline.sandbox.fitbit_web import errors
from fitbit_pipeline.sandbox.fitbit_web.errors import FitbitError
from fitbit_pipeline.sandbox.fitbit_web.resources import RESOURCES, UNDATED, Resource

_SUFFIX = ".json"
_VERSIONS = frozenset({"1", "1.1", "1.2"})
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_DAYS = {"1d": 1, "7d": 7, "1w": 7, "30d": 30}
_MONTHS = {"1m": 1, "3m": 3, "6m": 6, "1y": 12}
_ONE_DAY = timedelta(days=1)
_WINDOW = "time"


@dataclass(frozen=True, slots=True)
class Address:
    """An address that leads to a resource, before its days are read.

    Attributes:
        resource: The resource.
        days: One part, or two: dates, ``today``, or a period as the second.
        level: How finely to read within the day; empty for days.
        window: From which time of the day to which, as written.
    """

    resource: Resource
    days: tuple[str, ...] = ()
    level: str = ""
    window: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """As in the counts of requests and in faults."""
        return f"{self.resource.name}-intraday" if self.level else self.resource.name


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a request asks for, both included, and how it names them.

    Attributes:
        first: The first day.
        last: The last day.
        single: Whether one day was named, and no range.
    """

    first: date
    last: date
    single: bool = False


def find(version: str, path: str) -> Address | None:
    """The address of a path behind ``user/-/``; None if it leads nowhere."""
    if version not in _VERSIONS or not path.endswith(_SUFFIX):
        return None
    head, dated, tail = path.removesuffix(_SUFFIX).partition("/date/")
    resource = (RESOURCES if dated else UNDATED).get(head)
    if resource is None or resource.version not in ("", version):
        return None
    if not dated:
        return Address(resource)
    return _dated(resource, tail.split("/"))


def _dated(resource: Resource, parts: Sequence[str]) -> Address | None:
    match parts:
        case [day] if resource.single:
            return Address(resource, (day,))
        case [day, end] if resource.periods or resource.longest > 1:
            return Address(resource, (day, end))
        case [day, end, level] if level in resource.levels:
            return Address(resource, (day, end), level)
        case [day, end, level, word, start, stop] if level in resource.levels and word == _WINDOW:
            return Address(resource, (day, end), level, (start, stop))
    return None


def days_of(address: Address, today: date) -> Span:
    """The days of an address.

    Args:
        address: One of a resource of days.
        today: The civil date where the person lives.

    Raises:
        FitbitError: If they are no days, the wrong way round, or more than one request may ask.
    """
    resource = address.resource
    if len(address.days) == 1:
        day = _day(address.days[0], today, "date")
        return Span(day, day, single=True)
    start, end = address.days
    if _DATE.fullmatch(end) or end == "today":
        first, last = _day(start, today, "base-date"), _day(end, today, "end-date")
        if last < first:
            raise errors.invalid("end-date", "End date must be on or after the base date.")
    else:
        last = _day(start, today, "date")
        first = _first_of_period(resource, end, last)
    if address.level and first != last:
        raise errors.longer_than_a_day()
    if (last - first).days >= resource.longest:
        raise _too_long(resource)
    return Span(first, last)


def window_of(address: Address) -> tuple[time, time] | None:
    """From which minute of the day to which, both included; None for the whole day.

    Raises:
        FitbitError: If they are no times, or the wrong way round.
    """
    if address.window is None:
        return None
    start, end = (_time(text) for text in address.window)
    if end < start:
        raise errors.invalid("time", "The end time must not be before the start time.")
    return start, end


def _day(text: str, today: date, field_name: str) -> date:
    if text == "today":
        return today
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise errors.invalid(field_name, f"Invalid date: {text}")


def _time(text: str) -> time:
    found = _TIME.fullmatch(text)
    try:
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            return time(hour, minute, second)
    except ValueError:
        pass
    raise errors.invalid("time", f"Invalid time: {text}")


def _first_of_period(resource: Resource, period: str, last: date) -> date:
    if period not in resource.periods:
        raise errors.invalid("period", f"Invalid time period: {period}")
    if period == "max":
        raise _too_long(resource)
    try:
        if period in _DAYS:
            return last - timedelta(days=_DAYS[period] - 1)
        return _months_before(last, _MONTHS[period]) + _ONE_DAY
    except (OverflowError, ValueError):
        raise errors.invalid("date", f"Invalid date: {last.isoformat()}") from None


def _months_before(day: date, months: int) -> date:
    """The same day some months ago, or the last of that month."""
    count = day.year * 12 + day.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(day.day, (following - _ONE_DAY).day))


def _too_long(resource: Resource) -> FitbitError:
    if resource.counts_points:
        return errors.too_many_points()
    return errors.invalid("date", f"The range must not be longer than {resource.longest} days.")
