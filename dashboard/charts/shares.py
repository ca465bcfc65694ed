"""Shares: of days per activity bucket, and of time per activity level, as bars with their words.

Each bar has its label above it, so that no label is cut or covered at any width.
"""

from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import (
    BUCKET_COLOURS,
    GREEN,
    GREY,
    INK,
    Figure,
    bucket_labels,
    counted,
    hatching,
    hours_and_minutes,
    spoken_range,
)
from dashboard.queries.engagement import NO_DATA, NOT_RECORDED, UNKNOWN
from fitbit_pipeline.engagement.daily import Thresholds

ROW_HEIGHT = 46
BAR_HEIGHT = 14

LEVEL_LABELS = {
    "sedentary_minutes": "Sedentary",
    "lightly_active_minutes": "Lightly active",
    "fairly_active_minutes": "Fairly active",
    "very_active_minutes": "Very active",
    NOT_RECORDED: "Asleep or not recorded",
}


def bucket_figure(buckets: pd.DataFrame, first: date, last: date, thresholds: Thresholds) -> Figure:
    """Days per activity bucket.

    Args:
        buckets: From ``queries.bucket_days``.
        first: The first day of the range.
        last: The last.
        thresholds: The bounds of the buckets.
    """
    names = {
        **bucket_labels(thresholds),
        UNKNOWN: "Data, but no steps",
        NO_DATA: "Missing (no data)",
    }
    frame = pd.DataFrame(
        {
            "name": [names[bucket] for bucket in buckets["bucket"]],
            "share": buckets["share"],
            "amount": [counted(int(days), "day") for days in buckets["days"]],
            "colour": [BUCKET_COLOURS.get(bucket, GREY) for bucket in buckets["bucket"]],
            "hatched": (buckets["bucket"] == NO_DATA) & (buckets["days"] > 0),
        }
    )
    said = _said(frame)
    return Figure(
        title="Days per activity bucket, in % of the range's days",
        explanation="Buckets are by steps of the day. Missing days are in none of them.",
        chart=_labelled_bars(frame, "Bucket", "Days"),
        alt=f"Bar chart of days per activity bucket, {spoken_range(first, last)}: {said}.",
        table=pd.DataFrame(
            {"Bucket": frame["name"], "Days": buckets["days"], "Share (%)": _percent(frame)}
        ),
        name="activity-buckets",
    )


def level_figure(levels: pd.DataFrame, first: date, last: date) -> Figure:
    """Time per activity level.

    Args:
        levels: From ``queries.level_shares``, not empty.
        first: The first day of the range.
        last: The last.
    """
    days = counted(int(levels["days"].iloc[0]), "day")
    frame = pd.DataFrame(
        {
            "name": [LEVEL_LABELS[level] for level in levels["level"]],
            "share": levels["share"],
            "amount": [f"{hours_and_minutes(each)} a day" for each in levels["minutes_per_day"]],
            "colour": [GREY if level == NOT_RECORDED else GREEN for level in levels["level"]],
            "hatched": False,
        }
    )
    said = _said(frame)
    return Figure(
        title="Time per activity level, in % of the day",
        explanation=(
            f"Over the {days} that state all four levels; of their real length, also where clocks "
            "changed."
        ),
        chart=_labelled_bars(frame, "Level", "Time"),
        alt=f"Bar chart of time per activity level, {spoken_range(first, last)}, {days}: {said}.",
        table=pd.DataFrame(
            {
                "Level": frame["name"],
                "Minutes": levels["minutes"],
                "Minutes a day": levels["minutes_per_day"].round(1),
                "Share (%)": _percent(frame),
            }
        ),
        name="activity-levels",
    )


def _percent(frame: pd.DataFrame) -> pd.Series:
    return (frame["share"].astype(float) * 100).round(1)


def _said(frame: pd.DataFrame) -> str:
    return "; ".join(
        f"{row.name}: {row.amount}, {row.share:.0%}" for row in frame.itertuples(index=False)
    )


def _labelled_bars(frame: pd.DataFrame, of_what: str, amount: str) -> alt.LayerChart:
    frame = frame.assign(
        label=[
            f"{row.name}: {row.share:.0%} · {row.amount}" for row in frame.itertuples(index=False)
        ]
    )
    base = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0)),
        tooltip=[
            alt.Tooltip("name:N", title=of_what),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("amount:N", title=amount),
        ],
    )
    whole = alt.Scale(domain=[0, 1], nice=False)
    bars: dict[str, Any] = {"height": BAR_HEIGHT, "yOffset": 8, "cornerRadius": 2}
    track = base.mark_bar(color=GREY, opacity=0.2, aria=False, **bars).encode(
        x=alt.XDatum(0, scale=whole, axis=None), x2=alt.datum(1)
    )
    x = alt.X("share:Q", scale=whole, axis=None)
    plain = (
        base.transform_filter("!datum.hatched")
        .mark_bar(**bars)
        .encode(x=x, color=alt.Color("colour:N", scale=None))
    )
    hatched = (
        base.transform_filter("datum.hatched")
        .mark_bar(fill=hatching(12), stroke=GREY, strokeWidth=1, **bars)
        .encode(x=x)
    )
    words = base.mark_text(align="left", dy=-9, fontSize=13, color=INK, aria=False).encode(
        x=alt.value(0), text="label:N"
    )
    return alt.LayerChart(layer=[track, plain, hatched, words]).properties(
        height=ROW_HEIGHT * len(frame)
    )
