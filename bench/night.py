"""What a night of many participants takes, against the sandbox: requests, time and memory.

The sandbox is a process of its own beside the pipeline, on the same machine: it makes up and sends
all answers, so the seconds are those of both.
"""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import requests

from bench.figure import NOTHING, Detail, Figure, Outcome
from bench.measured import PROGRAM, run_measured
from bench.sandbox import sandbox_beside
from fitbit_pipeline.cli.demo_sandbox import connect_people
from fitbit_pipeline.cli.processes import environment_of
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.settings import Settings

NIGHT_DAYS = 7
DATA_METHODS = ("list", "reconcile", "rollUp", "dailyRollUp")
MOST_GROWTH = 1.1
MOST_MEGABYTES = 1024


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
class Nights:
    """Nights of more and more participants.

    Attributes:
        nights: Two at least, smallest first.
    """

    nights: Sequence[Night]

    def outcome(self) -> Outcome:
        """The figures, and every night."""
        smaller, largest = self.nights[-2:]
        of = f"a night of {largest.participants:,} participants"
        figures = [
            Figure(
                f"{of}: {what} per participant, against one of {smaller.participants:,}",
                measured / largest.participants,
                against / smaller.participants,
                unit,
                digits=1,
                most=MOST_GROWTH,
                quoted=True,
            )
            for what, unit, measured, against in (
                ("requests", "", largest.requests, smaller.requests),
                ("time", "ms", 1000 * largest.seconds, 1000 * smaller.seconds),
            )
        ]
        memory = Figure(
            f"{of}: peak memory, against its limit",
            largest.peak_megabytes,
            MOST_MEGABYTES,
            "MB",
            most=1.0,
            quoted=True,
        )
        return Outcome([*figures, memory], [self._by_size()])

    def _by_size(self) -> Detail:
        first, *_ = self.nights
        rows = [
            _row(first, None),
            *(_row(larger, night) for night, larger in pairwise(self.nights)),
        ]
        return Detail(
            f"Nights of {NIGHT_DAYS} days",
            [
                *("participants", "requests", "seconds", "peak memory"),
                *("more requests", "more time", "more memory"),
            ],
            rows,
            "More: for each participant more than in the row above; what a run takes whoever is "
            "asked is not in it.",
        )


def measure_nights(folder: Path, sizes: Sequence[int]) -> Nights:
    """Runs a night of each size, each in a home of its own.

    Args:
        folder: An empty folder.
        sizes: How many participants, two sizes at least, smallest first.
    """
    return Nights([measure_night(folder / f"{size}", size) for size in sizes])


def measure_night(folder: Path, participants: int) -> Night:
    """Connects participants, and runs a night in a process of its own.

    Args:
        folder: A folder of its own.
        participants: How many.
    """
    settings = Settings(home=folder / "home", start_date=date(2024, 1, 1))
    environment = environment_of(settings)
    with sandbox_beside(settings, folder, participants) as address:
        with open_deployment(settings) as deployment:
            yesterday = deployment.yesterday
            first = yesterday - timedelta(days=NIGHT_DAYS - 1)
            connect_people(deployment, _people(participants), first)
        try:
            requests.delete(f"{address}/sandbox/requests", timeout=60).raise_for_status()
            run = run_measured(
                [*PROGRAM, "backfill", "--from", str(first), "--to", str(yesterday)], environment
            )
            counted = _counted(address)
        finally:
            subprocess.run(  # noqa: S603 - our own program
                [*PROGRAM, "down"], env=environment, check=True, stdout=subprocess.DEVNULL
            )
    return Night(participants, counted, run.seconds, run.peak_megabytes)


def _row(night: Night, smaller: Night | None) -> list[str]:
    return [
        f"{night.participants:,}",
        f"{night.requests:,}",
        f"{night.seconds:,.1f}",
        f"{night.peak_megabytes:,.0f} MB",
        _more(night, smaller, lambda each: each.requests, "{:,.1f}"),
        _more(night, smaller, lambda each: 1000 * each.seconds, "{:,.0f} ms"),
        _more(night, smaller, lambda each: each.peak_megabytes, "{:,.2f} MB"),
    ]


def _more(
    night: Night, smaller: Night | None, amount: Callable[[Night], float], written: str
) -> str:
    if smaller is None:
        return NOTHING
    more = amount(night) - amount(smaller)
    return written.format(more / (night.participants - smaller.participants))


def _people(participants: int) -> dict[str, str]:
    width = max(3, len(str(participants)))
    return {f"P{number:04}": f"p{number:0{width}}" for number in range(1, participants + 1)}


def _counted(address: str) -> int:
    """Requests for health data; those for tokens and devices are not a night's to save."""
    document = requests.get(f"{address}/sandbox/requests", timeout=60).json()
    return sum(document["by_method"].get(name, 0) for name in DATA_METHODS)
