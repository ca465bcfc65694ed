"""Trailing windows: what the last days of a participant say together."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.engagement.daily import (
    LEVELS,
    RULE_VERSION,
    Thresholds,
    daily_engagement,
)
from fitbit_pipeline.engagement.summary import WINDOWS, Windows

LAST = date(2026, 11, 20)
LONG_AGO = date(2020, 1, 1)

metrics = st.dictionaries(
    st.sampled_from(["steps", "heart_rate_minutes", *LEVELS]), st.integers(0, 12_000)
)
days = st.dictionaries(
    st.dates(LAST - timedelta(days=40), LAST + timedelta(days=5)),
    st.tuples(metrics, st.sampled_from([1380, 1440, 1500])).map(
        lambda drawn: daily_engagement(drawn[0], drawn[1], Thresholds())
    ),
    max_size=30,
)


def ago(number: int) -> date:
    """The day that lies so many days before the window's last one."""
    return LAST - timedelta(days=number)


def a_day(minutes_of_day: int = 1440, **known: float) -> dict[str, Any]:
    """A day of which these metrics are known."""
    return daily_engagement(known, minutes_of_day, Thresholds())


def levels(sedentary: float, lightly: float, fairly: float, very: float) -> dict[str, float]:
    """Minutes or shares of the four levels."""
    return dict(zip(LEVELS, (sedentary, lightly, fairly, very), strict=True))


def summary(
    by_day: dict[date, dict[str, Any]], window: int, enrolled_on: date = LONG_AGO
) -> dict[str, Any]:
    """The summary of so many days up to the last one."""
    return Windows(by_day, enrolled_on, LAST).ending_on(LAST, window)


def week(by_day: dict[date, dict[str, Any]], enrolled_on: date = LONG_AGO) -> dict[str, Any]:
    """The summary of the seven days up to the last one."""
    return summary(by_day, 7, enrolled_on)


class TestWhichDays:
    """Expected days are those of the window since enrolment; the others are missing."""

    def test_windows_are_a_week_a_month_and_a_quarter(self) -> None:
        assert WINDOWS == (7, 30, 90)

    def test_the_last_day_is_in_the_window_and_the_one_before_its_first_is_not(self) -> None:
        found = week({LAST: a_day(steps=1), ago(6): a_day(steps=3), ago(7): a_day(steps=1000)})
        assert (found["days_with_data"], found["mean_steps"]) == (2, 2)

    def test_days_after_the_window_do_not_count(self) -> None:
        assert week({LAST + timedelta(days=1): a_day(steps=9)})["days_with_data"] == 0

    def test_days_without_data_are_missing(self) -> None:
        found = week({ago(1): a_day(steps=800), ago(4): a_day(steps=900)})
        assert (found["expected_days"], found["days_with_data"], found["missing_days"]) == (7, 2, 5)

    def test_a_missing_day_is_neither_worn_nor_in_a_bucket(self) -> None:
        found = week({})
        assert found["missing_days"] == 7
        assert (found["worn_days"], found["unknown_wear_days"]) == (0, 0)
        assert set(found["buckets"].values()) == {0}

    def test_days_before_enrolment_are_not_expected(self) -> None:
        found = week({}, enrolled_on=ago(2))
        assert (found["expected_days"], found["missing_days"]) == (3, 3)

    def test_days_before_enrolment_do_not_count_even_if_they_have_data(self) -> None:
        found = week({ago(1): a_day(steps=800)}, enrolled_on=LAST)
        assert (found["expected_days"], found["days_with_data"], found["missing_days"]) == (1, 0, 1)

    def test_before_enrolment_nothing_is_expected(self) -> None:
        found = week({}, enrolled_on=LAST + timedelta(days=1))
        assert (found["expected_days"], found["missing_days"]) == (0, 0)

    def test_a_range_has_every_window_of_each_of_its_days(self) -> None:
        windows = Windows({ago(1): a_day(steps=800)}, LONG_AGO, LAST)

        found = list(windows.between(ago(1), LAST))
        assert found == [
            (day, windows.ending_on(day, window)) for day in (ago(1), LAST) for window in WINDOWS
        ]


class TestTheDocument:
    """What is kept of a window."""

    def test_a_month_of_one_day(self) -> None:
        day = a_day(heart_rate_minutes=700, steps=800, **levels(720, 360, 36, 0))

        assert summary({ago(29): day}, 30) == {
            "window_days": 30,
            "expected_days": 30,
            "days_with_data": 1,
            "missing_days": 29,
            "worn_days": 1,
            "unknown_wear_days": 0,
            "buckets": {"not_worn": 0, "low": 0, "normal": 1, "high": 0},
            "mean_steps": 800,
            "mean_wear_minutes": 700,
            "level_minutes": levels(720, 360, 36, 0),
            "level_day_minutes": 1440,
            "level_shares": levels(0.5, 0.25, 0.025, 0),
            "rule_version": RULE_VERSION,
        }


