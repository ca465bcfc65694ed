"""A home with an embedded MongoDB of its own, and a person who is connected to a sandbox."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from subprocess import Popen

from fitbit_pipeline.deployment import open_deployment, utc_now
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.store.embedded import RunningServer, ensure_server, stop_server
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.google_health.connecting import connect
from fitbit_pipeline_tests.program import Program
from fitbit_pipeline_tests.sandbox_server import running_sandbox

DAYS = 3
IMPATIENT = "&serverSelectionTimeoutMS=500&timeoutMS=5000"
"""Instead of the minutes for which the program waits for a server to come back."""


@dataclass(frozen=True)
class Home:
    """A person's deployment, with the program that they call.

    Attributes:
        program: It, with little patience for its database.
        sandbox: Where the person's days are.
        server: The database, which the person takes for a server of their own.
        first: The first of their days.
    """

    program: Program
    sandbox: Sandbox
    server: RunningServer
    first: date

    def start_backfill(self, log: Path) -> "Popen[bytes]":
        """Begins to ask for all days."""
        return self.program.start("backfill", "--from", str(self.first), log=log)

    def wait_for_requests(self, count: int, process: "Popen[bytes]") -> None:
        """Waits until so many requests of a process have come."""
        begun = self.sandbox.requests.total()
        while self.sandbox.requests.total() < begun + count:
            assert process.poll() is None
            time.sleep(0.01)


@contextmanager
def connected_home(folder: Path) -> Iterator[Home]:
    """Makes it, and stops its database in the end."""
    home, now = folder / "home", utc_now()
    first = now.date() - timedelta(days=DAYS)
    directory = home / "mongodb"
    server = ensure_server(directory)
    environment = {
        "FITBIT_PIPELINE_START_DATE": str(first),
        "FITBIT_PIPELINE_MONGODB_URI": server.uri + IMPATIENT,
    }
    try:
        with running_sandbox(people=1, now=now, check=False) as sandbox:
            settings = settings_for(folder, server.uri, "fitbitDB", start_date=first)
            with open_deployment(settings, utc_now) as deployment:
                connect(deployment, sandbox, {"me": "p001"}, first)
            yield Home(Program(folder, home, environment), sandbox, server, first)
    finally:
        stop_server(directory)
