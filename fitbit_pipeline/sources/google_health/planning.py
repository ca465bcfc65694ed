"""The requests that a range of days takes: pure, and as few as the limits of the API allow.

What does not belong here: sending them and following their pages (``client``, ``paging``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import ONE_DAY, day_end, day_start
from fitbit_pipeline.sources.google_health.data_types import READS, Method, Read

DATA_TYPES = "/v4/users/me/dataTypes"
WINDOW = timedelta(minutes=1)
WINDOWS_PER_REQUEST = 10_000
"""So many windows of a minute fill one page; 6.94 days, well under the cap of 14."""


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request, before any page token.

    Attributes:
        method: ``GET`` or ``POST``.
        path: Below the API's address.
        complete_before: Once this request and those planned before it are answered, every day of
            the range that is earlier than this civil date is covered.
        params: The query of a ``GET``.
        body: The JSON body of a ``POST``.
    """

    method: str
    path: str
    complete_before: date
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


def plan(read: Read, first: date, last: date, zone: ZoneInfo) -> Iterator[PlannedRequest]:
    """The requests of one read, oldest days first.

    Args:
        read: What to ask for.
        first: The participant's first civil day.
        last: Their last, included.
        zone: Their time zone; only windows of physical time depend on it.
    """
    path = f"{DATA_TYPES}/{read.data_type}/dataPoints:{read.method}"
    if read.method is Method.RECONCILE:
        yield _points(read, path, first, last)
    elif read.method is Method.DAILY_ROLL_UP:
        yield from _daily_roll_ups(read, path, first, last)
    else:
        yield from _minute_roll_ups(read, path, first, last, zone)


def fewest_requests(
    endpoint: str, first: date, last: date, zone: ZoneInfo, rows: Mapping[str, int] | None = None
) -> int:
    """The least number of requests that an endpoint's range can take, by the documented limits.

    Arithmetic of its own, not the planner's: what counts requests is compared with it.

    Args:
        endpoint: A name from ``endpoints``.
        first: The first civil day.
        last: The last, included.
        zone: The participant's time zone.
        rows: How many rows there are in the range, by the key of a read (``sleep:reconcile``);
            none where left out.
    """
    days = last.toordinal() - first.toordinal() + 1
    seconds = (day_end(last, zone) - day_start(first, zone)).total_seconds()
    total = 0
    for read in READS[endpoint]:
        if read.method is Method.DAILY_ROLL_UP:
            total += ceil(days / read.most_days)
        elif read.method is Method.ROLL_UP:
            total += ceil(seconds / 60 / 10_000)
        else:
            total += max(1, ceil((rows or {}).get(read.key, 0) / read.page_size))
    return total


def _points(read: Read, path: str, first: date, last: date) -> PlannedRequest:
    after = last + ONE_DAY
    member = read.filter_member
    params = {
        "filter": f'{member} >= "{first.isoformat()}" AND {member} < "{after.isoformat()}"',
        "pageSize": str(read.page_size),
    }
    return PlannedRequest("GET", path, after, params=params)


def _daily_roll_ups(read: Read, path: str, first: date, last: date) -> Iterator[PlannedRequest]:
    """No page size: together with the window it would count against the cap."""
    begin = first
    while begin <= last:
        end = min(begin + read.most_days * ONE_DAY, last + ONE_DAY)
        body = {
            "range": {"start": _civil_midnight(begin), "end": _civil_midnight(end)},
            "windowSizeDays": 1,
        }
        yield PlannedRequest("POST", path, end, body=body)
        begin = end


def _minute_roll_ups(
    read: Read, path: str, first: date, last: date, zone: ZoneInfo
) -> Iterator[PlannedRequest]:
    begin, after = day_start(first, zone), day_end(last, zone)
    while begin < after:
        end = min(begin + WINDOWS_PER_REQUEST * WINDOW, after)
        body = {
            "range": {"startTime": _instant(begin), "endTime": _instant(end)},
            "windowSize": f"{round(WINDOW.total_seconds())}s",
            "pageSize": read.page_size,
        }
        complete_before = last + ONE_DAY if end == after else end.astimezone(zone).date()
        yield PlannedRequest("POST", path, complete_before, body=body)
        begin = end


def _civil_midnight(day: date) -> dict[str, dict[str, int]]:
    return {"date": {"year": day.year, "month": day.month, "day": day.day}}


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
