"""Steps per day: bars, the lines between the buckets, and the days that are missing."""

from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    STANDING,
    day_chart,
    day_table,
    days_of,
    ground_marks,
    ground_words,
    legend_on_top,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import (
    BUCKET_COLOURS,
    GREY,
    INK,
    NO_DATA_LABEL,
    Figure,
    bucket_labels,
    counted,
    texts,
)
from fitbit_pipeline.engagement.daily import Thresholds

HEIGHT = 400
LYING_VALUE_WIDTH = 44
STANDING_VALUE_WIDTH = 13
NO_STEPS_LABEL = "no steps stated"


def steps_figure(days: pd.DataFrame, thresholds: Thresholds) -> Figure:
    """Steps per day.

    Args:
        days: From ``queries.engagement_days``: a row for every civil day of the range.
        thresholds: Where the lines are drawn.
    """
    labels = bucket_labels(thresholds)
    table = day_table(days).assign(
        steps=days["steps"], kind=[_kind(row, labels) for row in days.itertuples()]
    )
    colours = {labels[bucket]: colour for bucket, colour in BUCKET_COLOURS.items()}
    return Figure(
        title="Steps per day",
        explanation=_how_to_read(table, thresholds),
        chart=_layers(table, colours, thresholds).properties(height=HEIGHT),
        alt=_spoken(table, thresholds),
        table=table_for_people(table, {"Steps": table["steps"], "Bucket": table["kind"]}),
        name="steps",
    )


def _kind(row: Any, labels: dict[str, str]) -> str:
    if not row.has_data:
        return NO_DATA_LABEL
    return NO_STEPS_LABEL if pd.isna(row.activity_bucket) else labels[row.activity_bucket]


def _how_to_read(table: pd.DataFrame, thresholds: Thresholds) -> str:
    sentences = [
        f"Dashed lines: {thresholds.normal_steps:,} and {thresholds.high_steps:,} steps, between "
        "low, normal and high.",
        *state_sentences(table),
    ]
    if (table["kind"] == NO_STEPS_LABEL).any():
        sentences.append("Plain grey: the day has data, but no number of steps.")
    return " ".join(sentences)


def _layers(frame: pd.DataFrame, colours: dict[str, str], thresholds: Thresholds) -> alt.LayerChart:
    roof = max(frame["steps"].max() if frame["steps"].notna().any() else 0, thresholds.high_steps)
    y = alt.Y(
        "steps:Q",
        scale=alt.Scale(domain=[0, float(roof) * 1.15], nice=False),
        axis=alt.Axis(title="Steps", format=",d", tickCount=5),
    )
    told = ["–" if pd.isna(steps) else f"{steps:,.0f}" for steps in frame["steps"]]
    base = day_chart(frame.assign(told=told), {"told": "Steps", "kind": "Bucket"})
    used = [kind for kind in colours if kind in set(frame["kind"])]
    bars = (
        base.transform_filter("isValid(datum.steps)")
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            y=y,
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=used, range=[colours[kind] for kind in used]),
                legend=legend_on_top(len(used)),
            ),
        )
    )
    return alt.LayerChart(
        layer=[
            *_threshold(thresholds.normal_steps),
            *_threshold(thresholds.high_steps),
            bars,
            *_values(base, y, len(frame)),
            *state_layers(base, frame),
            *_without_steps(base, frame),
        ]
    )


def _values(base: alt.Chart, y: alt.Y, days: int) -> list[alt.Chart]:
    per_day = f"width / {days}"
    lying = f"{per_day} >= {LYING_VALUE_WIDTH}"
    standing = f"!({lying}) && {per_day} >= {STANDING_VALUE_WIDTH}"
    words = alt.Text("steps:Q", format=",.0f")
    some = base.transform_filter("datum.steps > 0")
    # A zero stands above the lower line, not on it.
    zero = base.transform_filter("isValid(datum.steps) && datum.steps == 0")
    return [
        mark.encode(y=y, text=words)
        for mark in (
            *texts(some, lying, dy=-8),
            *texts(some, standing, **STANDING),
            *texts(zero, "true", dy=-17, fontWeight="bold"),
        )
    ]


def _without_steps(base: alt.Chart, frame: pd.DataFrame) -> list[alt.Chart]:
    without = frame["kind"] == NO_STEPS_LABEL
    if not without.any():
        return []
    return [
        ground_marks(base, f"datum.kind == '{NO_STEPS_LABEL}'", GREY),
        *ground_words(frame, without, NO_STEPS_LABEL),
    ]


def _threshold(steps: int) -> list[alt.Chart]:
    everywhere = alt.Chart(pd.DataFrame({"steps": [steps]}))
    return [
        everywhere.mark_rule(strokeDash=[5, 4], color=INK, aria=False).encode(y="steps:Q"),
        everywhere.mark_text(
            text=f"{steps:,}", align="left", dx=5, fontSize=11, color=INK, aria=False
        ).encode(y="steps:Q", x=alt.value(alt.expr("width"))),
    ]


def _spoken(table: pd.DataFrame, thresholds: Thresholds) -> str:
    steps = table["steps"].dropna()
    missing = counted(int(table["missing"].sum()), "day")
    if steps.empty:
        return f"Bar chart of steps per day, {days_of(table)}: no day has steps."
    return (
        f"Bar chart of steps per day, {days_of(table)}: {counted(len(steps), 'day')} "
        f"with steps, from {steps.min():,.0f} to {steps.max():,.0f}, on average "
        f"{steps.mean():,.0f}; {missing} without data. Lines at {thresholds.normal_steps:,} and "
        f"{thresholds.high_steps:,} steps."
    )
