"""Of several data sources in one table, the one that counts on a day.

Tables that Google added hold the rows of the tracker, of the phone and of mirrors side by side:
adding them up tells two to four times the truth.
"""

from collections.abc import Sequence

from fitbit_pipeline.sources.takeout.family import FileFamily, Record, as_number, at

DATA_SOURCE = "data source"
_PHONES = {"mobiletrack", "google health app", "fitbit app", ""}
_MIRROR = "health connect"


def rows_of_one_source(family: FileFamily, rows: Sequence[Record]) -> list[Record]:
    """The rows of the data source that counts, in their order.

    A tracker goes before the phone, the phone before a mirror of Health Connect; among several of
    a kind the one with most rows above zero counts, and of equals the first by name. Tables
    without the column, as in exports of 2024, have one source.
    """
    names = {_source(row) for row in rows}
    if len(names) <= 1:
        return list(rows)
    evidence = dict.fromkeys(names, 0)
    for row in rows:
        evidence[_source(row)] += any(
            (as_number(at(row, field.path)) or 0) > 0 for field in family.fields
        )
    # A source of nothing but zeros says less than any that measured.
    chosen = min(names, key=lambda name: (evidence[name] == 0, _rank(name), -evidence[name], name))
    return [row for row in rows if _source(row) == chosen]


def _source(row: Record) -> str:
    return str(row.get(DATA_SOURCE, "")).strip()


def _rank(name: str) -> int:
    folded = name.casefold()
    if _MIRROR in folded:
        return 2
    return 1 if folded in _PHONES else 0
