"""Runs the servers of a deployment as child processes, and ends them together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dashboard
from fitbit_pipeline.cli.sign_in import allowed_hosts_arguments, secrets_arguments
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.settings import Settings

KEY = "FITBIT_PIPELINE_KEY"
MONGODB_URI = "FITBIT_PIPELINE_MONGODB_URI"
STOPPING_SECONDS = 20
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Server:
    """A server to run.

    Attributes:
        name: As people know it.
        command: The program and its arguments; no secret stands in them.
        address: Where a browser finds it.
        log: The file that takes what it prints.
        withheld: The settings with a secret that it has no use for, by their names in the
            environment.
    """

    name: str
    command: Sequence[str]
    address: str
    log: Path
    withheld: frozenset[str] = frozenset()

    @property
    def listens_on(self) -> tuple[str, int]:
        """Host and port of the address."""
        host, _, port = self.address.removeprefix("http://").rpartition(":")
        return host, int(port)


def servers_of(settings: Settings) -> list[Server]:
    """The Dagster UI with its daemon and code server, and the dashboard."""
    python = sys.executable
    host, dagster_port, dashboard_port = (
        settings.host,
        settings.dagster_port,
        settings.dashboard_port,
    )
    return [
        Server(
            name="Dagster UI",
            command=[
                *(python, "-m", "dagster", "dev", "--module-name", "fitbit_pipeline.definitions"),
                *("--host", host, "--port", str(dagster_port)),
            ],
            address=f"http://{host}:{dagster_port}",
            log=settings.home / "logs" / "dagster.log",
        ),
        Server(
            name="Dashboard",
            command=[
                *(python, "-m", "streamlit", "run", str(_dashboard_app())),
                *("--server.address", host, "--server.port", str(dashboard_port)),
                *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
                *secrets_arguments(settings),
                *allowed_hosts_arguments(settings),
            ],
            address=f"http://{host}:{dashboard_port}",
            log=settings.home / "logs" / "dashboard.log",
            # It reads documents, and nobody's account.
            withheld=frozenset({KEY}),
        ),
    ]


def check_ports(servers: Sequence[Server]) -> None:
    """Makes sure that nobody listens where servers are to listen.

    Raises:
        UserError: If a port is taken.
    """
    for server in servers:
        _check_free(*server.listens_on)


@contextmanager
def running(
    servers: Sequence[Server], settings: Settings
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Runs servers until the block ends.

    Raises:
        UserError: If a port is taken, or a log cannot be written.
    """
    check_ports(servers)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for server in servers:
            server.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # A session of its own keeps the terminal's Ctrl-C away: the servers are ended below,
            # in order, whatever ended this process's wait.
            with server.log.open("wb") as log:
                processes.append(
                    subprocess.Popen(  # noqa: S603 - our own commands, no shell
                        server.command,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                        env=environment_of(settings, server.withheld),
                    )
                )
        yield processes
    finally:
        for process in processes:
            _signal(process, signal.SIGINT)
        for process in processes:
            try:
                process.wait(STOPPING_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


def wait_until_answering(
    servers: Sequence[Server], processes: Sequence[subprocess.Popen[bytes]], seconds: float
) -> None:
    """Waits until every server accepts connections.

    Raises:
        UserError: If one ends, or does not answer in time.
    """
    deadline = time.monotonic() + seconds
    for server, process in zip(servers, processes, strict=True):
        host, port = server.listens_on
        while not _accepts(host, port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise UserError(f"The {server.name} does not start: its log is {server.log}.")
            time.sleep(POLL_SECONDS)


def wait_until_ended(
    servers: Sequence[Server], processes: Sequence[subprocess.Popen[bytes]]
) -> None:
    """Waits until a server ends by itself, which none should.

    Raises:
        UserError: When one has ended.
    """
    while True:
        for server, process in zip(servers, processes, strict=True):
            if process.poll() is not None:
                raise UserError(f"The {server.name} has ended by itself: its log is {server.log}.")
        time.sleep(POLL_SECONDS)


def environment_of(settings: Settings, withheld: frozenset[str] = frozenset()) -> dict[str, str]:
    """The environment in which child processes find this very deployment.

    Secrets of the settings are handed on in it, where their own user alone can read them; in a
    command line everybody on the machine could.

    Args:
        settings: What was chosen.
        withheld: What is not handed on, in whatever case it is written.
    """
    inherited = {name: os.environ[name] for name in os.environ if name.upper() not in withheld}
    return {
        **inherited,
        "FITBIT_PIPELINE_HOME": str(settings.home),
        "FITBIT_PIPELINE_START_DATE": settings.start_date.isoformat(),
        "DAGSTER_HOME": str(settings.dagster_directory),
    }


def _dashboard_app() -> Path:
    return Path(dashboard.__file__).with_name("app.py")


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"{host}:{port} cannot be used ({error.strerror}): end what uses it, or choose "
                "others with FITBIT_PIPELINE_DAGSTER_PORT and FITBIT_PIPELINE_DASHBOARD_PORT."
            ) from None


def _accepts(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
