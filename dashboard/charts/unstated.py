"""Days that have data, but not what a chart over days shows: told apart from days without any.

The marks of missing days are in ``charts.days``.
"""

import altair as alt
import pandas as pd

from dashboard.charts.days import day_table, ground_marks, ground_words
from dashboard.charts.figure import GREY, counted


def stated_table(days: pd.DataFrame, stated: pd.Series, words: str) -> pd.DataFrame:
    """The columns of ``day_table``, and which days have data but do not state what is shown.

    Args:
        days: From ``queries.days``: a row for every civil day of the range.
        stated: Of which days it is stated.
        words: What is missing on the others, such as ``no stages``.

    Returns:
        As ``day_table``, with ``unstated``; the notes of those days say so.
    """
    table = day_table(days)
    unstated = days["has_data"] & ~stated
    notes = [
        "; ".join(filter(None, [f"the day has data, but {words}", note])) if without else note
        for note, without in zip(table["note"], unstated, strict=True)
    ]
    return table.assign(note=notes, unstated=unstated)


def unstated_layers(base: alt.Chart, table: pd.DataFrame, words: str) -> list[alt.Chart]:
    """The marks of those days, with the words once for each run of them."""
    if not table["unstated"].any():
        return []
    return [
        ground_marks(base, "datum.unstated", GREY),
        *ground_words(table, table["unstated"], words),
    ]


def unstated_sentences(table: pd.DataFrame, words: str) -> list[str]:
    """What those marks mean, if there are any."""
    number = int(table["unstated"].sum())
    return [f"Plain grey ({counted(number, 'day')}): data, but {words}."] if number else []
