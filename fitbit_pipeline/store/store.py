"""The store as a whole: the collections of one database, and their indexes."""

from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.database import Database

from fitbit_pipeline.store.coverage import Coverage
from fitbit_pipeline.store.participants import Participants
from fitbit_pipeline.store.raw_responses import RawResponses

Document = dict[str, Any]

INDEXES: dict[str, list[IndexModel]] = {
    "metrics": [
        IndexModel([("participant", ASCENDING), ("metric", ASCENDING), ("date", ASCENDING)])
    ],
    "coverage": [IndexModel([("date", ASCENDING)])],
    "daily_engagement": [IndexModel([("date", ASCENDING)])],
    "engagement_summaries": [
        IndexModel([("participant", ASCENDING), ("window_days", ASCENDING), ("date", ASCENDING)]),
        IndexModel([("date", ASCENDING)]),
    ],
}


class Store:
    """The collections of one database.

    Attributes:
        participants: Whose data it is.
        raw_responses: What the sources said.
        coverage: What is known about every participant, endpoint and day.
        metrics: One document per participant, day and metric.
        daily_engagement: One document per participant and day with data.
        engagement_summaries: One document per participant, day and trailing window.
    """

    def __init__(self, database: Database[Document]):
        """Binds the collections; nothing is read or written yet."""
        self.database = database
        self.participants = Participants(database["participants"])
        self.raw_responses = RawResponses(database["raw_responses"])
        self.coverage = Coverage(database["coverage"])
        self.metrics: Collection[Document] = database["metrics"]
        self.daily_engagement: Collection[Document] = database["daily_engagement"]
        self.engagement_summaries: Collection[Document] = database["engagement_summaries"]

    def ensure_indexes(self) -> None:
        """Makes the indexes; those that exist are left alone."""
        for collection, indexes in INDEXES.items():
            self.database[collection].create_indexes(indexes)

    def engagement_by_participant(self) -> dict[str, Document]:
        """Days with data and worn days of everybody: ``{name: {"days": …, "worn_days": …}}``."""
        counted = self.daily_engagement.aggregate(
            [
                {
                    "$group": {
                        "_id": "$participant",
                        "days": {"$sum": 1},
                        "worn_days": {"$sum": {"$cond": ["$worn", 1, 0]}},
                    }
                }
            ]
        )
        return {each["_id"]: each for each in counted}

    def count_engagement(self) -> Document:
        """Everybody's days with data, worn days, days per activity bucket, and metric values."""
        by_bucket = list(
            self.daily_engagement.aggregate(
                [
                    {
                        "$group": {
                            "_id": "$activity_bucket",
                            "days": {"$sum": 1},
                            "worn_days": {"$sum": {"$cond": ["$worn", 1, 0]}},
                        }
                    }
                ]
            )
        )
        return {
            "days": sum(each["days"] for each in by_bucket),
            "worn_days": sum(each["worn_days"] for each in by_bucket),
            "buckets": {each["_id"]: each["days"] for each in by_bucket},
            "metrics": self.metrics.estimated_document_count(),
        }
