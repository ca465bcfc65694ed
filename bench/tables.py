"""Figures and details as tables: on the terminal, and as Markdown."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from bench.figure import Detail, Figure

WIDTH_OF_A_FILE = 160
COLUMNS = ("what", "measured", "against", "ratio", "limit", "holds")


def wide_console() -> Console:
    """Prints to the terminal as it is, and to a file or a pipe without breaking rows."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH_OF_A_FILE)


def figures_table(figures: Iterable[Figure]) -> Table:
    """The one table of ``make bench``."""
    return _terminal(Detail("Benchmarks", COLUMNS, [figure.cells for figure in figures]))


def detail_table(detail: Detail) -> Table:
    """A table of details."""
    return _terminal(detail)


def figures_markdown(figures: Iterable[Figure]) -> str:
    """The same table for a page."""
    return _markdown(Detail("", COLUMNS, [figure.cells for figure in figures]))


def detail_markdown(detail: Detail) -> str:
    """A table of details for a page, with its title and its note."""
    note = f"\n\n{detail.note}" if detail.note else ""
    return f"{detail.title}:\n\n{_markdown(detail)}{note}"


def _terminal(detail: Detail) -> Table:
    table = Table(title=detail.title, caption=detail.note or None)
    for place, column in enumerate(detail.columns):
        table.add_column(column, justify="right" if place else "left")
    for row in detail.rows:
        table.add_row(*row)
    return table


def _markdown(detail: Detail) -> str:
    lines = [detail.columns, ["---:" if place else "---" for place in range(len(detail.columns))]]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*lines, *detail.rows])
