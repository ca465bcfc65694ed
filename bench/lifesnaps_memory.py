"""What an import of LifeSnaps takes: ``python -m bench.lifesnaps_memory``.

A dump of one collection with many people's records of minutes and seconds, those of all people of
a day one after the other. The importing process splits and registers; days are not materialised.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
from bson import ObjectId

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 300
FIRST_DAY = datetime(2021, 5, 24, tzinfo=UTC)
SECONDS_BETWEEN_READINGS = 20
LEVELS = {
    "sedentary_minutes": 600,
    "lightly_active_minutes": 200,
    "moderately_active_minutes": 20,
    "very_active_minutes": 10,
}


def day_records(day: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """A person's records of one day, by type."""
    for minute in range(1440):
        stamp = f"{day + timedelta(minutes=minute):%m/%d/%y %H:%M:%S}"
        yield "steps", {"dateTime": stamp, "value": str(minute % 90)}
        yield "calories", {"dateTime": stamp, "value": "1.18"}
        yield "distance", {"dateTime": stamp, "value": str(minute % 7000)}
    for second in range(0, 86_400, SECONDS_BETWEEN_READINGS):
        stamp = f"{day + timedelta(seconds=second):%m/%d/%y %H:%M:%S}"
        yield "heart_rate", {"dateTime": stamp, "value": {"bpm": 60 + second % 40, "confidence": 3}}
    stamp = f"{day:%m/%d/%y %H:%M:%S}"
    for level, minutes in LEVELS.items():
        yield level, {"dateTime": stamp, "value": str(minutes)}
    yield (
        "resting_heart_rate",
        {"dateTime": stamp, "value": {"date": stamp[:8], "value": 61.5, "error": 6.8}},
    )


def write_dump(path: Path, documents: int, people: int) -> int:
    """Writes a dump of so many documents, as mongodump would.

    Returns:
        How many days each person has; the last one need not be whole.
    """
    persons = [ObjectId(f"{number:024x}") for number in range(1, people + 1)]
    written = days = 0
    with path.open("wb") as file:
        while written < documents:
            records = list(day_records(FIRST_DAY + timedelta(days=days)))
            days += 1
            for person in persons:
                for type_, record in records[: documents - written]:
                    document = {"_id": ObjectId(), "id": person, "type": type_, "data": record}
                    file.write(bson.encode(document))
                    written += 1
    return days


def main() -> None:
    """Writes the dump, imports it in a process of its own, and prints what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=4_000_000)
    parser.add_argument("--people", type=int, default=4)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fitbit-bench-") as text:
        folder = Path(text)
        days = write_dump(folder / "fitbit.bson", arguments.documents, arguments.people)
        size = (folder / "fitbit.bson").stat().st_size
        environment = {
            **os.environ,
            "FITBIT_PIPELINE_HOME": str(folder / "home"),
            "FITBIT_PIPELINE_START_DATE": "2021-01-01",
        }
        program = [sys.executable, "-m", "fitbit_pipeline.cli.main"]
        begun = time.monotonic()
        subprocess.run(  # noqa: S603 - our own program
            [*program, "import", str(folder / "fitbit.bson"), "--register-only"],
            env=environment,
            check=True,
        )
        seconds = time.monotonic() - begun
        # Of all child processes until now the largest is the import; Linux counts in kilobytes.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        subprocess.run([*program, "down"], env=environment, check=True)  # noqa: S603
    print(
        f"{arguments.documents:,} documents of {arguments.people} people and {days} days, "
        f"{size / MEGABYTE:,.0f} MB of BSON: {seconds:,.0f} s, peak memory {peak:,.0f} MB "
        f"({peak / MOST_MEGABYTES:.2f} of the limit of {MOST_MEGABYTES} MB)"
    )


if __name__ == "__main__":
    main()
