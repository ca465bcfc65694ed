"""From the store to tables: one function per question, each a DataFrame or a handful of numbers.

Counting and adding up is MongoDB's work; here its answers only get the days that have no document,
so that no missing day can vanish on the way. What does not belong: Streamlit, charts, wording.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.engagement.daily import LEVELS, ActivityBucket
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.keys import day_range
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

WORN = "worn"
NOT_WORN = "not_worn"
UNKNOWN = "unknown"
NO_DATA = "no_data"
NOT_RECORDED = "asleep_or_not_recorded"

DAY_COLUMNS = {
    "steps": "Float64",
    "activity_bucket": "string",
    "wear_minutes": "Float64",
    "wear_method": "string",
    "worn": "boolean",
    "worn_by": "string",
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


def participants(store: Store) -> list[Participant]:
    """Everybody, by name."""
    return store.participants.all()


def data_span(store: Store, participant: str) -> tuple[date, date] | None:
    """The first and last day with data of a participant, None if there is no such day."""
    # "0" is the character after "/": these bounds hold the keys of this participant alone.
    keys = {"_id": {"$gte": f"{participant}/", "$lt": f"{participant}0"}}
    first = store.daily_engagement.find_one(keys, {"date": 1}, sort=[("_id", 1)])
    last = store.daily_engagement.find_one(keys, {"date": 1}, sort=[("_id", -1)])
    if first is None or last is None:
        return None
    return date.fromisoformat(first["date"]), date.fromisoformat(last["date"])


def engagement_days(store: Store, participant: str, first: date, last: date) -> pd.DataFrame:
    """Every civil day of a range, whether or not there is a document for it.

    Returns:
        A row per day, oldest first: ``date`` (ISO text, so that no time zone can move it),
        ``has_data``, the fields of ``DAY_COLUMNS`` (missing where unknown), ``wear_state``
        (``worn``, ``not_worn``, ``unknown`` or ``no_data``), ``settled`` (whether the day stays as
        it is; missing where that is not known) and ``why_missing`` (a few words, or missing).
    """
    fields = {"_id": 0, "date": 1, **dict.fromkeys(DAY_COLUMNS, 1)}
    found = {
        each["date"]: each
        for each in store.daily_engagement.find(day_range(participant, first, last), fields)
    }
    asked = store.coverage.days(participant, first, last)
    rows = []
    for day in days_between(first, last):
        document = found.get(day.isoformat())
        entry = asked.get(day, {}).get("steps")
        rows.append(
            {
                **(document or {}),
                "date": day.isoformat(),
                "has_data": document is not None,
                "wear_state": _wear_state(document),
                "settled": entry.settled if entry else None,
                "why_missing": None if document else _why_missing(entry),
            }
        )
    columns = ["date", "has_data", *DAY_COLUMNS, "wear_state", "settled", "why_missing"]
    return pd.DataFrame(rows, columns=columns).astype(
        {**DAY_COLUMNS, "settled": "boolean", "why_missing": "string"}
    )


def _wear_state(document: dict[str, Any] | None) -> str:
    if document is None:
        return NO_DATA
    return {True: WORN, False: NOT_WORN, None: UNKNOWN}[document["worn"]]


def _why_missing(entry: CoverageEntry | None) -> str:
    if entry is None:
        return "never asked for"
    return {
        CoverageState.DATA: "fetched, but engagement not worked out yet",
        CoverageState.EMPTY: "asked for; the source had nothing",
        CoverageState.FAILED: "asked for; the last try failed",
        CoverageState.FORBIDDEN: "the source does not allow it for this participant",
    }[entry.state]


def key_figures(store: Store, participant: str, first: date, last: date) -> KeyFigures:
    """The numbers that sum a range up."""
    sums = {
        "days_with_data": {"$sum": 1},
        "worn_days": _count({"$eq": ["$worn", True]}),
        "wear_known_days": _count({"$in": ["$worn", [True, False]]}),
        "mean_steps": {"$avg": "$steps"},
        "steps_days": _count({"$isNumber": "$steps"}),
    }
    found = _grouped(store, participant, first, last, None, sums)
    totals: dict[str, Any] = found[0] if found else {**dict.fromkeys(sums, 0), "mean_steps": None}
    return KeyFigures(days=(last - first).days + 1, **{name: totals[name] for name in sums})


def bucket_days(store: Store, participant: str, first: date, last: date) -> pd.DataFrame:
    """How many days of a range fall into each activity bucket.

    Returns:
        ``bucket``, ``days``, ``share`` (of the range's days): the four buckets, ``unknown`` if
        there are days with data but without steps, and ``no_data``, always in this order.
    """
    found = {
        each["_id"]: each["days"]
        for each in _grouped(
            store, participant, first, last, "$activity_bucket", {"days": {"$sum": 1}}
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


def level_shares(store: Store, participant: str, first: date, last: date) -> pd.DataFrame:
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
    found = _grouped(store, participant, first, last, None, sums)
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


def wear_evidence(store: Store, participant: str, first: date, last: date) -> pd.DataFrame:
    """By what the days of a range were judged worn or not.

    Returns:
        ``worn_by``, ``wear_method``, ``days``: a row per combination that occurs, most days first.
    """
    found = _grouped(
        store,
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
    store: Store,
    participant: str,
    first: date,
    last: date,
    by: str | dict[str, str] | None,
    sums: dict[str, Any],
) -> list[dict[str, Any]]:
    return list(
        store.daily_engagement.aggregate(
            [
                {"$match": day_range(participant, first, last)},
                {"$group": {"_id": by, **sums}},
            ]
        )
    )
