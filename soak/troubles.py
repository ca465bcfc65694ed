"""What a trouble does to the API, the database, the run and the daemon."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.world import Sandbox
from fitbit_pipeline.store.embedded import ensure_server, running_server, stop_server
from soak.plan import Night, Trouble

SHORT_TIMEOUT = {"FITBIT_PIPELINE_GOOGLE_TIMEOUT_SECONDS": "0.3"}
"""The patience of a run whose answers time out: nobody has a minute for each."""
_GOOGLE = ("dailyRollUp", "rollUp", "reconcile", "pairedDevices")
_FITBIT = "fitbit"
_FITBIT_TIMES = 4
"""Fitbit's client pauses for seconds before it asks again, and after a refusal for the rest of an
hour of a clock that stands still here: so one request of a night fails for good, and none is
refused."""
_KINDS = {
    Trouble.UNAVAILABLE: FaultKind.STATUS,
    Trouble.TOO_MANY: FaultKind.STATUS,
    Trouble.TRUNCATED: FaultKind.TRUNCATED_JSON,
    Trouble.DROPPED: FaultKind.DROPPED_CONNECTION,
    Trouble.TIMEOUTS: FaultKind.SLOW_BODY,
}
_ONLY_GOOGLE = frozenset({Trouble.TOO_MANY, Trouble.TIMEOUTS})


class Trigger:
    """Stands before the sandbox and does something when so many requests have come."""

    def __init__(self) -> None:
        """Does nothing yet."""
        self._left = 0
        self._act: Callable[[], None] | None = None

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application with the trigger before it."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if self._act is not None:
                self._left -= 1
                if self._left < 0:
                    act, self._act = self._act, None
                    act()
            await app(scope, receive, send)

        return counted

    def arm(self, after: int, act: Callable[[], None]) -> None:
        """Sets what is done on the request after so many."""
        self._left, self._act = after, act

    def disarm(self) -> bool:
        """Takes it back; whether it had gone off."""
        gone_off = self._act is None
        self._act = None
        return gone_off


class Database:
    """The study's MongoDB server, which is stopped, killed and started again."""

    def __init__(self, directory: Path):
        """Starts it.

        Args:
            directory: Where its files are.
        """
        self._directory = directory
        self._restarting: threading.Thread | None = None
        server = ensure_server(directory)
        self.uri = server.uri
        self._pid = server.pid

    def stop(self) -> None:
        """Shuts it down."""
        stop_server(self._directory)

    def kill(self) -> None:
        """Kills it."""
        os.kill(self._pid, signal.SIGKILL)

    def start(self) -> None:
        """Starts it unless it is running."""
        if self._restarting is not None:
            self._restarting.join()
            self._restarting = None
        if running_server(self._directory) is None:
            self._pid = ensure_server(self._directory).pid

    def kill_and_restart(self) -> None:
        """Kills it; whoever watches over it starts it again."""
        self.kill()
        self._restarting = threading.Thread(target=self._restart, name="watch over the database")
        self._restarting.start()

    def _restart(self) -> None:
        self._pid = ensure_server(self._directory).pid


def put_in_force(sandbox: Sandbox, night: Night) -> None:
    """Lets the API misbehave as a night has it."""
    sandbox.faults.clear()
    kind = _KINDS.get(night.trouble)
    if kind is None:
        return
    status = 429 if night.trouble is Trouble.TOO_MANY else 503
    after = night.after // len(_GOOGLE)
    for method in _GOOGLE:
        sandbox.faults.add(Fault(kind=kind, status=status, method=method, after=after))
    if night.trouble not in _ONLY_GOOGLE:
        fault = Fault(kind=kind, status=status, method=_FITBIT, after=after, times=_FITBIT_TIMES)
        sandbox.faults.add(fault)


def has_struck(sandbox: Sandbox) -> bool:
    """Whether the API has misbehaved since."""
    return any(fault["struck"] for fault in sandbox.faults.document())
