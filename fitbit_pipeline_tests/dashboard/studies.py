"""Participants whose days go on, for pages and queries about everybody."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from fitbit_pipeline.civil import ONE_DAY, days_between
from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import ASKED_AT, a_day, a_still_day, write_person

WELL = "P01"
CONSENT = "P02"
SILENT = "P03"
UNWORN = "P04"
LEFT = "P05"
ENDED = "P06"

Days = Mapping[date, Mapping[str, MetricValue]]


def worn_days(today: date, first: int, last: int = 1) -> dict[date, Mapping[str, MetricValue]]:
    """Ordinary days, from so many days ago to so many."""
    return {day: a_day() for day in days_between(today - first * ONE_DAY, today - last * ONE_DAY)}


def still_days(today: date, first: int, last: int = 1) -> dict[date, Mapping[str, MetricValue]]:
    """Days on which the device was not worn, likewise."""
    return dict.fromkeys(worn_days(today, first, last), a_still_day())


def write_living(
    store: Store, name: str, days: Days, now: datetime, zone: str = "UTC", **changes: Any
) -> Participant:
    """A participant whose days go on, and whose device synced two hours ago.

    Args:
        store: Where.
        name: Who.
        days: The metrics of every day with data.
        now: The present instant, UTC.
        zone: Where they live.
        **changes: What is special about them.
    """
    usual = {
        "source": "google_health",
        "last_day": None,
        "synced_until": now - timedelta(hours=2),
    }
    living = replace(write_person(store, name, days, zone=zone), **{**usual, **changes})
    store.participants.save([living])
    return living


def write_failures(
    store: Store, name: str, endpoint: str, days: Iterable[date], attempts: int
) -> None:
    """Days of an endpoint that could not be fetched, for so many tries in a row."""
    entry = CoverageEntry(
        CoverageState.FAILED, settled=False, asked_at=ASKED_AT, attempts=attempts, kind="transient"
    )
    entries = {(name, day): entry for day in days}
    concerned = [day for _, day in entries]
    known = store.coverage.entries(endpoint, [name], min(concerned), max(concerned))
    store.coverage.record("google_health", endpoint, entries, known)


def write_six(store: Store, now: datetime) -> None:
    """Six participants, all in UTC: one with whom all is well, and five cases."""
    today = now.date()
    needs_consent, left = ParticipantStatus.NEEDS_CONSENT, ParticipantStatus.LEFT
    write_living(store, WELL, worn_days(today, 40), now)
    write_living(
        store,
        CONSENT,
        worn_days(today, 40, 9),
        now,
        status=needs_consent,
        status_reason="Gone.",
    )
    four_days_ago = now - timedelta(days=4)
    write_living(store, SILENT, worn_days(today, 40, 5), now, synced_until=four_days_ago)
    write_living(store, UNWORN, {**worn_days(today, 40, 7), **still_days(today, 6)}, now)
    write_living(store, LEFT, worn_days(today, 90, 50), now, status=left)
    write_person(store, ENDED, worn_days(today, 200, 100), zone="UTC")
