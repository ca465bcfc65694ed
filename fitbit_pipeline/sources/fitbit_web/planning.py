"""The requests that a range of days takes: pure, newest days first, and as few as can be.

What does not belong here: sending them and following their pages (``client``, ``reading``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.sources.fitbit_web.resources import (
    LOGS_PER_PAGE,
    RESOURCES,
    Form,
    Resource,
)


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request.

    Attributes:
        path: Below the API's address.
        first: The first day that it covers; its last is the day before the request planned before.
        params: The query.
    """

    path: str
    first: date
    params: Mapping[str, str] = field(default_factory=dict)


def plan(resource: Resource, first: date, last: date) -> Iterator[PlannedRequest]:
    """The requests of one resource, newest days first; of pages the first.

    Args:
        resource: What to ask for.
        first: The participant's first civil day.
        last: Their last, included.
    """
    if resource.form is Form.PAGES:
        params = {
            "beforeDate": (last + ONE_DAY).isoformat(),
            "sort": "desc",
            "limit": str(LOGS_PER_PAGE),
            "offset": "0",
        }
        yield PlannedRequest(resource.path, first, params)
        return
    end = last
    while end >= first:
        begin = max(first, end - (resource.most_days - 1) * ONE_DAY)
        path = resource.path.format(first=begin.isoformat(), last=end.isoformat())
        yield PlannedRequest(path, begin)
        end = begin - ONE_DAY


def fewest_requests(endpoint: str, days: int, logs: int = 0) -> int:
    """The least number of requests that a range of an endpoint can take, by the documented limits.

    Arithmetic of its own, not the planner's: what counts requests is compared with it. The profile
    and the devices, which every source asks for once, are not counted.

    Args:
        endpoint: A name from ``endpoints``.
        days: How many days the range has, all of them since the person joined.
        logs: How many exercises there are from its first day on.
    """
    return sum(_fewest(resource, days, logs) for resource in RESOURCES[endpoint])


def fewest_requests_together(endpoints: Iterable[str], days: int, logs: int = 0) -> int:
    """As ``fewest_requests``, of endpoints together: some share their requests."""
    by_path = {
        resource.path: resource for endpoint in endpoints for resource in RESOURCES[endpoint]
    }
    return sum(_fewest(resource, days, logs) for resource in by_path.values())


def _fewest(resource: Resource, days: int, logs: int) -> int:
    if resource.form is Form.PAGES:
        return max(1, ceil(logs / LOGS_PER_PAGE))
    return ceil(days / resource.most_days)
