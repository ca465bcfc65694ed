"""Naps: the sleeps of a day besides the main one."""

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
from dashboard.charts.figure import SKY, Figure, counted, hours_and_minutes, texts
from dashboard.charts.sleep_words import NOT_STATED, duration_text
from dashboard.charts.unstated import stated_table, unstated_layers, unstated_sentences

NAPS_TITLE = "Minutes asleep in naps per day"
HEIGHT = 220
LYING_VALUE_WIDTH = 28
STANDING_VALUE_WIDTH = 13
NAPS_NOT_STATED = "naps not stated"


def naps_figure(days: pd.DataFrame) -> Figure:
    """Minutes asleep in naps per day.

    Args:
        days: From ``queries.sleep.sleep_days``; some day has a nap.
    """
    count, minutes = days["nap_count"], days["nap_minutes_asleep"]
    table = stated_table(days, minutes.notna(), NAPS_NOT_STATED)
    frame = table.assign(
        minutes=minutes,
        told_count=[NOT_STATED if pd.isna(each) else f"{each:.0f}" for each in count],
        told_asleep=[duration_text(each) for each in minutes],
        told_in_bed=[duration_text(each) for each in days["nap_time_in_bed_minutes"]],
    )
    naps, with_naps = int(count.fillna(0).sum()), int((count > 0).fillna(value=False).sum())
    return Figure(
        title=NAPS_TITLE,
        explanation=" ".join(
            [
                f"{counted(naps, 'nap')} on {counted(with_naps, 'day')}: all sleeps that ended on "
                "a day besides its main one. No bar: no nap.",
                *state_sentences(table),
                *unstated_sentences(table, "the source states no minutes of naps"),
            ]
        ),
        chart=_layers(frame),
        alt=(
            f"Bar chart of minutes asleep in naps, {days_of(table)}: {counted(naps, 'nap')} on "
            f"{counted(with_naps, 'day')}, {hours_and_minutes(float(minutes.fillna(0).sum()))} "
            f"together; {counted(int(table['missing'].sum()), 'day')} without data."
        ),
        table=table_for_people(
            table,
            {
                "Naps": count,
                "Asleep in naps (min)": minutes,
                "In bed in naps (min)": days["nap_time_in_bed_minutes"],
            },
        ),
        name="naps",
    )


def _layers(frame: pd.DataFrame) -> alt.LayerChart:
    base = day_chart(
        frame, {"told_count": "Naps", "told_asleep": "Asleep in them", "told_in_bed": "In bed"}
    )
    highest = float(frame["minutes"].max()) if frame["minutes"].notna().any() else 0
    y = alt.Y(
        "minutes:Q",
        # Even short naps leave room for the marks of missing days beside them.
        scale=alt.Scale(domain=[0, max(highest * 1.3, 30)], nice=False),
        axis=alt.Axis(title="Minutes", tickCount=4),
    )
    shown = base.transform_filter("isValid(datum.minutes) && datum.minutes > 0")
    bars = shown.mark_bar(color=SKY, cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(y=y)
    per_day = f"width / {len(frame)}"
    lying = f"{per_day} >= {LYING_VALUE_WIDTH}"
    standing = f"!({lying}) && {per_day} >= {STANDING_VALUE_WIDTH}"
    words = alt.Text("minutes:Q", format=".0f")
    values = [
        each.encode(y=y, text=words)
        for each in (*texts(shown, lying, dy=-8), *texts(shown, standing, **STANDING))
    ]
    return alt.LayerChart(
        layer=[
            bars,
            *values,
            *state_layers(base, frame),
            *unstated_layers(base, frame, NAPS_NOT_STATED),
        ]
    ).properties(height=HEIGHT)
