"""Minutes of a day that add up, as stacked bars: stages of sleep, activity levels, zones."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    day_chart,
    day_table,
    days_of,
    legend_on_top,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import Figure, counted, hours_and_minutes

HEIGHT = 300
HOURS_FROM = 150
"""From these minutes on the axis is in hours."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that are stacked.

    Attributes:
        column: Where its minutes stand.
        label: What people call it.
        colour: Its colour.
    """

    column: str
    label: str
    colour: str


def stacked_figure(
    days: pd.DataFrame,
    parts: Sequence[Part],
    *,
    title: str,
    explanation: str,
    total: str,
    name: str,
) -> Figure:
    """Minutes per day and part, stacked.

    Args:
        days: From ``queries.days`` or ``queries.engagement``, with a column of minutes per part;
            not all of them missing.
        parts: What is stacked, from the ground up.
        title: What it shows.
        explanation: How to read it.
        total: What the parts together are, such as ``Time in bed``.
        name: A short name for files.
    """
    columns = [part.column for part in parts]
    minutes = days[columns].astype("Float64")
    # A day that states some part is drawn with what it states; a day that states none is missing.
    stated = minutes.notna().any(axis=1)
    table = day_table(days).assign(missing=~stated)
    table.loc[days["has_data"] & ~stated, "note"] = "the day has data, but none of this"
    sums = minutes.sum(axis=1).where(stated)
    told = {f"told_{part.column}": part.label for part in parts}
    told["told_total"] = total
    frame = table.assign(
        **{column: minutes[column] for column in columns},
        **{f"told_{column}": _told(minutes[column]) for column in columns},
        told_total=_told(sums),
    )
    return Figure(
        title=title,
        explanation=" ".join([explanation, *state_sentences(table)]),
        chart=_layers(frame, parts, told, float(sums.max())),
        alt=_spoken(table, minutes, sums, parts, title, total),
        table=table_for_people(
            table,
            {
                **{f"{part.label} (min)": minutes[part.column] for part in parts},
                f"{total} (min)": sums,
            },
        ),
        name=name,
    )


def _told(minutes: pd.Series) -> list[str]:
    return ["–" if pd.isna(each) else hours_and_minutes(each) for each in minutes]


def _layers(
    frame: pd.DataFrame, parts: Sequence[Part], told: dict[str, str], highest: float
) -> alt.LayerChart:
    base = day_chart(frame, told)
    in_hours = highest >= HOURS_FROM
    order = {part.column: place for place, part in enumerate(parts)}
    labels = {part.column: part.label for part in parts}
    bars = (
        base.transform_fold(list(labels), as_=["part", "minutes"])
        .transform_filter("isValid(datum.minutes) && datum.minutes > 0")
        .transform_calculate(
            amount=f"datum.minutes / {60 if in_hours else 1}",
            place=f"{order}[datum.part]",
            label=f"{labels}[datum.part]",
        )
        .mark_bar(stroke=alt.expr("background"), strokeWidth=alt.expr(_gap(len(frame))))
        .encode(
            y=alt.Y(
                "amount:Q",
                stack="zero",
                axis=alt.Axis(title="Hours" if in_hours else "Minutes", tickCount=5),
            ),
            color=alt.Color(
                "label:N",
                scale=alt.Scale(
                    domain=list(labels.values()), range=[part.colour for part in parts]
                ),
                legend=legend_on_top(len(parts), narrow_columns=2),
            ),
            order=alt.Order("place:Q"),
        )
    )
    return alt.LayerChart(layer=[bars, *state_layers(base, frame)]).properties(height=HEIGHT)


def _gap(days: int) -> str:
    # Between the parts of hundreds of bars a gap would be all that is left.
    return f"width / {days} > 5 ? 1 : 0"


def _spoken(
    table: pd.DataFrame,
    minutes: pd.DataFrame,
    sums: pd.Series,
    parts: Sequence[Part],
    title: str,
    total: str,
) -> str:
    means = "; ".join(
        f"{part.label} {hours_and_minutes(mean)}"
        for part in parts
        if not pd.isna(mean := minutes[part.column].mean())
    )
    return (
        f"Stacked bar chart, {title}, {days_of(table)}: {counted(int(sums.notna().sum()), 'day')} "
        f"with data, {counted(int(table['missing'].sum()), 'day')} without. On average: {means}; "
        f"{total.lower()} {hours_and_minutes(sums.mean())}."
    )
