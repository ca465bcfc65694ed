"""Somebody with whom all is well, and ways to ask whether they need a call."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.engagement.calls import CallReason, Facts, calls

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)
SYNCED_UNTIL = NOW - timedelta(hours=3)
AFTER_DAYS = 3
ENROLLED_ON = date(2026, 6, 1)


def ago(days_ago: int) -> date:
    """The day that lies so many days before today."""
    return TODAY - timedelta(days=days_ago)


def worn_on(days: Iterable[date], worn: bool | None = True) -> dict[str, bool | None]:
    """These days as worn, or as something else."""
    return {day.isoformat(): worn for day in days}


WELL = Facts(
    zone=ZoneInfo("UTC"),
    enrolled_on=ENROLLED_ON,
    synced_until=SYNCED_UNTIL,
    last_data=YESTERDAY,
    last_worn=YESTERDAY,
    worn=worn_on(days_between(ago(30), YESTERDAY)),
)
"""Somebody with whom all is well."""


def not_worn_since(days_ago: int, synced_until: datetime = SYNCED_UNTIL) -> Facts:
    """Worn for the last time so many days ago, with data since."""
    worn = {
        **worn_on(days_between(ago(30), ago(days_ago))),
        **worn_on(days_between(ago(days_ago - 1), YESTERDAY), worn=False),
    }
    return replace(WELL, last_worn=ago(days_ago), worn=worn, synced_until=synced_until)


def reasons(facts: Facts, now: datetime = NOW) -> list[CallReason]:
    """Why they need a call."""
    return [call.reason for call in calls(facts, now, AFTER_DAYS)]


def sentence(facts: Facts) -> str:
    """The one sentence that says why."""
    (call,) = calls(facts, NOW, AFTER_DAYS)
    return call.sentence
