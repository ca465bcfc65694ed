"""One value per day against the person's own usual range: points, a line with gaps, a band."""

import math
from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    EVERY_MONDAY_LABELLED,
    MARK_HEIGHT,
    day_chart,
    day_table,
    days_of,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    VERMILLION,
    Figure,
    counted,
    spoken,
    texts,
)
from dashboard.charts.measure import Measure
from dashboard.queries.recovery import ABOVE, BELOW, USUAL_DAYS, USUAL_FROM, WITHIN

HEIGHT = 330
AROUND_PLOT = 80
MOST_STEPS = 5
STEPS = (1, 2, 5, 10, 20, 50, 100)
VALUE_WIDTH = 44
MOST_VALUES = 31
OUTLINE = 0.7
MARGIN = 0.04
"""How much of the plot is left above and below, so that no point is cut."""
NOT_YET = "no usual range yet"

BAND: Any = alt.expr("luminance(background) < 0.4 ? '#1E3A4D' : '#D3E5F2'")
"""Opaque, so that neighbouring days can overlap without a seam."""

LABELS = {
    WITHIN: "within the usual range",
    ABOVE: "above it",
    BELOW: "below it",
    NOT_YET: NOT_YET,
}
MARKS = {
    WITHIN: (BLUE, "circle"),
    ABOVE: (VERMILLION, "triangle-up"),
    BELOW: (ORANGE, "triangle-down"),
    NOT_YET: (GREY, "square"),
}


def usual_figure(days: pd.DataFrame, measure: Measure) -> Figure:
    """A metric per day against what is usual for the person.

    Args:
        days: From ``queries.recovery.usual_days``; some day has a value.
        measure: What the metric is.
    """
    value = days[measure.column]
    table = day_table(days)
    kind = days["against_usual"].where(value.isna(), days["against_usual"].fillna(NOT_YET))
    low, high = days["usual_low"], days["usual_high"]
    usual = [measure.told_range(*each) for each in zip(low, high, strict=True)]
    frame = table.assign(
        value=value,
        usual_low=low,
        usual_high=high,
        kind=kind.map(LABELS),
        told=[measure.told(each) for each in value],
        told_usual=usual,
        **{f"told_{column}": days[column].map(measure.told) for column in measure.companions},
        **({"from": days[measure.reach[0]], "to": days[measure.reach[1]]} if measure.reach else {}),
    )
    title = f"{measure.label}, in {measure.unit}"
    bottom, ticks = _ticks(frame)
    return Figure(
        title=title,
        explanation=" ".join(
            [
                measure.meaning,
                f"Band: the usual range, the middle 80% of the {USUAL_DAYS} days before each day, "
                "10th to 90th percentile.",
                *_since_when(days),
                f"The axis begins at {bottom:,.0f}, not at 0." if bottom > 0 else "",
                *state_sentences(table),
            ]
        ).replace("  ", " "),
        chart=_layers(frame, measure, ticks),
        alt=_spoken(days, measure, title),
        table=table_for_people(
            table,
            {
                title: value,
                **{heading: days[column] for column, heading in measure.companions.items()},
                "Usual from": low,
                "Usual to": high,
                "Against the usual range": kind.map({**LABELS, ABOVE: "above", BELOW: "below"}),
            },
        ),
        name=measure.column.replace("_", "-"),
    )


def _since_when(days: pd.DataFrame) -> list[str]:
    known = days["usual_low"].notna()
    if known.all():
        return []
    enough = f"at least {USUAL_FROM} values in the {USUAL_DAYS} days before"
    if not known.any():
        last = date.fromisoformat(days["date"].iloc[-1])
        so_far = int(days["known_before"].iloc[-1]) + int(days["has_data"].iloc[-1])
        begins = last + timedelta(days=1 + max(USUAL_FROM - so_far, 0))
        return [
            f"There is no band yet: it takes {enough} a day, so that it begins on "
            f"{spoken(begins)} at the earliest."
        ]
    start = int(known.to_numpy().argmax())
    if known.iloc[start:].all():
        begins = date.fromisoformat(days["date"].iloc[start])
        return [f"The band begins on {spoken(begins)}, the first day with {enough} it."]
    without = counted(int((~known).sum()), "day")
    return [f"On {without} there is no band: it takes {enough} a day."]


def _ticks(frame: pd.DataFrame) -> tuple[float, list[float]]:
    shown = [name for name in ("value", "usual_low", "usual_high", "from", "to") if name in frame]
    lowest, highest = float(frame[shown].min().min()), float(frame[shown].max().max())
    step = next((each for each in STEPS if (highest - lowest) / each <= MOST_STEPS), STEPS[-1])
    bottom, top = math.floor(lowest / step), math.ceil(highest / step)
    # A single value on a line needs a line below and one above.
    top = max(top, bottom + 1)
    ticks = [float(each * step) for each in range(bottom, top + 1)]
    return ticks[0], ticks


