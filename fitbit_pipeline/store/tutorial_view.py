"""The tutorial's collection as a view: one participant's metrics, as its programs expect them.

The tutorial that this project grew from stores ``{id, type, data: {dateTime, value}}`` in
``fitbitDB.fitbitCollection``: steps as text, other numbers as numbers, times as the API writes
them. Nothing is stored twice here: the view reads the metrics.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

Document = dict[str, Any]

NAME = "fitbitCollection"
WHOLE_DAY_MINUTES = 1440
_NAMESPACE_EXISTS = 48


class TutorialView:
    """The view ``fitbitCollection``.

    A collection of that name that is already there, with the tutorial's own documents, is never
    touched.
    """

    def __init__(self, database: Database[Document], types: Mapping[str, str]):
        """Reads and changes nothing yet.

        Args:
            database: Where metrics are, and the view goes.
            types: The tutorial's types, by the metrics that they show.
        """
        self._database = database
        self._types = types

    def show(self, participant: str | None) -> bool:
        """Makes the view show a participant, or takes it away.

        Args:
            participant: Whom; None takes the view away.

        Returns:
            Whether the view is as asked; False where the tutorial's own collection is in its place.
        """
        found = next(iter(self._database.list_collections(filter={"name": NAME})), None)
        if found is not None and found["type"] != "view":
            return False
        if participant is None:
            if found is not None:
                self._database.drop_collection(NAME)
            return True
        pipeline = self._pipeline(participant)
        if found is None:
            self._create(pipeline)
        elif found["options"].get("pipeline") != pipeline:
            self._database.command("collMod", NAME, viewOn="metrics", pipeline=pipeline)
        return True

    def _create(self, pipeline: Sequence[Document]) -> None:
        try:
            self._database.command("create", NAME, viewOn="metrics", pipeline=pipeline)
        except OperationFailure as failure:
            # Another process was faster; what it made stands until the next start.
            if failure.code != _NAMESPACE_EXISTS:
                raise

    def _pipeline(self, participant: str) -> list[Document]:
        return [
            {"$match": {"participant": participant, "metric": {"$in": sorted(self._types)}}},
            {
                "$project": {
                    # The tutorial's own is a hash that says nothing but who it is.
                    "id": {"$literal": sha256(participant.encode()).hexdigest()},
                    "type": _switch(
                        {
                            metric: {"$literal": type_}
                            for metric, type_ in sorted(self._types.items())
                        },
                        "$metric",
                    ),
                    "data": {
                        "dateTime": "$date",
                        "value": _switch(
                            {
                                "steps": {"$toString": "$value"},
                                "sleep_start": {"$concat": ["$value", ".000"]},
                                "sleep_end": {"$concat": ["$value", ".000"]},
                                "sedentary_minutes": {
                                    "$cond": [{"$eq": ["$value", WHOLE_DAY_MINUTES]}, 0, "$value"]
                                },
                            },
                            "$value",
                        ),
                    },
                }
            },
        ]


def _switch(branches: Mapping[str, Any], default: str) -> Document:
    return {
        "$switch": {
            "branches": [
                {"case": {"$eq": ["$metric", metric]}, "then": then}
                for metric, then in branches.items()
            ],
            "default": default,
        }
    }
