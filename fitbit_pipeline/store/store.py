"""The store as a whole: the collections of one database, and their indexes."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.database import Database

from fitbit_pipeline.store.coverage import Coverage
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.store.participants import Participants
from fitbit_pipeline.store.raw_responses import RawResponses
from fitbit_pipeline.store.runs import Runs
from fitbit_pipeline.store.underived import Underived
from fitbit_pipeline.store.viewers import Viewers

Document = dict[str, Any]

INDEXES: dict[str, list[IndexModel]] = {
    "metrics": [
        IndexModel([("participant", ASCENDING), ("metric", ASCENDING), ("date", ASCENDING)])
    ],
    "coverage": [IndexModel([("date", ASCENDING)])],
    "credentials": [IndexModel([("health_user_id", ASCENDING)], unique=True)],
    "fitbit_credentials": [IndexModel([("fitbit_user_id", ASCENDING)], unique=True)],
    "daily_engagement": [IndexModel([("date", ASCENDING)])],
    "engagement_summaries": [
        IndexModel([("participant", ASCENDING), ("window_days", ASCENDING), ("date", ASCENDING)]),
        IndexModel([("date", ASCENDING)]),
    ],
    "runs": [IndexModel([("started_at", DESCENDING)])],
}


class Store:
    """The collections of one database.

    Attributes:
        participants: Whose data it is.
        raw_responses: What the sources said.
        coverage: What is known about every participant, endpoint and day.
        underived: Which of these days derived documents may lag behind.
        credentials: The encrypted tokens of participants connected to Google Health.
        fitbit_credentials: Those of participants connected to the Fitbit Web API.
        metrics: One document per participant, day and metric.
        daily_engagement: One document per participant and day with data.
        engagement_summaries: One document per participant, day and trailing window.
        runs: When the pipeline last asked and derived, and what came of it.
        viewers: Who may look at the dashboard.
    """

    def __init__(self, database: Database[Document]):
        """Binds the collections; nothing is read or written yet."""
        self.database = database
        self.participants = Participants(database["participants"])
        self.raw_responses = RawResponses(database["raw_responses"])
        self.coverage = Coverage(database["coverage"])
        self.underived = Underived(database["coverage"])
        self.credentials = Credentials(database["credentials"], "Google", "health_user_id")
        self.fitbit_credentials = Credentials(
            database["fitbit_credentials"], "Fitbit", "fitbit_user_id"
        )
        self.runs = Runs(database["runs"])
        self.viewers = Viewers(database["viewers"])
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

    def days_per_metric(self, participants: Sequence[str]) -> dict[str, dict[str, int]]:
        """How many days each of these participants has each metric: ``{name: {metric: days}}``."""
        counted = self.metrics.aggregate(
            [
                {"$match": {"participant": {"$in": list(participants)}}},
                {
                    "$group": {
                        "_id": {"participant": "$participant", "metric": "$metric"},
                        "days": {"$sum": 1},
                    }
                },
            ]
        )
        days: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for each in counted:
            days[each["_id"]["participant"]][each["_id"]["metric"]] = each["days"]
        return dict(days)

    def count_engagement(self, participants: Sequence[str]) -> Document:
        """Days with data, worn days, days per activity bucket, and metric values of some."""
        theirs = {"participant": {"$in": list(participants)}}
        by_bucket = list(
            self.daily_engagement.aggregate(
                [
                    {"$match": theirs},
                    {
                        "$group": {
                            "_id": "$activity_bucket",
                            "days": {"$sum": 1},
                            "worn_days": {"$sum": {"$cond": ["$worn", 1, 0]}},
                        }
                    },
                ]
            )
        )
        return {
            "days": sum(each["days"] for each in by_bucket),
            "worn_days": sum(each["worn_days"] for each in by_bucket),
            "buckets": {each["_id"]: each["days"] for each in by_bucket},
            "metrics": self.metrics.count_documents(theirs),
        }
