"""What all pages share: a figure with its table, and a sentence instead of a traceback."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.charts import Figure
from fitbit_pipeline.errors import UserError


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Shows a ``UserError`` as its sentence and ends the page there."""
    try:
        yield
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()


def show_figure(figure: Figure, scope: str) -> None:
    """A chart under its title, with the table behind it.

    Args:
        figure: What to show.
        scope: Whose and which days, for the name of the downloaded file.
    """
    st.subheader(figure.title, anchor=False)
    st.caption(plain(figure.explanation))
    st.altair_chart(figure.chart, width="stretch", alt=figure.alt)
    with st.expander("Table"):
        st.dataframe(figure.table, hide_index=True, placeholder="–", alt=figure.title)
        st.download_button(
            "Download table (CSV)",
            figure.table.to_csv(index=False),
            file_name=f"{figure.name}-{scope}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"download-{figure.name}",
        )


def plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#$~|:])", r"\\\1", text)
