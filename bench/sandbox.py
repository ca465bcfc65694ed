"""The sandbox beside a benchmark: as a process of its own, for many people or many days."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.measured import PROGRAM
from fitbit_pipeline.cli.demo_sandbox import CLIENT
from fitbit_pipeline.cli.processes import Server, running, wait_until_answering
from fitbit_pipeline.settings import Settings

STARTING_SECONDS = 120


@contextmanager
def sandbox_beside(
    settings: Settings, folder: Path, people: int, first: date | None = None
) -> Iterator[str]:
    """Serves made-up people until the block ends, and leaves their OAuth client in the home.

    Args:
        settings: Of the home.
        folder: Takes the log.
        people: How many there are.
        first: The first day of which anybody has data; some months ago by default.

    Yields:
        Its address.
    """
    port = free_port()
    from_day = ["--from", first.isoformat()] if first else []
    server = Server(
        name="Sandbox",
        command=[
            *(*PROGRAM, "sandbox", "--port", str(port), "--people", str(people), *from_day),
            *("--client-file", str(settings.google_clients_directory / f"{CLIENT}.json")),
        ],
        address=f"http://127.0.0.1:{port}",
        log=folder / "sandbox.log",
    )
    with running([server], settings) as processes:
        wait_until_answering([server], processes, STARTING_SECONDS)
        yield server.address


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
