"""``make bench``: runs the benchmarks and prints each as a table of ratios."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.table import Table

from bench.dashboard import Dashboard, measure_dashboard
from bench.night import Night, Year, measure_night, measure_year
from bench.throughput import Throughput, measure

LEAST_ASSET_RATIO = 0.5
MOST_BACKFILL_RATIO = 1.5
MOST_NIGHT_RATIO = 1.1
MOST_MEGABYTES = 1024
MOST_YEAR_MEGABYTES = 25
MOST_RERUN_RATIO = 1.5
MOST_RERUN_MILLISECONDS = 500


def main() -> None:
    """Measures and prints; the limits are aims, told beside each ratio and never asserted."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", choices=[*BENCHMARKS, []], help="which; all by default")
    parser.add_argument("--people", type=int, default=100, help="of the backfill")
    parser.add_argument("--days", type=int, default=365, help="of all but the night")
    parser.add_argument(
        "--participants", type=int, default=1000, help="of the large night and the large study"
    )
    parser.add_argument("--reruns", type=int, default=20, help="of each page of the dashboard")
    arguments = parser.parse_args()
    console = Console()
    for name in arguments.only or BENCHMARKS:
        console.print(BENCHMARKS[name](arguments))


def _backfill(arguments: argparse.Namespace) -> Table:
    with _folder() as folder:
        found = measure(Path(folder), arguments.people, arguments.days)
    return _throughput_table(found)


def _year(arguments: argparse.Namespace) -> Table:
    with _folder() as folder:
        return _year_table(measure_year(Path(folder), arguments.days), arguments.days)


def _night(arguments: argparse.Namespace) -> Table:
    nights = []
    for participants in (arguments.participants // 10, arguments.participants):
        with _folder() as folder:
            nights.append(measure_night(Path(folder), participants))
    return _night_table(*nights)


def _dashboard(arguments: argparse.Namespace) -> Group:
    with _folder() as folder:
        found = measure_dashboard(
            Path(folder), arguments.participants, arguments.days, arguments.reruns
        )
    return Group(_rerun_table(found), _first_view_table(found))


BENCHMARKS: dict[str, Callable[[argparse.Namespace], RenderableType]] = {
    "year": _year,
    "night": _night,
    "backfill": _backfill,
    "dashboard": _dashboard,
}


def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fitbit-bench-")


def _table(title: str) -> Table:
    table = Table(title=title)
    for column in ("what", "measured", "against", "ratio", "aim"):
        table.add_column(column, justify="left" if column == "what" else "right")
    return table


def _throughput_table(found: Throughput) -> Table:
    table = _table(f"A backfill: {found.people} people, {found.days} days")
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


def _year_table(found: Year, days: int) -> Table:
    table = _table(f"Requests of one participant and {days} days, against the fewest possible")
    for endpoint, counted in found.counted.items():
        fewest = found.fewest[endpoint]
        table.add_row(
            endpoint, f"{counted}", f"{fewest}", f"{counted / fewest:.2f}", "at most 1.00"
        )
    counted, fewest = sum(found.counted.values()), sum(found.fewest.values())
    table.add_row("together", f"{counted}", f"{fewest}", f"{counted / fewest:.2f}", "at most 1.00")
    table.add_row(
        "disk that they take, indexes included",
        f"{found.megabytes:,.1f} MB",
        f"{MOST_YEAR_MEGABYTES} MB",
        f"{found.megabytes / MOST_YEAR_MEGABYTES:.2f}",
        "at most 1.00",
    )
    table.caption = (
        "fewest: ceil(days / 90 or 14) of a daily roll-up, ceil(minutes / 10,000) of heart rate by "
        "the minute, max(1, ceil(rows / 10,000 or 25)) of points"
    )
    return table


def _night_table(small: Night, large: Night) -> Table:
    table = _table(f"A night of {large.participants} participants, against one of a tenth of them")
    for what, of, unit in (
        ("requests per participant", lambda night: night.requests / night.participants, ""),
        ("time per participant", lambda night: 1000 * night.seconds / night.participants, " ms"),
    ):
        table.add_row(
            what,
            f"{of(large):,.1f}{unit}",
            f"{of(small):,.1f}{unit}",
            f"{of(large) / of(small):.2f}",
            f"at most {MOST_NIGHT_RATIO}",
        )
    table.add_row(
        "peak memory of the run, against its limit",
        f"{large.peak_megabytes:,.0f} MB",
        f"{MOST_MEGABYTES} MB",
        f"{large.peak_megabytes / MOST_MEGABYTES:.2f}",
        "at most 1.00",
    )
    table.caption = (
        f"{large.requests:,} requests in {large.seconds:,.0f} s; "
        f"{small.requests:,} in {small.seconds:,.0f} s for {small.participants} participants"
    )
    return table


def _rerun_table(found: Dashboard) -> Table:
    large, small = found.large.study, found.small.study
    table = _table(
        f"A page of the dashboard in a study of {len(large.names):,} participants, against one of "
        f"{len(small.names)}"
    )
    for page, (in_small, in_large) in found.views.items():
        for what, seconds, against in (
            ("the same view again", in_large.again_seconds, in_small.again_seconds),
            ("somebody else, nothing cached", in_large.another_seconds, in_small.another_seconds),
        ):
            table.add_row(
                f"{page}: {what}",
                f"{1000 * seconds:,.0f} ms",
                f"{1000 * against:,.0f} ms",
                f"{seconds / against:.2f}",
                f"at most {MOST_RERUN_RATIO}, below {MOST_RERUN_MILLISECONDS} ms",
            )
    table.caption = (
        "medians of the server's time, from asking for a run to being told that it has finished; "
        f"{large.participant_days:,} participant days with data, written in "
        f"{found.large.seconds:,.0f} s, against {small.participant_days:,}"
    )
    return table


def _first_view_table(found: Dashboard) -> Table:
    table = Table(title=f"The same pages, {len(found.large.study.names):,} participants")
    for column in ("page", "charts", "first view", "sent", "again", "sent for somebody else"):
        table.add_column(column, justify="left" if column == "page" else "right")
    for page, (_, views) in found.views.items():
        table.add_row(
            page,
            f"{views.first.charts}",
            f"{1000 * views.first.seconds:,.0f} ms",
            *(
                f"{sent / 1024:,.0f} KB"
                for sent in (views.first.sent_bytes, views.again_bytes, views.another_bytes)
            ),
        )
    table.caption = "first view: of a server that has just started, and of nothing else"
    return table


if __name__ == "__main__":
    main()
