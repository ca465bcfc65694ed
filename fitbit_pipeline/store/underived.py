"""Which days derived documents may lag behind their raw responses.

Coverage bears a mark with the name of a run from its first entry of a day until that run has
derived everything. A run that was cut off leaves its marks; another takes them up before it reads
anything, and clears none but its own: whoever writes meanwhile marks the day anew.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pymongo import UpdateMany
from pymongo.collection import Collection

from fitbit_pipeline.store.bulk import execute

Document = dict[str, Any]

MARK = "underived"


class Underived:
    """The marks in the collection ``coverage``."""

    def __init__(self, collection: Collection[Document]):
        """Reads and writes one collection."""
        self._collection = collection

    def days(self) -> set[date]:
        """The days that any run has left marked, of whomever."""
        found = self._collection.find({MARK: {"$exists": True}}, {"_id": 0, "date": 1})
        return {date.fromisoformat(each["date"]) for each in found}

    def take_up(self, run: str, participants: Sequence[str], first: date, last: date) -> None:
        """Makes a run answer for what others have left of a range of days.

        Args:
            run: Which; it has not yet read what it will derive from.
            participants: Whom it concerns.
            first: The first day.
            last: The last day, included.
        """
        left = {
            **_dates(first, last),
            "participant": {"$in": list(participants)},
            MARK: {"$exists": True, "$ne": run},
        }
        execute(self._collection, [UpdateMany(left, {"$set": {MARK: run}})])

    def derived(self, run: str, first: date, last: date) -> None:
        """Clears the marks of a run that has derived everything of a range of days."""
        own = {**_dates(first, last), MARK: run}
        execute(self._collection, [UpdateMany(own, {"$unset": {MARK: ""}})])


def marked(run: str | None) -> Mapping[str, str]:
    """The mark of a run as a part of a document; nothing where nobody is going to derive."""
    return {} if run is None else {MARK: run}


def _dates(first: date, last: date) -> Document:
    return {"date": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
