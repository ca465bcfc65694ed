"""Questions about engagement: wear, activity buckets and levels, per day and per range."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.queries.days import whole_range
from dashboard.queries.reading import Reading
from fitbit_pipeline.engagement.daily import LEVELS, ActivityBucket

WORN = "worn"
PARTLY_WORN = "partly_worn"
NOT_WORN = "not_worn"
UNKNOWN = "unknown"
NO_DATA = "no_data"
NOT_RECORDED = "asleep_or_not_recorded"

COLLECTION = "daily_engagement"

COLUMNS = {
    "steps": "Float64",
    "activity_bucket": "string",
    "wear_minutes": "Float64",
    "wear_method": "string",
    "worn": "boolean",
    "worn_by": "string",
    "minutes_asleep": "Float64",
    "minutes_of_day": "Int64",
    **dict.fromkeys(LEVELS, "Float64"),
}


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The numbers on top of a page.

    Attributes:
        days: Civil days of the range.
        days_with_data: Those with any data.
        worn_days: Those that count as worn.
        wear_known_days: Those of which it is known whether they were worn.
        mean_steps: Over the days that have steps; None if none has.
        steps_days: How many those are.
    """

    days: int
    days_with_data: int
    worn_days: int
    wear_known_days: int
    mean_steps: float | None
    steps_days: int

    @property
    def missing_days(self) -> int:
        """Civil days of the range without any data."""
        return self.days - self.days_with_data


def engagement_days(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """Every civil day of a range, whether or not there is a document for it.

    Returns:
        As ``days.whole_range``, with the fields of ``COLUMNS`` and ``wear_state`` (``worn``,
        ``partly_worn``: some wear time, but too little to count, ``not_worn``, ``unknown`` or
        ``no_data``). Coverage is that of the steps.
    """
    fields = {"_id": 0, "date": 1, **dict.fromkeys(COLUMNS, 1)}
    found = {
        each["date"]: each for each in reading.days(COLLECTION, participant, first, last, fields)
    }
    days = whole_range(reading, participant, first, last, "steps", found, COLUMNS)
    days["wear_state"] = [_wear_state(found.get(day)) for day in days["date"]]
    fetched = ~days["has_data"] & (days["state"] == "data")
    days.loc[fetched, "note"] = "fetched, but engagement not worked out yet"
    return days


def _wear_state(document: dict[str, Any] | None) -> str:
    if document is None:
        return NO_DATA
    if document["worn"] is None:
        return UNKNOWN
    if document["worn"]:
        return WORN
    return PARTLY_WORN if document["wear_minutes"] else NOT_WORN


def key_figures(reading: Reading, participant: str, first: date, last: date) -> KeyFigures:
    """The numbers that sum a range up."""
    sums = {
        "days_with_data": {"$sum": 1},
        "worn_days": _count({"$eq": ["$worn", True]}),
        "wear_known_days": _count({"$in": ["$worn", [True, False]]}),
        "mean_steps": {"$avg": "$steps"},
        "steps_days": _count({"$isNumber": "$steps"}),
    }
    found = _grouped(reading, participant, first, last, None, sums)
    totals: dict[str, Any] = found[0] if found else {**dict.fromkeys(sums, 0), "mean_steps": None}
    return KeyFigures(days=(last - first).days + 1, **{name: totals[name] for name in sums})


def bucket_days(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """How many days of a range fall into each activity bucket.

    Returns:
        ``bucket``, ``days``, ``share`` (of the range's days): the four buckets, ``unknown`` if
        there are days with data but without steps, and ``no_data``, always in this order.
    """
    found = {
        each["_id"]: each["days"]
        for each in _grouped(
            reading, participant, first, last, "$activity_bucket", {"days": {"$sum": 1}}
        )
    }
    days = (last - first).days + 1
    counts = {bucket.value: found.get(bucket.value, 0) for bucket in ActivityBucket}
    if None in found:
        counts[UNKNOWN] = found[None]
    counts[NO_DATA] = days - sum(found.values())
    return pd.DataFrame(
        [(bucket, count, count / days) for bucket, count in counts.items()],
        columns=["bucket", "days", "share"],
    )


def level_shares(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """How the time of the days that state all activity levels is shared out.

    Returns:
        ``level``, ``minutes``, ``share`` (of these days' real length), ``minutes_per_day`` and
        ``days`` (how many state all levels): the four levels and what is left; no row at all if
        no day states them.
    """
    stated = {"$and": [{"$isNumber": f"${level}"} for level in LEVELS]}
    sums = {
        "days": _count(stated),
        "length": {"$sum": {"$cond": [stated, "$minutes_of_day", 0]}},
        **{level: {"$sum": {"$cond": [stated, f"${level}", 0]}} for level in LEVELS},
    }
    found = _grouped(reading, participant, first, last, None, sums)
    columns = ["level", "minutes", "share", "minutes_per_day", "days"]
    if not found or not found[0]["days"]:
        return pd.DataFrame([], columns=columns)
    totals = found[0]
    minutes = {level: totals[level] for level in LEVELS}
    minutes[NOT_RECORDED] = max(totals["length"] - sum(minutes.values()), 0)
    return pd.DataFrame(
        [
            (level, each, each / totals["length"], each / totals["days"], totals["days"])
            for level, each in minutes.items()
        ],
        columns=columns,
    )


def wear_evidence(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """By what the days of a range were judged worn or not.

    Returns:
        ``worn_by``, ``wear_method``, ``days``: a row per combination that occurs, most days first.
    """
    found = _grouped(
        reading,
        participant,
        first,
        last,
        {"worn_by": "$worn_by", "wear_method": "$wear_method"},
        {"days": {"$sum": 1}},
    )
    rows = [(each["_id"]["worn_by"], each["_id"]["wear_method"], each["days"]) for each in found]
    rows.sort(key=lambda row: (-row[2], str(row[:2])))
    # As objects, so that None stays None.
    return pd.DataFrame(rows, columns=["worn_by", "wear_method", "days"], dtype="object")


def _count(condition: dict[str, Any]) -> dict[str, Any]:
    return {"$sum": {"$cond": [condition, 1, 0]}}


def _grouped(
    reading: Reading,
    participant: str,
    first: date,
    last: date,
    by: str | dict[str, str] | None,
    sums: dict[str, Any],
) -> list[dict[str, Any]]:
    return reading.aggregate_days(
        COLLECTION, participant, first, last, [{"$group": {"_id": by, **sums}}]
    )
