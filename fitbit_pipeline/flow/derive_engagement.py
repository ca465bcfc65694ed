"""Derives daily engagement from metrics, and trailing summaries from daily engagement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import minutes_of_day
from fitbit_pipeline.engagement.daily import INPUTS, Thresholds, daily_engagement
from fitbit_pipeline.engagement.summary import WINDOWS, Windows
from fitbit_pipeline.flow.pool import side_by_side
from fitbit_pipeline.flow.settle import settle
from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.store.derived import Changes, converge
from fitbit_pipeline.store.keys import day_key, day_range
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

Document = dict[str, Any]

LONGEST_WINDOW = max(WINDOWS)


def derive_days(
    store: Store,
    participants: Iterable[Participant],
    thresholds: Thresholds,
    first: date,
    last: date,
    participants_at_once: int,
) -> Changes:
    """Makes daily engagement exactly what the metrics of a range of days say.

    Args:
        store: Where metrics are and engagement goes.
        participants: Whose.
        thresholds: The lines drawn.
        first: The first day.
        last: The last day, included.
        participants_at_once: How many are worked on side by side.
    """

    def derive(participant: Participant) -> Changes:
        days = participant.days_within(first, last)
        if days is None:
            return Changes()
        return _derive_days_of_one(store, participant, thresholds, *days)

    return sum(side_by_side(derive, list(participants), participants_at_once), Changes())


def day_documents(
    participant: Participant, metrics: Iterable[Mapping[str, Any]], thresholds: Thresholds
) -> list[Document]:
    """The daily engagement of metric documents, by day: a pure function.

    Args:
        participant: Whose.
        metrics: The documents of the metrics named in ``daily.INPUTS``, in any order.
        thresholds: The lines drawn.
    """
    by_day: dict[str, dict[str, MetricValue]] = defaultdict(dict)
    sources: dict[str, str] = {}
    for document in metrics:
        by_day[document["date"]][document["metric"]] = document["value"]
        sources[document["date"]] = document["source"]
    zone = ZoneInfo(participant.time_zone)
    return [
        {
            "_id": day_key(participant.name, date.fromisoformat(day)),
            "participant": participant.name,
            "date": day,
            "source": sources[day],
            **daily_engagement(values, minutes_of_day(date.fromisoformat(day), zone), thresholds),
        }
        for day, values in sorted(by_day.items())
    ]


def derive_summaries(
    store: Store,
    participants: Iterable[Participant],
    first: date,
    last: date,
    participants_at_once: int,
) -> Changes:
    """Makes the summaries exactly what daily engagement says.

    A day is part of every window that ends on it or up to 89 days later, so summaries of those
    later days that exist already are made anew too: whatever the order of backfills, the store
    converges to the same summaries.

    Args:
        store: Where engagement is and summaries go.
        participants: Whose.
        first: The first day that changed.
        last: The last day that changed, included.
        participants_at_once: How many are worked on side by side.
    """

    def derive(participant: Participant) -> Changes:
        days = participant.days_within(first, last)
        if days is None:
            return Changes()
        reach = _last_affected(store, participant, days[1])
        return _derive_summaries_of_one(store, participant, days[0], reach)

    return sum(side_by_side(derive, list(participants), participants_at_once), Changes())


def summary_documents(
    participant: Participant, days: Iterable[Mapping[str, Any]], first: date, last: date
) -> list[Document]:
    """The summaries that end on each day of a range: a pure function.

    Args:
        participant: Whose.
        days: Daily engagement from 89 days before the first day on, in any order.
        first: The first day.
        last: The last day, included.
    """
    by_date = {date.fromisoformat(day["date"]): day for day in days}
    windows = Windows(by_date, participant.enrolled_on, last)
    return [
        {
            "_id": f"{day_key(participant.name, day)}/{summary['window_days']}",
            "participant": participant.name,
            "date": day.isoformat(),
            **summary,
        }
        for day, summary in windows.between(first, last)
    ]


def _derive_days_of_one(
    store: Store, participant: Participant, thresholds: Thresholds, first: date, last: date
) -> Changes:
    scope = day_range(participant.name, first, last)
    wanted_metrics = {**scope, "metric": {"$in": list(INPUTS)}}
    fields = {"_id": 0, "date": 1, "metric": 1, "value": 1, "source": 1}

    def read() -> list[Document]:
        return list(store.metrics.find(wanted_metrics, fields))

    def derive(metrics: list[Document]) -> Changes:
        documents = day_documents(participant, metrics, thresholds)
        return converge(store.daily_engagement, scope, documents)

    return settle(read, derive)


def _derive_summaries_of_one(
    store: Store, participant: Participant, first: date, last: date
) -> Changes:
    window = day_range(participant.name, first - timedelta(days=LONGEST_WINDOW - 1), last)
    scope = day_range(participant.name, first, last)

    def read() -> list[Document]:
        return list(store.daily_engagement.find(window))

    def derive(days: list[Document]) -> Changes:
        documents = summary_documents(participant, days, first, last)
        return converge(store.engagement_summaries, scope, documents)

    return settle(read, derive)


def _last_affected(store: Store, participant: Participant, last: date) -> date:
    """The last day with a summary whose window holds the given day; that day if there is none."""
    reach = day_range(participant.name, last, last + timedelta(days=LONGEST_WINDOW - 1))
    newest = store.engagement_summaries.find_one(reach, {"date": 1}, sort=[("_id", -1)])
    return max(last, date.fromisoformat(newest["date"])) if newest else last
