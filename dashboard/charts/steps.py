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
)
from fitbit_pipeline.engagement.daily import Thresholds

HEIGHT = 340
MARK_HEIGHT = 14
EVERY_DAY_LABELLED = 14
EVERY_MONDAY_LABELLED = 120
NO_STEPS_LABEL = "data, but no steps"


def steps_figure(days: pd.DataFrame, thresholds: Thresholds) -> Figure:
    """Steps per day.

    Args:
        days: From ``queries.engagement_days``: a row for every civil day of the range.
        thresholds: Where the lines are drawn.
    """
    labels = bucket_labels(thresholds)
    frame = days.assign(
        kind=[_kind(row, labels) for row in days.itertuples()],
        weekday=[f"{date.fromisoformat(day):%A}" for day in days["date"]],
        standing=[_standing(row) for row in days.itertuples()],
    )
    kinds = {
        **{labels[bucket]: colour for bucket, colour in BUCKET_COLOURS.items()},
        NO_STEPS_LABEL: GREY,
        NO_DATA_LABEL: GREY,
    }
    every_day = list(days["date"])
    x = _day_axis(every_day)
    plain = frame[["date", "weekday", "steps", "kind", "standing"]]
    return Figure(
        title="Steps per day",
        explanation=(
            f"Dashed lines: {thresholds.normal_steps:,} and {thresholds.high_steps:,} steps, "
            "between low, normal and high. A hatched mark on the ground stands for a day without "
            "data; that is not a day without steps, which says 0."
        ),
        chart=_layers(plain, x, kinds, thresholds).properties(height=HEIGHT),
        alt=_spoken(days, thresholds),
        table=_table(frame),
        name="steps",
    )


def _kind(row: Any, labels: dict[str, str]) -> str:
    if not row.has_data:
        return NO_DATA_LABEL
    return NO_STEPS_LABEL if pd.isna(row.activity_bucket) else labels[row.activity_bucket]


def _standing(row: Any) -> str:
    if not row.has_data:
        return str(row.why_missing)
    return "may still change" if row.settled is False else ""


def _day_axis(every_day: list[str]) -> alt.X:
    days = [date.fromisoformat(day) for day in every_day]
    if len(days) <= EVERY_DAY_LABELLED:
        labelled, pattern = days, "%a %-d %b"
    elif len(days) <= EVERY_MONDAY_LABELLED:
        labelled, pattern = [day for day in days if day.weekday() == 0], "%-d %b"
    else:
        labelled, pattern = [day for day in days if day.day == 1], "%b %Y"
    return alt.X(
        "date:O",
        scale=alt.Scale(domain=every_day, paddingInner=0.2, paddingOuter=0.1),
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


def _layers(
    frame: pd.DataFrame, x: alt.X, kinds: dict[str, Any], thresholds: Thresholds
) -> alt.LayerChart:
    used = [kind for kind in kinds if kind in set(frame["kind"])]
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=used, range=[kinds[kind] for kind in used]),
        legend=alt.Legend(
            title=None, orient="top", columns=_legend_columns(used), symbolType="square"
        ),
    )
    tooltip = [
        alt.Tooltip("date:N", title="Day"),
        alt.Tooltip("weekday:N", title="Weekday"),
        alt.Tooltip("steps:Q", title="Steps", format=","),
        alt.Tooltip("kind:N", title="Bucket"),
        alt.Tooltip("standing:N", title="Note"),
    ]
    roof = max(frame["steps"].max() if frame["steps"].notna().any() else 0, thresholds.high_steps)
    y = alt.Y(
        "steps:Q",
        scale=alt.Scale(domain=[0, float(roof) * 1.08], nice=False),
        axis=alt.Axis(title="Steps", format=",", tickCount=5),
    )
    base = alt.Chart(frame).encode(x=x, tooltip=tooltip)
    with_steps = base.transform_filter("isValid(datum.steps)")
    missing = base.transform_filter("!isValid(datum.steps)")
    bars = with_steps.mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2).encode(
        y=y, color=colour
    )
    return alt.layer(
        bars,
        *_values(with_steps, y, len(frame)),
        _missing_marks(missing, colour),
        _missing_words(frame, x),
        *(_threshold(steps) for steps in (thresholds.normal_steps, thresholds.high_steps)),
    )


def _legend_columns(used: list[str]) -> Any:
    # On a phone one row of labels would be cut at the edge.
    return alt.expr(f"width < 560 ? 2 : {max(len(used), 1)}")


def _values(base: alt.Chart, y: alt.Y, days: int) -> list[alt.Chart]:
    def labels(text: str, pixels_per_day: int) -> alt.Chart:
        return base.mark_text(
            dy=-7,
            fontSize=11,
            color=INK,
            opacity=alt.expr(f"width / {days} >= {pixels_per_day} ? 1 : 0"),
            aria=False,
        ).encode(y=y, text=alt.Text("label:N")).transform_calculate(label=text)

    short = "datum.steps >= 1000 ? format(datum.steps / 1000, '.1f') + 'k' : format(datum.steps, 'd')"
    return [labels(short, 27)]


def _missing_marks(base: alt.Chart, colour: alt.Color) -> alt.Chart:
    return base.mark_bar(
        fill=hatching(), stroke=GREY, strokeWidth=1, y2=alt.expr("height")
    ).encode(y=alt.value(alt.expr(f"height - {MARK_HEIGHT}")), stroke=colour)


def _missing_words(frame: pd.DataFrame, x: alt.X) -> alt.Chart:
    runs = (frame["kind"] != frame["kind"].shift()).cumsum()
    middles = [
        run["date"].iloc[len(run) // 2]
        for _, run in frame.groupby(runs)
        if run["kind"].iloc[0] == NO_DATA_LABEL
    ]
    return (
        alt.Chart(pd.DataFrame({"date": middles}, dtype="object"))
        .mark_text(
            text=NO_DATA_LABEL,
            angle=270,
            align="left",
            fontSize=11,
            color=INK,
            opacity=alt.expr(f"width / {len(frame)} >= 8 ? 1 : 0"),
            aria=False,
        )
        .encode(x=x, y=alt.value(alt.expr(f"height - {MARK_HEIGHT + 5}")))
    )


def _threshold(steps: int) -> alt.LayerChart:
    line = alt.Chart().mark_rule(strokeDash=[5, 4], color=INK, aria=False)
    return line.encode(y=alt.datum(steps))


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Day": frame["date"],
            "Weekday": frame["weekday"],
            "Steps": frame["steps"],
            "Bucket": frame["kind"],
            "Note": frame["standing"],
        }
    )


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
