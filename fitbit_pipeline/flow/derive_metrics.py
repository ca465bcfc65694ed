"""Derives metric documents from raw responses, and from nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import days_between, minutes_of_day
from fitbit_pipeline.endpoints import Family, endpoints_of
from fitbit_pipeline.flow.pool import side_by_side
from fitbit_pipeline.flow.settle import settle
from fitbit_pipeline.metrics import fitabase, fitbit_web, google_health, takeout, tutorial_days
from fitbit_pipeline.metrics.catalogue import METRIC, RULE_VERSION, MetricValue, metrics_of
from fitbit_pipeline.metrics.normaliser import DayContext, Normaliser, PayloadRefused
from fitbit_pipeline.store.derived import Changes, converge
from fitbit_pipeline.store.keys import day_key, day_range
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.raw_responses import StoredResponse
from fitbit_pipeline.store.store import Store

NORMALISERS: dict[str, Mapping[str, Normaliser]] = {
    "fitabase": fitabase.NORMALISERS,
    "takeout": takeout.NORMALISERS,
    "google_health": google_health.NORMALISERS,
    "fitbit_web": fitbit_web.NORMALISERS,
    "tutorial": tutorial_days.NORMALISERS,
}


@dataclass(slots=True)
class MetricsReport:
    """What deriving did.

    Attributes:
        changes: Documents wanted, written and removed.
        refused: Payloads that could not be read, as ``participant/endpoint/date: reason``.
        documents: Metric documents by day.
    """

    changes: Changes = field(default_factory=Changes)
    refused: list[str] = field(default_factory=list)
    documents: dict[date, int] = field(default_factory=dict)


def derive_metrics(
    store: Store,
    participants: Iterable[Participant],
    family: Family,
    first: date,
    last: date,
    participants_at_once: int,
) -> MetricsReport:
    """Makes the metrics of one family exactly what the raw responses of a range of days say.

    Args:
        store: Where raw responses are and metrics go.
        participants: Whose.
        family: Which metrics.
        first: The first day.
        last: The last day, included.
        participants_at_once: How many are worked on side by side.

    Returns:
        Counts, for the materialisation.
    """
    report = MetricsReport(documents=dict.fromkeys(days_between(first, last), 0))

    def derive_one(participant: Participant) -> tuple[Counter[str], list[str], Changes]:
        days = participant.days_within(first, last)
        if days is None:
            return Counter(), [], Changes()
        wanted, refused, changes = _derive_one(store, participant, family, *days)
        return Counter(document["date"] for document in wanted), refused, changes

    for counted, refused, changes in side_by_side(
        derive_one, list(participants), participants_at_once
    ):
        report.changes += changes
        report.refused.extend(refused)
        for day, documents in counted.items():
            report.documents[date.fromisoformat(day)] += documents
    return report


def metric_documents(
    participant: Participant, responses: Iterable[StoredResponse]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The metric documents of raw responses: a pure function.

    Args:
        participant: Whose.
        responses: The raw responses, in any order.

    Returns:
        The documents, and the payloads that were refused, as ``MetricsReport.refused``.
    """
    zone = ZoneInfo(participant.time_zone)
    lengths: dict[date, int] = {}
    documents: list[dict[str, Any]] = []
    refused: list[str] = []
    for response in responses:
        day = response.date
        if day not in lengths:
            lengths[day] = minutes_of_day(day, zone)
        normalise = NORMALISERS.get(response.source, {}).get(response.endpoint)
        if normalise is None:
            refused.append(
                f"{participant.name}/{response.endpoint}/{day}: no rule reads this endpoint of the "
                f"source {response.source}"
            )
            continue
        try:
            values = normalise(response.payload, DayContext(day, lengths[day]))
        except PayloadRefused as error:
            refused.append(f"{participant.name}/{response.endpoint}/{day}: {error}")
            continue
        documents.extend(_documents(participant.name, response, values))
    return documents, refused


def _derive_one(
    store: Store, participant: Participant, family: Family, first: date, last: date
) -> tuple[list[dict[str, Any]], list[str], Changes]:
    endpoints = endpoints_of(family)
    scope = {
        **day_range(participant.name, first, last),
        "metric": {"$in": list(metrics_of(family))},
    }

    def hashes() -> dict[str, str]:
        return store.raw_responses.hashes(participant.name, endpoints, first, last)

    def derive(_hashes: dict[str, str]) -> tuple[list[dict[str, Any]], list[str], Changes]:
        responses = store.raw_responses.read(participant.name, endpoints, first, last)
        wanted, refused = metric_documents(participant, responses)
        return wanted, refused, converge(store.metrics, scope, wanted)

    return settle(hashes, derive)


def _documents(
    participant: str, response: StoredResponse, values: Mapping[str, MetricValue]
) -> Iterable[dict[str, Any]]:
    key = day_key(participant, response.date)
    day = response.date.isoformat()
    for name, value in values.items():
        yield {
            "_id": f"{key}/{name}",
            "participant": participant,
            "date": day,
            "metric": name,
            "value": value,
            "unit": METRIC[name].unit,
            "source": response.source,
            "rule_version": RULE_VERSION,
        }
