"""Minutes of a day that add up, as stacked bars: stages of sleep, activity levels, zones."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    STANDING,
    day_chart,
    days_of,
    legend_on_top,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import Figure, counted, hours_and_minutes, texts
from dashboard.charts.unstated import stated_table, unstated_layers, unstated_sentences

HEIGHT = 300
HOURS_FROM = 150
"""From these minutes on the axis is in hours."""
LYING_TOTAL_WIDTH = 28
STANDING_TOTAL_WIDTH = 13
ROOM_FOR_TOTALS = 1.2


@dataclass(frozen=True, slots=True)
class Part:
    """One of the things that are stacked.

    Attributes:
        column: Where its minutes stand.
        label: What people call it.
        colour: Its colour.
        drawn: Whether it has a part of the bar; else it is only told beside the others, and is no
            part of the total.
    """

    column: str
    label: str
    colour: str
    drawn: bool = True


def stacked_figure(
    days: pd.DataFrame,
    parts: Sequence[Part],
    *,
    title: str,
    explanation: str,
    total: str,
    name: str,
    total_column: str | None = None,
    write_totals: bool = False,
    unstated: str = "none of this",
) -> Figure:
    """Minutes per day and part, stacked.

    Args:
        days: From ``queries.days`` or ``queries.engagement``, with a column of minutes per part;
            not all that are drawn missing.
        parts: What is stacked, from the ground up.
        title: What it shows.
        explanation: How to read it.
        total: What the parts together are, such as ``Time in bed``.
        name: A short name for files.
        total_column: Where the source's own total stands; unless said, the parts are added up.
        write_totals: Whether the totals stand above the bars, where there is room.
        unstated: What is said of a day that has data but states no part, such as ``no stages``.
    """
    columns = [part.column for part in parts]
    minutes = days[columns].astype("Float64")
    drawn = minutes[[part.column for part in parts if part.drawn]]
    # A day that states some part is drawn with what it states.
    stated = drawn.notna().any(axis=1)
    table = stated_table(days, stated, unstated)
    sums = drawn.sum(axis=1).where(stated)
    totals = sums if total_column is None else days[total_column].where(stated).fillna(sums)
    in_hours = float(sums.max()) >= HOURS_FROM
    told = {f"told_{part.column}": part.label for part in parts}
    told["told_total"] = total
    frame = table.assign(
        **{column: minutes[column] for column in columns},
        **{f"told_{column}": _told(minutes[column]) for column in columns},
        height=sums,
        written_total=[_written(each, in_hours=in_hours) for each in totals],
        told_total=_told(totals),
    )
    chart = _layers(
        frame, parts, told, float(sums.max()), unstated, in_hours=in_hours, totals=write_totals
    )
    return Figure(
        title=title,
        explanation=" ".join(
            [explanation, *state_sentences(table), *unstated_sentences(table, unstated)]
        ),
        chart=chart,
        alt=_spoken(table, minutes, totals, parts, title, total),
        table=table_for_people(
            table,
            {
                **{f"{part.label} (min)": minutes[part.column] for part in parts},
                f"{total} (min)": totals,
            },
        ),
        name=name,
    )


def _written(minutes: float, *, in_hours: bool) -> str:
    """A total in the unit of the axis, short enough to stand above a bar."""
    if pd.isna(minutes):
        return ""
    if not in_hours:
        return f"{round(minutes)}"
    hours, rest = divmod(round(minutes), 60)
    return f"{hours}:{rest:02d}"


def _told(minutes: pd.Series) -> list[str]:
    return ["–" if pd.isna(each) else hours_and_minutes(each) for each in minutes]


def _layers(
    frame: pd.DataFrame,
    parts: Sequence[Part],
    told: dict[str, str],
    highest: float,
    unstated: str,
    *,
    in_hours: bool,
    totals: bool,
) -> alt.LayerChart:
    base = day_chart(frame, told)
    unit = 60 if in_hours else 1
    roof = highest / unit * (ROOM_FOR_TOTALS if totals else 1)
    scale = alt.Scale(domain=[0, max(roof, 1)], nice=not totals)
    axis = alt.Axis(title="Hours" if in_hours else "Minutes", tickCount=5)
    stacked = [part for part in parts if part.drawn]
    order = {part.column: place for place, part in enumerate(stacked)}
    labels = {part.column: part.label for part in stacked}
    bars = (
        base.transform_fold(list(labels), as_=["part", "minutes"])
        .transform_filter("isValid(datum.minutes) && datum.minutes > 0")
        .transform_calculate(
            amount=f"datum.minutes / {unit}",
            place=f"{order}[datum.part]",
            label=f"{labels}[datum.part]",
        )
        .mark_bar(stroke=alt.expr("background"), strokeWidth=alt.expr(_gap(len(frame))))
        .encode(
            y=alt.Y("amount:Q", stack="zero", axis=axis, scale=scale),
            color=alt.Color(
                "label:N",
                scale=alt.Scale(
                    domain=list(labels.values()), range=[part.colour for part in stacked]
                ),
                legend=legend_on_top(len(stacked), narrow_columns=2),
            ),
            order=alt.Order("place:Q"),
        )
    )
    y = alt.Y("amount:Q", axis=axis, scale=scale)
    layers = [
        bars,
        *(_totals(base, len(frame), unit, y) if totals else []),
        *state_layers(base, frame),
        *unstated_layers(base, frame, unstated),
    ]
    return alt.LayerChart(layer=layers).properties(height=HEIGHT)


def _totals(base: alt.Chart, days: int, unit: int, y: alt.Y) -> list[alt.Chart]:
    per_day = f"width / {days}"
    lying = f"{per_day} >= {LYING_TOTAL_WIDTH}"
    standing = f"!({lying}) && {per_day} >= {STANDING_TOTAL_WIDTH}"
    stated = base.transform_filter("isValid(datum.height)").transform_calculate(
        amount=f"datum.height / {unit}"
    )
    return [
        mark.encode(y=y, text="written_total:N")
        for mark in (*texts(stated, lying, dy=-8), *texts(stated, standing, **STANDING))
    ]


def _gap(days: int) -> str:
    # Between the parts of hundreds of bars a gap would be all that is left.
    return f"width / {days} > 5 ? 1 : 0"


def _spoken(
    table: pd.DataFrame,
    minutes: pd.DataFrame,
    totals: pd.Series,
    parts: Sequence[Part],
    title: str,
    total: str,
) -> str:
    means = "; ".join(
        f"{part.label} {hours_and_minutes(mean)}"
        for part in parts
        if not pd.isna(mean := minutes[part.column].mean())
    )
    shown = counted(int(totals.notna().sum()), "day")
    return (
        f"Stacked bar chart, {title}, {days_of(table)}: {shown} shown, "
        f"{counted(int(table['unstated'].sum()), 'day')} with other data alone, "
        f"{counted(int(table['missing'].sum()), 'day')} without data. On average: {means}; "
        f"{total.lower()} {hours_and_minutes(totals.mean())}."
    )
