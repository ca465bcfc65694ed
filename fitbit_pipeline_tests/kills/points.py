"""Counts what a process does to the outside, and ends it at a chosen point as SIGKILL does.

A point lies before each database command is sent, behind each answer of the database, before each
request goes out, and behind the beginning of each answer to one.
"""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import requests
from pymongo import monitoring
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)
from requests.adapters import HTTPAdapter

WRITES = frozenset({"insert", "update", "delete"})
PROMISE = {"w": "majority", "j": True}
UNPROMISED = "without a promise"
"""Stands behind the name of a write that does not wait for the journal of a majority."""


def end_like_a_power_cut() -> None:
    """Ends this process: no handler runs, nothing is flushed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """The points that this process has passed, by name."""

    def __init__(self, at: int | None, then: Callable[[], None] = end_like_a_power_cut) -> None:
        """Begins at zero.

        Args:
            at: The number of the point, from 0, at which something happens; None for never.
            then: What happens.
        """
        self.passed: list[str] = []
        self._at = at
        self._then = then
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Looks at every command and every request of this process from now on.

        Connections that are open already are not looked at.
        """
        monitoring.register(_Commands(self))
        send = HTTPAdapter.send

        def watched(adapter: HTTPAdapter, *args: Any, **kwargs: Any) -> requests.Response:
            self.reach("before a request")
            response = send(adapter, *args, **kwargs)
            self.reach("behind a request")
            return response

        HTTPAdapter.send = watched  # type: ignore[method-assign]

    def reach(self, name: str) -> None:
        """Counts a point; the chosen one is where it happens."""
        with self._lock:
            number = len(self.passed)
            self.passed.append(name)
        if number == self._at:
            self._then()


class _Commands(CommandListener):
    def __init__(self, points: Points) -> None:
        self._points = points

    def started(self, event: CommandStartedEvent) -> None:
        writes = event.command_name in WRITES
        kept = not writes or event.command.get("writeConcern") == PROMISE
        name = f"before {event.command_name} {self._collection(event)}"
        self._points.reach(name if kept else f"{name} {UNPROMISED}")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        self._points.reach(f"behind {event.command_name}")

    def failed(self, event: CommandFailedEvent) -> None:
        self._points.reach(f"behind a failed {event.command_name}")

    @staticmethod
    def _collection(event: CommandStartedEvent) -> str:
        named = event.command.get(event.command_name)
        return named if isinstance(named, str) else str(event.command.get("collection", ""))
