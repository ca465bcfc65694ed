"""How it is drawn whether a day is there: a shape for each standing, told apart without colour.

The shapes differ by where in their row they lie, so that a bar of one pixel still tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import BLUE, GREY, INK, ORANGE, SKY, VERMILLION

ROW = 22
"""The height of a row, in pixels."""

THICK = 16
"""The height of the highest shape in it."""

ABBREVIATIONS = {"hrv": "HRV", "spo2": "SpO2", "vo2_max": "VO2max"}
"""Endpoints that people call by letters."""

NOT_SERVED = "not_served"
NEVER_ASKED = "never_asked"


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a shape: a bar in a row.

    Attributes:
        middle: How far below the middle of the row it lies, in pixels; above it if negative.
        height: How high it is, in pixels.
    """

    middle: float
    height: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How one standing of ``queries.quality.STANDINGS`` is called and drawn.

    Attributes:
        label: What people call it.
        meaning: What that means.
        colour: Its colour.
        bars: Its shape.
        hollow: Whether only the edge of the shape is drawn.
    """

    label: str
    meaning: str
    colour: str
    bars: tuple[Bar, ...]
    hollow: bool = False

    def symbol(self) -> str:
        """The shape as an SVG path for the legend, within -1 and 1."""
        return "".join(_ring(bar) if self.hollow else _block(bar) for bar in self.bars)


LOOKS = {
    "data": Standing("Data", "the source had something", BLUE, (Bar(0, THICK),)),
    "empty": Standing("Empty", "it answered and had nothing", SKY, (Bar(0, 3),)),
    "failed": Standing("Failed", "the last try failed", VERMILLION, (Bar(-5.5, 5), Bar(5.5, 5))),
    "not_shared": Standing(
        "Not shared", "forbidden, as the person did not grant it", ORANGE, (Bar(4, 8),)
    ),
    NOT_SERVED: Standing(
        "Not served", "forbidden, as the source has none of theirs", GREY, (Bar(7, 2),)
    ),
    NEVER_ASKED: Standing(
        "Never asked", "nobody asked the source yet", GREY, (Bar(0, THICK),), hollow=True
    ),
}
"""The looks of each standing, in the order in which they are told."""


def endpoint_label(endpoint: str) -> str:
    """What people call an endpoint: ``Heart rate``."""
    return ABBREVIATIONS.get(endpoint) or endpoint.replace("_", " ").capitalize()


def row_axis(column: str, rows: Sequence[str]) -> alt.Y:
    """The vertical axis: a row for each label, all of them written."""
    return alt.Y(
        f"{column}:O",
        scale=alt.Scale(domain=list(rows), paddingInner=0, paddingOuter=0),
        axis=alt.Axis(
            title=None,
            labelOverlap=False,
            labelLimit=150,
            ticks=False,
            domain=False,
            labelFlush=False,
        ),
    )


def shapes(
    base: alt.Chart, present: set[str], column: str = "standing", **encodings: Any
) -> list[alt.Chart]:
    """The shapes of the standings that are present.

    Args:
        base: The chart, with its rows encoded.
        present: Which standings there are.
        column: Where the standing of a datum is found.
        **encodings: From where to where a shape reaches.
    """
    return [
        _shape(base.transform_filter(f"datum.{column} == '{name}'"), look, bar).encode(**encodings)
        for name, look in LOOKS.items()
        if name in present
        for bar in look.bars
    ]


def _shape(chart: alt.Chart, look: Standing, bar: Bar) -> alt.Chart:
    painted: dict[str, Any] = (
        {"fillOpacity": 0, "stroke": look.colour, "strokeDash": [3, 2], "strokeWidth": 1.2}
        if look.hollow
        # A stroke of its own colour keeps a bar of less than a pixel in sight.
        else {"fill": look.colour, "stroke": look.colour, "strokeWidth": 0.6}
    )
    shape: alt.Chart = chart.mark_rect(height=bar.height, yOffset=bar.middle, aria=False, **painted)
    return shape


def legend(present: set[str]) -> alt.Chart:
    """The legend of the standings that are present; it draws nothing else."""
    looks = [look for name, look in LOOKS.items() if name in present]
    labels = [look.label for look in looks]
    key = alt.Legend(
        title=None,
        orient="top",
        columns=alt.expr(f"width < 560 ? 2 : {len(looks)}"),
        symbolSize=190,
        symbolStrokeWidth=0,
        labelLimit=220,
        symbolOpacity=1,
    )
    chart: alt.Chart = (
        alt.Chart(pd.DataFrame({"label": labels}))
        .mark_point(filled=True, opacity=0, aria=False)
        .encode(
            x=alt.value(0),
            y=alt.value(0),
            shape=alt.Shape(
                "label:N",
                scale=alt.Scale(domain=labels, range=[look.symbol() for look in looks]),
                legend=key,
            ),
            color=alt.Color(
                "label:N",
                scale=alt.Scale(domain=labels, range=[look.colour for look in looks]),
                legend=key,
            ),
        )
    )
    return chart


def open_marks(base: alt.Chart, **encodings: Any) -> alt.Chart:
    """The sign of what may still change, readable on every shape."""
    marks: alt.Chart = base.mark_point(
        shape="diamond",
        size=34,
        filled=True,
        fill=alt.expr("background"),
        stroke=INK,
        strokeWidth=1.2,
        opacity=1,
        aria=False,
    ).encode(**encodings)
    return marks


def _block(bar: Bar) -> str:
    top, bottom = _edges(bar)
    return f"M-1,{top}H1V{bottom}H-1Z"


def _ring(bar: Bar) -> str:
    # The inner edge runs the other way round, which leaves it empty.
    top, bottom = _edges(bar)
    return f"{_block(bar)}M-0.8,{top + 0.2:g}V{bottom - 0.2:g}H0.8V{top + 0.2:g}Z"


def _edges(bar: Bar) -> tuple[float, float]:
    half = THICK / 2
    return (
        round((bar.middle - bar.height / 2) / half, 3),
        round((bar.middle + bar.height / 2) / half, 3),
    )
