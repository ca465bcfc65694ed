"""Ranges of days with nothing left out: every civil day has a row, and says why it has no value."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard.queries.reading import Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.metrics.catalogue import METRIC
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState

NEVER_ASKED = "never_asked"
MAY_CHANGE = "may still change"
EARLIER_ANSWER = "the last try failed; an earlier answer is shown"

WHY = {
    NEVER_ASKED: "never asked for",
    CoverageState.DATA.value: "the source's answer does not say",
    CoverageState.EMPTY.value: "asked for; the source had nothing",
    CoverageState.FAILED.value: "asked for; the last try failed",
    CoverageState.FORBIDDEN.value: "not shared, or not in the source",
}
"""Why a day has no value, by the state of its endpoint."""


def metric_days(
    reading: Reading, participant: str, first: date, last: date, *metrics: str
) -> pd.DataFrame:
    """Every civil day of a range, with the values of some metrics of one endpoint.

    Args:
        reading: Whom to ask.
        participant: Whose days.
        first: The first day.
        last: The last day, included.
        *metrics: Names of the catalogue, all read from the same endpoint.

    Returns:
        As ``whole_range``, with a column per metric: ``Float64`` for numbers, ``string`` for local
        times (``2026-11-20T23:10:30``).
    """
    (endpoint,) = {METRIC[name].endpoint for name in metrics}
    columns = {
        name: "string" if METRIC[name].unit == "local time" else "Float64" for name in metrics
    }
    found = reading.metric_values(participant, metrics, first, last)
    return whole_range(reading, participant, first, last, endpoint, found, columns)


def whole_range(
    reading: Reading,
    participant: str,
    first: date,
    last: date,
    endpoint: str,
    found: Mapping[str, Mapping[str, Any]],
    columns: Mapping[str, str],
) -> pd.DataFrame:
    """Every civil day of a range, whether or not anything was found for it.

    Args:
        reading: Whom to ask for coverage.
        participant: Whose days.
        first: The first day.
        last: The last day, included.
        endpoint: Whose coverage says why a day is missing, and whether it may change.
        found: What was found, by ISO date.
        columns: The fields of it that are wanted, and the type of each.

    Returns:
        A row per day, oldest first: ``date`` (ISO text, so that no time zone can move it),
        ``has_data``, the columns (missing where unknown), ``state`` (of the endpoint's coverage, or
        ``never_asked``), ``may_change`` (whether there is data that a later sync may change) and
        ``note`` (a few words on what is special about the day, else empty).
    """
    asked = reading.coverage(participant, first, last, [endpoint])
    rows = []
    for day in days_between(first, last):
        values = found.get(day.isoformat())
        entry = asked.get(day, {}).get(endpoint)
        rows.append(
            {
                **(values or {}),
                "date": day.isoformat(),
                "has_data": values is not None,
                "state": entry.state.value if entry else NEVER_ASKED,
                "may_change": values is not None and entry is not None and not entry.settled,
                "note": note(entry, has_data=values is not None),
            }
        )
    names = ["date", "has_data", *columns, "state", "may_change", "note"]
    days: pd.DataFrame = pd.DataFrame(rows, columns=names).astype(dict(columns))
    return days


def note(entry: CoverageEntry | None, *, has_data: bool) -> str:
    """What is special about a day, in a few words; empty if nothing is."""
    state = entry.state.value if entry else NEVER_ASKED
    if not has_data:
        return WHY[state]
    if state == CoverageState.FAILED.value:
        return EARLIER_ANSWER
    return MAY_CHANGE if entry and not entry.settled else ""
