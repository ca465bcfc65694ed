"""The live source: one participant's days, as Google Health has them."""

import threading
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sources.google_health import failures
from fitbit_pipeline.sources.google_health.account import paired_devices, synced_until
from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.google_health.data_types import READS
from fitbit_pipeline.sources.google_health.reading import Reading, together
from fitbit_pipeline.sources.google_health.rows import finished
from fitbit_pipeline.sources.google_health.scopes import SCOPES, SETTINGS
from fitbit_pipeline.sources.protocol import DayResponse, SourceFailure


class GoogleHealthSource:
    """One participant's days; safe to be used from several threads."""

    name = "google_health"

    def __init__(self, api: HealthApi, time_zone: ZoneInfo, granted: frozenset[str] | None):
        """Sends nothing yet.

        Args:
            api: Asks on behalf of the participant.
            time_zone: The participant's; windows of physical time are cut into days by it.
            granted: The addresses of the scopes that they granted; None if that is not known,
                and then Google is left to say so.
        """
        self._api = api
        self._time_zone = time_zone
        self._granted = granted
        self._lock = threading.Lock()
        self._synced_until: datetime | None = None
        self._asked_devices = False

    @property
    def endpoints(self) -> frozenset[str]:
        """All of them; what the participant did not grant is refused by ``fetch``."""
        return frozenset(READS)

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far, for whatever endpoint."""
        return self._api.requests_sent

    @property
    def synced_until(self) -> datetime | None:
        """When the participant's tracker last synced, asked once; None if that cannot be had.

        A failure is not raised here: days may well be had without, and what keeps them from
        being had, such as consent that is gone, meets ``fetch`` as well.
        """
        with self._lock:
            if not self._asked_devices:
                self._asked_devices = True
                self._synced_until = self._ask_devices()
            return self._synced_until

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
        if self._granted is not None and SETTINGS.address not in self._granted:
            return None
        try:
            return synced_until(paired_devices(self._api))
        except SourceFailure:
            return None

    def _refuse_unless_granted(self, endpoint: str) -> None:
        if self._granted is None:
            return
        for scope in SCOPES:
            if endpoint in scope.endpoints and scope.address not in self._granted:
                raise failures.scope_not_granted(endpoint, scope.title)


def _response(day: date, readings: list[Reading]) -> DayResponse:
    taken = [(reading.read, rows) for reading in readings if (rows := reading.take(day))]
    return DayResponse(
        date=day,
        payload={read.key: rows for read, rows in taken} or None,
        request=together(readings),
        final=all(finished(read, rows) for read, rows in taken),
    )
