"""The tiles of the last day: each number beside the person's own median of the days before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.charts.figure import hours_and_minutes
from dashboard.page_parts import Tile
from dashboard.queries.overview import BASELINE_DAYS

COMPARED_FROM = 7
"""How many of the 28 days before must have a value for a median that is worth comparing with."""

MAY_CHANGE = "◇ It may still change: the device had not synced up to the day's end."


@dataclass(frozen=True, slots=True)
class LastDay:
    """How people read a measure of the last day.

    Attributes:
        measure: As in ``queries.overview.overview_days``.
        label: What people call it.
        told: A value in words, without decimals.
        meaning: What it is, in a sentence.
        per_unit: By what values are divided for the sparkline.
    """

    measure: str
    label: str
    told: Callable[[float], str]
    meaning: str
    per_unit: float = 1


def _whole(value: float) -> str:
    return f"{value:,.0f}"


LAST_DAY = (
    LastDay("steps", "Steps", _whole, "Steps of the day."),
    LastDay(
        "wear_minutes",
        "Wear time",
        hours_and_minutes,
        "Minutes with at least one heart-rate reading, where the source tells them.",
        60,
    ),
    LastDay(
        "minutes_asleep",
        "Time asleep",
        hours_and_minutes,
        "The night that ended on the day, with all other sleep of the day.",
        60,
    ),
    LastDay("resting_heart_rate", "Resting heart rate (bpm)", _whole, "As the source states it."),
    LastDay("hrv_rmssd", "HRV (ms)", _whole, "Heart-rate variability of the night: RMSSD asleep."),
)
ZONE_MINUTES = LastDay(
    "active_zone_minutes",
    "Active zone minutes",
    _whole,
    "Minutes in a heart-rate zone; those in cardio and peak count double.",
)
ACTIVE_MINUTES = LastDay(
    "active_minutes", "Active minutes", _whole, "Fairly and very active minutes together."
)


def last_day_tile(shown: LastDay, days: pd.DataFrame, first: date) -> Tile:
    """A measure of the last day.

    Args:
        shown: Which.
        days: Its rows of ``queries.overview.overview_days``, oldest first.
        first: The first day of the range, where the sparkline begins.
    """
    row = days.iloc[-1]
    value = row["value"]
    before = days["value"].iloc[-1 - BASELINE_DAYS : -1].dropna()
    in_range = days.loc[days["date"] >= first.isoformat(), "value"].dropna()
    sparkline = tuple(float(each) for each in (in_range / shown.per_unit).astype(float).round(1))
    told = [shown.meaning]
    delta = compared_with = None
    if pd.isna(value):
        told.append(f"Not known: {row['note']}.")
        compared_with = str(row["note"])
    elif len(before) < COMPARED_FROM:
        told.append(
            f"Not compared: {len(before)} of the {BASELINE_DAYS} days before have a value, and it "
            f"takes {COMPARED_FROM}."
        )
        compared_with = "nothing to compare with"
    else:
        # Rounded as they are shown, so that what is shown adds up.
        median = round(float(before.median()))
        difference = round(float(value)) - median
        sign = "-" if difference < 0 else "+"
        # Streamlit draws no arrow for this one delta.
        delta = f"{sign}{shown.told(abs(difference))}" if difference else "0"
        compared_with = f"against {shown.told(median)}"
        told.append(
            f"The median of the {BASELINE_DAYS} days before is {shown.told(median)}; "
            f"{len(before)} of them have a value."
        )
    if row["may_change"]:
        told.append(MAY_CHANGE)
    return Tile(
        f"{shown.label} ◇" if row["may_change"] else shown.label,
        "–" if pd.isna(value) else shown.told(float(value)),
        " ".join(told),
        delta,
        compared_with,
        sparkline if len(sparkline) > 1 else (),
    )
