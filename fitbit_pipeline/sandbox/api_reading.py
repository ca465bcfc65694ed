"""The methods of data points: list, reconcile, get, rollUp and dailyRollUp.

The caller has been let in when these are reached (``api``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fitbit_pipeline.sandbox import errors
from fitbit_pipeline.sandbox.api_pages import PageTokens, Place, Row
from fitbit_pipeline.sandbox.api_points import Page, Points
from fitbit_pipeline.sandbox.api_requests import (
    read_daily_roll_up,
    read_listing,
    read_query,
    read_roll_up,
)
from fitbit_pipeline.sandbox.api_types import DAILY_ROLL_UP, GET, ROLL_UP, DataType
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.filters import parse_filter

_ROWS = "rollupDataPoints"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request of data points that was let in.

    Attributes:
        method: The action.
        person: Whose data points.
        user_ids: The person's names in resource names: ``me`` and the numeric one.
        data_type: Of which type.
        name: The last part of the name of the data point, for ``get``.
        query: The query parameters.
        body: The bytes of the body.
        fault: What goes wrong, if something does.
    """

    method: str
    person: str
    user_ids: tuple[str, str]
    data_type: DataType
    name: str
    query: Mapping[str, str]
    body: bytes
    fault: Fault | None

    @property
    def identity(self) -> list[str]:
        """What must stay the same from page to page, whatever the method."""
        return [self.method, self.person, self.data_type.name]


class Reading:
    """Reads data points."""

    def __init__(self, points: Points, tokens: PageTokens):
        """Begins with no page given out.

        Args:
            points: Finds the rows.
            tokens: Writes and reads page tokens.
        """
        self._points = points
        self._tokens = tokens

    def document(self, asking: Asking) -> object:
        """The answer to a request.

        Raises:
            ApiError: If Google would refuse it.
        """
        if asking.method == GET:
            return self._get(asking)
        if asking.method == ROLL_UP:
            return self._roll_up(asking)
        if asking.method == DAILY_ROLL_UP:
            return self._daily_roll_up(asking)
        return self._list(asking)

    def _get(self, asking: Asking) -> object:
        read_query(asking.query)
        collection = f"users/{asking.user_ids[1]}/dataTypes/{asking.data_type.name}/dataPoints"
        name = f"{collection}/{asking.name}"
        found = self._points.named(asking.person, asking.data_type, name)
        if found is None:
            raise errors.not_found(name)
        return found

    def _list(self, asking: Asking) -> object:
        data_type, method = asking.data_type, asking.method
        listing = read_listing(asking.query, data_type, method, asking.user_ids)
        accepted = parse_filter(listing.filter, data_type)
        request = [*asking.identity, listing.filter, listing.family, listing.page_size]
        place = self._tokens.read(listing.page_token, request)
        return self._page(
            "dataPoints",
            asking,
            place,
            request,
            lambda: self._points.page(asking.person, data_type, method, listing, accepted, place),
        )

    def _roll_up(self, asking: Asking) -> object:
        read_query(asking.query)
        asked = read_roll_up(asking.body, asking.data_type, asking.user_ids)
        limits = [asked.start.isoformat(), asked.end.isoformat(), asked.window_seconds]
        request = [*asking.identity, *limits, asked.family, asked.page_size]
        place = self._tokens.read(asked.page_token, request)
        return self._page(
            _ROWS,
            asking,
            place,
            request,
            lambda: self._points.windows(asking.person, asking.data_type, asked, place),
        )

    def _daily_roll_up(self, asking: Asking) -> object:
        read_query(asking.query)
        asked = read_daily_roll_up(asking.body, asking.data_type, asking.user_ids)
        limits = [asked.first.isoformat(), asked.end.isoformat()]
        request = [*asking.identity, *limits, asked.family, asked.page_size]
        place = self._tokens.read(asked.page_token, request)
        return self._page(
            _ROWS,
            asking,
            place,
            request,
            lambda: self._points.days(asking.person, asking.data_type, asked, place),
        )

    def _page(
        self, name: str, asking: Asking, place: Place, request: object, find: Callable[[], Page]
    ) -> dict[str, Any]:
        fault = asking.fault.kind if asking.fault else None
        rows: list[Row] = []
        following: Place | None = Place(place.page + 1, place.day, place.left)
        if fault is not FaultKind.EMPTY_PAGE_WITH_TOKEN:
            rows, following = find()
        if fault is FaultKind.REPEATED_PAGE_TOKEN:
            following = place
        page: dict[str, Any] = {name: rows} if rows else {}
        if following is not None:
            page["nextPageToken"] = self._tokens.write(following, request)
        return page
