"""Reads the records of one file, JSON or CSV, each with its civil day, or says what is wrong.

What does not belong here: which days are asked for (``days``), and what a record is worth
(``metrics.takeout``).
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.takeout.clock import CivilClock, StampError
from fitbit_pipeline.sources.takeout.family import FileFamily, Format, Record, at
from fitbit_pipeline.sources.takeout.index import Chunk

_BOM = b"\xef\xbb\xbf"
_NO_DATA = "no data"


class Good(NamedTuple):
    """A sound record and its civil day."""

    day: date
    record: Record


class Bad(NamedTuple):
    """A record that cannot be used.

    Attributes:
        day: Its civil day, where at least that can be read.
        place: ``record 3`` or ``line 17``.
        message: What is wrong, without its value.
    """

    day: date | None
    place: str
    message: str


class UnreadableError(Exception):
    """A file that cannot be used at all.

    Attributes:
        place: Where that showed; empty when the whole file is meant.
        message: What is wrong with the file, without anything that it says.
    """

    def __init__(self, place: str, message: str):
        """Keeps place and message."""
        super().__init__(message)
        self.place = place
        self.message = message


def read_records(files: ArchiveFiles, chunk: Chunk, zone: ZoneInfo) -> Iterator[Good | Bad]:
    """The records of a file, one by one; null placeholders are left out.

    A sound record of a day that the file cannot hold counts as bad when it shows use; padding
    beyond the file's days is passed over.

    Args:
        files: The archive.
        chunk: The file.
        zone: The participant's zone.

    Raises:
        UnreadableError: If the file is empty, cut off, not of its format, or lacks a column.
        SourceFailure: If the archive is no longer there.
    """
    family = chunk.family
    content = _content(files, chunk)
    is_json = family.format is Format.JSON
    raw = _json_records(content) if is_json else _rows(content, family)
    clock = CivilClock(family.rule, zone)
    opens, closes = chunk.opens, chunk.closes
    for place, record, complaint in raw:
        if complaint is None and not family.present(record):
            continue
        day, fault = (None, complaint) if complaint else _examined(family, clock, record)
        if day is not None and fault is None:
            if opens <= day <= closes:
                yield Good(day, record)
                continue
            if not (family.evidence and family.evidence(record)):
                continue
            day, fault = None, "has a date outside the days of its file"
        yield Bad(day, f"{'record' if is_json else 'line'} {place}", str(fault))


def _examined(
    family: FileFamily, clock: CivilClock, record: Record
) -> tuple[date | None, str | None]:
    """The civil day of a record as far as it can be read, and what is wrong with the record."""
    try:
        day = clock.day(at(record, family.stamp))
    except StampError as error:
        return None, str(error)
    return day, family.fault(record)


def _content(files: ArchiveFiles, chunk: Chunk) -> bytes:
    try:
        content = files.read(chunk.member)
    except UserError as error:
        part = files.parts[chunk.member.part]
        if not part.exists():
            raise SourceFailure(
                FailureKind.SOURCE_GONE,
                f"The archive {part.name} is no longer there: import it again.",
            ) from error
        raise UnreadableError(
            "", "cannot be read from the archive (damaged or encrypted)"
        ) from error
    if not content.strip():
        raise UnreadableError("", "is empty")
    return content.removeprefix(_BOM)


def _json_records(content: bytes) -> Iterator[tuple[int, Record, str | None]]:
    try:
        records = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(place, "is not whole JSON (cut off or damaged)") from None
    if not isinstance(records, list):
        raise UnreadableError("", "is not a list of records")
    for number, record in enumerate(records, start=1):
        complaint = None if isinstance(record, dict) else "is no record of names and values"
        yield number, record, complaint


def _rows(content: bytes, family: FileFamily) -> Iterator[tuple[int, Record, str | None]]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise UnreadableError("", "is no text") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = _lines(reader)
    header = [column.strip() for column in next(lines, [])]
    # Measured: instead of a table there can be a text that says so, and that is an answer.
    if len(header) == 1 and header[0].casefold().startswith(_NO_DATA):
        return
    missing = [column for column in family.columns() if column not in header]
    if missing:
        raise UnreadableError("line 1", f"has no column '{missing[0]}'")
    last_line = text.count("\n") + 1
    # A million rows say few different things besides their time: each text is kept once.
    known: dict[str, str] = {}
    for row in lines:
        is_cut = len(row) < len(header) and not text.endswith("\n")
        if is_cut and reader.line_num == last_line:
            raise UnreadableError(f"line {last_line}", "is cut off")
        record: dict[str, Any] = {
            column: known.setdefault(cell, cell) if place else cell
            for place, (column, cell) in enumerate(zip(header, row, strict=False))
        }
        complaint = None if len(row) == len(header) else "has another number of columns"
        yield reader.line_num, record, complaint


def _lines(reader: Any) -> Iterator[list[str]]:
    rows: Iterable[list[str]] = reader
    iterator = iter(rows)
    while True:
        try:
            row = next(iterator)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableError(
                f"line {reader.line_num}", "is no sound table of commas"
            ) from None
        if row:
            yield row
