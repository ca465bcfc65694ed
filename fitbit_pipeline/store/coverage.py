"""Coverage: what is known about one participant, endpoint and day.

Absent, empty, failed and forbidden are four things. An entry is written after the payload of which
it speaks.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pymongo import UpdateMany, UpdateOne
from pymongo.collection import Collection

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.bulk import Operation, execute, insert_or
from fitbit_pipeline.store.keys import day_key, day_range
from fitbit_pipeline.store.underived import marked

Document = dict[str, Any]


NOT_SERVED = "not_served"
"""The kind of a forbidden entry where the source has no such endpoint of anybody's."""


class CoverageState(StrEnum):
    """The state of a participant, endpoint and day that was asked for."""

    DATA = "data"
    EMPTY = "empty"
    FAILED = "failed"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class CoverageEntry:
    """What is known about one participant, endpoint and day.

    Attributes:
        state: Which of the four.
        settled: Whether the device had synced past the end of the day, so that it stays as it is.
        asked_at: When the source was last asked, UTC.
        attempts: How many tries in a row have failed; 0 after an answer.
        reason: Why it failed or is forbidden: one sentence without values.
        kind: Which kind of failure it was, as the source named it; None after an answer.
    """

    state: CoverageState
    settled: bool
    asked_at: datetime
    attempts: int = 0
    reason: str | None = None
    kind: str | None = None

    def document(self) -> Document:
        """As it is stored."""
        return {
            "state": self.state.value,
            "settled": self.settled,
            "asked_at": self.asked_at,
            "attempts": self.attempts,
            "reason": self.reason,
            "kind": self.kind,
        }


ParticipantDay = tuple[str, date]
Known = Mapping[ParticipantDay, CoverageEntry | None]


def _entry(document: Mapping[str, Any]) -> CoverageEntry:
    return CoverageEntry(
        state=CoverageState(document["state"]),
        settled=document["settled"],
        asked_at=document["asked_at"],
        attempts=document["attempts"],
        reason=document["reason"],
        kind=document.get("kind"),
    )


