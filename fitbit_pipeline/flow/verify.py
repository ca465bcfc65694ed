"""Looks at what is stored and says what is wrong with it: what the asset checks ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import minutes_of_day
from fitbit_pipeline.endpoints import Family, endpoints_of
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.flow.derive_engagement import (
    LONGEST_WINDOW,
    day_documents,
    summary_documents,
)
from fitbit_pipeline.flow.derive_metrics import metric_documents
from fitbit_pipeline.metrics.catalogue import DAY, METRIC, metrics_of
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.keys import day_range
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store

KEYS_TOLD = 10
SAMPLE_DAYS = 3
SAMPLE_PARTICIPANTS = 20
SHORTEST_DAY = 1380


@dataclass(frozen=True, slots=True)
class Finding:
    """Documents with something wrong, and how many were looked at."""

    looked_at: int = 0
    keys: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CoverageCount:
    """How many participant days of one endpoint were expected, and what is open among them.

    Attributes:
        expected: Days of active participants in the range.
        never_asked: Those for which nobody asked.
        failed: Those on which the last try failed.
        unsettled: Those that may still change.
        nobody: A sentence of one of those who failed, if on the newest day of the range nobody
            has an answer; None if anybody has one.
        reasons: Who lacks days for a failure or a missing scope, or is not asked at all since
            their consent is gone, with the sentence of each.
    """

    expected: int
    never_asked: int
    failed: int
    unsettled: int
    nobody: str | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def count_coverage(
    store: Store, participants: Iterable[Participant], endpoint: str, first: date, last: date
) -> CoverageCount:
    """Counts the coverage of one endpoint over those participants who are active."""
    everybody = list(participants)
    participants = [each for each in everybody if each.active]
    spans = [days for each in participants if (days := each.days_within(first, last))]
    expected = sum((end - begin).days + 1 for begin, end in spans)
    names = [each.name for each in participants]
    counted = store.coverage.count(endpoint, names, first, last)
    newest = store.coverage.count(endpoint, names, last, last)
    return CoverageCount(
        expected=expected,
        never_asked=expected - sum(counted["states"].values()),
        failed=counted["states"].get(CoverageState.FAILED.value, 0),
        unsettled=counted["unsettled"],
        nobody=(
            next(iter(newest["reasons"].values()), "The last try failed.")
            if newest["states"].keys() == {CoverageState.FAILED.value}
            else None
        ),
        reasons={
            **counted["reasons"],
            **{
                each.name: each.status_reason or "The consent is gone: connect again."
                for each in everybody
                if each.status is ParticipantStatus.NEEDS_CONSENT
            },
        },
    )


def implausible_values(
    store: Store, participants: Iterable[Participant], family: Family, first: date, last: date
) -> Finding:
    """Metric documents whose value lies outside the catalogue's bounds."""
    looked_at = 0
    keys: list[str] = []
    by_name = {each.name: each for each in participants}
    dates = {"$gte": first.isoformat(), "$lte": last.isoformat()}
    for name in metrics_of(family):
        metric = METRIC[name]
        query = {"participant": {"$in": list(by_name)}, "metric": name, "date": dates}
        looked_at += store.metrics.count_documents(query)
        if metric.lowest is None or metric.highest is None:
            continue
        highest = SHORTEST_DAY if metric.highest == DAY else metric.highest
        outside = {
            "$or": [
                {"value": {"$lt": metric.lowest}},
                {"value": {"$gt": highest}},
                {"value": {"$not": {"$type": "number"}}},
            ]
        }
        for document in store.metrics.find({**query, **outside}):
            if metric.highest == DAY and _fits_day(document, by_name):
                continue
            keys.append(document["_id"])
    return Finding(looked_at, sorted(keys))


def differing_metrics(
    store: Store, participants: Sequence[Participant], family: Family, first: date, last: date
) -> Finding:
    """Metric documents of a sample that raw responses would not give again."""
    found = Finding()
    names = list(metrics_of(family))
    for participant, begin, end in _sample(participants, first, last):
        responses = store.raw_responses.read(participant.name, endpoints_of(family), begin, end)
        wanted, _ = metric_documents(participant, responses)
        scope = {**day_range(participant.name, begin, end), "metric": {"$in": names}}
        found = _with(found, wanted, store.metrics.find(scope))
    return found


def differing_days(
    store: Store,
    participants: Sequence[Participant],
    thresholds: Thresholds,
    first: date,
    last: date,
) -> Finding:
    """Daily engagement of a sample that metrics would not give again."""
    found = Finding()
    for participant, begin, end in _sample(participants, first, last):
        scope = day_range(participant.name, begin, end)
        wanted = day_documents(participant, store.metrics.find(scope), thresholds)
        found = _with(found, wanted, store.daily_engagement.find(scope))
    return found


def differing_summaries(
    store: Store, participants: Sequence[Participant], first: date, last: date
) -> Finding:
    """Summaries of a sample that daily engagement would not give again."""
    found = Finding()
    for participant, begin, end in _sample(participants, first, last):
        reach = day_range(participant.name, begin - timedelta(days=LONGEST_WINDOW - 1), end)
        days = store.daily_engagement.find(reach)
        wanted = summary_documents(participant, days, begin, end)
        scope = day_range(participant.name, begin, end)
        found = _with(found, wanted, store.engagement_summaries.find(scope))
    return found


def _sample(
    participants: Sequence[Participant], first: date, last: date
) -> Iterable[tuple[Participant, date, date]]:
    """The last days of a range, of participants spread evenly over the names."""
    step = max(1, len(participants) // SAMPLE_PARTICIPANTS)
    begin = max(first, last - timedelta(days=SAMPLE_DAYS - 1))
    for participant in participants[::step]:
        days = participant.days_within(begin, last)
        if days:
            yield participant, *days


def _with(
    found: Finding, wanted: Iterable[dict[str, Any]], stored: Iterable[dict[str, Any]]
) -> Finding:
    stored_by_key = {document["_id"]: document for document in stored}
    wanted_by_key = {document["_id"]: document for document in wanted}
    keys = stored_by_key.keys() | wanted_by_key.keys()
    differing = [key for key in keys if stored_by_key.get(key) != wanted_by_key.get(key)]
    return Finding(found.looked_at + len(keys), sorted([*found.keys, *differing]))


def _fits_day(document: dict[str, Any], participants: dict[str, Participant]) -> bool:
    zone = ZoneInfo(participants[document["participant"]].time_zone)
    day = date.fromisoformat(document["date"])
    value = document["value"]
    # Fitbit itself calls a day sedentary for 1440 minutes where the clock changed.
    longest = max(minutes_of_day(day, zone), 1440)
    return isinstance(value, int | float) and 0 <= value <= longest
