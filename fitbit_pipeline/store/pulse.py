"""Whether the server is there, as the driver finds out by itself in the background.

Whoever has waited for it in vain is followed by others with the same question: they need not wait
as long again.
"""

import threading
import time

from pymongo.monitoring import (
    ServerHeartbeatFailedEvent,
    ServerHeartbeatListener,
    ServerHeartbeatStartedEvent,
    ServerHeartbeatSucceededEvent,
)


class ServerSilentError(RuntimeError):
    """The server has been silent for as long as anybody waits for it."""


class Pulse(ServerHeartbeatListener):
    """Remembers since when no member of a server has answered."""

    def __init__(self) -> None:
        """Begins with the belief that it answers."""
        self._silent_since: float | None = None
        self._lock = threading.Lock()

    def check(self, patience_seconds: float) -> None:
        """Does nothing unless the server has been silent for longer than one waits for it.

        Raises:
            ServerSilentError: If it has.
        """
        with self._lock:
            since = self._silent_since
        if since is not None and time.monotonic() - since >= patience_seconds:
            raise ServerSilentError("The MongoDB server is silent.")

    def started(self, _event: ServerHeartbeatStartedEvent) -> None:
        """Says nothing yet."""

    def succeeded(self, _event: ServerHeartbeatSucceededEvent) -> None:
        """It is there."""
        with self._lock:
            self._silent_since = None

    def failed(self, _event: ServerHeartbeatFailedEvent) -> None:
        """It is not, from the first failure on."""
        with self._lock:
            if self._silent_since is None:
                self._silent_since = time.monotonic()
