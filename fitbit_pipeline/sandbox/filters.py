"""The filters of list and reconcile: their grammar, and which records they let through.

A filter is one or more restrictions joined by AND, such as
``steps.interval.civil_start_time >= "2026-09-25"``. What is allowed is Google's documentation and
what was observed: ``>=`` and ``<`` alone, literals in double quotes, the members of the data type's
kind of record, physical or civil times but not both. Sleep alone also knows OR.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fitbit_pipeline.sandbox.api_times import (
    civil_of,
    instant_of,
    parse_civil,
    parse_date,
    parse_instant,
)
from fitbit_pipeline.sandbox.api_types import BY_PREFIX, DataType, Kind
from fitbit_pipeline.sandbox.errors import ApiError, invalid_filter, time_range

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*")|(?P<operator>>=|<=|!=|[=<>:])|(?P<word>[\w.\-]+)|(?P<paren>[()]))""",
    re.ASCII,
)
_OFFSETS = timedelta(hours=15)
"""No civil time is further from UTC than this."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class _Member:
    """A member that can be filtered by: its literals, and its value in a record."""

    parse: Callable[[str], datetime | None]
    value: Callable[[Mapping[str, Any]], datetime]
    comparators: tuple[str, ...] = (">=", "<")

    @property
    def physical(self) -> bool:
        return self.parse is parse_instant


def _interval(name: str, offset: str) -> Callable[[Mapping[str, Any]], datetime]:
    return lambda record: civil_of(record["interval"], name, offset)


def _date_of(record: Mapping[str, Any]) -> datetime:
    day = record["date"]
    return datetime(day["year"], day["month"], day["day"])  # noqa: DTZ001 - a civil date


_PHYSICAL_START = _Member(parse_instant, lambda record: instant_of(record["interval"], "startTime"))
_CIVIL_START = _Member(parse_civil, _interval("startTime", "startUtcOffset"))

_OF_KIND: dict[Kind, dict[str, _Member]] = {
    Kind.INTERVAL: {
        "interval.start_time": _PHYSICAL_START,
        "interval.civil_start_time": _CIVIL_START,
    },
    Kind.SAMPLE: {
        "sample_time.physical_time": _Member(
            parse_instant, lambda record: instant_of(record["sampleTime"], "physicalTime")
        ),
        "sample_time.civil_time": _Member(
            parse_civil,
            lambda record: civil_of(record["sampleTime"], "physicalTime", "utcOffset"),
        ),
    },
    Kind.DAILY: {"date": _Member(parse_date, _date_of)},
    Kind.SESSION: {"interval.civil_start_time": _CIVIL_START},
}
_OF_TYPE: dict[str, dict[str, _Member]] = {
    "sleep": {
        "interval.end_time": _Member(
            parse_instant, lambda record: instant_of(record["interval"], "endTime")
        ),
        "interval.civil_end_time": _Member(parse_civil, _interval("endTime", "endUtcOffset")),
    },
    "electrocardiogram": {
        "interval.start_time": _Member(parse_instant, _PHYSICAL_START.value, comparators=(">=",))
    },
}


@dataclass(frozen=True, slots=True)
class _Restriction:
    member: _Member
    comparator: str
    bound: datetime
    column: int

    def holds(self, record: Mapping[str, Any]) -> bool:
        value = self.member.value(record)
        return value >= self.bound if self.comparator == ">=" else value < self.bound


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was accepted: every group must hold, and a group holds if one of its does."""

    groups: tuple[tuple[_Restriction, ...], ...] = ()

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether a record is let through.

        Args:
            record: What stands in a data point under the data type's own name.
        """
        return all(any(each.holds(record) for each in group) for group in self.groups)

    def civil_days(self, first: date, last: date) -> tuple[date, date]:
        """The part of a range of days beyond which nothing can hold; it may be empty.

        Args:
            first: The first day of the range.
            last: The last one, included.
        """
        for group in self.groups:
            if len(group) == 1:
                (only,) = group
                margin = _OFFSETS if only.member.physical else timedelta()
                bound = only.bound.replace(tzinfo=None)
                if only.comparator == ">=":
                    first = max(first, _moved(bound, -margin).date())
                else:
                    last = min(last, _moved(bound, margin).date())
        return first, last


def _moved(bound: datetime, by: timedelta) -> datetime:
    try:
        return bound + by
    except OverflowError:
        return bound


def parse_filter(text: str, data_type: DataType) -> Filter:
    """Reads a filter.

    Args:
        text: The filter; empty lets everything through.
        data_type: The data type that is asked for.

    Raises:
        ApiError: If Google would refuse it.
    """
    if not text.strip():
        return Filter()
    parser = _Parser(_tokens(text), data_type)
    groups = parser.groups()
    _check_times(groups)
    return Filter(groups)


def _refused(detail: str, description: str, column: int) -> ApiError:
    reason = "INVALID_DATA_POINT_FILTER"
    return invalid_filter(f"{reason}_{detail}" if detail else reason, description, column)


def _tokens(text: str) -> list[_Token]:
    found = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            column = position + len(text[position:]) - len(text[position:].lstrip()) + 1
            raise _refused("SYNTAX", "Syntax error", column)
        kind = str(match.lastgroup)
        found.append(_Token(kind, match[kind], match.start(kind) + 1))
        position = match.end()
    return found


class _Parser:
    """Takes the tokens one after the other."""

    def __init__(self, tokens: list[_Token], data_type: DataType):
        self._tokens = tokens
        self._type = data_type
        self._position = 0

    def groups(self) -> tuple[tuple[_Restriction, ...], ...]:
        """All restrictions; OR binds closer than AND, as in all of Google's filters."""
        groups = [[self._restriction()]]
        while self._position < len(self._tokens):
            joiner = self._next()
            if joiner.text == "AND":
                groups.append([self._restriction()])
            elif joiner.text == "OR" and self._type.name == "sleep":
                groups[-1].append(self._restriction())
            elif joiner.text == "OR":
                raise _refused(
                    "EXPRESSION_STRUCTURE", "Only AND is supported between them", joiner.column
                )
            else:
                raise _refused("UNEXPECTED_TOKEN", "Unexpected token", joiner.column)
        return tuple(tuple(group) for group in groups)

    def _next(self) -> _Token:
        if self._position == len(self._tokens):
            last = self._tokens[-1]
            raise _refused(
                "UNEXPECTED_END_OF_INPUT", "Unexpected end", last.column + len(last.text)
            )
        self._position += 1
        return self._tokens[self._position - 1]

    def _restriction(self) -> _Restriction:
        name = self._next()
        if name.kind == "paren" or name.text in {"NOT", "OR", "AND"}:
            raise _refused("EXPRESSION_STRUCTURE", "Only restrictions are supported", name.column)
        if name.kind != "word":
            raise _refused("UNEXPECTED_TOKEN", "Unexpected token", name.column)
        member = self._member(name)
        comparator = self._next()
        if comparator.kind != "operator":
            raise _refused("MISSING_TOKEN", "A comparator is missing", comparator.column)
        if comparator.text not in member.comparators:
            raise _refused(
                "RESTRICTION_COMPARATOR",
                f"Comparator '{comparator.text}' is not supported",
                comparator.column,
            )
        literal = self._next()
        if literal.kind != "text":
            raise _refused("RESTRICTION_COMPARABLE", "A quoted time is missing", literal.column)
        return _Restriction(member, comparator.text, self._bound(member, literal), name.column)

    def _member(self, name: _Token) -> _Member:
        prefix, _, rest = name.text.partition(".")
        if "-" in prefix:
            raise _refused("", f"Identifier '{prefix}' is invalid", name.column)
        if prefix not in BY_PREFIX:
            raise _refused(
                "DATA_TYPE_RESTRICTION", f"Data type '{prefix}' is not supported", name.column
            )
        if prefix != self._type.prefix:
            raise _refused(
                "COLLECTION_MISMATCH",
                f"Data type '{prefix}' does not match the parent collection",
                name.column,
            )
        members = _OF_TYPE.get(self._type.name) or _OF_KIND[self._type.kind]
        if rest not in members:
            raise _refused(
                "DATA_TYPE_MEMBER",
                f"Member '{name.text}' is not supported for filtering.",
                name.column,
            )
        return members[rest]

    def _bound(self, member: _Member, literal: _Token) -> datetime:
        bound = member.parse(literal.text[1:-1])
        if bound is None:
            detail = "PHYSICAL_TIME_FORMAT" if member.physical else "CIVIL_DATE_TIME_FORMAT"
            raise _refused(detail, "The time is not in the expected format", literal.column)
        return bound


def _check_times(groups: tuple[tuple[_Restriction, ...], ...]) -> None:
    if len({each.member.physical for group in groups for each in group}) > 1:
        raise _refused(
            "MIXED_TIME_RESTRICTIONS",
            "Filter cannot contain both physical and civil time ranges",
            groups[0][0].column,
        )
    alone = [group[0] for group in groups if len(group) == 1]
    starts = [each.bound for each in alone if each.comparator == ">="]
    ends = [each.bound for each in alone if each.comparator == "<"]
    if starts and ends and max(starts) >= min(ends):
        raise time_range("Query end time must be strictly larger than start time", "filter")
