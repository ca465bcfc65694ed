"""What the dashboard asks of the store, asked of a real MongoDB."""

from datetime import date

import pandas as pd
import pytest

from dashboard import queries
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import a_day, a_still_day, write_person

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (2, 3, 4, 5))
CLOCKS_GO_BACK = date(2026, 10, 25)


def test_every_day_of_the_range_has_a_row_even_without_a_document(store: Store) -> None:
    write_person(store, "P07", {MONDAY: a_day(), WEDNESDAY: a_day()})

    days = queries.engagement_days(store, "P07", MONDAY, THURSDAY)

    assert list(days["date"]) == ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]
    assert list(days["has_data"]) == [True, False, True, False]


def test_a_missing_day_has_no_steps_rather_than_none_taken(store: Store) -> None:
    write_person(store, "P07", {MONDAY: a_still_day(), WEDNESDAY: a_day()})

    steps = queries.engagement_days(store, "P07", MONDAY, TUESDAY)["steps"]

    assert steps[0] == 0
    assert steps[1] is pd.NA


def test_wear_has_four_states(store: Store) -> None:
    """Worn, not worn, unknown, no data: a missing day is never called not worn."""
    nothing_known = {"sedentary_minutes": 800}
    write_person(
        store,
        "P07",
        {MONDAY: a_day(), TUESDAY: a_day(heart_rate_minutes=30), THURSDAY: nothing_known},
    )

    states = queries.engagement_days(store, "P07", MONDAY, THURSDAY)["wear_state"]

    assert list(states) == ["worn", "not_worn", "no_data", "unknown"]


def test_a_missing_day_says_why(store: Store) -> None:
    write_person(store, "P07", {MONDAY: a_day(), THURSDAY: a_day()}, failed=[TUESDAY])

    why = queries.engagement_days(store, "P07", MONDAY, THURSDAY)["why_missing"]

    assert why[0] is pd.NA
    assert why[1] == "asked for; the last try failed"
    assert why[2] == "never asked for"


def test_a_day_newer_than_the_last_sync_is_not_settled(store: Store) -> None:
    write_person(store, "P07", {MONDAY: a_day(), TUESDAY: a_day()}, unsettled=[TUESDAY])

    assert list(queries.engagement_days(store, "P07", MONDAY, TUESDAY)["settled"]) == [True, False]


def test_nobody_sees_the_days_of_another_whose_name_begins_alike(store: Store) -> None:
    write_person(store, "P0", {TUESDAY: a_day(steps=1)})
    write_person(store, "P0-b", {MONDAY: a_day(steps=2)})
    write_person(store, "P07", {THURSDAY: a_day(steps=3)})

    assert queries.data_span(store, "P0") == (TUESDAY, TUESDAY)
    assert queries.key_figures(store, "P0", MONDAY, THURSDAY).mean_steps == 1


def test_a_participant_without_data_has_no_span(store: Store) -> None:
    assert queries.data_span(store, "P07") is None


def test_the_span_reaches_from_the_first_to_the_last_day_with_data(store: Store) -> None:
    write_person(store, "P07", {TUESDAY: a_day(), THURSDAY: a_day()}, enrolled_on=MONDAY)

    assert queries.data_span(store, "P07") == (TUESDAY, THURSDAY)


def test_the_key_figures_count_missing_days_and_leave_them_out_of_the_mean(store: Store) -> None:
    write_person(store, "P07", {MONDAY: a_day(6000), WEDNESDAY: a_day(8000, 30)})

    figures = queries.key_figures(store, "P07", MONDAY, THURSDAY)

    assert (figures.days, figures.days_with_data, figures.missing_days) == (4, 2, 2)
    assert (figures.worn_days, figures.wear_known_days) == (1, 2)
    assert (figures.mean_steps, figures.steps_days) == (7000, 2)


def test_the_key_figures_of_no_data_are_zero_days_and_no_mean(store: Store) -> None:
    figures = queries.key_figures(store, "P07", MONDAY, THURSDAY)

    assert (figures.days_with_data, figures.missing_days, figures.mean_steps) == (0, 4, None)


def test_a_day_without_steps_is_not_counted_as_having_them(store: Store) -> None:
    write_person(store, "P07", {MONDAY: a_day(6000), TUESDAY: {"sedentary_minutes": 800}})

    figures = queries.key_figures(store, "P07", MONDAY, TUESDAY)

    assert (figures.days_with_data, figures.steps_days, figures.mean_steps) == (2, 1, 6000)


def test_the_buckets_and_the_missing_days_add_up_to_the_range(store: Store) -> None:
    write_person(
        store, "P07", {MONDAY: a_still_day(), TUESDAY: a_day(10_001), WEDNESDAY: a_day(10_000)}
    )

    buckets = queries.bucket_days(store, "P07", MONDAY, THURSDAY).set_index("bucket")

    assert dict(buckets["days"]) == {"not_worn": 1, "low": 0, "normal": 1, "high": 1, "no_data": 1}
    assert buckets["share"].sum() == pytest.approx(1)


def test_days_with_data_but_without_steps_are_a_bucket_of_their_own(store: Store) -> None:
    write_person(store, "P07", {MONDAY: {"sedentary_minutes": 800}})

    buckets = queries.bucket_days(store, "P07", MONDAY, TUESDAY).set_index("bucket")

    assert buckets.loc["unknown", "days"] == 1
    assert buckets.loc["no_data", "days"] == 1


def test_levels_are_shares_of_the_day_s_real_length(store: Store) -> None:
    """The night on which clocks go back has 25 hours: 1500 minutes, not 1440."""
    write_person(store, "P07", {CLOCKS_GO_BACK: a_day()})

    levels = queries.level_shares(store, "P07", CLOCKS_GO_BACK, CLOCKS_GO_BACK).set_index("level")

    assert levels.loc["sedentary_minutes", "share"] == pytest.approx(700 / 1500)
    assert levels.loc["asleep_or_not_recorded", "minutes"] == 1500 - 950
    assert levels["share"].sum() == pytest.approx(1)


def test_a_day_that_states_only_some_levels_is_left_out_of_the_shares(store: Store) -> None:
    write_person(store, "P07", {MONDAY: a_day(), TUESDAY: {"sedentary_minutes": 1400}})

    levels = queries.level_shares(store, "P07", MONDAY, TUESDAY).set_index("level")

    assert levels.loc["sedentary_minutes", "minutes_per_day"] == 700
    assert levels["days"].unique() == [1]


def test_no_levels_at_all_give_no_shares(store: Store) -> None:
    write_person(store, "P07", {MONDAY: {"steps": 4000}})

    assert queries.level_shares(store, "P07", MONDAY, TUESDAY).empty


def test_the_evidence_of_wear_is_counted_by_method(store: Store) -> None:
    write_person(
        store,
        "P07",
        {MONDAY: a_day(), TUESDAY: a_day(), WEDNESDAY: a_day(heart_rate_minutes=None)},
    )

    evidence = queries.wear_evidence(store, "P07", MONDAY, THURSDAY)

    assert list(evidence.itertuples(index=False, name=None)) == [
        ("wear_minutes", "heart_rate", 2),
        ("steps", None, 1),
    ]
