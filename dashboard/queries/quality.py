"""Questions about what is known of every endpoint and day: there, missing, or never asked for.

The counts are those of ``fitbit-pipeline coverage``, over the same days.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.queries.days import NEVER_ASKED
from dashboard.queries.reading import Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageEntry, CoverageState

STATES = (*(state.value for state in CoverageState), NEVER_ASKED)
"""Every state that an endpoint and day can be in."""

NOT_SHARED = "not_shared"
STANDINGS = (
    CoverageState.DATA.value,
    CoverageState.EMPTY.value,
    CoverageState.FAILED.value,
    NOT_SHARED,
    NOT_SERVED,
    NEVER_ASKED,
)
"""The states, with ``forbidden`` told apart by whether anybody could do something about it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days that are missing for one reason.

    Attributes:
        standing: One of ``STANDINGS``: failed, not shared, not served, never asked.
        kind: Which kind of failure it was, as the source named it; None where nobody asked.
        reason: The source's sentence, or one of them where every endpoint has its own.
        endpoints: What is missing.
        days: The days on which all of it is.
        shared_since: Whether the person has granted it since, so that it is asked for again.
    """

    standing: str
    kind: str | None
    reason: str | None
    endpoints: tuple[str, ...]
    days: tuple[date, ...]
    shared_since: bool = False


def endpoint_days(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """Every endpoint and day of a range, as far as the days are the participant's.

    Args:
        reading: Whom to ask.
        participant: Whose days.
        first: The first day.
        last: The last day, included; name none that is not over, for nobody asks for it.

    Returns:
        A row per endpoint and day, days ascending within each endpoint: ``endpoint``, ``date`` (ISO
        text), ``state`` (of ``STATES``), ``standing`` (of ``STANDINGS``), ``unsettled``,
        ``attempts`` (failed tries in a row), ``asked_at`` (UTC, missing if never), ``reason`` and
        ``kind`` (None if there is none). No row where no day is the participant's.
    """
    known = reading.participant(participant)
    span = known.days_within(first, last) if known else None
    asked = reading.coverage(participant, *span, ENDPOINT_NAMES) if span else {}
    days = list(days_between(*span)) if span else []
    rows = [
        _row(endpoint, day, asked.get(day, {}).get(endpoint))
        for endpoint in ENDPOINT_NAMES
        for day in days
    ]
    columns = ("endpoint", "date", "state", "standing", "unsettled", "attempts", "asked_at")
    # As objects, so that None stays None.
    table = pd.DataFrame(rows, columns=[*columns, "reason", "kind"], dtype="object")
    table["asked_at"] = pd.to_datetime(table["asked_at"], utc=True)
    return table.astype({"unsettled": "bool", "attempts": "int64"})


def state_counts(days: pd.DataFrame) -> pd.DataFrame:
    """How many days of each endpoint are in each state.

    Args:
        days: From ``endpoint_days``.

    Returns:
        A row for each of all endpoints: ``endpoint``, a column per state of ``STATES``, and
        ``unsettled``, which counts days among all of these that may still change.
    """
    counted = pd.crosstab(days["endpoint"], days["state"]).reindex(
        index=list(ENDPOINT_NAMES), columns=list(STATES), fill_value=0
    )
    unsettled = days.groupby("endpoint")["unsettled"].sum()
    counted["unsettled"] = unsettled.reindex(counted.index, fill_value=0).astype("int64")
    counted.columns.name = None
    return counted.reset_index(names="endpoint")


def gaps(days: pd.DataFrame) -> list[Gap]:
    """Why days are missing that somebody could want, what can be mended first.

    Args:
        days: From ``endpoint_days``.
    """
    missing: dict[tuple[Any, ...], dict[str, list[date]]] = {}
    row: Any
    for row in days.itertuples():
        if row.standing in {CoverageState.DATA.value, CoverageState.EMPTY.value}:
            continue
        # What a source never has it says in as many sentences as there are endpoints.
        reason = None if row.standing == NOT_SERVED else row.reason
        shared_since = row.standing == NOT_SHARED and row.unsettled
        by_endpoint = missing.setdefault((row.standing, row.kind, reason, shared_since), {})
        by_endpoint.setdefault(row.endpoint, []).append(date.fromisoformat(row.date))
    found = [
        Gap(standing, kind, reason, tuple(endpoints), together, shared_since)
        for (standing, kind, reason, shared_since), by_endpoint in missing.items()
        for together, endpoints in _on_the_same_days(by_endpoint).items()
    ]
    order = (CoverageState.FAILED.value, NOT_SHARED, NEVER_ASKED, NOT_SERVED)
    return sorted(found, key=lambda gap: (order.index(gap.standing), -len(gap.days)))


def _on_the_same_days(by_endpoint: dict[str, list[date]]) -> dict[tuple[date, ...], list[str]]:
    together: dict[tuple[date, ...], list[str]] = {}
    for endpoint, days in by_endpoint.items():
        together.setdefault(tuple(days), []).append(endpoint)
    return together


def _row(endpoint: str, day: date, entry: CoverageEntry | None) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "date": day.isoformat(),
        "state": entry.state.value if entry else NEVER_ASKED,
        "standing": standing_of(entry.state.value, entry.kind) if entry else NEVER_ASKED,
        "unsettled": entry is not None and not entry.settled,
        "attempts": entry.attempts if entry else 0,
        "asked_at": entry.asked_at if entry else None,
        "reason": entry.reason if entry else None,
        "kind": entry.kind if entry else None,
    }


def standing_of(state: str, kind: str | None) -> str:
    """Which of ``STANDINGS`` an entry of coverage is, by its state and kind."""
    if state != CoverageState.FORBIDDEN.value:
        return state
    return NOT_SERVED if kind == NOT_SERVED else NOT_SHARED
