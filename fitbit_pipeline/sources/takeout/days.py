"""The records of one family day by day, reading each file once and holding no more than needed.

What does not belong here: which families make a payload (``source``).
"""

import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.takeout.family import FileFamily, Record, at
from fitbit_pipeline.sources.takeout.index import Chunk, Index
from fitbit_pipeline.sources.takeout.records import Bad, UnreadableError, read_records

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class FamilyDay:
    """What a family has of one day.

    Attributes:
        records: Its sound records, verbatim, in the order of the files.
        files: The names of the files that were read for it.
        failure: Why the day cannot be brought, naming file and place; None if it can.
    """

    records: list[Record] = field(default_factory=list)
    files: tuple[str, ...] = ()
    failure: str | None = None


class FamilyDays:
    """Gives the days of a range in ascending order.

    A file is read when the first day that it may hold is asked for, and its records are let go
    with their days: a span of ten years needs no more memory than one of a week.
    """

    def __init__(
        self,
        files: ArchiveFiles,
        index: Index,
        family: FileFamily,
        zone: ZoneInfo,
        span: tuple[date, date],
    ):
        """Reads nothing yet.

        Args:
            files: The archive.
            index: Its files by family.
            family: The family.
            zone: The participant's zone.
            span: The first and last day that will be asked for.
        """
        self._files = files
        self._family = family
        self._zone = zone
        self._span = span
        self._pending = deque(sorted(index.of(family), key=lambda chunk: chunk.opens))
        self._open: list[Chunk] = []
        self._records: dict[date, dict[str, list[Record]]] = {}
        self._bad: dict[date, list[str]] = {}
        self._damaged: list[tuple[Chunk, str]] = []

    def take(self, day: date) -> FamilyDay:
        """What the family has of a day; each call must be for a later day than the one before.

        Raises:
            SourceFailure: If the archive is no longer there.
        """
        while self._pending and self._pending[0].opens <= day:
            chunk = self._pending.popleft()
            if chunk.closes >= day:
                self._open.append(chunk)
                self._load(chunk)
        self._forget_before(day)
        by_file = self._records.pop(day, {})
        bad = self._bad.pop(day, [])
        consulted = (chunk.name for chunk in self._open if chunk.first <= day <= chunk.last)
        return FamilyDay(
            records=_merged(self._family, by_file),
            files=tuple(by_file) or tuple(consulted),
            failure=self._failure(day, bad, has_records=bool(by_file)),
        )

    def _load(self, chunk: Chunk) -> None:
        first, last = self._span
        skipped: list[Bad] = []
        try:
            for item in read_records(self._files, chunk, self._zone):
                if isinstance(item, Bad):
                    skipped.append(item)
                elif first <= item.day <= last:
                    of_day = self._records.setdefault(item.day, {})
                    of_day.setdefault(chunk.name, []).append(item.record)
        except UnreadableError as error:
            where = f"{chunk.name}, {error.place}" if error.place else chunk.name
            self._damaged.append((chunk, f"{where}: the file {error.message}"))
            # Rows before the place where a table breaks off are no whole day.
            for of_day in self._records.values():
                of_day.pop(chunk.name, None)
        for bad in skipped:
            if bad.day is not None:
                self._bad.setdefault(bad.day, []).append(
                    f"{chunk.name}, {bad.place}: the record {bad.message}"
                )
        if skipped:
            _LOG.warning(
                "%s: %d records cannot be used, the first at %s: it %s",
                chunk.name,
                len(skipped),
                skipped[0].place,
                skipped[0].message,
            )

    def _forget_before(self, day: date) -> None:
        for kept in (self._records, self._bad):
            for past in [each for each in kept if each < day]:
                del kept[past]
        self._open = [chunk for chunk in self._open if chunk.closes >= day]
        self._damaged = [entry for entry in self._damaged if entry[0].closes >= day]

    def _failure(self, day: date, bad: list[str], *, has_records: bool) -> str | None:
        for chunk, sentence in self._damaged:
            if chunk.spoils(day) or (chunk.holds(day) and not has_records):
                return f"{sentence}."
        # One reading less of ten thousand leaves the day standing; half a sleep does not.
        if bad and (self._family.daily or not has_records):
            more = f" ({len(bad)} such records)" if len(bad) > 1 else ""
            return f"{bad[0]}{more}."
        return None


def _merged(family: FileFamily, by_file: Mapping[str, list[Record]]) -> list[Record]:
    """The records of several files, where one that an earlier file has already counts once.

    Within a file nothing is dropped: series in local time have a whole hour twice in autumn.
    """
    if len(by_file) == 1:
        return next(iter(by_file.values()))
    merged: list[Record] = []
    seen: set[Any] = set()
    for records in by_file.values():
        keys = [_key(family, record) for record in records]
        merged.extend(record for record, key in zip(records, keys, strict=True) if key not in seen)
        seen.update(keys)
    return merged


def _key(family: FileFamily, record: Record) -> Any:
    if family.identity and family.identity in record:
        return str(record[family.identity])
    if family.sourced:
        return orjson.dumps(record)
    return str(at(record, family.stamp))
