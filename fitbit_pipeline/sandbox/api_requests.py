"""Reads requests of the Health API: query parameters and JSON bodies, as strictly as Google does.

Whether the caller may ask, and what is answered, is decided in ``api``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from fitbit_pipeline.sandbox.api_times import parse_duration, parse_instant
from fitbit_pipeline.sandbox.api_types import LIST, DataType
from fitbit_pipeline.sandbox.errors import (
    ApiError,
    invalid,
    malformed,
    time_range,
    unknown_name,
    unknown_parameter,
)

_OF_EVERY_METHOD = {
    "$.xgafv",
    "access_token",
    "alt",
    "callback",
    "fields",
    "key",
    "oauth_token",
    "prettyPrint",
    "quotaUser",
    "uploadType",
    "upload_protocol",
}
FAMILIES = ("all-sources", "google-wearables", "google-sources", "self-sources")
ALL_SOURCES, WEARABLES, _, OWN_SOURCES = FAMILIES
_LARGEST_INT32 = 2**31 - 1
_LARGEST_PAGE = 10_000
_USUAL_PAGE = 1440


@dataclass(frozen=True, slots=True)
class Listing:
    """A request of list or reconcile."""

    filter: str
    page_size: int
    page_token: str
    family: str


@dataclass(frozen=True, slots=True)
class RollUp:
    """A request of rollUp: the range from start to before end, in windows of some seconds."""

    start: datetime
    end: datetime
    window_seconds: int
    page_size: int
    page_token: str
    family: str


@dataclass(frozen=True, slots=True)
class DailyRollUp:
    """A request of dailyRollUp: from the first civil day to before the end, day by day."""

    first: date
    end: date
    page_size: int
    page_token: str
    family: str


def page_token_of(query: Mapping[str, str], body: bytes) -> str:
    """The page token of a request that was not looked at yet; empty if it has none."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        message = None
    in_body = message.get("pageToken") if isinstance(message, dict) else ""
    return query.get("pageToken") or (in_body if isinstance(in_body, str) else "")


def read_query(query: Mapping[str, str], *names: str) -> dict[str, str]:
    """The query parameters that a method knows.

    Raises:
        ApiError: If there is one that it does not know.
    """
    for name in query:
        if name not in names and name not in _OF_EVERY_METHOD:
            raise unknown_parameter(name)
    return {name: query.get(name, "") for name in names}


def read_listing(
    query: Mapping[str, str], data_type: DataType, method: str, user_ids: tuple[str, ...]
) -> Listing:
    """A request of list or reconcile.

    Args:
        query: The query parameters.
        data_type: What is asked for.
        method: ``list`` or ``reconcile``.
        user_ids: The names of the caller in resource names: ``me`` and the numeric one.

    Raises:
        ApiError: If it is not one.
    """
    known = read_query(query, "filter", "pageSize", "pageToken", "dataSourceFamily")
    family = _family(known["dataSourceFamily"], user_ids)
    if known["dataSourceFamily"] and (data_type.name, method) == ("sleep", LIST):
        raise _family_refused("Data source families are not supported for listing sleep")
    usual, largest = _USUAL_PAGE, _LARGEST_PAGE
    if data_type.name in {"sleep", "exercise"}:
        usual = largest = 25
    elif (data_type.name, method) == ("heart-rate", LIST):
        usual = 50
    size = page_size_of(known["pageSize"], usual, largest)
    return Listing(known["filter"], size, known["pageToken"], family)


def page_size_of(text: str, usual: int, largest: int) -> int:
    """A page size given in an address.

    Raises:
        ApiError: If it is not one.
    """
    if not re.fullmatch(r"(-?\d{1,9})?", text, re.ASCII):
        raise malformed("page_size", f"Invalid value at 'page_size' (TYPE_INT32), \"{text}\"")
    return _size(int(text or 0), usual, largest)


def read_roll_up(body: bytes, data_type: DataType, user_ids: tuple[str, ...]) -> RollUp:
    """A request of rollUp.

    Raises:
        ApiError: If it is not one, or asks for too much at once.
    """
    message = _message(body, "range", "windowSize", "pageSize", "pageToken", "dataSourceFamily")
    limits = _object(message, "range", "startTime", "endTime")
    start, end = _instant(limits, "startTime"), _instant(limits, "endTime")
    if start >= end:
        raise _ends_first()
    window = _window(message)
    size = _size(_int32(message, "pageSize"), _USUAL_PAGE, _LARGEST_PAGE)
    _check_length(end - start, data_type)
    _check_length(timedelta(seconds=window) * size, data_type)
    family = _family(_text(message, "dataSourceFamily"), user_ids)
    return RollUp(start, end, window, size, _text(message, "pageToken"), family)


