"""How many requests of one person a minute may have."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


class Quota:
    """Counts the requests of the last minute, person by person.

    Attributes:
        per_minute: How many one person may have; may be changed at any time.
    """

    def __init__(self, per_minute: int, clock: Callable[[], datetime]):
        """Begins with nothing used.

        Args:
            per_minute: How many one person may have.
            clock: Tells the present instant, UTC.
        """
        self.per_minute = per_minute
        self._clock = clock
        self._taken: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def take(self, person: str) -> bool:
        """Whether one more is allowed now; if so it counts."""
        now = self._clock()
        with self._lock:
            taken = self._taken.setdefault(person, deque())
            while taken and taken[0] <= now - _MINUTE:
                taken.popleft()
            if len(taken) >= self.per_minute:
                return False
            taken.append(now)
            return True
