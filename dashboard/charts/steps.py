"""Steps per day: bars, the lines between the buckets, and the days that are missing."""

from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import (
    BUCKET_COLOURS,
    GREY,
    INK,
    NO_DATA_LABEL,
    Figure,
    bucket_labels,
    counted,
    hatching,
    spoken_range,
    texts,
)
from fitbit_pipeline.engagement.daily import Thresholds

HEIGHT = 400
MARK_HEIGHT = 14
EVERY_DAY_LABELLED = 14
EVERY_MONDAY_LABELLED = 120
LYING_VALUE_WIDTH = 44
STANDING_VALUE_WIDTH = 13
WORDS_WIDTH = 8
STANDING = {"angle": 270, "align": "left", "dx": 5}
NO_STEPS_LABEL = "no steps stated"


def steps_figure(days: pd.DataFrame, thresholds: Thresholds) -> Figure:
    """Steps per day.

    Args:
        days: From ``queries.engagement_days``: a row for every civil day of the range.
        thresholds: Where the lines are drawn.
    """
    labels = bucket_labels(thresholds)
    frame = pd.DataFrame(
        {
            "date": days["date"],
            "weekday": [f"{date.fromisoformat(day):%A}" for day in days["date"]],
            "steps": days["steps"],
            "kind": [_kind(row, labels) for row in days.itertuples()],
            "standing": [_standing(row) for row in days.itertuples()],
        }
    )
    colours = {labels[bucket]: colour for bucket, colour in BUCKET_COLOURS.items()}
    return Figure(
        title="Steps per day",
        explanation=_how_to_read(days, thresholds),
        chart=_layers(frame, colours, thresholds).properties(height=HEIGHT),
        alt=_spoken(days, thresholds),
        table=frame.rename(
            columns={
                "date": "Day",
                "weekday": "Weekday",
                "steps": "Steps",
                "kind": "Bucket",
                "standing": "Note",
            }
        ),
        name="steps",
    )


def _kind(row: Any, labels: dict[str, str]) -> str:
    if not row.has_data:
        return NO_DATA_LABEL
    return NO_STEPS_LABEL if pd.isna(row.activity_bucket) else labels[row.activity_bucket]


def _standing(row: Any) -> str:
    if not row.has_data:
        return str(row.why_missing)
    return "" if pd.isna(row.settled) or row.settled else "may still change"


def _how_to_read(days: pd.DataFrame, thresholds: Thresholds) -> str:
    sentences = [
        f"Dashed lines: {thresholds.normal_steps:,} and {thresholds.high_steps:,} steps, between "
        "low, normal and high."
    ]
    if not days["has_data"].all():
        sentences.append(
            "Hatched: no data. That is another thing than a day without steps, which says 0."
        )
    if (days["has_data"] & days["steps"].isna()).any():
        sentences.append("Plain grey: the day has data, but no number of steps.")
    unsettled = int((days["has_data"] & ~days["settled"].fillna(value=True)).sum())
    if unsettled:
        sentences.append(
            f"{counted(unsettled, 'day')} may still change: when last asked for, the device had "
            "not synced up to the day's end."
        )
    return " ".join(sentences)


def _day_axis(every_day: list[str]) -> alt.X:
    days = [date.fromisoformat(day) for day in every_day]
    # Gaps between hundreds of bars would leave the bars too thin to be seen.
    gap = 0.2 if len(days) <= EVERY_MONDAY_LABELLED else 0
    if len(days) <= EVERY_DAY_LABELLED:
        labelled, pattern = days, "%a %-d %b"
    elif len(days) <= EVERY_MONDAY_LABELLED:
        labelled, pattern = [day for day in days if day.weekday() == 0], "%-d %b"
    else:
        labelled, pattern = [day for day in days if day.day == 1], "%b %Y"
    return alt.X(
        "date:O",
        scale=alt.Scale(domain=every_day, paddingInner=gap, paddingOuter=gap / 2),
        axis=alt.Axis(
            title=None,
            values=[day.isoformat() for day in labelled],
            # A date without a time is read as UTC: only UTC formatting keeps it the same day.
            labelExpr=f"utcFormat(toDate(datum.value), '{pattern}')",
            labelAngle=0,
            labelOverlap="greedy",
            labelFlush=False,
            ticks=True,
        ),
    )


