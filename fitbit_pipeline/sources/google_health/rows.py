"""From the rows of an answer to civil days: where each belongs, and which say nothing.

Rows are kept verbatim. What does not belong here: what their values mean (``metrics``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from fitbit_pipeline.sources.google_health import failures
from fitbit_pipeline.sources.google_health.data_types import DayRule, Read

Row = Mapping[str, Any]

_TIMES = frozenset({"date", "sampleTime"})
"""Members of a value that say when, and nothing else."""
_NOTHING: tuple[Any, ...] = (None, {}, [], "")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a row belongs.

    Attributes:
        day: The civil day.
        at: The instant by which rows of a day are put in order.
        name: What tells rows of one instant apart; empty where there can be only one.
    """

    day: date
    at: datetime
    name: str = ""

    @property
    def identity(self) -> tuple[datetime, str]:
        """The same for a row that is served twice, be it with another offset from UTC."""
        return (self.at, self.name)


class DayRows:
    """The rows of one read that say something, by civil day, while an answer comes in."""

    def __init__(self, read: Read, first: date, last: date, zone: ZoneInfo):
        """Starts empty.

        Args:
            read: Whose rows.
            first: The first day wanted; rows of other days are dropped.
            last: The last day wanted, included.
            zone: The participant's zone, for rows that carry no civil time of their own.
        """
        self._read = read
        self._union_key = read.union_key
        self._first = first
        self._last = last
        self._zone = zone
        self._days: defaultdict[date, dict[tuple[datetime, str], Row]] = defaultdict(dict)
        self._seen: set[tuple[datetime, str]] = set()

    def add(self, rows: Iterable[Any]) -> None:
        """Takes rows in, in any order; one that comes twice is kept once.

        Raises:
            SourceFailure: ``damaged`` if a row's day is not where Google documents it.
        """
        for row in rows:
            try:
                value = row.get(self._union_key)
                if not value or not _says_something(value):
                    continue
                place = _place(self._read.day_rule, row, value, self._zone)
            except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
                unreadable = True
            else:
                unreadable = False
            if unreadable:
                raise failures.unreadable(self._read.key)
            wanted = self._first <= place.day <= self._last
            if wanted and place.identity not in self._seen:
                self._seen.add(place.identity)
                self._days[place.day][place.identity] = row

    def take(self, day: date) -> list[Row]:
        """The rows of a day that is complete, oldest first; they are then forgotten here."""
        found = self._days.pop(day, {})
        self._seen -= found.keys()
        return [found[identity] for identity in sorted(found)]


def finished(read: Read, rows: Iterable[Row]) -> bool:
    """Whether Google is done with the rows: the stages of a fresh sleep are still computed."""
    if read.data_type != "sleep":
        return True
    return all((row[read.union_key].get("metadata") or {}).get("processed") is True for row in rows)


def utc_instant(written: str) -> datetime:
    """An instant as Google writes it.

    Raises:
        ValueError: If it is none, or does not say its offset from UTC.
    """
    instant = datetime.fromisoformat(written)
    if instant.tzinfo is None:
        raise ValueError("An instant without an offset from UTC is none.")
    return instant.astimezone(UTC)


def _says_something(value: Mapping[str, Any]) -> bool:
    return any(part not in _NOTHING for name, part in value.items() if name not in _TIMES)


def _place(rule: DayRule, row: Row, value: Mapping[str, Any], zone: ZoneInfo) -> _Place:
    if rule is DayRule.WINDOW_INSTANT:
        at = utc_instant(row["startTime"])
        return _Place(at.astimezone(zone).date(), at)
    if rule is DayRule.WINDOW_DATE:
        return _dated(row["civilStartTime"]["date"])
    if rule is DayRule.DATE:
        return _dated(value["date"])
    if rule is DayRule.SAMPLE:
        when = value["sampleTime"]
        measured = {name: part for name, part in value.items() if name != "sampleTime"}
        name = orjson.dumps(measured, option=orjson.OPT_SORT_KEYS).decode()
        return _timed(when, ("physicalTime", "utcOffset", "civilTime"), zone, name)
    name = str(row.get("dataPointName", ""))
    members = (
        ("endTime", "endUtcOffset", "civilEndTime")
        if rule is DayRule.END
        else ("startTime", "startUtcOffset", "civilStartTime")
    )
    return _timed(value["interval"], members, zone, name)


def _dated(written: Mapping[str, Any]) -> _Place:
    day = _date(written)
    return _Place(day, datetime.combine(day, time(), tzinfo=UTC))


def _timed(
    when: Mapping[str, Any], members: tuple[str, str, str], zone: ZoneInfo, name: str
) -> _Place:
    """By the civil time where it is given, else by the offset, else by the participant's zone."""
    instant, offset, civil = members
    at = utc_instant(when[instant])
    if (written := when.get(civil, {}).get("date")) is not None:
        return _Place(_date(written), at, name)
    if (seconds := when.get(offset)) is not None:
        return _Place((at + _duration(seconds)).date(), at, name)
    return _Place(at.astimezone(zone).date(), at, name)


def _date(written: Mapping[str, Any]) -> date:
    return date(int(written["year"]), int(written["month"]), int(written["day"]))


def _duration(written: str) -> timedelta:
    """Of the form ``-14400s``."""
    return timedelta(seconds=float(written.removesuffix("s")))
