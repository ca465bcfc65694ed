"""Runs: when the pipeline last asked and derived, and what came of it, in numbers alone.

Dagster keeps its own, much longer record of a run; this is what somebody who has only the database
can know of it. No participant's name and no value of theirs belongs here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from pymongo import DESCENDING
from pymongo.collection import Collection

Document = dict[str, Any]

RUNS_KEPT = 1000
"""More than two years of nights; older runs are forgotten when another begins."""


class RunKind(StrEnum):
    """Why a run took place."""

    NIGHTLY = "nightly"
    BACKFILL = "backfill"
    IMPORT = "import"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """Which run reports.

    Attributes:
        id: Dagster's identifier of it.
        kind: Why it took place.
        night: The instant at which its night was due, UTC; None for other kinds. Several runs may
            belong to one night, one for each range of days.
    """

    id: str
    kind: RunKind
    night: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a part of a run covered, and when.

    Attributes:
        first: The first day.
        last: The last day, included.
        began: When the part began, UTC.
        ended: When it ended, UTC.
    """

    first: date
    last: date
    began: datetime
    ended: datetime


@dataclass(frozen=True, slots=True)
class EndpointAsked:
    """What asking for one endpoint brought.

    Attributes:
        asked: Of how many participants the source was asked.
        states: Participant days per coverage state.
        requests: How many requests (files, for archives) brought the answers.
        seconds: How long it took.
        told: How many participants a failure or a missing scope kept from having a day.
    """

    asked: int
    states: Mapping[str, int]
    requests: int
    seconds: float
    told: int

    def document(self) -> Document:
        """As it is stored."""
        return {
            "asked": self.asked,
            "states": dict(self.states),
            "requests": self.requests,
            "seconds": self.seconds,
            "told": self.told,
        }


@dataclass(frozen=True, slots=True)
class Run:
    """What is known of a run.

    Attributes:
        identity: Which it is.
        first: The first day of the widest range that it covered.
        last: The last day of it, included.
        started_at: When it began to ask, UTC.
        reported_at: When it last told of something done, UTC.
        finished_at: When the last asset was through, UTC; None for a run that is under way, was
            cut off, or did not have that asset.
        endpoints: What it asked for, by endpoint.
    """

    identity: RunIdentity
    first: date
    last: date
    started_at: datetime
    reported_at: datetime
    finished_at: datetime | None
    endpoints: Mapping[str, EndpointAsked] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """As it was stored."""
        return cls(
            identity=RunIdentity(document["_id"], RunKind(document["kind"]), document["night"]),
            first=date.fromisoformat(document["first"]),
            last=date.fromisoformat(document["last"]),
            started_at=document["started_at"],
            reported_at=document["reported_at"],
            finished_at=document["finished_at"],
            endpoints={
                name: EndpointAsked(**each) for name, each in document.get("endpoints", {}).items()
            },
        )


class Runs:
    """The collection ``runs``: one document per run, grown by what its assets tell."""

    def __init__(self, collection: Collection[Document]):
        """Reads and writes one collection."""
        self._collection = collection

    def asked(
        self, identity: RunIdentity, stretch: Stretch, endpoint: str, what: EndpointAsked
    ) -> None:
        """Notes what asking for an endpoint brought; asked once more, the run has not finished."""
        self._note(
            identity, stretch, {f"endpoints.{endpoint}": what.document(), "finished_at": None}
        )

    def finished(self, identity: RunIdentity, stretch: Stretch) -> None:
        """Notes that the last asset of a run is through."""
        self._note(identity, stretch, {"finished_at": stretch.ended})

    def newest(self, count: int) -> list[Run]:
        """The runs that began last, newest first."""
        found = self._collection.find().sort("started_at", DESCENDING).limit(count)
        return [Run.from_document(each) for each in found]

    def last_night(self) -> list[Run]:
        """The runs of the newest night, in the order in which they began; none before the first."""
        nightly = {"kind": RunKind.NIGHTLY.value}
        newest = self._collection.find_one(nightly, {"night": 1}, sort=[("night", DESCENDING)])
        if newest is None:
            return []
        found = self._collection.find({**nightly, "night": newest["night"]}).sort("started_at")
        return [Run.from_document(each) for each in found]

    def _note(self, identity: RunIdentity, stretch: Stretch, told: Document) -> None:
        result = self._collection.update_one(
            {"_id": identity.id},
            {
                "$setOnInsert": {"kind": identity.kind.value, "night": identity.night},
                "$min": {"first": stretch.first.isoformat(), "started_at": stretch.began},
                "$max": {"last": stretch.last.isoformat()},
                "$set": {"reported_at": stretch.ended, **told},
            },
            upsert=True,
        )
        if result.upserted_id is not None:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        begun = self._collection.find({}, {"started_at": 1}).sort("started_at", DESCENDING)
        for newest_to_forget in begun.skip(RUNS_KEPT).limit(1):
            self._collection.delete_many({"started_at": {"$lte": newest_to_forget["started_at"]}})
