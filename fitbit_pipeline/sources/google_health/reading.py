"""One read under way: its requests are sent oldest days first, and days become complete."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.google_health.data_types import Method, Read
from fitbit_pipeline.sources.google_health.paging import pages
from fitbit_pipeline.sources.google_health.planning import plan
from fitbit_pipeline.sources.google_health.rows import DayRows, Row
from fitbit_pipeline.sources.protocol import RequestRecord


class Reading:
    """One data type of one range of days.

    Attributes:
        read: What is read.
        complete_before: Every day of the range that is earlier has been answered.
        request: The request that answered last, without page tokens; None before the first.
    """

    def __init__(self, api: HealthApi, read: Read, first: date, last: date, zone: ZoneInfo):
        """Sends nothing yet."""
        self.read = read
        self.complete_before = first
        self.request: RequestRecord | None = None
        self._api = api
        self._planned = plan(read, first, last, zone)
        self._after = last + ONE_DAY
        self._rows = DayRows(read, first, last, zone)
        self._rows_name = "dataPoints" if read.method is Method.RECONCILE else "rollupDataPoints"

    def advance(self) -> None:
        """Sends the next request and follows its pages to the end.

        Raises:
            SourceFailure: If any of the pages cannot be had; no day is complete by it then.
        """
        planned = next(self._planned, None)
        if planned is None:
            self.complete_before = self._after
            return
        for answer, rows in pages(
            self._api, planned.path, self._rows_name, params=planned.params, body=planned.body
        ):
            self._rows.add(rows)
            self.request = answer.request
        self.complete_before = planned.complete_before

    def take(self, day: date) -> list[Row]:
        """The rows of a day that is complete."""
        return self._rows.take(day)


def together(readings: Sequence[Reading]) -> RequestRecord:
    """The requests that answered last, as one record: a day may take several."""
    return RequestRecord.together(
        [reading.request for reading in readings if reading.request is not None]
    )
