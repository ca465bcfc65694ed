"""Tells when the service is down for everybody, so that nobody is waited for one by one.

A request that fails is sent again a few times, which takes long: worth it for one participant, but
not for a thousand in turn while the service, or the way to it, is down.
"""

import threading
import time
from collections.abc import Callable

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure

FAILURES_IN_A_ROW = 12
"""So many, of whomever, with no answer between them, are more than one participant's trouble."""
PAUSE_SECONDS = 60.0


class Outage:
    """One for all participants of a process; safe to be used from several threads."""

    def __init__(
        self,
        failures_in_a_row: int = FAILURES_IN_A_ROW,
        pause_seconds: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        *,
        service: str = "Google Health",
    ):
        """Begins with the service up.

        Args:
            failures_in_a_row: After so many, requests fail at once for a while.
            pause_seconds: For how long; then the next request finds out.
            clock: Tells seconds that only ever grow.
            service: Its name, for people.
        """
        self._most = failures_in_a_row
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._service = service
        self._in_a_row = 0
        self._until = 0.0
        self._lock = threading.Lock()

    def check(self) -> None:
        """Lets a request through, or refuses it at once.

        Raises:
            SourceFailure: ``transient``, while the service is taken to be down.
        """
        with self._lock:
            if self._in_a_row >= self._most and self._clock() < self._until:
                raise SourceFailure(
                    FailureKind.TRANSIENT,
                    f"{self._service} failed {self._in_a_row} times in a row and is left alone for "
                    "a minute: the next night asks again, or backfill these days later.",
                )

    def answered(self) -> None:
        """Notes that the service has answered, whatever it said."""
        with self._lock:
            self._in_a_row = 0

    def failed(self) -> None:
        """Notes that a request has failed for good."""
        with self._lock:
            self._in_a_row += 1
            self._until = self._clock() + self._pause_seconds
