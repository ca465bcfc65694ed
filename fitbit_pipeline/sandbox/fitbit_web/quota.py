"""How many requests of one person an application may send in an hour."""

import threading
from collections.abc import Callable
from datetime import datetime

_SECONDS_PER_HOUR = 3600
_UPDATED_EVERY = 4
"""The headers tell the state of the last request of so many: they are approximate."""

Key = tuple[str, str]
"""A person and an application."""


class HourlyQuota:
    """Counts requests from one full hour to the next. Safe to use from several threads.

    Attributes:
        per_hour: How many one person may have with one application; may be changed at any time.
    """

    def __init__(self, per_hour: int, clock: Callable[[], datetime]):
        """Begins with nothing used.

        Args:
            per_hour: How many one person may have with one application.
            clock: Tells the present instant, UTC.
        """
        self.per_hour = per_hour
        self._clock = clock
        self._used: dict[Key, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def take(self, key: Key) -> bool:
        """Whether one more is allowed now; if so it counts."""
        with self._lock:
            used = self._of_this_hour(key)
            if used >= self.per_hour:
                return False
            self._used[key] = self._hour(), used + 1
            return True

    def seconds_to_reset(self) -> int:
        """Until the next full hour."""
        return _SECONDS_PER_HOUR - int(self._clock().timestamp()) % _SECONDS_PER_HOUR

    def headers(self, key: Key) -> dict[str, str]:
        """What answers say of the quota; what is left lags behind."""
        with self._lock:
            used = self._of_this_hour(key)
        told = used // _UPDATED_EVERY * _UPDATED_EVERY
        return {
            "fitbit-rate-limit-limit": str(self.per_hour),
            "fitbit-rate-limit-remaining": str(max(0, self.per_hour - told)),
            "fitbit-rate-limit-reset": str(self.seconds_to_reset()),
        }

    def _of_this_hour(self, key: Key) -> int:
        hour, used = self._used.get(key, (0, 0))
        return used if hour == self._hour() else 0

    def _hour(self) -> int:
        return int(self._clock().timestamp()) // _SECONDS_PER_HOUR