class TestCounts:
    """Worn days and buckets."""

    def test_worn_not_worn_and_unknown_are_told_apart(self) -> None:
        found = week(
            {
                ago(0): a_day(heart_rate_minutes=600),
                ago(1): a_day(heart_rate_minutes=599),
                ago(2): a_day(steps=500),
                ago(3): a_day(total_minutes_asleep=400),
                ago(4): a_day(heart_rate_minutes=1200),
            }
        )
        assert (found["worn_days"], found["unknown_wear_days"]) == (3, 1)
        assert found["days_with_data"] == 5

    def test_days_are_counted_by_bucket(self) -> None:
        steps = (0, 0, 20, 5_000, 5_000, 5_000, 20_000)
        found = week({ago(number): a_day(steps=each) for number, each in enumerate(steps)})
        assert found["buckets"] == {"not_worn": 2, "low": 1, "normal": 3, "high": 1}


class TestMeans:
    """Means are of the days that state a value."""

    def test_a_mean_is_of_the_days_that_state_the_value(self) -> None:
        found = week(
            {
                ago(0): a_day(steps=1000, heart_rate_minutes=900),
                ago(1): a_day(steps=2000),
                ago(2): a_day(heart_rate_minutes=300),
            }
        )
        assert (found["mean_steps"], found["mean_wear_minutes"]) == (1500, 600)

    def test_a_zero_counts_in_the_mean(self) -> None:
        assert week({ago(0): a_day(steps=0), ago(1): a_day(steps=3)})["mean_steps"] == 1.5

    def test_where_there_is_nothing_the_mean_is_unknown_and_not_zero(self) -> None:
        found = week({ago(0): a_day(total_minutes_asleep=400)})
        assert (found["mean_steps"], found["mean_wear_minutes"]) == (None, None)


class TestShares:
    """Shares of the activity levels are of the real length of the days."""

    @pytest.mark.parametrize("minutes", [1380, 1440, 1500])
    def test_a_share_is_of_the_day_as_long_as_it_was(self, minutes: int) -> None:
        found = week({LAST: a_day(minutes, **levels(690, 60, 30, 15))})
        assert found["level_day_minutes"] == minutes
        assert found["level_shares"]["sedentary_minutes"] == 690 / minutes

    def test_days_of_different_length_are_weighed_by_it(self) -> None:
        found = week(
            {
                ago(0): a_day(1380, **levels(1380, 0, 0, 0)),
                ago(1): a_day(1500, **levels(60, 0, 0, 0)),
            }
        )
        assert found["level_shares"]["sedentary_minutes"] == 1440 / 2880

    def test_a_day_that_lacks_a_level_is_left_out_of_the_shares(self) -> None:
        found = week(
            {
                ago(0): a_day(**levels(720, 0, 0, 0)),
                ago(1): a_day(sedentary_minutes=1000, lightly_active_minutes=10),
            }
        )
        assert found["level_minutes"]["sedentary_minutes"] == 720
        assert found["level_shares"]["sedentary_minutes"] == 0.5

    def test_without_levels_there_are_no_shares(self) -> None:
        found = week({LAST: a_day(steps=5)})
        assert (found["level_shares"], found["level_day_minutes"]) == (None, 0)


class TestAlways:
    """What holds for all days and windows."""

    @given(days, st.sampled_from(WINDOWS), st.randoms(use_true_random=False))
    def test_the_order_of_the_days_does_not_matter(
        self, by_day: dict[date, dict[str, Any]], window: int, chance: Any
    ) -> None:
        shuffled = list(by_day.items())
        chance.shuffle(shuffled)
        assert summary(dict(shuffled), window) == summary(by_day, window)

    @given(days, st.sampled_from(WINDOWS), st.dates(LAST - timedelta(days=60), LAST))
    def test_every_expected_day_has_data_or_is_missing(
        self, by_day: dict[date, dict[str, Any]], window: int, enrolled_on: date
    ) -> None:
        found = summary(by_day, window, enrolled_on)
        assert found["expected_days"] == found["days_with_data"] + found["missing_days"]
        assert found["expected_days"] == min(window, (LAST - enrolled_on).days + 1)
        assert found["missing_days"] >= 0

    @given(days, st.sampled_from(WINDOWS))
    def test_the_buckets_hold_every_day_whose_steps_are_known(
        self, by_day: dict[date, dict[str, Any]], window: int
    ) -> None:
        found = summary(by_day, window)
        first = LAST - timedelta(days=window - 1)
        known = [
            day
            for day, each in by_day.items()
            if first <= day <= LAST and each["steps"] is not None
        ]
        assert sum(found["buckets"].values()) == len(known)
