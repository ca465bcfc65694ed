"""What a night of many participants takes, against the sandbox: requests, time, memory, and disk.

The sandbox is a process of its own beside the pipeline, on the same machine: it makes up and sends
all answers, so the seconds are those of both.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from fitbit_pipeline.cli.demo_sandbox import CLIENT, connect_people
from fitbit_pipeline.cli.processes import Server, running, wait_until_answering
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.sources.google_health.planning import fewest_requests
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

NIGHT_DAYS = 7
PORT = 8765
DATA_METHODS = ("list", "reconcile", "rollUp", "dailyRollUp")
STARTING_SECONDS = 120
MEGABYTE = 1024 * 1024
PROGRAM = [sys.executable, "-m", "fitbit_pipeline.cli.main"]


@dataclass(frozen=True, slots=True)
class Night:
    """One night.

    Attributes:
        participants: How many were asked for the trailing days.
        requests: How many requests the sandbox counted.
        seconds: How long the run took, from starting its process to its end.
        peak_megabytes: The most memory that the run's process held.
    """

    participants: int
    requests: int
    seconds: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Year:
    """One participant, asked for a year of every endpoint at once, and all that is derived.

    Attributes:
        counted: Requests that the sandbox counted, by endpoint.
        fewest: The fewest that the API's limits allow, by endpoint.
        megabytes: What the documents of it take on disk, indexes included.
    """

    counted: Mapping[str, int]
    fewest: Mapping[str, int]
    megabytes: float


def measure_night(folder: Path, participants: int) -> Night:
    """Connects participants, and runs a night in a process of its own.

    Args:
        folder: An empty folder.
        participants: How many.
    """
    with _sandbox(folder, participants) as (settings, address):
        with open_deployment(settings) as deployment:
            yesterday = deployment.yesterday
            first = yesterday - timedelta(days=NIGHT_DAYS - 1)
            connect_people(deployment, _people(participants), first)
        requests.delete(f"{address}/sandbox/requests", timeout=60).raise_for_status()
        begun = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*PROGRAM, "backfill", "--from", str(first), "--to", str(yesterday)],
            env=_environment(settings),
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begun
        if process.returncode:
            raise RuntimeError(f"The night ended with exit code {process.returncode}.")
        counted = _counted(address)
        subprocess.run([*PROGRAM, "down"], env=_environment(settings), check=True)  # noqa: S603
    # Linux counts in kilobytes.
    return Night(participants, counted, seconds, usage.ru_maxrss / 1024)


def measure_year(folder: Path, days: int = 365) -> Year:
    """Asks for a year of one participant, endpoint by endpoint, over the whole range at once.

    Args:
        folder: An empty folder.
        days: How many days a year has.
    """
    counted: dict[str, int] = {}
    fewest: dict[str, int] = {}
    with (
        _sandbox(folder, 1) as (settings, address),
        open_deployment(settings, keep_server=False) as deployment,
    ):
        store, last = deployment.store, deployment.yesterday
        first = last - timedelta(days=days - 1)
        people = connect_people(deployment, _people(1), first)
        for endpoint in ENDPOINT_NAMES:
            requests.delete(f"{address}/sandbox/requests", timeout=60).raise_for_status()
            ingest(
                store,
                deployment.sources.open,
                people,
                endpoint,
                first,
                last,
                deployment.clock(),
                1,
            )
            counted[endpoint] = _counted(address)
            fewest[endpoint] = _fewest(store, people[0], endpoint, first, last)
        for family in Family:
            derive_metrics(store, people, family, first, last, 1)
        derive_days(store, people, deployment.thresholds, first, last, 1)
        derive_summaries(store, people, first, last, 1)
        # Sizes are known once everything is written to the files.
        store.database.client.admin.command("fsync")
        statistics = store.database.command("dbStats")
    return Year(counted, fewest, (statistics["storageSize"] + statistics["indexSize"]) / MEGABYTE)


@contextmanager
def _sandbox(folder: Path, people: int) -> Iterator[tuple[Settings, str]]:
    settings = Settings(home=folder / "home", start_date=date(2024, 1, 1))
    server = Server(
        name="Sandbox",
        command=[
            *(*PROGRAM, "sandbox", "--port", str(PORT), "--people", str(people)),
            *("--client-file", str(settings.google_clients_directory / f"{CLIENT}.json")),
        ],
        address=f"http://127.0.0.1:{PORT}",
        log=folder / "sandbox.log",
    )
    with running([server], settings) as processes:
        wait_until_answering([server], processes, STARTING_SECONDS)
        yield settings, server.address


def _people(participants: int) -> dict[str, str]:
    width = max(3, len(str(participants)))
    return {f"P{number:04}": f"p{number:0{width}}" for number in range(1, participants + 1)}


def _counted(address: str) -> int:
    """Requests for health data; those for tokens and devices are not an endpoint's."""
    document = requests.get(f"{address}/sandbox/requests", timeout=60).json()
    return sum(document["by_method"].get(name, 0) for name in DATA_METHODS)


def _fewest(store: Store, person: Participant, endpoint: str, first: date, last: date) -> int:
    rows: Counter[str] = Counter()
    for response in store.raw_responses.read(person.name, [endpoint], first, last):
        for key, values in response.payload.items():
            rows[key] += len(values)
    return fewest_requests(endpoint, first, last, ZoneInfo(person.time_zone), rows)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "FITBIT_PIPELINE_HOME": str(settings.home),
        "FITBIT_PIPELINE_START_DATE": settings.start_date.isoformat(),
    }
