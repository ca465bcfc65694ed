"""What the dashboard asks of the store, asked of a real MongoDB."""

from datetime import date

import pandas as pd
import pytest

from dashboard.queries import engagement as queries
from dashboard.queries import people
from dashboard.queries.reading import Reading
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import ZONE, a_day, a_still_day, write_person

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in range(2, 7))
CLOCKS_GO_BACK = date(2026, 10, 25)


def _span(reading: Reading, name: str) -> people.Span | None:
    person = people.person(reading, name)
    assert person is not None
    return person.data_span


def test_every_day_of_the_range_has_a_row_even_without_a_document(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {MONDAY: a_day(), WEDNESDAY: a_day()})

    days = queries.engagement_days(reading, "P07", MONDAY, THURSDAY)

    assert list(days["date"]) == ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]
    assert list(days["has_data"]) == [True, False, True, False]


def test_a_missing_day_has_no_steps_rather_than_none_taken(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {MONDAY: a_still_day(), WEDNESDAY: a_day()})

    steps = queries.engagement_days(reading, "P07", MONDAY, TUESDAY)["steps"]

    assert steps[0] == 0
    assert steps[1] is pd.NA


def test_wear_has_five_states(store: Store, reading: Reading) -> None:
    """A missing day is never called not worn, and a few minutes of wear are not none."""
    nothing_known = {"sedentary_minutes": 800}
    write_person(
        store,
        "P07",
        {
            MONDAY: a_day(),
            TUESDAY: a_day(heart_rate_minutes=30),
            WEDNESDAY: a_still_day(),
            FRIDAY: nothing_known,
        },
    )

    states = queries.engagement_days(reading, "P07", MONDAY, FRIDAY)["wear_state"]

    assert list(states) == ["worn", "partly_worn", "not_worn", "no_data", "unknown"]


def test_a_missing_day_says_why(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {MONDAY: a_day(), THURSDAY: a_day()}, failed=[TUESDAY])

    note = queries.engagement_days(reading, "P07", MONDAY, THURSDAY)["note"]

    assert list(note) == ["", "asked for; the last try failed", "never asked for", ""]


def test_a_day_newer_than_the_last_sync_is_not_settled(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {MONDAY: a_day(), TUESDAY: a_day()}, unsettled=[TUESDAY])

    days = queries.engagement_days(reading, "P07", MONDAY, TUESDAY)

    assert list(days["may_change"]) == [False, True]
    assert list(days["note"]) == ["", "may still change"]


def test_nobody_sees_the_days_of_another_whose_name_begins_alike(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P0", {TUESDAY: a_day(steps=1)})
    write_person(store, "P0-b", {MONDAY: a_day(steps=2)})
    write_person(store, "P07", {THURSDAY: a_day(steps=3)})

    assert _span(reading, "P0") == (TUESDAY, TUESDAY)
    assert queries.key_figures(reading, "P0", MONDAY, THURSDAY).mean_steps == 1


def test_a_participant_without_data_has_no_span(store: Store, reading: Reading) -> None:
    store.participants.save([Participant("P07", "takeout", ZONE, MONDAY)])

    assert _span(reading, "P07") is None


def test_the_span_reaches_from_the_first_to_the_last_day_with_data(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {TUESDAY: a_day(), THURSDAY: a_day()}, enrolled_on=MONDAY)

    assert _span(reading, "P07") == (TUESDAY, THURSDAY)


def test_the_key_figures_count_missing_days_and_leave_them_out_of_the_mean(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {MONDAY: a_day(6000), WEDNESDAY: a_day(8000, 30)})

    figures = queries.key_figures(reading, "P07", MONDAY, THURSDAY)

    assert (figures.days, figures.days_with_data, figures.missing_days) == (4, 2, 2)
    assert (figures.worn_days, figures.wear_known_days) == (1, 2)
    assert (figures.mean_steps, figures.steps_days) == (7000, 2)


def test_the_key_figures_of_no_data_are_zero_days_and_no_mean(
    store: Store, reading: Reading
) -> None:
    figures = queries.key_figures(reading, "P07", MONDAY, THURSDAY)

    assert (figures.days_with_data, figures.missing_days, figures.mean_steps) == (0, 4, None)


def test_a_day_without_steps_is_not_counted_as_having_them(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {MONDAY: a_day(6000), TUESDAY: {"sedentary_minutes": 800}})

    figures = queries.key_figures(reading, "P07", MONDAY, TUESDAY)

    assert (figures.days_with_data, figures.steps_days, figures.mean_steps) == (2, 1, 6000)


def test_the_buckets_and_the_missing_days_add_up_to_the_range(
    store: Store, reading: Reading
) -> None:
    write_person(
        store, "P07", {MONDAY: a_still_day(), TUESDAY: a_day(10_001), WEDNESDAY: a_day(10_000)}
    )

    buckets = queries.bucket_days(reading, "P07", MONDAY, THURSDAY).set_index("bucket")

    assert dict(buckets["days"]) == {"not_worn": 1, "low": 0, "normal": 1, "high": 1, "no_data": 1}
    assert buckets["share"].sum() == pytest.approx(1)


def test_days_with_data_but_without_steps_are_a_bucket_of_their_own(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {MONDAY: {"sedentary_minutes": 800}})

    buckets = queries.bucket_days(reading, "P07", MONDAY, TUESDAY).set_index("bucket")

    assert buckets.loc["unknown", "days"] == 1
    assert buckets.loc["no_data", "days"] == 1


def test_levels_are_shares_of_the_day_s_real_length(store: Store, reading: Reading) -> None:
    """The night on which clocks go back has 25 hours: 1500 minutes, not 1440."""
    write_person(store, "P07", {CLOCKS_GO_BACK: a_day()})

    levels = queries.level_shares(reading, "P07", CLOCKS_GO_BACK, CLOCKS_GO_BACK).set_index("level")

    assert levels.loc["sedentary_minutes", "share"] == pytest.approx(700 / 1500)
    assert levels.loc["asleep_or_not_recorded", "minutes"] == 1500 - 950
    assert levels["share"].sum() == pytest.approx(1)


def test_a_day_that_states_only_some_levels_is_left_out_of_the_shares(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {MONDAY: a_day(), TUESDAY: {"sedentary_minutes": 1400}})

    levels = queries.level_shares(reading, "P07", MONDAY, TUESDAY).set_index("level")

    assert levels.loc["sedentary_minutes", "minutes_per_day"] == 700
    assert levels["days"].unique() == [1]


def test_no_levels_at_all_give_no_shares(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {MONDAY: {"steps": 4000}})

    assert queries.level_shares(reading, "P07", MONDAY, TUESDAY).empty


def test_the_evidence_of_wear_is_counted_by_method(store: Store, reading: Reading) -> None:
    write_person(
        store,
        "P07",
        {MONDAY: a_day(), TUESDAY: a_day(), WEDNESDAY: a_day(heart_rate_minutes=None)},
    )

    evidence = queries.wear_evidence(reading, "P07", MONDAY, THURSDAY)

    assert list(evidence.itertuples(index=False, name=None)) == [
        ("wear_minutes", "heart_rate", 2),
        ("steps", None, 1),
    ]