def _layers(frame: pd.DataFrame, colours: dict[str, str], thresholds: Thresholds) -> alt.LayerChart:
    x = _day_axis(list(frame["date"]))
    roof = max(frame["steps"].max() if frame["steps"].notna().any() else 0, thresholds.high_steps)
    y = alt.Y(
        "steps:Q",
        scale=alt.Scale(domain=[0, float(roof) * 1.15], nice=False),
        axis=alt.Axis(title="Steps", format=",d", tickCount=5),
    )
    told = ["–" if pd.isna(steps) else f"{steps:,.0f}" for steps in frame["steps"]]
    base = alt.Chart(frame.assign(told=told)).encode(
        x=x,
        tooltip=[
            alt.Tooltip("date:N", title="Day"),
            alt.Tooltip("weekday:N", title="Weekday"),
            alt.Tooltip("told:N", title="Steps"),
            alt.Tooltip("kind:N", title="Bucket"),
            alt.Tooltip("standing:N", title="Note"),
        ],
    )
    used = [kind for kind in colours if kind in set(frame["kind"])]
    bars = (
        base.transform_filter("isValid(datum.steps)")
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            y=y,
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=used, range=[colours[kind] for kind in used]),
                legend=alt.Legend(
                    title=None,
                    orient="top",
                    symbolType="square",
                    # On a phone one row of labels would be cut at the edge.
                    columns=alt.expr(f"width < 560 ? 1 : {max(len(used), 1)}"),
                    labelLimit=220,
                ),
            ),
        )
    )
    return alt.LayerChart(
        layer=[
            *_threshold(thresholds.normal_steps),
            *_threshold(thresholds.high_steps),
            bars,
            *_values(base, y, len(frame)),
            _ground_marks(base, NO_DATA_LABEL, hatching()),
            _ground_marks(base, NO_STEPS_LABEL, GREY),
            *_ground_words(frame, x),
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


def _ground_marks(base: alt.Chart, kind: str, fill: Any) -> alt.Chart:
    marks: alt.Chart = (
        base.transform_filter(f"datum.kind == '{kind}'")
        .mark_bar(fill=fill, stroke=GREY, strokeWidth=1, y2=alt.expr("height"))
        .encode(y=alt.value(alt.expr(f"height - {MARK_HEIGHT}")))
    )
    return marks


def _ground_words(frame: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    runs = (frame["kind"] != frame["kind"].shift()).cumsum()
    found = [
        (run["date"].iloc[len(run) // 2], run["kind"].iloc[0])
        for _, run in frame.groupby(runs)
        if run["kind"].iloc[0] in (NO_DATA_LABEL, NO_STEPS_LABEL)
    ]
    base = alt.Chart(pd.DataFrame(found, columns=["date", "kind"], dtype="object")).encode(
        x=x, y=alt.value(alt.expr(f"height - {MARK_HEIGHT}")), text="kind:N"
    )
    return texts(base, f"width / {len(frame)} >= {WORDS_WIDTH}", **STANDING)


def _threshold(steps: int) -> list[alt.Chart]:
    everywhere = alt.Chart(pd.DataFrame({"steps": [steps]}))
    return [
        everywhere.mark_rule(strokeDash=[5, 4], color=INK, aria=False).encode(y="steps:Q"),
        everywhere.mark_text(
            text=f"{steps:,}", align="left", dx=5, fontSize=11, color=INK, aria=False
        ).encode(y="steps:Q", x=alt.value(alt.expr("width"))),
    ]


def _spoken(days: pd.DataFrame, thresholds: Thresholds) -> str:
    first, last = (date.fromisoformat(days["date"].iloc[each]) for each in (0, -1))
    steps = days["steps"].dropna()
    missing = counted(int((~days["has_data"]).sum()), "day")
    if steps.empty:
        return f"Bar chart of steps per day, {spoken_range(first, last)}: no day has steps."
    return (
        f"Bar chart of steps per day, {spoken_range(first, last)}: {counted(len(steps), 'day')} "
        f"with steps, from {steps.min():,.0f} to {steps.max():,.0f}, on average "
        f"{steps.mean():,.0f}; {missing} without data. Lines at {thresholds.normal_steps:,} and "
        f"{thresholds.high_steps:,} steps."
    )
