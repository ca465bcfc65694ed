"""Questions of the overview: the last day beside the days before, a week beside four, what lacks.

Means and counts are MongoDB's work. Medians are pandas': MongoDB finds them from version 7 on, and
the embedded server is a 6.0.
"""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from dashboard.queries.days import NEVER_ASKED, note
from dashboard.queries.reading import Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState

BASELINE_DAYS = 28
WEEK_DAYS = 7

ENGAGEMENT = ("steps", "wear_minutes", "minutes_asleep", "active_minutes")
METRICS = ("resting_heart_rate", "hrv_rmssd", "active_zone_minutes")
ENDPOINTS_OF = {
    "steps": ("steps",),
    # Without a heart-rate sensor, a day without movement is known not to have been worn.
    "wear_minutes": ("heart_rate", "activity_minutes"),
    "minutes_asleep": ("sleep",),
    "active_minutes": ("activity_minutes",),
    "resting_heart_rate": ("resting_heart_rate",),
    "hrv_rmssd": ("hrv",),
    "active_zone_minutes": ("active_zone_minutes",),
}
"""Whose coverage says why a value is missing, and whether it may change: the best that has data."""


def overview_days(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """Every value of the overview, for every civil day of a range and the days before its end.

    Args:
        reading: Whom to ask.
        participant: Whose days.
        first: The first day.
        last: The last day, included.

    Returns:
        A row per measure (the keys of ``ENDPOINTS_OF``) and day, oldest first, from the first day
        or from 28 days before the last, whichever is earlier: ``measure``, ``date``, ``value``
        (``Float64``, missing where unknown), ``may_change`` and ``note``. ``minutes_asleep`` are
        those of all sleeps of the day; ``active_minutes`` the fairly and the very active ones.
    """
    since = min(first, last - timedelta(days=BASELINE_DAYS))
    active = {"$add": ["$fairly_active_minutes", "$very_active_minutes"]}
    fields = {"_id": 0, "date": 1, **dict.fromkeys(ENGAGEMENT, 1), "active_minutes": active}
    found = reading.metric_values(participant, METRICS, since, last)
    for each in reading.days("daily_engagement", participant, since, last, fields):
        found.setdefault(each["date"], {}).update(each)
    endpoints = sorted({name for names in ENDPOINTS_OF.values() for name in names})
    asked = reading.coverage(participant, since, last, endpoints)
    rows = []
    for measure, sources in ENDPOINTS_OF.items():
        for day in days_between(since, last):
            value = found.get(day.isoformat(), {}).get(measure)
            entries = [asked.get(day, {}).get(name) for name in sources]
            with_data = (each for each in entries if each and each.state is CoverageState.DATA)
            entry = next(with_data, entries[0]) if value is not None else entries[0]
            is_open = value is not None and entry is not None and not entry.settled
            why = note(entry, has_data=value is not None)
            rows.append((measure, day.isoformat(), value, is_open, why))
    columns = ["measure", "date", "value", "may_change", "note"]
    return pd.DataFrame(rows, columns=columns).astype({"value": "Float64"})


def week_and_before(reading: Reading, participant: str, last: date) -> pd.DataFrame:
    """The seven days up to a day beside the 28 days before them.

    Args:
        reading: Whom to ask.
        participant: Whose days.
        last: The last day of the seven.

    Returns:
        A row per ``measure`` (``steps``, ``wear_minutes``, ``minutes_asleep``,
        ``resting_heart_rate``) with ``week`` and ``before`` (means, missing where no day has a
        value), ``week_days`` and ``before_days`` (how many days have one). The row ``worn_days``
        has worn days per seven days, and the days of each period from the first with any data on:
        a day without data is not a worn one, but a day before the device is not counted at all.
    """
    week_first = last - timedelta(days=WEEK_DAYS - 1)
    since = week_first - timedelta(days=BASELINE_DAYS)
    period = {"$cond": [{"$gte": ["$date", week_first.isoformat()]}, "week", "before"]}
    averaged = ("steps", "wear_minutes", "minutes_asleep")
    sums: dict[str, Any] = {
        "worn": {"$sum": {"$cond": [{"$eq": ["$worn", True]}, 1, 0]}},
        **{f"{name}_mean": {"$avg": f"${name}"} for name in averaged},
        **{
            f"{name}_days": {"$sum": {"$cond": [{"$isNumber": f"${name}"}, 1, 0]}}
            for name in averaged
        },
    }
    of_heart = {
        "resting_heart_rate_mean": {"$avg": "$value"},
        "resting_heart_rate_days": {"$sum": 1},
    }
    found: dict[str, dict[str, Any]] = {"week": {}, "before": {}}
    questions: dict[str, list[dict[str, Any]]] = {
        "daily_engagement": [{"$group": {"_id": period, **sums}}],
        "metrics": [
            {"$match": {"metric": "resting_heart_rate"}},
            {"$group": {"_id": period, **of_heart}},
        ],
    }
    for collection, stages in questions.items():
        for each in reading.aggregate_days(collection, participant, since, last, stages):
            found[each["_id"]].update(each)
    rows = [
        {
            "measure": name,
            **{which: sums.get(f"{name}_mean") for which, sums in found.items()},
            **{f"{which}_days": sums.get(f"{name}_days", 0) for which, sums in found.items()},
        }
        for name in (*averaged, "resting_heart_rate")
    ]
    oldest = reading.oldest("daily_engagement", participant, {})
    begun = date.fromisoformat(oldest) if oldest else last + timedelta(days=1)
    days = {
        "week": max((last - max(week_first, begun)).days + 1, 0),
        "before": max((week_first - max(since, begun)).days, 0),
    }
    worn = {
        which: found[which].get("worn", 0) * WEEK_DAYS / number if number else None
        for which, number in days.items()
    }
    behind = {f"{which}_days": number for which, number in days.items()}
    rows.append({"measure": "worn_days", **worn, **behind})
    types = {"week": "Float64", "before": "Float64", "week_days": "Int64", "before_days": "Int64"}
    return pd.DataFrame(rows).astype(types)


def lacking(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """What of a range was never brought.

    Returns:
        ``state`` (``failed``, ``forbidden``, ``not_served`` or ``never_asked``), ``endpoint`` and
        ``days``, in that order of states and in the order of endpoints; no row where all was.
    """
    found = reading.aggregate_days(
        "coverage",
        participant,
        first,
        last,
        [
            {"$project": {"entry": {"$objectToArray": "$endpoints"}}},
            {"$unwind": "$entry"},
            {
                "$group": {
                    "_id": {
                        "endpoint": "$entry.k",
                        "state": {
                            "$cond": [
                                {"$eq": ["$entry.v.kind", NOT_SERVED]},
                                NOT_SERVED,
                                "$entry.v.state",
                            ]
                        },
                    },
                    "days": {"$sum": 1},
                }
            },
        ],
    )
    counts = {(each["_id"]["state"], each["_id"]["endpoint"]): each["days"] for each in found}
    whole = (last - first).days + 1
    for endpoint in ENDPOINT_NAMES:
        asked = sum(days for (_, name), days in counts.items() if name == endpoint)
        counts[NEVER_ASKED, endpoint] = whole - asked
    states = (
        CoverageState.FAILED.value,
        CoverageState.FORBIDDEN.value,
        NOT_SERVED,
        NEVER_ASKED,
    )
    return pd.DataFrame(
        [
            (state, endpoint, days)
            for state in states
            for endpoint in ENDPOINT_NAMES
            if (days := counts.get((state, endpoint), 0))
        ],
        columns=["state", "endpoint", "days"],
    )
