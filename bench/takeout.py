"""What the import of somebody's years of Google Takeout takes: time and memory.

The archive is the sandbox's: a heart rate every few seconds in a file per day, and all other files
that a real one has, of the sizes that real ones have.
"""

import json
import subprocess
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from bench.figure import Detail, Figure, Outcome
from bench.measured import PROGRAM, run_measured
from fitbit_pipeline.cli.processes import environment_of
from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.takeout import takeout_files
from fitbit_pipeline.settings import Settings

PERSON = "p001"
SEED = 1
MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 500
DAYS_OF_A_YEAR = 365
MIDNIGHT = datetime.min.time()


@dataclass(frozen=True, slots=True)
class Import:
    """One archive, imported.

    Attributes:
        days: How many days are in it.
        files: How many files.
        megabytes: What they are together, unpacked.
        seconds: From the start of ``fitbit-pipeline import`` to its end, every asset included.
        peak_megabytes: The most memory that its process held.
        json_seconds: What ``json.loads`` of the same files takes, unpacking included.
        orjson_seconds: The same with ``orjson.loads``.
    """

    days: int
    files: int
    megabytes: float
    seconds: float
    peak_megabytes: float
    json_seconds: float
    orjson_seconds: float

    def outcome(self) -> Outcome:
        """The figures, and what they are made of."""
        of = f"import of a Takeout archive of {_length(self.days)}"
        rates = [
            Figure(
                f"{of}, against plain `{name}.loads` of its files",
                self.megabytes / self.seconds,
                self.megabytes / seconds,
                "MB/s",
                digits=1,
                quoted=name == "orjson",
            )
            for name, seconds in (("json", self.json_seconds), ("orjson", self.orjson_seconds))
        ]
        memory = Figure(
            f"{of}: peak memory, against its limit",
            self.peak_megabytes,
            MOST_MEGABYTES,
            "MB",
            most=1.0,
            quoted=True,
        )
        detail = Detail(
            "The import",
            ["days", "files", "unpacked", "seconds", "per day", "peak memory"],
            [
                [
                    f"{self.days:,}",
                    f"{self.files:,}",
                    f"{self.megabytes:,.0f} MB",
                    f"{self.seconds:,.0f}",
                    f"{1000 * self.seconds / self.days:,.0f} ms",
                    f"{self.peak_megabytes:,.0f} MB",
                ]
            ],
        )
        return Outcome([*rates, memory], [detail])


def measure_import(folder: Path, days: int) -> Import:
    """Makes an archive, reads it plainly, and imports it in a process of its own.

    Args:
        folder: An empty folder.
        days: How many days are in it.
    """
    last = datetime.now(UTC).date() - timedelta(days=2)
    first = last - timedelta(days=days - 1)
    archive = folder / "takeout.zip"
    files, size = write_archive(archive, first, last)
    json_seconds, orjson_seconds = (_read(archive, loads) for loads in (json.loads, orjson.loads))
    settings = Settings(home=folder / "home", start_date=first)
    environment = environment_of(settings)
    try:
        run = run_measured([*PROGRAM, "import", str(archive)], environment)
    finally:
        subprocess.run(  # noqa: S603 - our own program
            [*PROGRAM, "down"], env=environment, check=True, stdout=subprocess.DEVNULL
        )
    return Import(
        days,
        files,
        size / MEGABYTE,
        run.seconds,
        run.peak_megabytes,
        json_seconds,
        orjson_seconds,
    )


def write_archive(path: Path, first: date, last: date) -> tuple[int, int]:
    """Writes the zip file of one person's days.

    Returns:
        How many files are in it, and how many bytes they have.
    """
    now = datetime.combine(last + timedelta(days=2), MIDNIGHT, UTC)
    population = Population(SEED, 1, first, lambda: now)
    path.parent.mkdir(parents=True, exist_ok=True)
    files = size = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in takeout_files(population, PERSON, now, first, last):
            archive.writestr(name, content)
            files += 1
            size += len(content)
    return files, size


def _read(path: Path, loads: Callable[[bytes], Any]) -> float:
    begun = time.perf_counter()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".json"):
                loads(content)
    return time.perf_counter() - begun


def _length(days: int) -> str:
    years, rest = divmod(days, DAYS_OF_A_YEAR)
    if rest or not years:
        return f"{days:,} days"
    return "a year" if years == 1 else f"{years} years"
