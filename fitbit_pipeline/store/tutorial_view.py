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
_SEDENTARY, _WEAR = "sedentary_minutes", "tutorial_wear_minutes"
_OF_SITTING = {"source": "fitbit_web", "metric": {"$in": [_SEDENTARY, _WEAR]}}


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
        shown = {"participant": participant, "metric": {"$in": sorted(self._types)}}
        return [
            {"$match": {**shown, "$nor": [_OF_SITTING]}},
            {"$unionWith": {"coll": "metrics", "pipeline": _sitting(participant)}},
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
                                _SEDENTARY: {
                                    "$cond": [{"$and": [_IS_WHOLE_DAY, _HAS_HEART]}, 0, _WHOLE]
                                },
                            },
                            _WHOLE,
                        ),
                    },
                }
            },
        ]


_WHOLE = {"$toInt": "$value"}
_IS_WHOLE_DAY = {"$eq": ["$value", WHOLE_DAY_MINUTES]}
_HAS_HEART = {"$ne": ["$heart", []]}


def _sitting(participant: str) -> list[Document]:
    """Sedentary minutes and wear time of the Fitbit Web API's days, with its heart rate beside.

    The tutorial computed wear time, and took 1440 sedentary minutes for none, on days of which the
    API had an entry of heart rate; whoever did not share it has none.
    """
    key = {"$concat": ["$participant", "/heart_rate_zones/", "$date"]}
    return [
        {"$match": {"participant": participant, **_OF_SITTING}},
        {"$set": {"heart": key}},
        {
            "$lookup": {
                "from": "raw_responses",
                "localField": "heart",
                "foreignField": "_id",
                "pipeline": [{"$project": {"_id": 1}}],
                "as": "heart",
            }
        },
        {"$match": {"$nor": [{"metric": _WEAR, "heart": []}]}},
    ]


def _switch(branches: Mapping[str, Any], default: str | Document) -> Document:
    return {
        "$switch": {
            "branches": [
                {"case": {"$eq": ["$metric", metric]}, "then": then}
                for metric, then in branches.items()
            ],
            "default": default,
        }
    }
