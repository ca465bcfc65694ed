"""A small chart over days: one bar a day, for a glance; its page has the whole of it."""

from dataclasses import dataclass

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    day_chart,
    day_table,
    days_of,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import BLUE, Figure, counted

HEIGHT = 170


@dataclass(frozen=True, slots=True)
class Small:
    """What a small chart shows.

    Attributes:
        name: A short name for files.
        title: What it shows, with its unit.
        unit: The unit alone.
        per_unit: By what a value is divided to be in that unit.
        decimals: How many of its decimals mean anything.
    """

    name: str
    title: str
    unit: str
    per_unit: float = 1
    decimals: int = 0

    def told(self, value: float) -> str:
        """A value in words; ``–`` where there is none."""
        return "–" if pd.isna(value) else f"{value:,.{self.decimals}f}"


def small_figure(days: pd.DataFrame, what: Small) -> Figure:
    """One number per day as small bars.

    Args:
        days: A row per civil day with ``date``, ``value``, ``may_change`` and ``note``; some day
            has a value.
        what: What it shows.
    """
    value = days["value"] / what.per_unit
    table = day_table(days.assign(has_data=value.notna()))
    told = [what.told(each) for each in value]
    base = day_chart(table.assign(value=value, told=told), {"told": what.title})
    bars = (
        base.transform_filter("isValid(datum.value)")
        .mark_bar(color=BLUE)
        .encode(y=alt.Y("value:Q", axis=alt.Axis(title=what.unit, tickCount=3, format=",~f")))
    )
    known = value.dropna()
    return Figure(
        title=what.title,
        explanation=" ".join(["One bar per day.", *state_sentences(table)]),
        chart=alt.LayerChart(layer=[bars, *state_layers(base, table)]).properties(height=HEIGHT),
        alt=(
            f"Small bar chart, {what.title}, {days_of(table)}: {counted(len(known), 'day')} with a "
            f"value, from {what.told(known.min())} to {what.told(known.max())}, on "
            f"average {what.told(known.mean())}; "
            f"{counted(int(table['missing'].sum()), 'day')} without."
        ),
        table=table_for_people(table, {what.title: value.round(what.decimals)}),
        name=what.name,
    )
