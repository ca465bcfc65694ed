"""What the overview asks of the store, asked of a real MongoDB."""

from datetime import date, timedelta

import pandas as pd
import pytest

from dashboard.queries.overview import lacking, overview_days, week_and_before
from dashboard.queries.reading import NotYoursError, Reading
from dashboard.queries.wear_streak import wear_streak
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import (
    a_day,
    a_still_day,
    write_coverage,
    write_metrics,
    write_person,
)

LAST = date(2026, 11, 20)
FIRST = LAST - timedelta(days=29)
WEEK_FIRST = LAST - timedelta(days=6)


def _row(days: pd.DataFrame, measure: str, day: date = LAST) -> pd.Series:
    (row,) = (
        row
        for _, row in days[days["measure"] == measure].iterrows()
        if row["date"] == day.isoformat()
    )
    return row


def test_every_measure_has_a_row_for_every_day_of_the_range_and_of_the_28_before(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {LAST: a_day()})

    of_a_week = overview_days(reading, "P07", WEEK_FIRST, LAST)
    of_two_months = overview_days(reading, "P07", LAST - timedelta(days=59), LAST)

    assert of_a_week.groupby("measure").size().unique().tolist() == [29]
    assert of_two_months.groupby("measure").size().unique().tolist() == [60]


def test_values_come_from_engagement_and_from_metrics(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {LAST: {**a_day(9000), "total_minutes_asleep": 432}})
    write_metrics(store, "P07", {LAST: {"hrv_rmssd": 41.5, "active_zone_minutes": 12}})

    days = overview_days(reading, "P07", FIRST, LAST)

    assert _row(days, "steps")["value"] == 9000
    assert _row(days, "wear_minutes")["value"] == 1100
    assert _row(days, "minutes_asleep")["value"] == 432
    assert _row(days, "active_minutes")["value"] == 50
    assert _row(days, "hrv_rmssd")["value"] == 41.5
    assert _row(days, "active_zone_minutes")["value"] == 12
    assert _row(days, "resting_heart_rate")["value"] is pd.NA


def test_what_is_missing_says_why_by_its_own_endpoint(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {LAST: a_day()})
    write_coverage(store, "P07", "hrv", [LAST], CoverageState.FORBIDDEN)
    write_coverage(store, "P07", "sleep", [LAST], CoverageState.EMPTY)

    days = overview_days(reading, "P07", FIRST, LAST)

    assert _row(days, "hrv_rmssd")["note"] == "not shared, or not in the source"
    assert _row(days, "minutes_asleep")["note"] == "asked for; the source had nothing"
    assert _row(days, "resting_heart_rate")["note"] == "never asked for"


def test_what_may_still_change_says_so_by_its_own_endpoint(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {LAST: a_day()}, unsettled=[LAST])
    write_coverage(store, "P07", "heart_rate", [LAST])

    days = overview_days(reading, "P07", FIRST, LAST)

    assert _row(days, "steps")["may_change"]
    assert not _row(days, "wear_minutes")["may_change"]


def test_wear_found_without_a_heart_rate_is_as_open_as_what_it_was_found_by(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {LAST: a_still_day()})
    write_coverage(store, "P07", "heart_rate", [LAST], CoverageState.FORBIDDEN, kind=NOT_SERVED)
    write_coverage(store, "P07", "activity_minutes", [LAST], settled=False)

    row = _row(overview_days(reading, "P07", FIRST, LAST), "wear_minutes")

    assert row["value"] == 0
    assert row["may_change"]


def _compared(reading: Reading) -> pd.DataFrame:
    return week_and_before(reading, "P07", LAST).set_index("measure")


def test_the_last_seven_days_stand_beside_the_28_before_and_no_others(
    store: Store, reading: Reading
) -> None:
    days = {day: a_day(1000) for day in days_between(WEEK_FIRST, LAST)}
    days |= {WEEK_FIRST - timedelta(days=each): a_day(2000) for each in range(1, 29)}
    days[WEEK_FIRST - timedelta(days=29)] = a_day(90_000)
    days[LAST + timedelta(days=1)] = a_day(90_000)
    write_person(store, "P07", days)

    steps = _compared(reading).loc["steps"]

    assert steps.to_dict() == {"week": 1000, "before": 2000, "week_days": 7, "before_days": 28}


def test_a_missing_day_counts_in_no_mean(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {LAST: a_day(1000), WEEK_FIRST: a_day(3000, None)})
    write_metrics(store, "P07", {LAST: {"resting_heart_rate": 61}})

    found = _compared(reading)

    assert found.loc["steps", "week"] == 2000
    assert found.loc["steps", "week_days"] == 2
    assert found.loc["wear_minutes", "week_days"] == 1
    assert found.loc["resting_heart_rate", "week"] == 61
    assert found.loc["steps", "before"] is pd.NA
    assert found.loc["steps", "before_days"] == 0


