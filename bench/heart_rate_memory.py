"""What an import of heart-rate files takes: ``python -m bench.heart_rate_memory``.

One file a day and a reading every few seconds, as real exports have them.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 500
SECONDS_BETWEEN_READINGS = 8


def write_heart_rate(folder: Path, first: date, days: int) -> int:
    """Writes a Takeout folder with a heart-rate file per day.

    Returns:
        The size of all files in bytes.
    """
    target = folder / "Takeout" / "Fitbit" / "Global Export Data"
    target.mkdir(parents=True)
    readings = [
        (seconds // 3600, seconds // 60 % 60, seconds % 60, 55 + seconds // 60 % 60)
        for seconds in range(0, 86_400, SECONDS_BETWEEN_READINGS)
    ]
    written = 0
    for offset in range(days):
        day = first + timedelta(days=offset)
        stamp = f"{day:%m/%d/%y}"
        records = ",".join(
            f'{{"dateTime":"{stamp} {hour:02}:{minute:02}:{second:02}",'
            f'"value":{{"bpm":{bpm},"confidence":3}}}}'
            for hour, minute, second, bpm in readings
        )
        written += (target / f"heart_rate-{day}.json").write_text(f"[{records}]")
    return written


def main() -> None:
    """Writes the files, imports them in a process of its own, and prints what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=3650)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fitbit-bench-") as text:
        folder = Path(text)
        first = date(2026, 1, 1) - timedelta(days=arguments.days)
        written = write_heart_rate(folder / "export", first, arguments.days)
        environment = {
            **os.environ,
            "FITBIT_PIPELINE_HOME": str(folder / "home"),
            "FITBIT_PIPELINE_START_DATE": first.isoformat(),
        }
        program = [sys.executable, "-m", "fitbit_pipeline.cli.main"]
        begun = time.monotonic()
        subprocess.run(  # noqa: S603 - our own program
            [*program, "import", str(folder / "export"), "--time-zone", "UTC"],
            env=environment,
            check=True,
        )
        seconds = time.monotonic() - begun
        subprocess.run([*program, "down"], env=environment, check=True)  # noqa: S603
    # Of all child processes the largest, which is the import; Linux counts in kilobytes.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{arguments.days} days of heart rate, {written / MEGABYTE:,.0f} MB of JSON: "
        f"{seconds:,.0f} s, peak memory {peak:,.0f} MB "
        f"({peak / MOST_MEGABYTES:.2f} of the limit of {MOST_MEGABYTES} MB)"
    )


if __name__ == "__main__":
    main()
