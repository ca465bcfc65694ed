"""What a family of files is: its names, its time, its chunks, and when a record of it is sound.

What does not belong here: the families that there are (``families``).
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from fitbit_pipeline.sources.takeout.clock import (
    FIRST_YEAR,
    LAST_YEAR,
    StampError,
    TimeRule,
    parse_stamp,
)

Record = dict[str, Any]
"""One record of a JSON file, or one row of a CSV file as column to text; verbatim."""

_FILE_DATE = re.compile(r"(\d{4})-(\d\d)(?:-\(?(\d{1,2})\)?)?", re.ASCII)


class Cadence(IntEnum):
    """How many days a file covers at most, from the date in its name on."""

    DAY = 1
    MONTH = 31
    YEAR = 366
    OPEN = 0
    """As many as there are until the next file of the family begins."""


class Format(StrEnum):
    """How the files are written."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Field:
    """A number that a record holds.

    Attributes:
        path: Where it is in the record.
        lowest: Less than this no such number can be.
        highest: More than this no such number can be. Far above what is plausible, which is
            judged later: here only nonsense is refused.
        optional: Whether it may be left blank; of a CSV the column is needed all the same.
    """

    path: tuple[str, ...]
    lowest: float
    highest: float
    optional: bool = False


def _always(_record: Mapping[str, Any]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class FileFamily:
    """Files of one kind of record.

    Attributes:
        name: The key of its records in payloads.
        endpoint: The endpoint that it serves.
        pattern: What base names look like; the group ``date`` is the first day of the chunk.
        format: JSON or CSV.
        rule: In which time it is stamped.
        cadence: How many days a file covers.
        stamp: Where the stamp is in a record.
        fields: Its numbers; the columns of a CSV.
        words: Columns or keys that must hold a text.
        daily: Whether a record states a whole day or sleep, so that a bad one spoils its day.
        heavy: Whether a file is so large that a survey reads only those at both ends.
        present: Whether a record states anything; null placeholders do not.
        evidence: Whether a record shows that the device was worn or used; None where records are
            written without a device too (basal calories, sedentary minutes).
        moment: Where a record's last instant is stated; None where only its date is meant.
        times: Columns or keys that must hold a date and time as well.
        identity: The key by which records are told apart, where it is not the whole stamp.
        sourced: Whether rows name their ``data source``, of which one a day counts.
    """

    name: str
    endpoint: str
    pattern: re.Pattern[str]
    format: Format
    rule: TimeRule
    cadence: Cadence
    stamp: tuple[str, ...]
    fields: tuple[Field, ...]
    words: tuple[str, ...] = ()
    daily: bool = True
    heavy: bool = False
    present: Callable[[Mapping[str, Any]], bool] = _always
    evidence: Callable[[Mapping[str, Any]], bool] | None = _always
    moment: tuple[str, ...] | None = None
    times: tuple[str, ...] = ()
    identity: str | None = None
    sourced: bool = False

    def columns(self) -> tuple[str, ...]:
        """The columns without which a CSV file of this family cannot be used."""
        return (self.stamp[0], *(field.path[0] for field in self.fields), *self.words)

    def chunk_start(self, base_name: str) -> date | None:
        """The first day that a file covers, from its name; None where the name has no real date.

        Accepts ``2020-11-(15)``, as the files of daily heart-rate variability are named.
        """
        found = self.pattern.fullmatch(base_name)
        text = found.groupdict().get("date") if found else None
        if not text or not (parts := _FILE_DATE.match(text)):
            return None
        year, month, day = (int(part or 1) for part in parts.groups())
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        try:
            return date(year, month, day)
        except ValueError:
            return None

    def fault(self, record: Mapping[str, Any]) -> str | None:
        """What is wrong with a record, without its value; None when it is sound."""
        for field in self.fields:
            value = at(record, field.path)
            if field.optional and value in (None, ""):
                continue
            number = value if type(value) is int else as_number(value)
            if number is None:
                return f"has no number as '{field.path[-1]}'"
            if not field.lowest <= number <= field.highest:
                return f"has an impossible number as '{field.path[-1]}'"
        for name in self.words:
            if not record.get(name):
                return f"has nothing as '{name}'"
        for name in self.times:
            try:
                parse_stamp(record.get(name))
            except StampError as bad:
                return f"{bad} as '{name}'"
        return None


def at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What stands at a path of a record; None where the path leads nowhere."""
    if len(path) == 1:
        return record.get(path[0])
    value: Any = record
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def as_number(value: object) -> float | None:
    """A finite number, which the archive writes as number or as text; None if it is neither."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def is_positive(path: tuple[str, ...]) -> Callable[[Mapping[str, Any]], bool]:
    """A test whether the number at a path is above zero."""

    def test(record: Mapping[str, Any]) -> bool:
        return (as_number(at(record, path)) or 0) > 0

    return test
