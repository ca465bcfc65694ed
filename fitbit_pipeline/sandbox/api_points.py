"""Finds data points and rolled up rows of the made-up people for requests that were accepted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from fitbit_pipeline.sandbox.api_pages import Place, page_of_days, page_of_rows
from fitbit_pipeline.sandbox.api_requests import (
    OWN_SOURCES,
    WEARABLES,
    DailyRollUp,
    Listing,
    RollUp,
)
from fitbit_pipeline.sandbox.api_times import civil_of
from fitbit_pipeline.sandbox.api_types import LIST, DataType, Kind
from fitbit_pipeline.sandbox.filters import Filter
from fitbit_pipeline.sandbox.made_up.population import POINT_TYPES, ROLL_UP_TYPES
from fitbit_pipeline.sandbox.world import Sandbox

Row = Mapping[str, Any]
Page = tuple[list[Row], Place | None]
_ONE_DAY = timedelta(days=1)


class Points:
    """Finds rows. Nobody here has data that this client wrote itself."""

    def __init__(self, sandbox: Sandbox):
        """Looks at nothing yet.

        Args:
            sandbox: Whose people it looks at.
        """
        self._sandbox = sandbox

    def page(
        self,
        person: str,
        data_type: DataType,
        method: str,
        listing: Listing,
        accepted: Filter,
        place: Place,
    ) -> Page:
        """A page of list or reconcile, newest first."""
        if data_type.name not in POINT_TYPES or listing.family == OWN_SOURCES:
            return [], None
        first, last = accepted.civil_days(*self._all_days())
        if data_type.kind is Kind.SESSION:
            # Filters may speak of the end, and a session belongs to the page by its start.
            first -= _ONE_DAY

        def rows_of(day: date) -> list[Row]:
            return [
                point
                for point in self._of_day(person, data_type, day, method, listing.family)
                if accepted.holds(point[data_type.union])
            ]

        return page_of_days(rows_of, first, last, place, listing.page_size)

    def named(self, person: str, data_type: DataType, name: str) -> Row | None:
        """The data point of a name, if there is one."""
        first, last = self._all_days()
        if data_type.name in POINT_TYPES:
            for point in self._sandbox.population.points(person, data_type.name, first, last):
                if point["name"] == name:
                    return point
        return None

    def windows(self, person: str, data_type: DataType, asked: RollUp, place: Place) -> Page:
        """A page of rollUp, newest first."""
        rows: Sequence[Row] = ()
        if _is_rolled_up(data_type, asked.family):
            rows = self._sandbox.population.roll_up(
                person, data_type.name, asked.start, asked.end, asked.window_seconds
            )
        return page_of_rows(rows, place, asked.page_size)

    def days(self, person: str, data_type: DataType, asked: DailyRollUp, place: Place) -> Page:
        """A page of dailyRollUp, newest first."""
        rows: Sequence[Row] = ()
        if _is_rolled_up(data_type, asked.family):
            rows = self._sandbox.population.daily_roll_up(
                person, data_type.name, asked.first, asked.end - _ONE_DAY
            )
        return page_of_rows(rows, place, asked.page_size)

    def _all_days(self) -> tuple[date, date]:
        # Somewhere it is already tomorrow, and somewhere still yesterday.
        return self._sandbox.first_day - _ONE_DAY, self._sandbox.now().date() + _ONE_DAY

    def _of_day(
        self, person: str, data_type: DataType, day: date, method: str, family: str
    ) -> list[Row]:
        """The points that belong to a civil day: those that begin on it, where the person was."""
        population = self._sandbox.population
        found: list[Row]
        if method == LIST:
            found = list(population.points(person, data_type.name, day, day))
            if family == WEARABLES:
                found = [point for point in found if _of_a_wearable(point)]
        else:
            found = list(population.reconciled(person, data_type.name, day, day))
            if family == WEARABLES:
                # What is reconciled no longer tells its source, but its name.
                raw = population.points(person, data_type.name, day, day)
                others = {point["name"] for point in raw if not _of_a_wearable(point)}
                found = [point for point in found if point.get("dataPointName") not in others]
        if data_type.name == "sleep":
            # The people's sleeps come by the day of their end, those of the next day along.
            found = [point for point in found if _starts_on(point["sleep"]["interval"], day)]
        return found


def _is_rolled_up(data_type: DataType, family: str) -> bool:
    return data_type.name in ROLL_UP_TYPES and family != OWN_SOURCES


def _of_a_wearable(point: Row) -> bool:
    source = point.get("dataSource", {})
    by_hand = source.get("recordingMethod") == "MANUAL"
    return not by_hand and source.get("platform", "FITBIT") == "FITBIT"


def _starts_on(interval: Row, day: date) -> bool:
    return civil_of(interval, "startTime", "startUtcOffset").date() == day
