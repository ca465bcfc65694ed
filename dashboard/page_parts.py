"""What all pages share: a figure with its table, tiles, and a sentence instead of a traceback."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard.charts.figure import Drawing, counted
from fitbit_pipeline.errors import UserError


@dataclass(frozen=True, slots=True)
class Tile:
    """A number on top of a page.

    Attributes:
        label: What it is, with its unit.
        value: The number, as people read it; ``–`` where there is none.
        explanation: More about it, behind a question mark.
        delta: How it compares, as people read it, with its sign in front.
        compared_with: With what.
        sparkline: The values of the days before it, missing ones left out.
    """

    label: str
    value: str
    explanation: str | None = None
    delta: str | None = None
    compared_with: str | None = None
    sparkline: Sequence[float] = ()


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Shows a ``UserError`` as its sentence and ends the page there."""
    try:
        yield
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()


def show_drawing(drawn: Drawing, scope: str) -> None:
    """A chart under its title, with the table behind it.

    Args:
        drawn: What to show.
        scope: Whose and which days, for the name of the downloaded file.
    """
    st.header(drawn.title, anchor=False)
    st.caption(plain(drawn.explanation))
    st.vega_lite_chart(drawn.specification, width="stretch", alt=drawn.alt)
    _show_folded(drawn.table, drawn.csv, drawn.title, f"{drawn.name}-{scope}")


def show_table(table: pd.DataFrame, title: str, name: str) -> None:
    """The table behind a figure, folded away, to look at and to download.

    Args:
        table: The numbers, with headings for people.
        title: What they are.
        name: The downloaded file's name, without its ending.
    """
    _show_folded(table, table.to_csv(index=False), title, name)


def _show_folded(table: pd.DataFrame, csv: str, title: str, name: str) -> None:
    with st.expander("Table"):
        st.dataframe(table, hide_index=True, placeholder="–", alt=title)
        st.download_button(
            "Download table (CSV)",
            csv,
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"download-{name}",
        )


def show_tiles(tiles: Sequence[Tile]) -> None:
    """Numbers side by side, as many to a row as the screen is wide."""
    with st.container(horizontal=True):
        for tile in tiles:
            st.metric(
                tile.label,
                tile.value,
                delta=tile.delta,
                # More steps are not better as such: the sign and the words say it, no colour.
                delta_color="off",
                delta_description=tile.compared_with,
                help=tile.explanation,
                border=True,
                height="stretch",
                chart_data=list(tile.sparkline) or None,
            )


def show_missing(title: str, sentence: str, days: pd.DataFrame) -> None:
    """Stands in for a figure of which no day of the range has data, and tells why.

    Args:
        title: The figure's title.
        sentence: What is not there, as a whole sentence.
        days: From ``queries.days``: every day of the range with its ``note``.
    """
    st.header(title, anchor=False)
    st.info(plain(f"{sentence} {reasons(days)}"), icon=":material/event_busy:")


def reasons(days: pd.DataFrame) -> str:
    """Why days are missing, as in ``3 days: never asked for; 1 day: the last try failed.``."""
    missing = days.loc[~days["has_data"], "note"]
    told = (f"{counted(count, 'day')}: {note}" for note, count in missing.value_counts().items())
    return f"{'; '.join(told)}." if len(missing) else ""


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#$~|:])", r"\\\1", text)
