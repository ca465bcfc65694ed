"""The store as one viewer may read it: whoever is bound to a participant reads of nobody else.

This is the only place of the dashboard that touches a collection, and each of its methods checks
or filters by participant; so a page that forgets to ask who is looking still shows nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.coverage import CoverageEntry
from fitbit_pipeline.store.keys import day_range
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.runs import Run
from fitbit_pipeline.store.store import Store

Document = dict[str, Any]


class NotYoursError(UserError):
    """A viewer asked for a participant whom they may not see."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents that one viewer may read.

    Attributes:
        store: All documents; only the methods here read it.
        bound_to: The one participant whom the viewer may see, None for everybody.
        minute: In which minute it began, in minutes since 1970; answers are remembered by it.
    """

    store: Store
    bound_to: str | None = None
    minute: int = 0

    def check(self, participant: str) -> None:
        """Lets a participant pass whom the viewer may see.

        Raises:
            NotYoursError: If it is another; the sentence does not tell whether they exist.
        """
        if self.bound_to is not None and participant != self.bound_to:
            raise NotYoursError("You may see your own days only: choose yourself in the sidebar.")

    def names(self) -> list[str]:
        """The names of all whom the viewer may see, in order."""
        found = self.store.database["participants"].find(self._theirs("_id"), {"_id": 1})
        return [each["_id"] for each in found.sort("_id")]

    def participants(self) -> list[Participant]:
        """All whom the viewer may see, by name."""
        found = self.store.database["participants"].find(self._theirs("_id")).sort("_id")
        return [Participant.from_document(each) for each in found]

    def participant(self, name: str) -> Participant | None:
        """One participant, None if there is nobody of that name."""
        self.check(name)
        return self.store.participants.get(name)

    def days(
        self,
        collection: str,
        participant: str,
        first: date,
        last: date,
        fields: Mapping[str, Any],
        conditions: Mapping[str, Any] | None = None,
    ) -> Iterator[Document]:
        """The documents of a participant and a range of days, oldest first.

        Args:
            collection: One whose keys begin with ``<participant>/<date>``.
            participant: Whose.
            first: The first day.
            last: The last day, included.
            fields: What to read of each document, as a MongoDB projection.
            conditions: What else must hold.
        """
        self.check(participant)
        query = {**day_range(participant, first, last), **(conditions or {})}
        return self.store.database[collection].find(query, fields).sort("_id")

    def aggregate_days(
        self,
        collection: str,
        participant: str,
        first: date,
        last: date,
        stages: Sequence[Mapping[str, Any]],
    ) -> list[Document]:
        """What MongoDB makes of the documents of a participant and a range of days.

        Args:
            collection: One whose keys begin with ``<participant>/<date>``.
            participant: Whose.
            first: The first day.
            last: The last day, included.
            stages: What follows the choice of the documents.
        """
        self.check(participant)
        match = {"$match": day_range(participant, first, last)}
        return list(self.store.database[collection].aggregate([match, *stages]))

    def aggregate_everybody(
        self,
        collection: str,
        conditions: Mapping[str, Any],
        stages: Sequence[Mapping[str, Any]],
    ) -> list[Document]:
        """What MongoDB makes of the documents of all whom the viewer may see.

        Args:
            collection: One whose documents have ``participant``.
            conditions: Which documents; give ``date``, which is indexed.
            stages: What follows.
        """
        match = {"$match": {**conditions, **self._theirs("participant")}}
        return list(self.store.database[collection].aggregate([match, *stages]))

    def metric_values(
        self, participant: str, metrics: Sequence[str], first: date, last: date
    ) -> dict[str, dict[str, Any]]:
        """The values of some metrics of a participant, by ISO date and metric."""
        self.check(participant)
        found = self.store.metrics.aggregate(
            [
                {
                    "$match": {
                        "participant": participant,
                        "metric": {"$in": list(metrics)},
                        "date": {"$gte": first.isoformat(), "$lte": last.isoformat()},
                    }
                },
                {"$group": {"_id": "$date", "values": {"$push": {"k": "$metric", "v": "$value"}}}},
                {"$set": {"values": {"$arrayToObject": "$values"}}},
            ]
        )
        return {each["_id"]: each["values"] for each in found}

    def coverage(
        self, participant: str, first: date, last: date, endpoints: Sequence[str]
    ) -> dict[date, dict[str, CoverageEntry]]:
        """What is known of some endpoints of a participant, by day and endpoint."""
        self.check(participant)
        return self.store.coverage.days(participant, first, last, endpoints)

    def last_night(self) -> list[Run]:
        """The runs of the newest night; who is bound to a participant is told their times alone."""
        found = self.store.runs.last_night()
        return found if self.bound_to is None else [replace(run, endpoints={}) for run in found]

    def newest_runs(self, count: int) -> list[Run]:
        """The runs that began last; none for who is bound to a participant."""
        return self.store.runs.newest(count) if self.bound_to is None else []

    def newest(
        self, collection: str, participant: str, conditions: Mapping[str, Any]
    ) -> str | None:
        """The ISO date of a participant's newest document, None if there is none."""
        return self._edge(collection, participant, conditions, -1)

    def oldest(
        self, collection: str, participant: str, conditions: Mapping[str, Any]
    ) -> str | None:
        """The ISO date of a participant's oldest document, None if there is none."""
        return self._edge(collection, participant, conditions, 1)

    def _edge(
        self, collection: str, participant: str, conditions: Mapping[str, Any], order: int
    ) -> str | None:
        self.check(participant)
        # "0" is the character after "/": these bounds hold the keys of this participant alone.
        keys = {"_id": {"$gte": f"{participant}/", "$lt": f"{participant}0"}}
        found = self.store.database[collection].find_one(
            {**keys, **conditions}, {"_id": 0, "date": 1}, sort=[("_id", order)]
        )
        return found["date"] if found else None

    def _theirs(self, field: str) -> Document:
        return {} if self.bound_to is None else {field: self.bound_to}
