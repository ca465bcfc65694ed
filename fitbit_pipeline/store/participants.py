"""Participants: whose data it is, where their days come from, and how far they reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from pymongo import UpdateOne
from pymongo.collection import Collection

from fitbit_pipeline.store.bulk import execute

Document = dict[str, Any]

KEPT_PRECISION = timedelta(milliseconds=1)
"""MongoDB keeps no smaller part of an instant."""


class ParticipantStatus(StrEnum):
    """Whether a participant is asked for days."""

    ACTIVE = "active"
    NEEDS_CONSENT = "needs_consent"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class RegisteredArchive:
    """One person's part of an archive that was imported.

    Attributes:
        digest: The archive's SHA-256; it names the folder where the original is kept.
        person: The person's key inside the archive; empty where it holds one person only.
        first_day: The first civil day with evidence, shifted.
        last_day: The last civil day with evidence, shifted.
        synced_until: The UTC instant up to which it is known to be whole, shifted.
        endpoints: What it holds for this person.
        shift_days: By how many days every date was moved forward; 0 except in the demo.
        imported_at: When it was registered, UTC.
    """

    digest: str
    person: str
    first_day: date
    last_day: date
    synced_until: datetime
    endpoints: frozenset[str]
    shift_days: int
    imported_at: datetime

    @property
    def shift(self) -> timedelta:
        """How far every date was moved forward."""
        return timedelta(days=self.shift_days)

    def document(self) -> Document:
        """As it is stored."""
        return {
            "digest": self.digest,
            "person": self.person,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "synced_until": self.synced_until,
            "endpoints": sorted(self.endpoints),
            "shift_days": self.shift_days,
            "imported_at": self.imported_at,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """As it was stored."""
        return cls(
            digest=document["digest"],
            person=document["person"],
            first_day=date.fromisoformat(document["first_day"]),
            last_day=date.fromisoformat(document["last_day"]),
            synced_until=document["synced_until"],
            endpoints=frozenset(document["endpoints"]),
            shift_days=document["shift_days"],
            imported_at=document["imported_at"],
        )


@dataclass(frozen=True, slots=True)
class PastSource:
    """Where a participant's days came from before they moved to another source.

    Attributes:
        source: Its name.
        until: The last day that came from it.
    """

    source: str
    until: date

    def document(self) -> Document:
        """As it is stored."""
        return {"source": self.source, "until": self.until.isoformat()}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """As it was stored."""
        return cls(document["source"], date.fromisoformat(document["until"]))


@dataclass(frozen=True, slots=True)
class Participant:
    """Whose data it is.

    Attributes:
        name: The key, as checked by ``keys.participant_name``.
        source: Where the days come from.
        time_zone: The participant's IANA zone: civil dates are theirs.
        enrolled_on: The first civil day that belongs to the study.
        last_day: The last civil day that the source can ever have; None while it lives on.
        status: Whether they are asked.
        archives: Imported archives, oldest import first.
        note: A sentence for people, such as that the demo's dates were moved.
        status_reason: Why they are not asked, as a sentence; None while they are.
        synced_until: The UTC instant up to which the device is known to have synced, as the source
            last said; None if it never did.
        past_sources: Where earlier days came from, oldest first; the present source is not asked
            for those days.
    """

    name: str
    source: str
    time_zone: str
    enrolled_on: date
    last_day: date | None = None
    status: ParticipantStatus = ParticipantStatus.ACTIVE
    archives: tuple[RegisteredArchive, ...] = field(default_factory=tuple)
    note: str | None = None
    status_reason: str | None = None
    synced_until: datetime | None = None
    past_sources: tuple[PastSource, ...] = field(default_factory=tuple)

    @property
    def active(self) -> bool:
        """Whether they are asked for days."""
        return self.status is ParticipantStatus.ACTIVE

    def days_within(self, first: date, last: date) -> tuple[date, date] | None:
        """The part of a range of days that belongs to this participant, None if there is none."""
        begin = max(first, self.enrolled_on)
        end = last if self.last_day is None else min(last, self.last_day)
        return (begin, end) if begin <= end else None

    @property
    def source_since(self) -> date:
        """The first day for which the present source is asked."""
        if not self.past_sources:
            return self.enrolled_on
        return max(self.enrolled_on, self.past_sources[-1].until + timedelta(days=1))

    def asked_within(self, first: date, last: date) -> tuple[date, date] | None:
        """The part of a range of days for which the present source is asked."""
        return self.days_within(max(first, self.source_since), last)

    def synced_later(self, instant: datetime) -> bool:
        """Whether an instant lies behind the one up to which the device is known to have synced."""
        return self.synced_until is None or instant - self.synced_until >= KEPT_PRECISION

    def document(self) -> Document:
        """As it is stored."""
        return {
            "_id": self.name,
            "source": self.source,
            "time_zone": self.time_zone,
            "enrolled_on": self.enrolled_on.isoformat(),
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "status": self.status.value,
            "archives": [archive.document() for archive in self.archives],
            "note": self.note,
            "status_reason": self.status_reason,
            "synced_until": self.synced_until,
            "past_sources": [past.document() for past in self.past_sources],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """As it was stored."""
        last_day = document["last_day"]
        return cls(
            name=document["_id"],
            source=document["source"],
            time_zone=document["time_zone"],
            enrolled_on=date.fromisoformat(document["enrolled_on"]),
            last_day=date.fromisoformat(last_day) if last_day else None,
            status=ParticipantStatus(document["status"]),
            archives=tuple(RegisteredArchive.from_document(each) for each in document["archives"]),
            note=document["note"],
            status_reason=document.get("status_reason"),
            synced_until=document.get("synced_until"),
            past_sources=tuple(map(PastSource.from_document, document.get("past_sources", ()))),
        )


class Participants:
    """The collection ``participants``."""

    def __init__(self, collection: Collection[Document]):
        """Reads and writes one collection."""
        self._collection = collection

    def all(self) -> list[Participant]:
        """Everybody, by name."""
        return [Participant.from_document(each) for each in self._collection.find().sort("_id")]

    def names(self, at_most: int = 0) -> list[str]:
        """The names of everybody, in order; only the first few where a number is given."""
        return [
            each["_id"] for each in self._collection.find({}, {"_id": 1}).sort("_id").limit(at_most)
        ]

    def get(self, name: str) -> Participant | None:
        """One participant, None if there is nobody of that name."""
        document = self._collection.find_one({"_id": name})
        return Participant.from_document(document) if document else None

    def needs_consent(self, name: str, reason: str) -> None:
        """Marks an active participant as one whose consent is gone; others are left alone."""
        self._collection.update_one(
            {"_id": name, "status": ParticipantStatus.ACTIVE.value},
            {
                "$set": {
                    "status": ParticipantStatus.NEEDS_CONSENT.value,
                    "status_reason": reason,
                }
            },
        )

    def synced(self, instants: Mapping[str, datetime]) -> None:
        """Notes up to when devices have synced.

        What is known to be later stays, so that it does not matter which night writes last.

        Args:
            instants: UTC, by participant; somebody who is not there is left out.
        """
        execute(
            self._collection,
            [
                UpdateOne({"_id": name}, {"$max": {"synced_until": instant}})
                for name, instant in instants.items()
            ],
        )

    def save(self, participants: list[Participant]) -> None:
        """Writes participants whole, but for a later sync that a night has noted meanwhile."""
        for participant in participants:
            document = participant.document()
            key, synced_until = document.pop("_id"), document.pop("synced_until")
            self._collection.update_one(
                {"_id": key},
                {"$set": document, "$max": {"synced_until": synced_until}},
                upsert=True,
            )
