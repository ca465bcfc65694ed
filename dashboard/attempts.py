"""How often a password may be tried: a few times per name, and a few at once.

Counted is in this process alone, which is the only one that serves the dashboard. It is not kept
in Streamlit's caches: any browser may have those cleared.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from fitbit_pipeline.store.viewers import LONGEST_NAME

ALLOWED = RateLimitItemPerMinute(10, 15)
"""So many wrong passwords, in so many minutes."""
AT_ONCE = 4
"""Each takes memory and a processor for a while."""

_limiter = FixedWindowRateLimiter(MemoryStorage())
_at_once = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def attempt(name: str) -> Iterator[datetime | None]:
    """One try of a password for a name, be it known or not.

    It counts as wrong until ``forget`` is called, so that tries side by side cannot outrun it.

    Args:
        name: As somebody typed it.

    Yields:
        None, or if there were too many, the instant from which one may try again, UTC.
    """
    if _limiter.hit(ALLOWED, _key(name)):
        with _at_once:
            yield None
    else:
        yield datetime.fromtimestamp(_limiter.get_window_stats(ALLOWED, _key(name)).reset_time, UTC)


def forget(name: str) -> None:
    """Makes the wrong passwords of a name undone, when the right one was given."""
    _limiter.clear(ALLOWED, _key(name))


def _key(name: str) -> str:
    return name.strip().lower()[:LONGEST_NAME]
