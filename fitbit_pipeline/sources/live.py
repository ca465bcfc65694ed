"""What the live sources have in common: what was granted, and until when the tracker has synced.

Which requests bring a day is not known here (``google_health``, ``fitbit_web``).
"""

import threading
from abc import ABC, abstractmethod
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

from fitbit_pipeline.sources.scopes import Scope, scope_not_granted


class CountsRequests(Protocol):
    """An API that counts what is asked of it."""

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far."""


Api = TypeVar("Api", bound=CountsRequests)


class LiveSource(ABC, Generic[Api]):
    """One participant's days; safe to be used from several threads."""

    scopes: ClassVar[tuple[Scope, ...]]

    def __init__(self, api: Api, time_zone: ZoneInfo, granted: frozenset[str] | None):
        """Sends nothing yet.

        Args:
            api: Asks on behalf of the participant.
            time_zone: The participant's, by which their days are told apart.
            granted: The names of the scopes that they granted; None if that is not known, and
                then the service is left to say so.
        """
        self._api = api
        self._time_zone = time_zone
        self._granted = granted
        self._lock = threading.RLock()
        self._synced_until: datetime | None = None
        self._asked_devices = False

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

    @abstractmethod
    def _ask_devices(self) -> datetime | None:
        """When the tracker last synced; None if that cannot be had."""

    def _shares(self, scope: Scope) -> bool:
        return self._granted is None or scope.name in self._granted

    def _refuse_unless_granted(self, endpoint: str) -> None:
        for scope in self.scopes:
            if endpoint in scope.endpoints and not self._shares(scope):
                raise scope_not_granted(endpoint, scope.title)
