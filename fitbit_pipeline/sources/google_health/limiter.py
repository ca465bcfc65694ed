"""How often Google may be asked: so many requests in a minute for one participant and one project.

Quotas are Google's, and the same for all who ask in this process; other processes are not seen.
"""

import threading
import time
from collections.abc import Callable
from functools import partial

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

MINUTE = 60
_SHORTEST_WAIT = 0.01


class RequestLimiter:
    """One for all participants of a process; safe to be used from several threads."""

    def __init__(
        self,
        per_participant: int,
        per_project: int,
        *,
        window_seconds: int = MINUTE,
        sleep: Callable[[float], None] = time.sleep,
    ):
        """Starts with nothing asked.

        Args:
            per_participant: Requests that one participant may be asked in a window.
            per_project: Requests that one project, an OAuth client, may send in a window.
            window_seconds: The length of the window, which moves.
            sleep: Waits for a number of seconds.
        """
        self._per_participant = RateLimitItemPerSecond(per_participant, window_seconds)
        self._per_project = RateLimitItemPerSecond(per_project, window_seconds)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._lock = threading.Lock()
        self._sleep = sleep

    def waiting_for(self, participant: str, project: str) -> Callable[[], None]:
        """What is called before each request: it returns once the request may be sent.

        Args:
            participant: Whose data are asked for.
            project: On whose account: the OAuth client's id.
        """
        return partial(self._wait, participant, project)

    def _wait(self, participant: str, project: str) -> None:
        self._take(self._per_participant, f"participant:{project}:{participant}")
        self._take(self._per_project, f"project:{project}")

    def _take(self, limit: RateLimitItem, key: str) -> None:
        while (seconds := self._seconds_until_free(limit, key)) > 0:
            self._sleep(seconds)

    def _seconds_until_free(self, limit: RateLimitItem, key: str) -> float:
        """Zero if a request was free and is now taken."""
        with self._lock:
            if self._limiter.hit(limit, key):
                return 0.0
            oldest_leaves = self._limiter.get_window_stats(limit, key).reset_time
        return max(oldest_leaves - time.time(), _SHORTEST_WAIT)