def test_worn_days_are_per_seven_days_from_the_first_day_with_data_on(
    store: Store, reading: Reading
) -> None:
    """Ten days before the week there is data for the first time; five of them are worn."""
    begun = WEEK_FIRST - timedelta(days=10)
    days = {begun + timedelta(days=each): a_day() for each in range(5)}
    days[begun + timedelta(days=5)] = a_still_day()
    days |= {day: a_day() for day in days_between(WEEK_FIRST, LAST) if day != LAST}
    write_person(store, "P07", days)

    worn = _compared(reading).loc["worn_days"]

    assert worn.to_dict() == {"week": 6, "before": 3.5, "week_days": 7, "before_days": 10}


def test_before_the_first_day_with_data_nothing_was_worn_or_not_worn(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {LAST: a_day()})

    worn = _compared(reading).loc["worn_days"]

    assert (worn["week"], worn["week_days"]) == (7, 1)
    assert worn["before"] is pd.NA


def _worn(*, but: date | None = None) -> dict[date, dict[str, MetricValue]]:
    return {day: a_day() for day in days_between(FIRST, LAST) if day != but}


def test_a_streak_reaches_back_beyond_the_range(store: Store, reading: Reading) -> None:
    write_person(store, "P07", _worn())

    streak = wear_streak(reading, "P07", WEEK_FIRST, LAST)

    assert (streak.days, streak.since) == (30, FIRST)
    assert (streak.longest, streak.worn_days) == (7, 7)


def test_a_missing_day_ends_a_streak(store: Store, reading: Reading) -> None:
    missing = LAST - timedelta(days=4)
    write_person(store, "P07", _worn(but=missing))

    streak = wear_streak(reading, "P07", FIRST, LAST)

    assert (streak.days, streak.since) == (4, missing + timedelta(days=1))
    assert (streak.longest, streak.worn_days) == (25, 29)


def test_a_day_not_worn_ends_a_streak(store: Store, reading: Reading) -> None:
    days = {**_worn(), LAST - timedelta(days=2): a_still_day()}
    write_person(store, "P07", days)

    assert wear_streak(reading, "P07", FIRST, LAST).days == 2


def test_a_last_day_that_was_not_worn_leaves_no_streak(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {**_worn(), LAST: a_still_day()})

    streak = wear_streak(reading, "P07", FIRST, LAST)

    assert (streak.days, streak.since, streak.is_open) == (0, None, False)


def test_an_open_last_day_does_not_end_a_streak(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {**_worn(), LAST: a_still_day()}, unsettled=[LAST])

    streak = wear_streak(reading, "P07", FIRST, LAST)

    assert streak.is_open
    assert (streak.days, streak.since) == (29, FIRST)


def test_an_open_last_day_that_is_worn_already_counts(store: Store, reading: Reading) -> None:
    write_person(store, "P07", _worn(), unsettled=[LAST])

    streak = wear_streak(reading, "P07", FIRST, LAST)

    assert not streak.is_open
    assert streak.days == 30


def test_a_streak_ends_with_the_last_day_with_data_of_the_range(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", _worn())

    streak = wear_streak(reading, "P07", FIRST, LAST + timedelta(days=9))

    assert (streak.last_day, streak.days) == (LAST, 30)


def test_streaks_count_over_the_end_of_a_year_and_a_change_of_the_clock(
    store: Store, reading: Reading
) -> None:
    first, last = date(2026, 10, 20), date(2027, 1, 5)
    write_person(store, "P07", {day: a_day() for day in days_between(first, last)})

    assert wear_streak(reading, "P07", first, last).days == 78


def test_without_data_there_is_no_streak(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {FIRST: a_day()})

    streak = wear_streak(reading, "P07", WEEK_FIRST, LAST)

    assert (streak.last_day, streak.days, streak.longest, streak.worn_days) == (None, 0, 0, 0)


def test_what_lacks_is_counted_per_state_and_endpoint(store: Store, reading: Reading) -> None:
    days = list(days_between(WEEK_FIRST, LAST))
    write_coverage(store, "P07", "steps", days)
    write_coverage(store, "P07", "sleep", days[:3], CoverageState.FAILED)
    write_coverage(store, "P07", "sleep", days[3:], CoverageState.EMPTY)
    write_coverage(store, "P07", "hrv", days, CoverageState.FORBIDDEN, kind=NOT_SERVED)
    write_coverage(store, "P07", "spo2", days, CoverageState.FORBIDDEN, kind="scope_missing")

    found = lacking(reading, "P07", WEEK_FIRST, LAST)

    told = [tuple(row) for row in found.itertuples(index=False) if row.state != "never_asked"]
    assert told == [("failed", "sleep", 3), ("forbidden", "spo2", 7), ("not_served", "hrv", 7)]
    never = found[found["state"] == "never_asked"]
    assert len(never) == 13
    assert set(never["days"]) == {7}


def test_days_outside_the_range_lack_nothing(store: Store, reading: Reading) -> None:
    write_coverage(store, "P07", "steps", [FIRST], CoverageState.FAILED)

    assert "failed" not in set(lacking(reading, "P07", WEEK_FIRST, LAST)["state"])


def test_who_is_bound_to_a_participant_has_nobody_else_s_overview(store: Store) -> None:
    bound = Reading(store, "P08")

    for question in (overview_days, wear_streak, lacking):
        with pytest.raises(NotYoursError):
            question(bound, "P07", FIRST, LAST)
    with pytest.raises(NotYoursError):
        week_and_before(bound, "P07", LAST)
