"""What every figure is made of, and the colours and marks that all of them share.

Colours are Okabe and Ito's, which people with any colour vision tell apart; none of them carries
a meaning alone. Charts do not know whether the page is light or dark: what must stand out against
it asks Vega for the background when it is drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode

from fitbit_pipeline.engagement.daily import Thresholds

# The limit is meant for notebooks, which keep every chart; years of days go beyond it.
alt.data_transformers.disable_max_rows()

BLUE = "#0072B2"
SKY = "#56B4E9"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
GREEN = "#009E73"
GREY = "#8A949E"

INK: Any = alt.expr("luminance(background) < 0.4 ? '#E6ECF1' : '#22303C'")
"""The colour of text on the page, light or dark."""

NO_DATA_LABEL = "no data"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with everything that a reader needs to trust it.

    Attributes:
        title: What it shows, with the unit.
        explanation: How to read it, in a sentence or two.
        chart: The chart.
        alt: What it says, for those who cannot see it.
        table: The numbers behind it, with headings for people.
        name: A short name for files.
    """

    title: str
    explanation: str
    chart: alt.LayerChart
    alt: str
    table: pd.DataFrame
    name: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure ready to be shown: its chart as a specification, its table as text besides.

    Attributes:
        title: As of the figure.
        explanation: As of the figure.
        specification: The chart in Vega-Lite, with its data.
        alt: As of the figure.
        table: As of the figure.
        csv: The table as text.
        name: As of the figure.
    """

    title: str
    explanation: str
    specification: dict[str, Any]
    alt: str
    table: pd.DataFrame
    csv: str
    name: str


def drawing(build: Callable[..., Figure], *arguments: Any, **named: Any) -> Drawing:
    """Builds a figure and makes it ready to be shown.

    Args:
        build: Makes the figure.
        *arguments: What it is made of.
        **named: Likewise.
    """
    # Altair checks every part of a chart against the schema, which takes longer than all else;
    # the tests check the charts.
    with debug_mode(False):  # noqa: FBT003 - Altair's own
        figure = build(*arguments, **named)
        # The labels that Streamlit draws are too pale to be read on a light page.
        readable = figure.chart.configure_axis(labelColor=INK, titleColor=INK).configure_legend(
            labelColor=INK, titleColor=INK
        )
        specification: dict[str, Any] = readable.to_dict(validate=False)
    return Drawing(
        title=figure.title,
        explanation=figure.explanation,
        specification=specification,
        alt=figure.alt,
        table=figure.table,
        csv=figure.table.to_csv(index=False),
        name=figure.name,
    )


def hatching(stripes: int = 4) -> dict[str, Any]:
    """Grey stripes: the pattern of days without data, told from every plain colour by its shape."""
    edges = ((0.0, GREY), (0.5, GREY), (0.5, "transparent"), (1.0, "transparent"))
    stops = [
        {"offset": (stripe + edge) / stripes, "color": color}
        for stripe in range(stripes)
        for edge, color in edges
    ]
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


def texts(base: alt.Chart, when: str, *, outline: int = 3, **where: Any) -> list[alt.Chart]:
    """Text marks on a chart, shown when an expression of Vega holds, readable on any ground.

    Args:
        base: The chart.
        when: The expression.
        outline: How wide each text's outline is, in pixels.
        **where: Where the text stands, as Altair's marks call it.
    """
    # Beneath each text its outline in the page's colour, so that no line runs through it.
    outlined: dict[str, Any] = {"stroke": alt.expr("background"), "strokeWidth": outline}
    shown: dict[str, Any] = {
        "fontSize": 11,
        "color": INK,
        "opacity": alt.expr(f"{when} ? 1 : 0"),
        "aria": False,
    }
    return [base.mark_text(**shown, **where, **more) for more in (outlined, {})]


def bucket_labels(thresholds: Thresholds) -> dict[str, str]:
    """What each activity bucket is called, with its bounds."""
    return {
        "not_worn": "Not worn (0 steps)",
        "low": f"Low (1 to {thresholds.normal_steps - 1:,})",
        "normal": f"Normal ({thresholds.normal_steps:,} to {thresholds.high_steps:,})",
        "high": f"High (above {thresholds.high_steps:,})",
    }


BUCKET_COLOURS = {"not_worn": VERMILLION, "low": ORANGE, "normal": SKY, "high": BLUE}


def hours_and_minutes(minutes: float) -> str:
    """``14 h 05 min``."""
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def counted(number: int, thing: str) -> str:
    """``1 day``, ``2 days``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def spoken(day: date) -> str:
    """``3 November 2026``."""
    return f"{day.day} {day:%B %Y}"


def spoken_range(first: date, last: date) -> str:
    """``3 to 30 November 2026``, saying month and year once where they are the same."""
    if first == last:
        return spoken(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {spoken(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {spoken(last)}"
    return f"{spoken(first)} to {spoken(last)}"
