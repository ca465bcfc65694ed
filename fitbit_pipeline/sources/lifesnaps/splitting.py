"""Splits the one collection of LifeSnaps into a folder of Takeout's files for each person.

The collection has 71 million documents: it is read once, and memory holds neither a person nor a
family of files, but the lines that wait for the disk and one file at a time.
"""

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Problem
from fitbit_pipeline.sources.archive_files import MEGABYTE, ArchiveFiles, Member
from fitbit_pipeline.sources.lifesnaps.records import (
    FAMILY_OF,
    as_takeout,
    file_name,
    without_doubles,
    write_records,
)
from fitbit_pipeline.sources.lifesnaps.spool import Spool
from fitbit_pipeline.sources.mongo_documents import collection_members, read_documents
from fitbit_pipeline.sources.takeout.clock import StampError

NAME = "lifesnaps"
COLLECTION = "fitbit"
_FOLDER = "Global Export Data"
_MOST_WAITING = 32 * MEGABYTE
_PERSON_KEY_LENGTH = 40
_TYPE_TOLD = 60


@dataclass(frozen=True, slots=True)
class SplitCollection:
    """What became of the collection.

    Attributes:
        people: A folder as each person would have downloaded it, by the person's key, in order.
        problems: Documents that cannot be used: of each kind the first, and how many there are.
        notes: Sentences worth telling: types that are not used, doubled records.
    """

    people: dict[str, Path]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


class _DocumentRefused(Exception):
    """A document that cannot be used; the message says why, without its value."""


def member_of(files: ArchiveFiles) -> Member | None:
    """The dump or export of the collection ``fitbit``, if the archive is one.

    Raises:
        UserError: If there are several.
    """
    found = collection_members(files, COLLECTION)
    if len(found) > 1:
        raise UserError(
            f"{files.parts[0].name} holds the collection {COLLECTION} {len(found)} times: name the "
            "one file that is to be imported."
        )
    return found[0] if found else None


def split(files: ArchiveFiles, member: Member, folder: Path) -> SplitCollection:
    """Reads the collection once and writes everybody's files.

    Args:
        files: The archive.
        member: The dump in it.
        folder: Where everybody's folder goes; it needs about the room of the dump.

    Raises:
        UserError: If the dump is cut off or damaged, holds nothing of anybody, or there is no room.
    """
    try:
        return _Splitter(member.file_name, folder).run(files, member)
    except OSError as error:
        raise UserError(
            f"{files.display_name(member)} cannot be split under {folder.parent} "
            f"({error.strerror}): make room or mend the permissions, and import it again."
        ) from error


class _Splitter:
    def __init__(self, name: str, folder: Path):
        self._name = name
        self._people = folder / "people"
        self._spooled = folder / "spooled"
        self._spool = Spool(_MOST_WAITING)
        self._paths: dict[tuple[str, str], Path] = {}
        self._unused: Counter[str] = Counter()
        self._refused: dict[str, tuple[int, int]] = {}
        self._doubled = 0

    def run(self, files: ArchiveFiles, member: Member) -> SplitCollection:
        for number, document in enumerate(read_documents(files, member), 1):
            try:
                self._take(document)
            except (_DocumentRefused, StampError) as refused:
                first, count = self._refused.get(str(refused), (number, 0))
                self._refused[str(refused)] = (first, count + 1)
        self._spool.flush()
        keys = sorted({person for person, _ in self._paths})
        self._finish()
        if not keys:
            raise UserError(
                f"{self._name} holds no record of LifeSnaps that can be used: check that it is the "
                f"collection '{COLLECTION}' of the database rais_anonymized."
            )
        people = {key: self._people / key for key in keys}
        return SplitCollection(people, tuple(self._problems()), tuple(self._notes()))

    def _take(self, document: dict[str, Any]) -> None:
        type_ = document.get("type")
        family = FAMILY_OF.get(type_) if isinstance(type_, str) else None
        if family is None:
            self._unused[_told(type_)] += 1
            return
        person = str(document.get("id"))
        if not (person.isascii() and person.isalnum() and len(person) <= _PERSON_KEY_LENGTH):
            raise _DocumentRefused("has no identifier of letters and digits as 'id'")
        record = document.get("data")
        if not isinstance(record, dict):
            raise _DocumentRefused("has no 'data'")
        record = as_takeout(family, record)
        name = file_name(family, record)
        try:
            # What JSON does not know of a BSON document, such as its own keys, goes as its text.
            line = orjson.dumps([type_, record], default=str)
        except TypeError:
            raise _DocumentRefused("holds what is no text and no number") from None
        path = self._paths.get((person, name))
        if path is None:
            path = self._paths[person, name] = self._spooled / person / name
        self._spool.add(path, line)

    def _finish(self) -> None:
        """Makes of everybody's lines the files of an archive."""
        for (person, name), path in self._paths.items():
            with path.open("rb") as file:
                lines = [orjson.loads(line) for line in file]
            family = FAMILY_OF[lines[0][0]]
            records, doubled = without_doubles(family, (record for _, record in lines))
            self._doubled += doubled
            write_records(family, records, self._people / person / _FOLDER / name)
            path.unlink()
        shutil.rmtree(self._spooled, ignore_errors=True)

    def _problems(self) -> list[Problem]:
        return [
            Problem(
                self._name,
                f"document {first}",
                f"{message} ({count} such documents)" if count > 1 else message,
            )
            for message, (first, count) in self._refused.items()
        ]

    def _notes(self) -> list[str]:
        notes = []
        if self._unused:
            told = ", ".join(f"{name} ({count:,})" for name, count in self._unused.most_common())
            notes.append(f"Types of documents that are not used: {told}.")
        if self._doubled:
            notes.append(
                f"{self._doubled} doubled records count once; of two that differ the one with the "
                "greater number."
            )
        return notes


def _told(type_: object) -> str:
    if not isinstance(type_, str) or not type_:
        return "without a type"
    return "".join(each if each.isprintable() else "?" for each in type_[:_TYPE_TOLD])
