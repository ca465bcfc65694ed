"""``make bench``: runs the benchmarks, prints one table of ratios, and keeps what was found."""

import argparse
import os
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.dashboard import measure_dashboard
from bench.figure import Figure, Outcome
from bench.machine import this_machine
from bench.night import measure_nights
from bench.results import RESULTS, Result, save
from bench.start import measure_starts
from bench.study import ORIGINALS
from bench.tables import detail_table, figures_table, wide_console
from bench.takeout import DAYS_OF_A_YEAR, measure_import
from bench.throughput import measure_throughput
from bench.year import measure_year

BENCHMARKS: dict[str, Callable[[Path, Namespace], Outcome]] = {
    "year": lambda folder, chosen: measure_year(folder, chosen.days).outcome(),
    "start": lambda folder, chosen: measure_starts(folder, chosen.starts).outcome(),
    "night": lambda folder, chosen: measure_nights(folder, sizes(chosen.participants)).outcome(),
    "backfill": lambda folder, chosen: measure_throughput(
        folder, chosen.people, chosen.days
    ).outcome(),
    "takeout": lambda folder, chosen: measure_import(
        folder, chosen.import_days or chosen.years * DAYS_OF_A_YEAR
    ).outcome(),
    "dashboard": lambda folder, chosen: measure_dashboard(
        folder, max(ORIGINALS, chosen.participants), chosen.days, chosen.reruns
    ).outcome(),
}
SIZES = {
    "year": ("days",),
    "start": ("starts",),
    "night": ("participants",),
    "backfill": ("people", "days"),
    "takeout": ("years", "import_days"),
    "dashboard": ("participants", "days", "reruns"),
}
"""Which options each benchmark heeds."""


def main() -> None:
    """Measures and prints; limits are told beside each ratio and never asserted."""
    parser = _parser()
    chosen = parser.parse_args()
    # Databases are made and filled here, and never one that the environment names.
    for name in ("FITBIT_PIPELINE_MONGODB_URI", "FITBIT_PIPELINE_DATABASE"):
        os.environ.pop(name, None)
    console = wide_console()
    figures: list[Figure] = []
    for name in chosen.only or BENCHMARKS:
        console.print(f"{name} …")
        result = measured(name, chosen, _usual(parser))
        save(result, chosen.results)
        for detail in result.outcome.details:
            console.print(detail_table(detail))
        figures += result.outcome.figures
    console.print(figures_table(figures))
    console.print(f"{this_machine()}")


def measured(name: str, chosen: Namespace, usual: Namespace) -> Result:
    """Runs one benchmark in a folder of its own.

    Args:
        name: One of ``BENCHMARKS``.
        chosen: The options.
        usual: The options when nothing is chosen.
    """
    machine, began, begun = this_machine(), datetime.now(UTC), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fitbit-bench-") as folder:
        outcome = BENCHMARKS[name](Path(folder), chosen)
    options = {option: getattr(chosen, option) for option in SIZES[name]}
    complete = all(size >= getattr(usual, option) for option, size in options.items())
    complete = complete and not options.get("import_days")
    seconds = time.monotonic() - begun
    return Result(name, began, machine, options, complete, seconds, outcome)


def sizes(participants: int) -> list[int]:
    """The nights that are compared: a hundredth, a tenth, and all of the participants."""
    return sorted({max(1, participants // 100), max(1, participants // 10), participants})


def unusual(options: Mapping[str, int]) -> list[str]:
    """Those of a benchmark's options that are not the usual ones, as they were given."""
    usual = _usual(_parser())
    return [
        f"--{name.replace('_', '-')} {size}"
        for name, size in options.items()
        if size != getattr(usual, name)
    ]


def _usual(parser: argparse.ArgumentParser) -> Namespace:
    return parser.parse_args([])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[*BENCHMARKS, []], help="which; all by default")
    parser.add_argument("--people", type=int, default=100, help="of the backfill")
    parser.add_argument(
        "--days", type=int, default=365, help="of the year, the backfill and the dashboard"
    )
    parser.add_argument(
        "--participants", type=int, default=1000, help="of the large night and the large study"
    )
    parser.add_argument("--years", type=int, default=2, help="of the Takeout archive")
    parser.add_argument(
        "--import-days", type=int, default=0, help="of the Takeout archive, instead of its years"
    )
    parser.add_argument("--starts", type=int, default=3, help="of everything in an empty home")
    parser.add_argument("--reruns", type=int, default=20, help="of each page of the dashboard")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where results are kept")
    return parser


if __name__ == "__main__":
    main()