class Coverage:
    """The collection ``coverage``: one document per participant and day, an entry per endpoint."""

    def __init__(self, collection: Collection[Document]):
        """Reads and writes one collection."""
        self._collection = collection

    def days(
        self,
        participant: str,
        first: date,
        last: date,
        endpoints: Sequence[str] = ENDPOINT_NAMES,
    ) -> dict[date, dict[str, CoverageEntry]]:
        """The entries of one participant and a range of days, by day and endpoint."""
        return self.days_of_many({participant: (first, last)}, endpoints)[participant]

    def days_of_many(
        self, spans: Mapping[str, tuple[date, date]], endpoints: Sequence[str] = ENDPOINT_NAMES
    ) -> dict[str, dict[date, dict[str, CoverageEntry]]]:
        """The same of several participants in one query, each from a first to a last day."""
        found = self._collection.find(
            {"$or": [day_range(name, first, last) for name, (first, last) in spans.items()]},
            {"participant": 1, "date": 1, **{f"endpoints.{name}": 1 for name in endpoints}},
        )
        days: dict[str, dict[date, dict[str, CoverageEntry]]] = {name: {} for name in spans}
        for each in found:
            days[each["participant"]][date.fromisoformat(each["date"])] = {
                name: _entry(entry) for name, entry in each.get("endpoints", {}).items()
            }
        return days

    def entries(self, endpoint: str, participants: Sequence[str], first: date, last: date) -> Known:
        """What is known of one endpoint, for several participants and a range of days.

        Returns:
            The entry of each participant and day; None where there is a document of the day that
            does not speak of the endpoint.
        """
        found = self._collection.find(
            {
                "date": {"$gte": first.isoformat(), "$lte": last.isoformat()},
                "participant": {"$in": list(participants)},
            },
            {"_id": 0, "participant": 1, "date": 1, f"endpoints.{endpoint}": 1},
        )
        return {
            (each["participant"], date.fromisoformat(each["date"])): (
                _entry(each["endpoints"][endpoint]) if each.get("endpoints") else None
            )
            for each in found
        }

    def record(
        self,
        source: str,
        endpoint: str,
        entries: Mapping[ParticipantDay, CoverageEntry],
        known: Container[ParticipantDay],
        besides: Mapping[str, Mapping[str, CoverageEntry]] | None = None,
        run: str | None = None,
    ) -> None:
        """Writes the entries of one endpoint.

        Args:
            source: Which source was asked.
            endpoint: What for.
            entries: The new entry of each participant and day.
            known: Those that have a document already, as ``entries`` said.
            besides: What is known of other endpoints whatever the day, by participant and
                endpoint. A new document begins with it: that one insert saves an update for each.
            run: Which run derives from the days afterwards; it marks them until then.
        """
        field = f"endpoints.{endpoint}"
        beside: Document = {"source": source, **marked(run)}
        new: list[Document] = []
        begun = {
            participant: {name: each.document() for name, each in others.items()}
            for participant, others in (besides or {}).items()
        }
        together: dict[CoverageEntry, list[str]] = defaultdict(list)
        for (participant, day), entry in entries.items():
            key = day_key(participant, day)
            if (participant, day) in known:
                together[entry].append(key)
            else:
                new.append(
                    {
                        "_id": key,
                        "participant": participant,
                        "date": day.isoformat(),
                        **beside,
                        "endpoints": {**begun.get(participant, {}), endpoint: entry.document()},
                    }
                )

        def update(document: Document) -> Operation:
            entry = document["endpoints"][endpoint]
            return UpdateOne({"_id": document["_id"]}, {"$set": {field: entry, **beside}})

        insert_or(self._collection, new, update)
        execute(
            self._collection,
            [
                UpdateMany({"_id": {"$in": keys}}, {"$set": {field: entry.document(), **beside}})
                for entry, keys in together.items()
            ],
        )

    def count_not_served(
        self, endpoint: str, participants: Sequence[str], first: date, last: date
    ) -> int:
        """How many days are known not to have the endpoint, since the source never has it."""
        return self._collection.count_documents(
            {
                "date": {"$gte": first.isoformat(), "$lte": last.isoformat()},
                "participant": {"$in": list(participants)},
                f"endpoints.{endpoint}.kind": NOT_SERVED,
            }
        )

    def unfinished_days(self, participants: Sequence[str]) -> dict[str, set[date]]:
        """The days that have an unsettled or a failed entry, by participant."""
        open_entries = [
            condition
            for name in ENDPOINT_NAMES
            for condition in (
                {f"endpoints.{name}.settled": False},
                {f"endpoints.{name}.state": CoverageState.FAILED.value},
            )
        ]
        return self._days_of(participants, {"$or": open_entries})

    def reopen(self, participant: str, endpoints: Iterable[str]) -> int:
        """Marks the forbidden days of some endpoints as not settled, so that they are asked again.

        Args:
            participant: Whose.
            endpoints: What may be read from now on.

        Returns:
            How many entries were marked.
        """
        marked = 0
        for endpoint in endpoints:
            field = f"endpoints.{endpoint}"
            marked += self._collection.update_many(
                {
                    "_id": {"$gte": f"{participant}/", "$lt": f"{participant}0"},
                    f"{field}.state": CoverageState.FORBIDDEN.value,
                    f"{field}.settled": True,
                },
                {"$set": {f"{field}.settled": False}},
            ).modified_count
        return marked

    def asked_days(self, participants: Sequence[str]) -> dict[str, set[date]]:
        """Every day for which a source was ever asked, by participant."""
        return self._days_of(participants, {})

    def _days_of(
        self, participants: Sequence[str], condition: Mapping[str, Any]
    ) -> dict[str, set[date]]:
        found = self._collection.find(
            {"participant": {"$in": list(participants)}, **condition},
            {"_id": 0, "participant": 1, "date": 1},
        )
        days: defaultdict[str, set[date]] = defaultdict(set)
        for each in found:
            days[each["participant"]].add(date.fromisoformat(each["date"]))
        return dict(days)

    def count(
        self, endpoint: str, participants: Sequence[str], first: date, last: date
    ) -> Document:
        """Counts the entries of one endpoint, and tells who lacks days and why.

        Returns:
            ``{"states": {state: days}, "unsettled": days, "reasons": {participant: sentence}}``; a
            day without an entry counts nowhere, and what a source never serves is no reason.
        """
        entry = f"$endpoints.{endpoint}"
        told = {"$not": [{"$in": [{"$ifNull": [f"{entry}.kind", None]}, [None, NOT_SERVED]]}]}
        counted = self._collection.aggregate(
            [
                {
                    "$match": {
                        "date": {"$gte": first.isoformat(), "$lte": last.isoformat()},
                        "participant": {"$in": list(participants)},
                        f"endpoints.{endpoint}.state": {"$exists": True},
                    }
                },
                {
                    "$group": {
                        "_id": {
                            "state": f"{entry}.state",
                            "settled": f"{entry}.settled",
                            "participant": {"$cond": [told, "$participant", None]},
                            "reason": {"$cond": [told, f"{entry}.reason", None]},
                        },
                        "days": {"$sum": 1},
                    }
                },
            ]
        )
        states: Counter[str] = Counter()
        unsettled = 0
        reasons: dict[str, str] = {}
        for each in counted:
            group = each["_id"]
            states[group["state"]] += each["days"]
            unsettled += 0 if group["settled"] else each["days"]
            if group["participant"] is not None:
                reasons[group["participant"]] = group["reason"]
        return {"states": dict(states), "unsettled": unsettled, "reasons": reasons}
