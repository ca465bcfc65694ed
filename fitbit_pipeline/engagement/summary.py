"""Trailing windows: what the last 7, 30 or 90 days of a participant say together."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.engagement.daily import LEVELS, RULE_VERSION, ActivityBucket

WINDOWS = (7, 30, 90)
"""Lengths of the trailing windows in days, the day itself included."""


def summarise(
    days: Mapping[date, Mapping[str, Any]], last: date, window_days: int, enrolled_on: date
) -> dict[str, Any]:
    """The summary of the window that ends on a day.

    Args:
        days: Daily engagement by date; missing days are not in it. Other days are ignored.
        last: The window's last day.
        window_days: The window's length.
        enrolled_on: The participant's first day; days before it are not expected.

    Returns:
        ``expected_days`` (days of the window since enrolment), ``days_with_data``,
        ``missing_days``, ``worn_days``, ``unknown_wear_days`` (data, but worn or not is not
        known), ``buckets`` (days per bucket), ``mean_steps``, ``mean_wear_minutes``,
        ``level_minutes`` (per activity level), ``level_day_minutes`` (the length of the days that
        state all levels, in minutes) and ``level_shares`` (of that); means and shares are None
        where there is nothing to take them of.
    """
    first = max(last - timedelta(days=window_days - 1), enrolled_on)
    expected = list(days_between(first, last))
    present = [days[day] for day in expected if day in days]
    levelled = [day for day in present if all(day[level] is not None for level in LEVELS)]
    level_minutes = {level: sum(day[level] for day in levelled) for level in LEVELS}
    level_day_minutes = sum(day["minutes_of_day"] for day in levelled)
    return {
        "window_days": window_days,
        "expected_days": len(expected),
        "days_with_data": len(present),
        "missing_days": len(expected) - len(present),
        "worn_days": sum(day["worn"] is True for day in present),
        "unknown_wear_days": sum(day["worn"] is None for day in present),
        "buckets": {
            bucket.value: sum(day["activity_bucket"] == bucket.value for day in present)
            for bucket in ActivityBucket
        },
        "mean_steps": _mean(present, "steps"),
        "mean_wear_minutes": _mean(present, "wear_minutes"),
        "level_minutes": level_minutes,
        "level_day_minutes": level_day_minutes,
        "level_shares": (
            {level: minutes / level_day_minutes for level, minutes in level_minutes.items()}
            if level_day_minutes
            else None
        ),
        "rule_version": RULE_VERSION,
    }


def _mean(days: list[Mapping[str, Any]], name: str) -> float | None:
    values = [day[name] for day in days if day[name] is not None]
    return sum(values) / len(values) if values else None
