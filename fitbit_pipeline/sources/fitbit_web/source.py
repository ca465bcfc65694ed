"""The legacy source: one participant's days, as the Fitbit Web API has them."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import ONE_DAY, days_between
from fitbit_pipeline.sources.fitbit_web.account import (
    NOT_SHARED,
    Profile,
    read_devices,
    read_profile,
    synced_until,
)
from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.fitbit_web.days import newest_first
from fitbit_pipeline.sources.fitbit_web.reading import reading_of
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES
from fitbit_pipeline.sources.fitbit_web.scopes import PROFILE, SCOPES, SETTINGS
from fitbit_pipeline.sources.fitbit_web.shared_answers import SharedAnswers
from fitbit_pipeline.sources.live import LiveSource
from fitbit_pipeline.sources.protocol import DayResponse, SourceFailure


class FitbitWebSource(LiveSource[FitbitApi]):
    """One participant's days; safe to be used from several threads."""

    name = "fitbit_web"
    scopes = SCOPES
    scarce_requests = True

    def __init__(self, api: FitbitApi, time_zone: ZoneInfo, granted: frozenset[str] | None):
        """Sends nothing yet; as for ``LiveSource``."""
        super().__init__(api, time_zone, granted)
        self._answers = SharedAnswers(api)
        self._profile: Profile | None = None
        self._asked_profile = False

    @property
    def endpoints(self) -> frozenset[str]:
        """All of them; what the participant did not grant is refused by ``fetch``."""
        return frozenset(RESOURCES)

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """Every day of a range, newest first; see ``Source.fetch``.

        A day is yielded as soon as all that answers it is there. Days before the account began
        have nothing, and nothing is asked for them: the API would make zeros up.

        Raises:
            SourceFailure: Of every kind that a live source has, for the days not yielded before.
        """
        self._refuse_unless_granted(endpoint)
        profile = self._read_profile()
        begin = first
        if profile is not None and profile.member_since is not None:
            begin = max(first, profile.member_since)
            for day in days_between(first, min(last, begin - ONE_DAY)):
                yield DayResponse(day, None, profile.request)
        ask = self._answers.asking_for(endpoint)
        readings = [reading_of(ask, each, begin, last) for each in RESOURCES[endpoint]]
        yield from newest_first(readings, begin, last)

    def _read_profile(self) -> Profile | None:
        """Asked until it is had; None if it is not shared."""
        with self._lock:
            if not self._asked_profile and self._shares(PROFILE):
                try:
                    self._profile = read_profile(self._api)
                except SourceFailure as failure:
                    if failure.kind not in NOT_SHARED:
                        raise
            self._asked_profile = True
            return self._profile

    def _ask_devices(self) -> datetime | None:
        """Where the profile's zone is not the participant's, the earlier of both readings."""
        if not self._shares(SETTINGS):
            return None
        try:
            profile = self._read_profile()
            devices = read_devices(self._api)
        except SourceFailure:
            return None
        zones = {self._time_zone}
        if profile is not None and profile.time_zone is not None:
            zones.add(profile.time_zone)
        return synced_until(devices, zones)
