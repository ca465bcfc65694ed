"""Two weeks of sleep for the charts about it, and how the charts are looked into."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.charts.figure import Figure
from dashboard.charts.sleep_clock import clock_figure
from dashboard.charts.sleep_regularity import regularity_figure
from dashboard.queries.reading import Reading
from dashboard.queries.sleep import in_bed_shares, placed_sleeps, sleep_days, sleep_figures
from dashboard.queries.sleep_clock import quietest_hour
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.nights import a_night, only_a_nap, with_nap
from fitbit_pipeline_tests.dashboard.sample import Metrics, write_coverage, write_metrics
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of

FIRST, LAST = date(2026, 10, 29), date(2026, 11, 11)
MISSING = FIRST + timedelta(days=3)
CLASSIC = FIRST + timedelta(days=5)
ONLY_A_NAP = FIRST + timedelta(days=7)


def fortnight(store: Store, reading: Reading) -> pd.DataFrame:
    """Two weeks: one day missing, one classic sleep, one day with a nap alone, the last open."""
    nights: dict[date, Metrics] = {
        day: a_night(day, "23:10" if day.weekday() < 5 else "00:40", 450)
        for day in days_between(FIRST, LAST)
        if day != MISSING
    }
    nights[FIRST] = with_nap(a_night(FIRST, "22:50", 470), 25)
    nights[CLASSIC] = a_night(CLASSIC, stages=False)
    nights[ONLY_A_NAP] = only_a_nap(45)
    write_metrics(store, "P07", nights)
    write_coverage(store, "P07", "sleep", [day for day in nights if day != LAST])
    write_coverage(store, "P07", "sleep", [LAST], settled=False)
    return sleep_days(reading, "P07", FIRST, LAST)


def sleep_of(store: Store, reading: Reading, *nights: Metrics) -> pd.DataFrame:
    """The days of these nights, one after the other from the first day on."""
    written = {FIRST + timedelta(days=place): night for place, night in enumerate(nights)}
    write_metrics(store, "P07", written)
    return sleep_days(reading, "P07", FIRST, max(written))


def clock_of(days: pd.DataFrame, changes: list[date] | None = None) -> Figure:
    """The chart of the clock."""
    return clock_figure(days, sleep_figures(days), changes or [])


def regularity_of(days: pd.DataFrame) -> Figure:
    """The map of the week."""
    return regularity_figure(in_bed_shares(days), quietest_hour(placed_sleeps(days)))


def rows_by_day(figure: Figure) -> dict[str, dict[str, Any]]:
    """What the first bars of a chart show, by ISO date."""
    rows = rows_of(figure, layers_of(figure, "bar")[0])
    return {row["date"]: row for row in rows}
