"""Lists of logs, page by page: exercises and sleeps before or after a date."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fitbit_pipeline.sandbox.faults import FaultKind
from fitbit_pipeline.sandbox.fitbit_web import errors

Json = dict[str, Any]
Query = Mapping[str, str]

_MOST = 100
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?)?", re.ASCII)
_LIMITS = {"afterDate": "asc", "beforeDate": "desc"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A request of a list.

    Attributes:
        limit_name: ``afterDate`` or ``beforeDate``.
        limit_text: The date, with a time of day or none, as written.
        limit: The moment on the wall clock.
        sort: ``asc`` or ``desc``.
        size: Logs of a page.
        offset: Logs before the page.
    """

    limit_name: str
    limit_text: str
    limit: datetime
    sort: str
    size: int
    offset: int

    def days(self, joined: date, newest: date) -> tuple[date, date]:
        """The first and the last civil day on which a log of the list can have begun."""
        if self.limit_name == "afterDate":
            return max(joined - timedelta(days=1), self.limit.date()), newest
        return joined - timedelta(days=1), min(newest, self.limit.date())

    def holds(self, began: str) -> bool:
        """Whether a log that began at a moment of the wall clock is one of the list."""
        moment = datetime.fromisoformat(began).replace(tzinfo=None)
        return moment >= self.limit if self.limit_name == "afterDate" else moment < self.limit


def page_of(query: Query) -> int:
    """The number of the page that is asked for, whether the request is good or not."""
    offset, size = query.get("offset", "0"), query.get("limit", "1")
    if offset.isdecimal() and size.isdecimal() and int(size) > 0:
        return 1 + int(offset) // int(size)
    return 1


def read_listing(query: Query) -> Listing:
    """A request of a list.

    Raises:
        FitbitError: If it is not one.
    """
    given = [name for name in _LIMITS if query.get(name)]
    if len(given) != 1:
        raise errors.invalid("date", "beforeDate or afterDate is required")
    name = given[0]
    text = query[name]
    if query.get("sort") != _LIMITS[name]:
        raise errors.invalid("sort", f"With {name} the sort order is {_LIMITS[name]}.")
    try:
        limit = datetime.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        limit = None
    if limit is None:
        raise errors.invalid(name, f"Invalid date: {text}")
    size, offset = query.get("limit", ""), query.get("offset", "")
    if not size.isdecimal() or not 1 <= int(size) <= _MOST:
        raise errors.invalid("limit", f"The limit must be from 1 to {_MOST}.")
    if not offset.isdecimal():
        raise errors.invalid("offset", "The offset is required.")
    return Listing(name, text, limit, query["sort"], int(size), int(offset))


def page(
    address: str, key: str, listing: Listing, oldest_first: Sequence[Json], fault: FaultKind | None
) -> Json:
    """One page, and the addresses of the next one and of the one before.

    Args:
        address: Of the list, without its query.
        key: The member of the answer that holds the logs.
        listing: What is asked for.
        oldest_first: All logs of the days of the list.
        fault: What goes wrong.
    """
    logs = [log for log in oldest_first if listing.holds(log["startTime"])]
    if listing.sort == "desc":
        logs.reverse()
    end = listing.offset + listing.size
    following = end if end < len(logs) else None
    shown = logs[listing.offset : end]
    if fault is FaultKind.REPEATED_PAGE_TOKEN:
        following = listing.offset
    if fault is FaultKind.EMPTY_PAGE_WITH_TOKEN:
        shown, following = [], listing.offset
    before = max(0, listing.offset - listing.size) if listing.offset else None
    return {
        key: shown,
        "pagination": {
            listing.limit_name: listing.limit_text,
            "limit": listing.size,
            "next": _address(address, listing, following),
            "offset": listing.offset,
            "previous": _address(address, listing, before),
            "sort": listing.sort,
        },
    }


def _address(address: str, listing: Listing, offset: int | None) -> str:
    if offset is None:
        return ""
    query = {
        "offset": offset,
        "limit": listing.size,
        "sort": listing.sort,
        listing.limit_name: listing.limit_text,
    }
    return f"{address}?{urlencode(query)}"
