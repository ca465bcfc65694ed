"""Reads the tutorial's collection: which documents speak of which day, and which say nothing.

What does not belong here: how the days become a source (``kind``).
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bson import ObjectId

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Problem
from fitbit_pipeline.sources.archive_files import ArchiveFiles, Member
from fitbit_pipeline.sources.mongo_documents import collection_members, read_documents
from fitbit_pipeline.sources.tutorial.types import ENDPOINT_OF, fault

NAME = "fitbitCollection"
Data = dict[str, Any]
"""The ``data`` of one document, verbatim: ``dateTime`` and ``value``."""

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ][\d:.+Z-]{0,30})?", re.ASCII)
_YEARS = range(2007, 2100)
_TYPE_TOLD = 60


@dataclass
class Collection:
    """What the collection holds.

    Attributes:
        file: The base name of the file that was read.
        days: The sound documents of each endpoint and day by type, in the order found.
        damaged: Days of each endpoint that a document spoils, with the reason.
        undated: The endpoints of documents that do not tell their day, with the reason: a day
            without any sound document may be the one.
        problems: Every document that cannot be used.
        doubled: How many documents speak of a day and type of which another one speaks.
        youngest: When the last document was written, as its key tells; None where none does.
    """

    file: str
    days: dict[str, dict[date, dict[str, list[Data]]]] = field(default_factory=dict)
    damaged: dict[str, dict[date, str]] = field(default_factory=dict)
    undated: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    doubled: int = 0
    youngest: datetime | None = None

    @property
    def endpoints(self) -> frozenset[str]:
        """What there is anything of."""
        return frozenset({*self.days, *self.damaged, *self.undated})

    def all_days(self) -> set[date]:
        """Every day of which a document speaks, sound or not."""
        sound = {day for by_day in self.days.values() for day in by_day}
        return sound.union(*self.damaged.values())


class _DocumentRefused(Exception):
    """A document that cannot be used; the message says why, without its value."""


def members_of(files: ArchiveFiles) -> list[Member]:
    """The files that hold the tutorial's collection."""
    return collection_members(files, NAME)


def read_collection(files: ArchiveFiles) -> Collection:
    """Reads the collection once, front to back.

    Raises:
        UserError: If it is there twice, cut off or damaged.
    """
    member, *others = members_of(files)
    if others:
        raise UserError(
            f"{files.parts[0].name} holds the collection {NAME} {1 + len(others)} times: name the "
            "one file that is to be imported."
        )
    collection = Collection(member.file_name)
    unknown: Counter[str] = Counter()
    bad: dict[tuple[str, date], str] = {}
    for number, document in enumerate(read_documents(files, member), 1):
        _note_age(collection, document)
        type_ = document.get("type")
        if not isinstance(type_, str) or type_ not in ENDPOINT_OF:
            unknown[_told(type_)] += 1
            continue
        day: date | None = None
        try:
            data = _data(document)
            day = _day(data)
            if wrong := fault(type_, data.get("value")):
                raise _DocumentRefused(wrong)
        except _DocumentRefused as refused:
            problem = Problem(member.file_name, f"document {number}", f"{refused} ({type_})")
            collection.problems.append(problem)
            if day is None:
                collection.undated.setdefault(ENDPOINT_OF[type_], str(problem))
            else:
                bad.setdefault((type_, day), str(problem))
            continue
        of_day = collection.days.setdefault(ENDPOINT_OF[type_], {}).setdefault(day, {})
        collection.doubled += type_ in of_day
        of_day.setdefault(type_, []).append(data)
    _judge(collection, bad)
    collection.problems.extend(
        Problem(member.file_name, "", f"documents with {told} are not read ({count:,})")
        for told, count in unknown.items()
    )
    return collection


def _judge(collection: Collection, bad: dict[tuple[str, date], str]) -> None:
    """A day is damaged by a bad document unless a doubled one of its type is sound."""
    for (type_, day), reason in bad.items():
        endpoint = ENDPOINT_OF[type_]
        if type_ not in collection.days.get(endpoint, {}).get(day, {}):
            collection.damaged.setdefault(endpoint, {}).setdefault(day, reason)


def _note_age(collection: Collection, document: dict[str, Any]) -> None:
    key = document.get("_id")
    if isinstance(key, ObjectId):
        written = key.generation_time
        collection.youngest = max(collection.youngest or written, written)


def _told(type_: object) -> str:
    if not isinstance(type_, str) or not type_:
        return "no type"
    printable = "".join(each if each.isprintable() else "?" for each in type_[:_TYPE_TOLD])
    return f"the type '{printable}'"


def _data(document: dict[str, Any]) -> Data:
    data = document.get("data")
    if not isinstance(data, dict):
        raise _DocumentRefused("has no 'data'")
    return {name: _plain(data[name]) for name in ("dateTime", "value") if name in data}


def _plain(value: object) -> Any:
    """A value as JSON knows it; what only BSON knows is no value of this collection."""
    match value:
        case bool() | None:
            return value
        case int():
            return int(value)
        case float() | str():
            return value
        case datetime():
            return value.replace(tzinfo=None).isoformat(timespec="milliseconds")
        case _:
            return None


def _day(data: Data) -> date:
    text = data.get("dateTime")
    found = _DATE.fullmatch(text) if isinstance(text, str) else None
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        day = None
    if day is None:
        raise _DocumentRefused("has no date as 'dateTime'")
    if day.year not in _YEARS:
        raise _DocumentRefused(f"has a date that is not between {_YEARS.start} and 2099")
    return day