def read_daily_roll_up(body: bytes, data_type: DataType, user_ids: tuple[str, ...]) -> DailyRollUp:
    """A request of dailyRollUp.

    Raises:
        ApiError: If it is not one, asks for too much at once, or for windows of several days.
    """
    message = _message(body, "range", "windowSizeDays", "pageSize", "pageToken", "dataSourceFamily")
    limits = _object(message, "range", "start", "end")
    first, end = _civil(limits, "start"), _civil(limits, "end")
    if first >= end:
        raise _ends_first()
    days = _int32(message, "windowSizeDays")
    if days not in (0, 1):
        raise _window_refused("windowSizeDays", "This server rolls up single days only")
    longest = data_type.longest_roll_up_days
    asked = _int32(message, "pageSize")
    _check_length(end - first, data_type)
    _check_length(timedelta(days=asked), data_type)
    size = _size(asked, longest, longest)
    family = _family(_text(message, "dataSourceFamily"), user_ids)
    return DailyRollUp(first, end, size, _text(message, "pageToken"), family)


def _message(body: bytes, *names: str) -> dict[str, Any]:
    try:
        message = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        raise malformed("", "Unexpected token.") from None
    if not isinstance(message, dict):
        raise malformed("", "Root element must be a message.")
    return _known(message, "", names)


def _object(message: Mapping[str, Any], name: str, *names: str) -> dict[str, Any]:
    value = message.get(name)
    if value is None:
        raise invalid(f"Missing {name}.", "MISSING_REQUIRED_FIELD", name, f"{name} is required")
    if not isinstance(value, dict):
        raise malformed(name, f"Invalid value at '{name}': expected a message.")
    return _known(value, name, names)


def _known(message: dict[str, Any], place: str, names: tuple[str, ...]) -> dict[str, Any]:
    for name in message:
        if name not in names:
            raise unknown_name(name, place=place)
    return message


def _text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if value is not None and not isinstance(value, str):
        raise malformed(name, f"Invalid value at '{name}' (TYPE_STRING)")
    return value or ""


def _int32(message: Mapping[str, Any], name: str) -> int:
    value = message.get(name)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST_INT32:
        raise malformed(name, f"Invalid value at '{name}' (TYPE_INT32)")
    return value


def _size(asked: int, usual: int, largest: int) -> int:
    if asked < 0:
        raise invalid(
            "Invalid page size.", "INVALID_PAGE_SIZE", "pageSize", "Page size must not be negative"
        )
    return min(asked or usual, largest)


def _instant(message: Mapping[str, Any], name: str) -> datetime:
    text = _text(message, name)
    found = parse_instant(text)
    if not text:
        raise time_range(f"Query {name} is required", f"range.{name}")
    if found is None:
        raise malformed(f"range.{name}", f"Invalid value at 'range.{name}' (Timestamp)")
    return found


def _civil(limits: Mapping[str, Any], name: str) -> date:
    holder = _object(limits, name, "date", "time")
    parts = _object(holder, "date", "year", "month", "day")
    time = _known(holder.get("time") or {}, "time", ("hours", "minutes", "seconds", "nanos"))
    if any(_int32(time, part) for part in time):
        raise time_range("Query times must be aligned with the aggregation window", "range")
    try:
        return date(_int32(parts, "year"), _int32(parts, "month"), _int32(parts, "day"))
    except ValueError:
        raise time_range("Query date is invalid", f"range.{name}.date") from None


def _window(message: Mapping[str, Any]) -> int:
    window = parse_duration(_text(message, "windowSize"))
    if window is None and message.get("windowSize"):
        raise malformed("windowSize", "Invalid value at 'window_size' (Duration)")
    if window is None or window < timedelta(seconds=1):
        raise _window_refused("windowSize", "Window size must be at least 1 second")
    if window % timedelta(seconds=1):
        raise _window_refused("windowSize", "This server rolls up whole seconds only")
    return round(window.total_seconds())


def _window_refused(name: str, description: str) -> ApiError:
    return invalid(f"{description}.", "INVALID_ROLLUP_WINDOW", name, description)


def _ends_first() -> ApiError:
    return time_range("Query end time must be strictly larger than start time", "range")


def _check_length(length: timedelta, data_type: DataType) -> None:
    longest = data_type.longest_roll_up_days
    if length > timedelta(days=longest):
        description = f"Maximum duration for data type {data_type.name} is {longest} days"
        raise invalid(
            f"Invalid rollup query duration. {description}.",
            "INVALID_ROLLUP_QUERY_DURATION",
            "range",
            description,
            maxDurationDays=str(longest),
        )


def _family(name: str, user_ids: tuple[str, ...]) -> str:
    if not name:
        return ALL_SOURCES
    for family in FAMILIES:
        if name in {f"users/{user}/dataSourceFamilies/{family}" for user in user_ids}:
            return family
    raise _family_refused("The data source family is not a known resource name")


def _family_refused(description: str) -> ApiError:
    return invalid(
        "Invalid data source family in filter.",
        "INVALID_DATA_POINT_DATA_SOURCE_FAMILY",
        "dataSourceFamily",
        description,
    )
