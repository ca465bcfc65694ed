"""What MongoDB gathers of everybody at once for the page of every morning.

All zones are served by one walk over the days; which of them are over is another matter for each.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.queries.engagement import COLLECTION
from dashboard.queries.reading import Reading
from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.engagement.calls import RECENT_DAYS, SCOPE_MISSING, Trouble
from fitbit_pipeline.store.coverage import CoverageState


@dataclass(frozen=True, slots=True)
class RecentDays:
    """The days with data of one person, by ISO date."""

    worn: Mapping[str, bool | None]
    wear_minutes: Mapping[str, float | None]


def recent_days(reading: Reading, now: datetime) -> dict[str, RecentDays]:
    """The days with data of everybody, as far back as they are looked at one by one.

    Where midnight is still to come, the newest of them is not over yet.
    """
    found = reading.aggregate_everybody(
        COLLECTION,
        {"date": _dates(now, RECENT_DAYS)},
        [
            {
                "$group": {
                    "_id": "$participant",
                    "dates": {"$push": "$date"},
                    "worn": {"$push": "$worn"},
                    "wear_minutes": {"$push": "$wear_minutes"},
                }
            }
        ],
    )
    return {
        each["_id"]: RecentDays(
            dict(zip(each["dates"], each["worn"], strict=True)),
            dict(zip(each["dates"], each["wear_minutes"], strict=True)),
        )
        for each in found
    }


def troubles(reading: Reading, now: datetime, days: int) -> dict[str, list[Trouble]]:
    """What failed, or is not shared, on the last days, by participant."""
    failed, not_shared = CoverageState.FAILED.value, SCOPE_MISSING
    somewhere = [
        condition
        for endpoint in ENDPOINT_NAMES
        for condition in (
            {f"endpoints.{endpoint}.state": failed},
            {f"endpoints.{endpoint}.kind": not_shared},
        )
    ]
    these = [
        {"$eq": ["$$this.v.state", failed]},
        # What is not settled is shared by now, and will be asked for again.
        {"$and": [{"$eq": ["$$this.v.kind", not_shared]}, "$$this.v.settled"]},
    ]
    found = reading.aggregate_everybody(
        "coverage",
        {"date": _dates(now, days), "$or": somewhere},
        [
            {
                "$project": {
                    "participant": 1,
                    "entries": {
                        "$filter": {
                            "input": {"$objectToArray": "$endpoints"},
                            "cond": {"$or": these},
                        }
                    },
                }
            },
            {"$unwind": "$entries"},
            {
                "$group": {
                    "_id": {
                        "participant": "$participant",
                        "endpoint": "$entries.k",
                        "kind": "$entries.v.kind",
                    },
                    "days": {"$sum": 1},
                    "attempts": {"$max": "$entries.v.attempts"},
                }
            },
            {"$sort": {"_id": 1}},
        ],
    )
    by_name: defaultdict[str, list[Trouble]] = defaultdict(list)
    for each in found:
        group = each["_id"]
        # The days reach over all zones: in each of them, one or two lie before the last ones.
        last_days = min(each["days"], days)
        trouble = Trouble(group["endpoint"], group["kind"], last_days, each["attempts"])
        by_name[group["participant"]].append(trouble)
    return by_name


def newest_asked(reading: Reading, now: datetime, days: int) -> date | None:
    """The newest of the last days about which any source was asked, None if none was."""
    found = reading.aggregate_everybody(
        "coverage",
        {"date": _dates(now, days)},
        [{"$sort": {"date": -1}}, {"$limit": 1}, {"$project": {"_id": 0, "date": 1}}],
    )
    return date.fromisoformat(found[0]["date"]) if found else None


def _dates(now: datetime, days: int) -> dict[str, str]:
    """Days that are over, from those of the most western zone to those of the most eastern one."""
    western, eastern = (now - timedelta(hours=12)).date(), (now + timedelta(hours=14)).date()
    return {"$gte": (western - days * ONE_DAY).isoformat(), "$lt": eastern.isoformat()}
