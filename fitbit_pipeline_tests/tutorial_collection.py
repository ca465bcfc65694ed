"""Documents as the tutorial wrote them, and files of them as of mongodump and mongoexport."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
from bson import ObjectId, json_util

Document = dict[str, Any]
WRITTEN = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
"""When the tutorial's notebook was run."""


@dataclass(frozen=True, slots=True)
class Night:
    """A main sleep of 480 minutes in bed that ended at seven; a classic one has no stages."""

    stages: tuple[int, int, int, int] | None = (80, 260, 110, 30)


class Notebook:
    """Stores days as the tutorial's notebook does: a document for each type, in its order.

    The keys of documents are those of MongoDB, one second apart; nothing is written anywhere.
    """

    def __init__(self, written: datetime = WRITTEN):
        """Begins with no document."""
        self.documents: list[Document] = []
        self._written = written

    def store(self, type_: str, day: date | str, value: object) -> Document:
        """One document."""
        second = self._written + timedelta(seconds=len(self.documents))
        # The driver makes the rest of a key up; here it counts, so that two runs are the same.
        head = ObjectId.from_datetime(second).binary[:4]
        document = {
            "_id": ObjectId(head + len(self.documents).to_bytes(8, "big")),
            "id": hashlib.sha256(type_.encode()).hexdigest(),
            "type": type_,
            "data": {"dateTime": str(day), "value": value},
        }
        self.documents.append(document)
        return document

    def sleep(self, day: date, night: Night | None = None) -> None:
        """A night, from its main sleep alone."""
        stages = (night or Night()).stages
        end = datetime(day.year, day.month, day.day, 7, 0)  # noqa: DTZ001
        self.store("sleep_startTime", day, f"{end - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}.000")
        self.store("sleep_endTime", day, f"{end:%Y-%m-%dT%H:%M:%S}.000")
        for type_, minutes in (("timeInBed", 480), ("minutesAsleep", 450), ("minutesAwake", 30)):
            self.store(type_, day, minutes)
        self.store("sleep_efficiency", day, 94)
        for type_, minutes in zip(("Deep", "Light", "Rem", "Wake"), stages or (), strict=False):
            self.store(f"sleep_{type_}", day, minutes)

    def activity(self, day: date, sedentary: int, lightly: int, fairly: int, very: int) -> None:
        """The four levels and the wear time: sedentary 1440 counts as 0, and is stored as 0."""
        seated = 0 if sedentary == 1440 else sedentary
        self.store("minutesSedentary", day, seated)
        self.store("minutesLightlyActive", day, lightly)
        self.store("minutesFairlyActive", day, fairly)
        self.store("minutesVeryActive", day, very)
        self.store("totalWearTime", day, seated + lightly + fairly + very)

    def steps(self, day: date, count: int) -> None:
        """The steps of a day, as the text that the API sends."""
        self.store("steps", day, str(count))

    def day(self, day: date, steps: int) -> None:
        """An ordinary day."""
        self.sleep(day)
        self.activity(day, 586, 180, 60, 54)
        self.steps(day, steps)


def bson_file(path: Path, documents: Iterable[Mapping[str, Any]]) -> Path:
    """A collection's file as mongodump writes it: its documents, and nothing between them."""
    return _write(path, b"".join(map(bson.encode, documents)))


def json_lines(path: Path, documents: Iterable[Mapping[str, Any]]) -> Path:
    """As mongoexport writes it: a document a line, in extended JSON."""
    return _write(path, "".join(f"{_json(each)}\n" for each in documents).encode())


def json_list(
    path: Path, documents: Iterable[Mapping[str, Any]], indent: int | None = None
) -> Path:
    """As ``mongoexport --jsonArray`` writes it, with ``--pretty`` where there is an indent."""
    inside = ",".join(_json(each, indent) for each in documents)
    return _write(path, f"[{inside}]\n".encode())


def mongodump(folder: Path, collection: str, documents: Iterable[Mapping[str, Any]]) -> Path:
    """The folder of a dump: the collection and, beside it, the indexes that it has."""
    metadata = {"indexes": [{"v": 2, "key": {"_id": 1}, "name": "_id_"}], "type": "collection"}
    _write(folder / "fitbitDB" / f"{collection}.metadata.json", json.dumps(metadata).encode())
    bson_file(folder / "fitbitDB" / f"{collection}.bson", documents)
    return folder


def _json(document: Mapping[str, Any], indent: int | None = None) -> str:
    options = json_util.RELAXED_JSON_OPTIONS
    return json_util.dumps(document, json_options=options, indent=indent)


def _write(path: Path, content: bytes) -> Path:
    """A file, packed if it is called so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path
