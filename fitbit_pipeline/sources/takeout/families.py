"""The patterns after which families of files are made: series, levels, titled and Google tables.

Shapes, chunks and time zones were measured on a real export of 2015 to 2018, and on the format
notes that other projects took of exports of 2026. What does not belong here: which families there
are and what they serve (``services``), and how files are read (``records``).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from fitbit_pipeline.sources.takeout.clock import TimeRule
from fitbit_pipeline.sources.takeout.family import (
    Cadence,
    Field,
    FileFamily,
    Format,
    as_number,
    at,
    is_positive,
)

DAY_MINUTES = 1500
"""No civil day has more minutes, doubled hour included."""
DATE = r"(?P<date>\d{4}-\d\d-\d\d)"
"""The date in a base name, for patterns."""
_TITLE_DATE = r" - (?P<date>\d{4}-\d\d(?:-\(?\d{1,2}\)?)?)[^/]*"


def _any_cell(fields: tuple[Field, ...]) -> Callable[[Mapping[str, Any]], bool]:
    def test(record: Mapping[str, Any]) -> bool:
        return any(record.get(field.path[0]) for field in fields)

    return test


def series(
    name: str,
    endpoint: str,
    highest: float,
    rule: TimeRule,
    *,
    value: tuple[str, ...] = ("value",),
    cadence: Cadence = Cadence.MONTH,
    shows_use: bool = True,
) -> FileFamily:
    """A JSON series of minutes or seconds: steps, calories, distance, heart rate."""
    return FileFamily(
        name=name,
        endpoint=endpoint,
        pattern=re.compile(rf"{name}-{DATE}\.json"),
        format=Format.JSON,
        rule=rule,
        cadence=cadence,
        stamp=("dateTime",),
        fields=(Field(value, 0, highest),),
        daily=False,
        heavy=True,
        evidence=is_positive(value) if shows_use else None,
        moment=("dateTime",),
    )


def level(name: str, *, shows_use: bool = True) -> FileFamily:
    """A JSON series of daily minutes; padded past the export with sedentary 1440, others 0."""
    return FileFamily(
        name=name,
        endpoint="activity_minutes",
        pattern=re.compile(rf"{name}-{DATE}\.json"),
        format=Format.JSON,
        rule=TimeRule.LOCAL,
        cadence=Cadence.MONTH,
        stamp=("dateTime",),
        fields=(Field(("value",), 0, DAY_MINUTES),),
        evidence=is_positive(("value",)) if shows_use else None,
    )


def table(
    title: str,
    endpoint: str,
    fields: tuple[Field, ...],
    *,
    stamp: str = "timestamp",
    words: tuple[str, ...] = (),
    daily: bool = True,
    moment: bool = False,
) -> FileFamily:
    """A CSV family ``<title> - <date>.csv``, stamped with the wall clock."""
    return FileFamily(
        name=title,
        endpoint=endpoint,
        pattern=re.compile(rf"{re.escape(title)}{_TITLE_DATE}\.csv"),
        format=Format.CSV,
        rule=TimeRule.LOCAL,
        cadence=Cadence.OPEN,
        stamp=(stamp,),
        fields=fields,
        words=words,
        present=_any_cell(fields),
        daily=daily,
        moment=(stamp,) if moment else None,
    )


def google(
    metric: str,
    endpoint: str,
    fields: tuple[Field, ...],
    *,
    words: tuple[str, ...] = (),
    rule: TimeRule = TimeRule.UTC,
    undated: bool = False,
    daily: bool = False,
    shows_use: bool = True,
) -> FileFamily:
    """A CSV family ``<metric>_<date>.csv`` of the folder that Google added, with data sources."""

    def is_evidence(record: Mapping[str, Any]) -> bool:
        return any((as_number(at(record, field.path)) or 0) > 0 for field in fields)

    dated = rf"(?:_{DATE})?" if undated else rf"_{DATE}"
    return FileFamily(
        name=f"GoogleData {metric}",
        endpoint=endpoint,
        pattern=re.compile(rf"{metric}{dated}\.csv"),
        format=Format.CSV,
        rule=rule,
        cadence=Cadence.OPEN if undated else Cadence.MONTH,
        stamp=("timestamp",),
        fields=fields,
        words=words,
        daily=daily,
        heavy=not daily,
        evidence=is_evidence if shows_use else None,
        moment=None if daily else ("timestamp",),
        sourced=True,
    )
