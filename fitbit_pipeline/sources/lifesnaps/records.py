"""What a record of LifeSnaps is to Takeout: its family, the file it stands in, and its doubles."""

import csv
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from fitbit_pipeline.sources.takeout.clock import StampError, TimeRule, parse_stamp
from fitbit_pipeline.sources.takeout.family import (
    Cadence,
    FileFamily,
    Format,
    Record,
    as_number,
    at,
)
from fitbit_pipeline.sources.takeout.services import FAMILIES

FAMILY_OF = {family.name: family for family in FAMILIES if not family.sourced}
"""The families by the types of documents, which are the names of Takeout's files."""

_US_DATE = len("05/24/21")
_ISO_DATE = len("2021-05-24")


def file_name(family: FileFamily, record: Record) -> str:
    """The file of Takeout in which a record of that day would stand.

    Raises:
        StampError: If its date cannot be read.
    """
    return _file_name(family.name, _day(_stamp(family, record)))


@lru_cache(maxsize=10_000)
def _file_name(family_name: str, day: date) -> str:
    family = FAMILY_OF[family_name]
    if family.cadence is Cadence.YEAR:
        day = day.replace(month=1, day=1)
    elif family.cadence is not Cadence.DAY:
        day = day.replace(day=1)
    if family.format is Format.CSV:
        return f"{family.name} - {day}.csv"
    dated = f"{family.name}-{day}.json"
    # Pages of logs have a number in their names, where others have a date.
    return dated if family.chunk_start(dated) else f"{family.name}-{day:%Y%m}.json"


def as_takeout(family: FileFamily, record: Record) -> Record:
    """The record with its stamp as Takeout writes it, where it is an instant in another form.

    The minutes of a day are told apart by how they are written.

    Raises:
        StampError: If the stamp cannot be read.
    """
    if family.format is not Format.JSON or family.rule is not TimeRule.UTC:
        return record
    stamp = _stamp(family, record)
    if stamp[2:3] == "/":
        return record
    moment = parse_stamp(stamp)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return {**record, family.stamp[0]: f"{moment:%m/%d/%y %H:%M:%S}"}


def _stamp(family: FileFamily, record: Record) -> str:
    value = at(record, family.stamp)
    if value is None:
        # A placeholder for a day without a value has no date but that of its record.
        value = record.get("dateTime")
    if isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str):
        raise StampError("has no date")
    return value


def _day(stamp: str) -> date:
    """The date that a stamp begins with; whether the rest of it is sound is Takeout's to say."""
    return _day_of(stamp[: _US_DATE if stamp[2:3] == "/" else _ISO_DATE])


@lru_cache(maxsize=10_000)
def _day_of(text: str) -> date:
    return parse_stamp(text).date()


def without_doubles(family: FileFamily, records: Iterable[Record]) -> tuple[list[Record], int]:
    """The records of one file, each moment or log once, and how many were left out.

    Of two that differ the one with the greater number counts, as in the analyses that the data set
    came with: a zero or a placeholder stands for what was not known yet.
    """
    kept: dict[tuple[str, ...], Record] = {}
    doubled = 0
    for record in records:
        key = _identity(family, record)
        other = kept.get(key)
        if other is None:
            kept[key] = record
            continue
        doubled += 1
        if _number(family, record) > _number(family, other):
            kept[key] = record
    return list(kept.values()), doubled


def _identity(family: FileFamily, record: Record) -> tuple[str, ...]:
    if family.identity and record.get(family.identity) is not None:
        return (str(record[family.identity]),)
    stamp = _stamp(family, record)
    with suppress(StampError):
        # The same minute is written in two ways.
        stamp = parse_stamp(stamp).isoformat()
    return (stamp, *(str(record.get(word)) for word in family.words))


def _number(family: FileFamily, record: Record) -> float:
    number = as_number(at(record, family.fields[0].path))
    return -math.inf if number is None else number


def write_records(family: FileFamily, records: list[Record], path: Path) -> None:
    """Writes a file as Takeout would have: a list of records, or a table of commas."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if family.format is Format.JSON:
        path.write_bytes(orjson.dumps(records))
        return
    columns = dict.fromkeys([*family.columns(), *(name for record in records for name in record)])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(record, column) for column in columns] for record in records)


def _cell(record: Mapping[str, Any], column: str) -> str:
    value = record.get(column)
    return "" if value is None else str(value)
