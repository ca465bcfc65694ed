"""The tutorial's collection as a kind of archive and as a source: one person's days.

A dump or an export of ``fitbitCollection``; a live one is dumped first (``store.dump``).
"""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import day_end, days_between
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Person, Survey
from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.mongo_documents import ENDINGS
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    RequestRecord,
    SourceFailure,
)
from fitbit_pipeline.sources.tutorial.collection import (
    NAME,
    Collection,
    members_of,
    read_collection,
)


class Tutorial:
    """The archive kind ``tutorial``."""

    name = "tutorial"
    many_people = False

    def __init__(self) -> None:
        """Starts with nothing read."""
        self._read: WeakKeyDictionary[ArchiveFiles, Collection] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def recognises(self, files: ArchiveFiles) -> bool:
        """Whether a file is a dump or an export of ``fitbitCollection``."""
        return bool(members_of(files))

    def relevant(self, base_name: str) -> bool:
        """Whether a file is one; the indexes that mongodump notes beside it are not kept."""
        return base_name in {f"{NAME}{ending}" for ending in ENDINGS}

    def survey(self, files: ArchiveFiles, zone: ZoneInfo | None) -> Survey:
        """Finds the days of the collection's one person.

        It is whole up to the instant at which its last document was written.

        Args:
            files: The archive.
            zone: The person's zone; the collection names none.

        Raises:
            UserError: If the collection is cut off, damaged or there twice, holds no document that
                can be used, or the zone is not named.
        """
        if zone is None:
            raise UserError(
                "The tutorial's collection does not say in which time zone the person lives: name "
                "it with --time-zone, such as --time-zone Europe/Athens."
            )
        collection = self._collection(files)
        days = collection.all_days()
        if not collection.days:
            first = f" ({collection.problems[0]})" if collection.problems else ""
            raise UserError(
                f"{collection.file} holds no document of the tutorial that can be used{first}: "
                "check which collection it is, and dump it again."
            )
        person = Person(
            key="",
            first_day=min(days),
            last_day=max(days),
            synced_until=collection.youngest or day_end(max(days), zone),
            time_zone=zone.key,
            endpoints=collection.endpoints,
        )
        return Survey((person,), collection.problems, _notes(collection))

    def open(self, files: ArchiveFiles, person: Person, shift_days: int) -> "TutorialSource":
        """The person's days; the collection is read once."""
        return TutorialSource(self._collection(files), person, timedelta(days=shift_days))

    def _collection(self, files: ArchiveFiles) -> Collection:
        with self._lock:
            if files not in self._read:
                self._read[files] = read_collection(files)
            return self._read[files]


class TutorialSource:
    """The days of the tutorial's collection."""

    name = Tutorial.name

    def __init__(self, collection: Collection, person: Person, shift: timedelta):
        """Binds the collection to its person.

        Args:
            collection: What was read.
            person: As the survey found them.
            shift: How far every date is moved forward.
        """
        self._collection = collection
        self._person = person
        self._shift = shift

    @property
    def endpoints(self) -> frozenset[str]:
        """What there are documents of."""
        return self._collection.endpoints

    @property
    def synced_until(self) -> datetime:
        """When the last document was written, moved on the clock of the wall."""
        zone = ZoneInfo(self._person.time_zone)
        return (self._person.synced_until.astimezone(zone) + self._shift).astimezone(UTC)

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """The documents of every day that lies within the collection; see ``Source.fetch``.

        A payload has a list for each type: doubled documents stand in it in the order found.

        Raises:
            SourceFailure: ``NOT_SERVED`` for an endpoint without any document; ``DAMAGED`` for the
                days that a document spoils, and for those without one where one has no date.
        """
        if endpoint not in self.endpoints:
            raise SourceFailure(
                FailureKind.NOT_SERVED, f"The collection holds no {endpoint.replace('_', ' ')}."
            )
        begin = max(first - self._shift, self._person.first_day)
        end = min(last - self._shift, self._person.last_day)
        days = self._collection.days.get(endpoint, {})
        damaged = self._collection.damaged.get(endpoint, {})
        undated = self._collection.undated.get(endpoint)
        request = RequestRecord("READ", self._collection.file)
        failures: dict[date, tuple[FailureKind, str]] = {}
        for day in days_between(begin, end):
            wrong = damaged.get(day) or (undated if day not in days else None)
            if wrong:
                reason = f"{wrong}: mend or remove the document, and dump the collection again."
                failures[day + self._shift] = (FailureKind.DAMAGED, reason)
            else:
                yield DayResponse(day + self._shift, days.get(day), request)
        if failures:
            raise SourceFailure.of_days(failures)


def _notes(collection: Collection) -> list[str]:
    if not collection.doubled:
        return []
    return [
        f"{collection.doubled} doubled documents, as every run of the tutorial adds them: of a day "
        "and type the one written last counts."
    ]
