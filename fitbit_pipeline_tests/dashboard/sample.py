"""Sample documents for the dashboard, written by the functions that the pipeline writes with."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from fitbit_pipeline.civil import minutes_of_day, time_zone
from fitbit_pipeline.engagement.daily import Thresholds, daily_engagement
from fitbit_pipeline.engagement.summary import Windows
from fitbit_pipeline.metrics.catalogue import METRIC, RULE_VERSION, MetricValue
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.keys import day_key
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

ZONE = "Europe/Athens"
ASKED_AT = datetime(2026, 11, 30, 5, tzinfo=UTC)

Metrics = Mapping[str, MetricValue]


def a_day(steps: int = 8000, heart_rate_minutes: int | None = 1100) -> dict[str, MetricValue]:
    """The metrics of an ordinary day; without heart-rate minutes if there is no such sensor."""
    metrics: dict[str, MetricValue] = {
        "steps": steps,
        "sedentary_minutes": 700,
        "lightly_active_minutes": 200,
        "fairly_active_minutes": 30,
        "very_active_minutes": 20,
    }
    if heart_rate_minutes is not None:
        metrics["heart_rate_minutes"] = heart_rate_minutes
    return metrics


def a_still_day() -> dict[str, MetricValue]:
    """The metrics of a day on which the device lay in a drawer."""
    return {
        "steps": 0,
        "sedentary_minutes": 1440,
        "lightly_active_minutes": 0,
        "fairly_active_minutes": 0,
        "very_active_minutes": 0,
    }


def write_person(
    store: Store,
    name: str,
    days: Mapping[date, Metrics],
    *,
    enrolled_on: date | None = None,
    last_day: date | None = None,
    note: str | None = None,
    zone: str = ZONE,
    failed: Iterable[date] = (),
    unsettled: Iterable[date] = (),
) -> Participant:
    """A participant with engagement and coverage.

    Args:
        store: Where.
        name: Who.
        days: The metrics of every day with data.
        enrolled_on: The first day; the first with data unless said.
        last_day: The last day; the last with data unless said.
        note: The participant's note.
        zone: The participant's zone.
        failed: Days for which the source failed.
        unsettled: Days with data that may still change.
    """
    first = enrolled_on or min(days)
    last = last_day or max(days)
    participant = Participant(name, "takeout", zone, first, last, note=note)
    store.participants.save([participant])
    written = {
        day: daily_engagement(metrics, minutes_of_day(day, time_zone(zone)), Thresholds())
        for day, metrics in days.items()
    }
    store.daily_engagement.insert_many(
        [_document(day_key(name, day), name, day, fields) for day, fields in written.items()]
    )
    store.engagement_summaries.insert_many(
        [
            _document(f"{day_key(name, day)}/{fields['window_days']}", name, day, fields)
            for day, fields in Windows(written, first, last).between(first, last)
        ]
    )
    entries = {
        day: CoverageEntry(CoverageState.DATA, settled=True, asked_at=ASKED_AT) for day in days
    }
    entries |= {
        day: CoverageEntry(CoverageState.FAILED, settled=False, asked_at=ASKED_AT, attempts=1)
        for day in failed
    }
    entries |= {
        day: CoverageEntry(CoverageState.DATA, settled=False, asked_at=ASKED_AT)
        for day in unsettled
    }
    store.coverage.record(
        "takeout", "steps", {(name, day): entry for day, entry in entries.items()}, {}
    )
    return participant


def write_metrics(store: Store, name: str, days: Mapping[date, Metrics]) -> None:
    """Metric documents of a participant, as the pipeline derives them."""
    store.metrics.insert_many(
        [
            {
                "_id": f"{day_key(name, day)}/{metric}",
                "participant": name,
                "date": day.isoformat(),
                "metric": metric,
                "value": value,
                "unit": METRIC[metric].unit,
                "source": "takeout",
                "rule_version": RULE_VERSION,
            }
            for day, metrics in days.items()
            for metric, value in metrics.items()
        ]
    )


def write_coverage(
    store: Store,
    name: str,
    endpoint: str,
    days: Iterable[date],
    state: CoverageState = CoverageState.DATA,
    *,
    settled: bool = True,
    reason: str | None = None,
    kind: str | None = None,
) -> None:
    """Coverage of one endpoint of a participant, the same for all of these days."""
    entry = CoverageEntry(state, settled, ASKED_AT, reason=reason, kind=kind)
    entries = {(name, day): entry for day in days}
    known = store.coverage.entries(
        endpoint, [name], min(day for _, day in entries), max(day for _, day in entries)
    )
    store.coverage.record("takeout", endpoint, entries, known)


def _document(key: str, name: str, day: date, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"_id": key, "participant": name, "date": day.isoformat(), "source": "takeout", **fields}
