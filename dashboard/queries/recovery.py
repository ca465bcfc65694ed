"""Questions about heart and recovery: each day's value, and what is usual for the person.

The usual range of a day is made of the 60 days before it. MongoDB finds percentiles from version 7
on, and the embedded server is a 6.0: so these few numbers per day are pandas' work.
"""

from datetime import date, timedelta

import pandas as pd

from dashboard.queries.days import WHY, metric_days
from dashboard.queries.reading import Reading
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState

USUAL_DAYS = 60
"""From how many days before a day its usual range is made."""
USUAL_FROM = 14
"""How many of those must have a value."""
LOW, HIGH = 0.1, 0.9
"""Which quantiles of them bound it."""

ABOVE = "above"
BELOW = "below"
WITHIN = "within"


def usual_days(
    reading: Reading, participant: str, first: date, last: date, metric: str, *companions: str
) -> pd.DataFrame:
    """Every civil day of a range, with the value of a metric and what is usual for the person.

    Args:
        reading: Whom to ask.
        participant: Whose days.
        first: The first day.
        last: The last day, included.
        metric: A number of the catalogue.
        *companions: Further metrics of the same endpoint.

    Returns:
        As ``days.metric_days``, except that ``has_data`` means that there is a value of ``metric``;
        and ``usual_low`` and ``usual_high`` (the 10th and the 90th percentile of the 60 days before
        the day, which is not one of them; missing where fewer than 14 of them have a value),
        ``known_before`` (how many of them have one) and ``against_usual`` (``above``, ``below``,
        ``within``; missing where value or usual range is).
    """
    since = first - timedelta(days=USUAL_DAYS)
    days = metric_days(reading, participant, since, last, metric, *companions)
    unstated = days["has_data"] & days[metric].isna()
    days.loc[unstated, ["has_data", "may_change"]] = False
    days.loc[unstated, "note"] = WHY[CoverageState.DATA.value]
    value = days[metric].astype("float64")
    before = value.shift(1)
    found = before.rolling(USUAL_DAYS, min_periods=USUAL_FROM)
    low, high = found.quantile(LOW), found.quantile(HIGH)
    against = pd.Series(pd.NA, index=days.index, dtype="string")
    against[value.between(low, high)] = WITHIN
    against[value > high] = ABOVE
    against[value < low] = BELOW
    known = before.rolling(USUAL_DAYS, min_periods=0).count()
    whole = days.assign(
        usual_low=low.astype("Float64"),
        usual_high=high.astype("Float64"),
        known_before=known.astype("Int64"),
        against_usual=against,
    )
    return whole.iloc[USUAL_DAYS:].reset_index(drop=True)


def not_served(
    reading: Reading, participant: str, first: date, last: date, *endpoints: str
) -> list[str]:
    """Which endpoints the participant's source is known not to have, on every day of a range."""
    days = (last - first).days + 1
    asked = reading.coverage(participant, first, last, endpoints)
    known = [
        name
        for entries in asked.values()
        for name, entry in entries.items()
        if entry.kind == NOT_SERVED
    ]
    return [name for name in endpoints if known.count(name) == days]
