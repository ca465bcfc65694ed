"""The live source: one participant's days, as Google Health has them."""

from collections.abc import Iterator
from datetime import date, datetime

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sources.google_health.account import paired_devices, synced_until
from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.google_health.data_types import READS
from fitbit_pipeline.sources.google_health.reading import Reading, together
from fitbit_pipeline.sources.google_health.rows import finished
from fitbit_pipeline.sources.google_health.scopes import SCOPES, SETTINGS
from fitbit_pipeline.sources.live import LiveSource
from fitbit_pipeline.sources.protocol import DayResponse, SourceFailure


class GoogleHealthSource(LiveSource[HealthApi]):
    """One participant's days; windows of physical time are cut into days by their time zone."""

    name = "google_health"
    scopes = SCOPES

    @property
    def endpoints(self) -> frozenset[str]:
        """All of them; what the participant did not grant is refused by ``fetch``."""
        return frozenset(READS)

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """Every day of a range, oldest first; see ``Source.fetch``.

        A day is yielded as soon as all that answers it is complete. Of heart rate, about as many
        rows are held as one request brings.

        Raises:
            SourceFailure: Of every kind that a live source has, for the days not yielded before.
        """
        self._refuse_unless_granted(endpoint)
        readings = [
            Reading(self._api, read, first, last, self._time_zone) for read in READS[endpoint]
        ]
        days = days_between(first, last)
        day = next(days, None)
        while day is not None:
            behind = min(readings, key=lambda reading: reading.complete_before)
            if day >= behind.complete_before:
                behind.advance()
                continue
            yield _response(day, readings)
            day = next(days, None)

    def _ask_devices(self) -> datetime | None:
        if not self._shares(SETTINGS):
            return None
        try:
            return synced_until(paired_devices(self._api))
        except SourceFailure:
            return None


def _response(day: date, readings: list[Reading]) -> DayResponse:
    taken = [(reading.read, rows) for reading in readings if (rows := reading.take(day))]
    return DayResponse(
        date=day,
        payload={read.key: rows for read, rows in taken} or None,
        request=together(readings),
        final=all(finished(read, rows) for read, rows in taken),
    )
