"""``make bench``: runs the benchmarks and prints them as one table."""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.throughput import Throughput, measure

LEAST_ASSET_RATIO = 0.5
MOST_BACKFILL_RATIO = 1.5


def main() -> None:
    """Measures and prints; the limits are aims, told beside each ratio and never asserted."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--days", type=int, default=365)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fitbit-bench-") as folder:
        found = measure(Path(folder), arguments.people, arguments.days)
    Console().print(_table(found))


def _table(found: Throughput) -> Table:
    table = Table(title=f"{found.people} people, {found.days} days")
    for column in ("what", "measured", "against", "ratio", "aim"):
        table.add_column(column, justify="left" if column == "what" else "right")
    rate, upserts, inserts = (
        found.documents / seconds
        for seconds in (found.assets_seconds, found.upsert_seconds, found.insert_seconds)
    )
    table.add_row(
        "raw and metrics assets against plain bulk_write of upserts",
        f"{rate:,.0f} documents/s",
        f"{upserts:,.0f} documents/s",
        f"{rate / upserts:.2f}",
        f"at least {LEAST_ASSET_RATIO}",
    )
    table.add_row(
        "the same against plain bulk_write of inserts",
        f"{rate:,.0f} documents/s",
        f"{inserts:,.0f} documents/s",
        f"{rate / inserts:.2f}",
        "–",
    )
    table.add_row(
        "backfill against the same asset graph, empty",
        f"{found.backfill_seconds:,.1f} s",
        f"{found.empty_seconds:,.1f} s",
        f"{found.backfill_seconds / found.empty_seconds:.2f}",
        f"at most {MOST_BACKFILL_RATIO}",
    )
    table.caption = f"{found.documents:,} documents in raw_responses, coverage and metrics"
    return table


if __name__ == "__main__":
    main()
