"""Instants, civil times and durations as the Health API writes them.

Instants are timezone-aware UTC; civil times are naive. What a time is of is not known here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_CIVIL = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DURATION = re.compile(r"(-?\d{1,12}(?:\.\d{1,9})?)s", re.ASCII)


def parse_instant(text: str) -> datetime | None:
    """An RFC 3339 timestamp with zone, in UTC; None if it is none."""
    found = _parsed(text) if _INSTANT.fullmatch(text) else None
    try:
        return None if found is None else found.astimezone(UTC)
    except OverflowError:
        return None


def parse_civil(text: str) -> datetime | None:
    """A civil date, with a time of day or none; None if it is neither."""
    return _parsed(text) if _CIVIL.fullmatch(text) else None


def parse_date(text: str) -> datetime | None:
    """The first moment of a civil date; None if it is none."""
    return _parsed(text) if _DATE.fullmatch(text) else None


def parse_duration(text: str) -> timedelta | None:
    """A duration such as ``60s`` or ``-14400s``; None if it is none."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    return timedelta(microseconds=int(Decimal(match[1]) * 1_000_000))


def instant_of(holder: Mapping[str, Any], name: str) -> datetime:
    """An instant that a record holds."""
    return datetime.fromisoformat(holder[name])


def civil_of(holder: Mapping[str, Any], name: str, offset_name: str) -> datetime:
    """The civil time of an instant that a record holds beside the offset that was in force."""
    offset = parse_duration(holder.get(offset_name, "0s")) or timedelta()
    return (instant_of(holder, name) + offset).replace(tzinfo=None)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