def _layers(frame: pd.DataFrame, measure: Measure, ticks: list[float]) -> alt.LayerChart:
    told = {
        "told": f"{measure.label} ({measure.unit})",
        **{f"told_{column}": heading for column, heading in measure.companions.items()},
        "told_usual": "Usual range",
        "kind": "This day",
    }
    base = day_chart(frame, told)
    span = ticks[-1] - ticks[0]
    margin = span * MARGIN
    # The marks of missing days lie below the lowest value, not on it.
    room = span * 1.6 * MARK_HEIGHT / (HEIGHT - AROUND_PLOT) if frame["missing"].any() else margin
    scale = alt.Scale(domain=[ticks[0] - room, ticks[-1] + margin], nice=False, zero=False)
    axis = alt.Axis(title=measure.unit, values=ticks, format=",d")
    y = alt.Y("value:Q", scale=scale, axis=axis)
    return alt.LayerChart(
        layer=[
            _band(base, len(frame), scale),
            *([_reach(base, len(frame), scale)] if measure.reach else []),
            # A missing value breaks the line: it is not filtered away.
            base.mark_line(color=INK, strokeWidth=1.2, opacity=0.7, aria=False).encode(y=y),
            _points(base, frame, y),
            *_values(base, y, len(frame)),
            *state_layers(base, frame),
        ]
    ).properties(height=HEIGHT)


def _band(base: alt.Chart, days: int, scale: alt.Scale) -> alt.Chart:
    # As wide as a day with the gap to the next one, so that days are one band.
    gap = 0.2 if days <= EVERY_MONDAY_LABELLED else 0
    bars: alt.Chart = (
        base.transform_filter("isValid(datum.usual_low)")
        .mark_bar(
            color=BAND,
            stroke=BAND,
            strokeWidth=1,
            width=alt.RelativeBandSize(1 / (1 - gap)),
            aria=False,
        )
        .encode(y=alt.Y("usual_low:Q", scale=scale), y2="usual_high:Q")
    )
    return bars


def _reach(base: alt.Chart, days: int, scale: alt.Scale) -> alt.Chart:
    lines: alt.Chart = (
        base.transform_filter("isValid(datum.from) && isValid(datum.to)")
        .mark_rule(
            color=GREY, strokeWidth=alt.expr(f"clamp(width / {days} * 0.2, 0.5, 2)"), aria=False
        )
        .encode(y=alt.Y("from:Q", scale=scale), y2="to:Q")
    )
    return lines


def _points(base: alt.Chart, frame: pd.DataFrame, y: alt.Y) -> alt.Chart:
    used = [kind for kind in LABELS if (frame["kind"] == LABELS[kind]).any()]
    labels = [LABELS[kind] for kind in used]
    legend = alt.Legend(
        title=None,
        orient="top",
        columns=alt.expr(f"width < 560 ? 2 : {len(used)}"),
        labelLimit=220,
        symbolSize=80,
        symbolStrokeWidth=OUTLINE,
    )
    points: alt.Chart = (
        base.transform_filter("isValid(datum.value)")
        .mark_point(
            filled=True,
            opacity=1,
            size=alt.expr(f"clamp(width / {len(frame)} * 6, 22, 90)"),
            stroke=INK,
            strokeWidth=OUTLINE,
        )
        .encode(
            y=y,
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=labels, range=[MARKS[kind][0] for kind in used]),
                legend=legend,
            ),
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=labels, range=[MARKS[kind][1] for kind in used]),
                legend=legend,
            ),
        )
    )
    return points


def _values(base: alt.Chart, y: alt.Y, days: int) -> list[alt.Chart]:
    if days > MOST_VALUES:
        return []
    shown = base.transform_filter("isValid(datum.value)")
    return [
        mark.encode(y=y, text="told:N")
        for mark in texts(shown, f"width / {days} >= {VALUE_WIDTH}", dy=-13)
    ]


def _spoken(days: pd.DataFrame, measure: Measure, title: str) -> str:
    known = days[measure.column].dropna()
    against = days["against_usual"].value_counts()
    usual = days.dropna(subset=["usual_low"])
    said = [
        f"Line chart, {title}, {days_of(days)}: {counted(len(known), 'day')} with a value, from "
        f"{measure.told(known.min())} to {measure.told(known.max())}, on average "
        f"{measure.told(known.mean())}; {counted(len(days) - len(known), 'day')} without."
    ]
    if usual.empty:
        said.append("There is no usual range yet.")
    else:
        row = usual.iloc[-1]
        said.append(
            f"Usual range on {spoken(date.fromisoformat(row['date']))}: "
            f"{measure.told_range(row['usual_low'], row['usual_high'])}. "
            f"{counted(int(against.get(ABOVE, 0)), 'day')} above the usual range, "
            f"{counted(int(against.get(BELOW, 0)), 'day')} below it."
        )
    return " ".join(said)
