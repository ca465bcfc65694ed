"""What all charts over days share: the axis, and the marks of days that are missing or still open.

Days are ordinal text, so that no time zone moves them and no missing day vanishes from the axis.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import (
    GREY,
    INK,
    counted,
    hatching,
    spoken_range,
    texts,
)

MARK_HEIGHT = 14
EVERY_DAY_LABELLED = 14
EVERY_MONDAY_LABELLED = 120
WORDS_WIDTH = 13
STANDING: dict[str, Any] = {"angle": 270, "align": "left", "dx": 5}
NO_DATA = "no data"
ABOVE_PLOT = -7

MISSING_SENTENCE = "Hatched: no data, which is another thing than 0."


def day_table(days: pd.DataFrame) -> pd.DataFrame:
    """The columns that every chart over days begins with.

    Args:
        days: From ``queries.days``: a row for every civil day of the range.

    Returns:
        ``date``, ``weekday``, ``note``, ``missing`` and ``may_change``.
    """
    return pd.DataFrame(
        {
            "date": days["date"],
            "weekday": [f"{date.fromisoformat(day):%A}" for day in days["date"]],
            "note": days["note"],
            "missing": ~days["has_data"],
            "may_change": days["may_change"],
        }
    )


def day_axis(every_day: Sequence[str]) -> alt.X:
    """The horizontal axis: every day of the range in its place, labelled as width allows."""
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
        scale=alt.Scale(
            type="band", domain=list(every_day), paddingInner=gap, paddingOuter=gap / 2
        ),
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


def day_chart(table: pd.DataFrame, told: Mapping[str, str]) -> alt.Chart:
    """The chart that all layers begin with: days along the axis, and the same tooltip everywhere.

    Args:
        table: With the columns of ``day_table``, and others.
        told: Columns that the tooltip tells as they are written, with their headings.
    """
    chart: alt.Chart = alt.Chart(table).encode(
        x=day_axis(list(table["date"])),
        tooltip=[
            alt.Tooltip("date:N", title="Day"),
            alt.Tooltip("weekday:N", title="Weekday"),
            *(alt.Tooltip(f"{column}:N", title=title) for column, title in told.items()),
            alt.Tooltip("note:N", title="Note"),
        ],
    )
    return chart


def state_layers(base: alt.Chart, table: pd.DataFrame) -> list[alt.Chart]:
    """The marks of missing days, with a word for each run of them, and of days still open."""
    layers = []
    if table["missing"].any():
        layers.append(ground_marks(base, "datum.missing", hatching()))
        layers.extend(ground_words(table, table["missing"], NO_DATA))
    if table["may_change"].any():
        layers.append(
            base.transform_filter("datum.may_change")
            .mark_point(shape="diamond", size=42, filled=False, color=INK, strokeWidth=1.4)
            .encode(y=alt.value(ABOVE_PLOT))
        )
    return layers


def state_sentences(table: pd.DataFrame) -> list[str]:
    """What those marks mean, if there are any."""
    sentences = []
    if table["missing"].any():
        sentences.append(MISSING_SENTENCE)
    still_open = int(table["may_change"].sum())
    if still_open:
        sentences.append(
            f"◇ {counted(still_open, 'day')} may still change: when last asked for, the device had "
            "not synced up to the day's end."
        )
    return sentences


def ground_marks(base: alt.Chart, condition: str, fill: Any) -> alt.Chart:
    """Low marks on the axis for the days of which an expression of Vega holds."""
    marks: alt.Chart = (
        base.transform_filter(condition)
        .mark_bar(fill=fill, stroke=GREY, strokeWidth=1, y2=alt.expr("height"))
        .encode(y=alt.value(alt.expr(f"height - {MARK_HEIGHT}")))
    )
    return marks


def ground_words(table: pd.DataFrame, marked: pd.Series, words: str) -> list[alt.Chart]:
    """Words above those marks, once for each run of marked days, where there is room."""
    runs = (marked != marked.shift()).cumsum()
    found = [
        run["date"].iloc[len(run) // 2]
        for _, run in table.groupby(runs)
        if marked.loc[run.index[0]]
    ]
    base = alt.Chart(pd.DataFrame({"date": found, "words": words}, dtype="object")).encode(
        x=day_axis(list(table["date"])),
        y=alt.value(alt.expr(f"height - {MARK_HEIGHT}")),
        text="words:N",
    )
    return texts(base, f"width / {len(table)} >= {WORDS_WIDTH}", **STANDING)


def legend_on_top(entries: int, narrow_columns: int = 1) -> alt.Legend:
    """A legend above the plot: in one row, or in fewer columns where a phone would cut it."""
    return alt.Legend(
        title=None,
        orient="top",
        symbolType="square",
        symbolSize=130,
        symbolStrokeWidth=0,
        columns=alt.expr(f"width < 560 ? {narrow_columns} : {max(entries, 1)}"),
        labelLimit=220,
    )


def days_of(table: pd.DataFrame) -> str:
    """The range in words."""
    first, last = (date.fromisoformat(table["date"].iloc[each]) for each in (0, -1))
    return spoken_range(first, last)


def table_for_people(table: pd.DataFrame, values: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The table behind a chart over days.

    Args:
        table: With the columns of ``day_table``.
        values: The numbers by their headings.
    """
    return pd.DataFrame(
        {"Day": table["date"], "Weekday": table["weekday"], **values, "Note": table["note"]}
    )
