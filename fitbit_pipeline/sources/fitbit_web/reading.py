"""One resource under way: its requests are sent newest days first, and days become complete.

Items are kept verbatim. What does not belong here: what their values mean (``metrics``).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fitbit_pipeline.civil import ONE_DAY, days_between
from fitbit_pipeline.sources.fitbit_web import failures
from fitbit_pipeline.sources.fitbit_web.client import Answer
from fitbit_pipeline.sources.fitbit_web.planning import PlannedRequest, plan
from fitbit_pipeline.sources.fitbit_web.resources import Form, Resource
from fitbit_pipeline.sources.protocol import RequestRecord

Item = Mapping[str, Any]
Ask = Callable[[Resource, PlannedRequest], Answer]
"""Sends a request; raises a ``SourceFailure``."""

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_PAGES = 10_000
"""Far beyond anybody's exercises: it ends what never ends."""
PAGE_PARAMS = ("beforeDate", "afterDate", "sort", "limit", "offset")


class Reading:
    """One resource of one range of days.

    Attributes:
        resource: What is read.
        complete_from: This day of the range, and every later one, has been answered.
        request: The request that answered last; None before the first.
    """

    def __init__(self, ask: Ask, resource: Resource, first: date, last: date):
        """Sends nothing yet."""
        self.resource = resource
        self.complete_from = last + ONE_DAY
        self.request: RequestRecord | None = None
        self._ask = ask
        self._first = first
        self._last = last
        self._planned = plan(resource, first, last)
        self._under_way: PlannedRequest | None = None
        self._days: defaultdict[date, list[Item]] = defaultdict(list)
        self._ids: set[str] = set()

    def advance(self) -> None:
        """Sends the next request; there is one as long as a day of the range is not complete.

        Raises:
            SourceFailure: If it fails; ``skip`` then gives its days up.
        """
        self._under_way = planned = next(self._planned)
        answer = self._ask(self.resource, planned)
        self._take_in(answer.document)
        self.request = answer.request
        self.complete_from = planned.first

    def skip(self) -> list[date]:
        """Gives up the days of the request that failed.

        Returns:
            The days that are lost by it.
        """
        first = self._first if self._under_way is None else self._under_way.first
        lost = list(days_between(first, self.complete_from - ONE_DAY))
        self.complete_from = first
        return lost

    def take(self, day: date) -> Any:
        """What there is of a day that is complete, as it stands in a payload; None for nothing."""
        return self._days.pop(day, None)

    def _take_in(self, document: Any) -> None:
        """Keeps the items of the days that the request was for; the next brings its own."""
        first = self._first if self._under_way is None else self._under_way.first
        for item in items_of(self.resource, document):
            day = day_of(self.resource, item)
            if first <= day < self.complete_from and _says_something(self.resource, item):
                self._keep(day, item)

    def _keep(self, day: date, item: Item) -> None:
        """Keeps an item under its day; a log that is there already is known by its id."""
        if (log_id := item.get("logId")) is not None:
            if str(log_id) in self._ids:
                return
            self._ids.add(str(log_id))
        self._days[day].append(item)


class MinutesReading(Reading):
    """Of each day the readings of its minutes: a request a day."""

    def take(self, day: date) -> Any:
        """The object that holds the readings of a day."""
        found = self._days.pop(day, None)
        return found[0] if found else None

    def _take_in(self, document: Any) -> None:
        if not isinstance(document, dict):
            raise failures.unreadable(self.resource.what)
        readings = document.get(self.resource.key)
        if readings is None:
            # So the API answers where the application is not approved for values within a day.
            raise failures.not_approved(self.resource.what)
        if not isinstance(readings, dict) or not isinstance(readings.get("dataset"), list):
            raise failures.unreadable(self.resource.what)
        if readings["dataset"] and self._under_way is not None:
            self._days[self._under_way.first] = [readings]


class PagesReading(Reading):
    """Logs that come in pages, newest first, without an end that could be asked for."""

    def __init__(self, ask: Ask, resource: Resource, first: date, last: date):
        """Sends nothing yet."""
        super().__init__(ask, resource, first, last)
        self._next: PlannedRequest | None = next(self._planned)
        self._oldest = last
        self._asked: set[tuple[tuple[str, str], ...]] = set()

    def advance(self) -> None:
        """Sends the request for the next page."""
        planned = self._under_way = self._next
        if planned is None:
            self.complete_from = self._first
            return
        params = tuple(sorted(planned.params.items()))
        if params in self._asked or len(self._asked) >= MOST_PAGES:
            raise failures.pages_without_end(self.resource.what)
        self._asked.add(params)
        answer = self._ask(self.resource, planned)
        self._take_in(answer.document)
        self.request = answer.request
        self._next = self._page_after(planned, answer.document)
        # Who travels can have logs whose local days are not in the order of their instants.
        enough = self._oldest < self._first - ONE_DAY
        if enough or self._next is None:
            self.complete_from = self._first
        else:
            behind = max(self._first, self._oldest + 2 * ONE_DAY)
            self.complete_from = min(self.complete_from, behind)

    def _take_in(self, document: Any) -> None:
        for item in items_of(self.resource, document):
            day = day_of(self.resource, item)
            self._oldest = min(self._oldest, day)
            if self._first <= day <= self._last:
                self._keep(day, item)

    def _page_after(self, planned: PlannedRequest, document: Any) -> PlannedRequest | None:
        """By the query alone: the token goes to no other address than the API's own."""
        pagination = document.get("pagination")
        address = pagination.get("next") if isinstance(pagination, dict) else None
        if not address:
            return None
        try:
            said = dict(parse_qsl(urlsplit(str(address)).query))
        except ValueError:
            said = {}
        params = {name: said[name] for name in PAGE_PARAMS if name in said}
        return PlannedRequest(planned.path, planned.first, params)


def reading_of(ask: Ask, resource: Resource, first: date, last: date) -> Reading:
    """The reading of a resource, by its form."""
    kinds = {Form.MINUTES: MinutesReading, Form.PAGES: PagesReading}
    return kinds.get(resource.form, Reading)(ask, resource, first, last)


def items_of(resource: Resource, document: Any) -> list[Item]:
    """The items of an answer.

    Raises:
        SourceFailure: ``damaged``, if they are not where they are documented.
    """
    is_bare = resource.form is Form.BARE_RANGE
    # A single day of oxygen that has nothing is answered with an empty object.
    found = document or [] if is_bare else _member(document, resource.key)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise failures.unreadable(resource.what)
    return found


def day_of(resource: Resource, item: Item) -> date:
    """The civil day of an item, by its own local time.

    Raises:
        SourceFailure: ``damaged``, if it does not say so where it is documented.
    """
    for member in resource.date_members:
        written = DATE.match(str(item.get(member)))
        try:
            if written is not None:
                return date.fromisoformat(written[0])
        except ValueError:
            continue
    raise failures.unreadable(resource.what)


def _member(document: Any, key: str) -> Any:
    """Whatever its case: Fitbit's own description and its answers spell ``cardioScore`` apart."""
    if not isinstance(document, dict):
        return None
    return next((value for name, value in document.items() if name.lower() == key.lower()), None)


def _says_something(resource: Resource, item: Item) -> bool:
    if not resource.needs:
        return True
    value = item.get("value")
    return isinstance(value, dict) and value.get(resource.needs) is not None
