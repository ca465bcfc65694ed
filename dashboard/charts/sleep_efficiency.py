"""Sleep efficiency: the share of the time in bed that was slept, per night."""

import math

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    STANDING,
    day_chart,
    days_of,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import BLUE, INK, Figure, counted, texts
from dashboard.charts.sleep_words import percent_text
from dashboard.charts.unstated import stated_table, unstated_layers, unstated_sentences

EFFICIENCY_TITLE = "Sleep efficiency of the main sleep, in %"
HEIGHT = 260
BEGINS_AT_MOST_AT = 80
LYING_VALUE_WIDTH = 24
STANDING_VALUE_WIDTH = 13
LARGE_POINTS_WIDTH = 7
NO_EFFICIENCY = "no efficiency"


def efficiency_figure(days: pd.DataFrame) -> Figure:
    """Efficiency per night.

    Args:
        days: From ``queries.sleep.sleep_days``; some night states its efficiency.
    """
    efficiency = days["sleep_efficiency"]
    known = efficiency.dropna()
    middle = float(known.median())
    begins_at = min(BEGINS_AT_MOST_AT, math.floor((float(known.min()) - 5) / 10) * 10)
    begins_at = max(begins_at, 0)
    table = stated_table(days, efficiency.notna(), NO_EFFICIENCY)
    frame = table.assign(efficiency=efficiency, told=[percent_text(each) for each in efficiency])
    return Figure(
        title=EFFICIENCY_TITLE,
        explanation=" ".join(
            [
                "Minutes asleep in % of the time in bed, as the source states it, else worked out "
                f"from these minutes. The axis begins at {begins_at} %, not at 0. Dashed line: the "
                f"median, {percent_text(middle)}.",
                *state_sentences(table),
                *unstated_sentences(table, NO_EFFICIENCY),
            ]
        ),
        chart=_layers(frame, begins_at, middle),
        alt=(
            f"Points of sleep efficiency, {days_of(table)}: {counted(len(known), 'night')} from "
            f"{percent_text(known.min())} to {percent_text(known.max())}, median "
            f"{percent_text(middle)}; {counted(int(table['missing'].sum()), 'day')} without data."
        ),
        table=table_for_people(table, {"Efficiency (%)": efficiency}),
        name="sleep-efficiency",
    )


def _layers(frame: pd.DataFrame, begins_at: int, middle: float) -> alt.LayerChart:
    scale = alt.Scale(domain=[begins_at, 100], nice=False, zero=False)
    axis = alt.Axis(title="%", tickCount=5)
    base = day_chart(frame, {"told": "Efficiency"})
    y = alt.Y("efficiency:Q", scale=scale, axis=axis)
    shown = base.transform_filter("isValid(datum.efficiency)")
    # The whole column answers the pointer, which hits it more easily than a point.
    columns = base.mark_bar(fill="transparent", y2=alt.expr("height"), aria=False).encode(
        y=alt.value(0)
    )
    # Over a night without a value the line is broken, not drawn through.
    line = base.mark_line(
        color=BLUE, strokeWidth=1.5, opacity=0.5, invalid="break-paths-filter-domains", aria=False
    ).encode(y=y)
    per_day = f"width / {len(frame)}"
    size = alt.expr(f"{per_day} >= {LARGE_POINTS_WIDTH} ? 48 : 14")
    points = shown.mark_point(filled=True, size=size, opacity=1, color=BLUE).encode(y=y)
    lying = f"{per_day} >= {LYING_VALUE_WIDTH}"
    standing = f"!({lying}) && {per_day} >= {STANDING_VALUE_WIDTH}"
    words = alt.Text("efficiency:Q", format=".0f")
    values = [
        each.encode(y=y, text=words)
        for each in (*texts(shown, lying, dy=-10), *texts(shown, standing, **STANDING))
    ]
    median = alt.Chart(pd.DataFrame({"middle": [middle]})).encode(
        y=alt.Y("middle:Q", scale=scale, axis=axis)
    )
    return alt.LayerChart(
        layer=[
            columns,
            line,
            median.mark_rule(strokeDash=[5, 4], color=INK, aria=False),
            median.mark_text(
                text=percent_text(middle), align="left", dx=5, fontSize=11, color=INK, aria=False
            ).encode(x=alt.value(alt.expr("width"))),
            points,
            *values,
            *state_layers(base, frame),
            *unstated_layers(base, frame, NO_EFFICIENCY),
        ]
    ).properties(height=HEIGHT)
