"""From ``fitbit-pipeline up`` in an empty home to the first answers of the two servers.

Against the same two servers with nothing in them: ``dagster dev`` of an empty code location, and
``streamlit run`` of an empty page, started together as ``up`` does it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

import requests

from bench.figure import Detail, Figure, Outcome
from bench.measured import PROGRAM
from bench.sandbox import free_port
from fitbit_pipeline.cli.dagster_home import DAGSTER_YAML
from fitbit_pipeline.cli.processes import environment_of
from fitbit_pipeline.settings import Settings

MOST_SECONDS = 180
STOPPING_SECONDS = 60
POLL_SECONDS = 0.05
MOST_RATIO = 2.0
HOST = "127.0.0.1"
EMPTY_LOCATION = "import dagster as dg\n\ndefs = dg.Definitions()\n"
EMPTY_PAGE = "import streamlit as st\n\nst.write('')\n"


@dataclass(frozen=True, slots=True)
class Start:
    """One start.

    Attributes:
        dagster_seconds: Until the Dagster UI answered.
        dashboard_seconds: Until the dashboard, or the empty page, answered.
    """

    dagster_seconds: float
    dashboard_seconds: float


@dataclass(frozen=True, slots=True)
class Starts:
    """Starts by turns.

    Attributes:
        ours: Of ``fitbit-pipeline up``, each in an empty home.
        bare: Of the same servers with nothing in them.
    """

    ours: Sequence[Start]
    bare: Sequence[Start]

    def outcome(self) -> Outcome:
        """The figures, and every start."""
        figures = [
            Figure(
                f"`up` in an empty home, to the first answer of {what}, against {against}",
                median(getattr(each, seconds) for each in self.ours),
                median(getattr(each, seconds) for each in self.bare),
                "s",
                digits=1,
                most=most,
                quoted=True,
            )
            for what, against, seconds, most in (
                ("the Dagster UI", "`dagster dev` of nothing", "dagster_seconds", MOST_RATIO),
                ("the dashboard", "`streamlit run` of nothing", "dashboard_seconds", None),
            )
        ]
        rows = [
            [f"{turn}", *(f"{seconds:.1f} s" for seconds in _seconds(ours, bare))]
            for turn, (ours, bare) in enumerate(zip(self.ours, self.bare, strict=True), 1)
        ]
        columns = ["start", "Dagster UI", "bare", "dashboard", "bare"]
        return Outcome(figures, [Detail("Starts, in turns", columns, rows)])


def measure_starts(folder: Path, starts: int) -> Starts:
    """Starts both by turns.

    Args:
        folder: An empty folder.
        starts: How often each.
    """
    ours, bare = [], []
    for turn in range(starts):
        bare.append(_bare(folder / f"bare-{turn}"))
        ours.append(_ours(folder / f"ours-{turn}"))
    return Starts(ours, bare)


def _ours(home: Path) -> Start:
    settings = Settings(home=home, start_date=date(2026, 1, 1))
    dagster, dashboard = free_port(), free_port()
    environment = {
        **environment_of(settings),
        "FITBIT_PIPELINE_DAGSTER_PORT": str(dagster),
        "FITBIT_PIPELINE_DASHBOARD_PORT": str(dashboard),
    }
    return _started([[*PROGRAM, "up"]], environment, home.parent, (dagster, dashboard))


def _bare(folder: Path) -> Start:
    folder.mkdir(parents=True)
    location, page = folder / "location.py", folder / "page.py"
    location.write_text(EMPTY_LOCATION)
    page.write_text(EMPTY_PAGE)
    (folder / "dagster.yaml").write_text(DAGSTER_YAML.partition("event_log_storage:")[0])
    dagster, dashboard = free_port(), free_port()
    python = (sys.executable, "-m")
    commands = [
        [*python, "dagster", "dev", "--python-file", str(location), "--port", str(dagster)],
        [
            *(*python, "streamlit", "run", str(page), "--server.port", str(dashboard)),
            *("--server.address", HOST, "--server.headless", "true"),
            *("--browser.gatherUsageStats", "false"),
        ],
    ]
    environment = {**os.environ, "DAGSTER_HOME": str(folder)}
    return _started(commands, environment, folder, (dagster, dashboard))


def _started(
    commands: Sequence[Sequence[str]],
    environment: Mapping[str, str],
    folder: Path,
    ports: tuple[int, int],
) -> Start:
    """Runs commands until both ports have answered."""
    begun = time.monotonic()
    with (folder / "start.log").open("ab") as log:
        processes = [
            subprocess.Popen(  # noqa: S603 - our own commands, no shell
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            for command in commands
        ]
    try:
        answered = _answered(ports, begun)
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            process.wait(STOPPING_SECONDS)
    return Start(*(answered[port] for port in ports))


def _answered(ports: Sequence[int], begun: float) -> dict[int, float]:
    """When each port first answered a request for its first page, in seconds.

    Raises:
        RuntimeError: If one does not in time.
    """
    answered: dict[int, float] = {}
    while len(answered) < len(ports):
        for port in ports:
            if port not in answered and _answers(port):
                answered[port] = time.monotonic() - begun
        if time.monotonic() - begun > MOST_SECONDS:
            raise RuntimeError(f"No answer within {MOST_SECONDS} s: the servers do not start.")
        time.sleep(POLL_SECONDS)
    return answered


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://{HOST}:{port}/", timeout=2).ok
    except requests.RequestException:
        return False


def _seconds(ours: Start, bare: Start) -> list[float]:
    return [
        *(ours.dagster_seconds, bare.dagster_seconds),
        *(ours.dashboard_seconds, bare.dashboard_seconds),
    ]
