"""One day: how long the device was worn, whether the day counts, which bucket it falls into."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.engagement.daily import (
    INPUTS,
    LEVELS,
    ZONES,
    ActivityBucket,
    Thresholds,
    WearMethod,
    daily_engagement,
    wear_time,
)
from fitbit_pipeline.metrics.catalogue import METRIC

MOTIONLESS = {
    "steps": 0,
    "sedentary_minutes": 1440,
    "lightly_active_minutes": 0,
    "fairly_active_minutes": 0,
    "very_active_minutes": 0,
}
"""What a device reports of a day on the shelf."""


def engagement(minutes_of_day: int = 1440, **metrics: float | str) -> dict[str, Any]:
    """The engagement of a day with these metrics, by the default thresholds."""
    return daily_engagement(metrics, minutes_of_day, Thresholds())


class TestBuckets:
    """How much a day was moved, by steps alone."""

    @pytest.mark.parametrize(
        ("steps", "bucket"),
        [
            (0, "not_worn"),
            (1, "low"),
            (499, "low"),
            (500, "normal"),
            (10_000, "normal"),
            (10_001, "high"),
            (100_000, "high"),
        ],
    )
    def test_steps_choose_the_bucket(self, steps: int, bucket: str) -> None:
        assert engagement(steps=steps)["activity_bucket"] == bucket

    def test_without_steps_there_is_no_bucket(self) -> None:
        assert engagement(heart_rate_minutes=1200)["activity_bucket"] is None

    def test_a_deployment_draws_its_own_lines(self) -> None:
        lines = Thresholds(normal_steps=300, high_steps=400)
        found = [
            daily_engagement({"steps": steps}, 1440, lines)["activity_bucket"]
            for steps in (0, 299, 300, 400, 401)
        ]
        assert found == ["not_worn", "low", "normal", "normal", "high"]

    def test_the_bucket_not_worn_does_not_decide_whether_the_day_was_worn(self) -> None:
        day = engagement(steps=0, heart_rate_minutes=1000)
        assert (day["activity_bucket"], day["worn"]) == ("not_worn", True)


class TestWorn:
    """Whether a day counts."""

    @pytest.mark.parametrize(
        ("minutes", "worn"), [(0, False), (599, False), (600, True), (1440, True)]
    )
    def test_wear_minutes_decide_where_they_are_known(self, minutes: int, worn: bool) -> None:
        day = engagement(heart_rate_minutes=minutes, steps=0 if worn else 20_000)
        assert (day["worn"], day["worn_by"]) == (worn, "wear_minutes")

    @pytest.mark.parametrize(("steps", "worn"), [(0, False), (499, False), (500, True)])
    def test_steps_decide_where_wear_minutes_are_unknown(self, steps: int, worn: bool) -> None:
        day = engagement(steps=steps)
        assert (day["wear_minutes"], day["worn"], day["worn_by"]) == (None, worn, "steps")

    def test_where_neither_is_known_it_stays_unknown(self) -> None:
        day = engagement(resting_heart_rate=61, total_minutes_asleep=400)
        assert (day["worn"], day["worn_by"]) == (None, None)

    def test_a_deployment_draws_its_own_line_of_minutes_and_of_steps(self) -> None:
        lines = Thresholds(worn_minutes=480, worn_steps=300)
        assert daily_engagement({"heart_rate_minutes": 480}, 1440, lines)["worn"] is True
        assert daily_engagement({"heart_rate_minutes": 479}, 1440, lines)["worn"] is False
        assert daily_engagement({"steps": 300}, 1440, lines)["worn"] is True
        assert daily_engagement({"steps": 299}, 1440, lines)["worn"] is False


class TestWearTime:
    """The best of what is known measures it, and the document says what that was."""

    def test_readings_of_heart_rate_are_best(self) -> None:
        metrics = {**MOTIONLESS, "heart_rate_minutes": 700, "zone_below_minutes": 20}
        assert wear_time(metrics, 1440) == (700, WearMethod.HEART_RATE)

    def test_minutes_in_all_heart_rate_zones_come_next(self) -> None:
        zones = dict(zip(ZONES, (900, 40, 3, 1), strict=True))
        assert wear_time({**MOTIONLESS, **zones}, 1440) == (944, WearMethod.HEART_RATE_ZONES)

    def test_one_zone_is_enough(self) -> None:
        assert wear_time({"zone_below_minutes": 650}, 1440) == (650, WearMethod.HEART_RATE_ZONES)

    def test_zones_never_make_more_than_the_day(self) -> None:
        assert wear_time(dict.fromkeys(ZONES, 400), 1380) == (1380, WearMethod.HEART_RATE_ZONES)

    def test_a_day_without_any_movement_was_not_worn_at_all(self) -> None:
        assert wear_time(MOTIONLESS, 1440) == (0, WearMethod.NO_MOVEMENT)

    @pytest.mark.parametrize("minutes", [1380, 1500])
    def test_a_motionless_day_may_be_as_long_as_the_day_or_always_1440(self, minutes: int) -> None:
        """Some exports fill 1440 sedentary minutes in whatever the clocks did."""
        whole = {**MOTIONLESS, "sedentary_minutes": minutes}
        assert wear_time(whole, minutes) == (0, WearMethod.NO_MOVEMENT)
        assert wear_time(MOTIONLESS, minutes) == (0, WearMethod.NO_MOVEMENT)

    @pytest.mark.parametrize(
        "evidence",
        [
            {"steps": 12_015},
            {"steps": 1},
            {"sedentary_minutes": 1439},
            {"sedentary_minutes": 1380},
            {"lightly_active_minutes": 1},
            {"fairly_active_minutes": 1},
            {"very_active_minutes": 1},
            {"resting_heart_rate": 60},
            {"sleep_records": 1},
        ],
    )
    def test_any_sign_of_life_makes_wear_time_unknown_and_not_zero(
        self,
        evidence: dict[str, float],
    ) -> None:
        assert wear_time({**MOTIONLESS, **evidence}, 1440) == (None, None)

    @pytest.mark.parametrize("missing", MOTIONLESS)
    def test_what_is_not_stated_is_not_taken_for_zero(self, missing: str) -> None:
        metrics = {name: value for name, value in MOTIONLESS.items() if name != missing}
        assert wear_time(metrics, 1440) == (None, None)

    def test_activity_levels_do_not_measure_wear_time(self) -> None:
        levels = dict(zip(LEVELS, (800, 200, 20, 10), strict=True))
        assert wear_time({"steps": 9000, **levels}, 1440) == (None, None)


class TestRealDays:
    """Days as they were found in real archives."""

    def test_worn_all_day_though_all_of_it_is_called_sedentary(self) -> None:
        """The tutorial calls this day not worn: sedentary 1440 counts as 0 there."""
        day = engagement(**{**MOTIONLESS, "heart_rate_minutes": 1211, "tutorial_wear_minutes": 0})
        assert (day["worn"], day["wear_minutes"], day["wear_method"]) == (True, 1211, "heart_rate")
        assert day["tutorial_wear_minutes"] == 0

    def test_on_the_table_with_stray_readings_is_not_worn(self) -> None:
        """The tutorial calls this day worn from midnight to midnight."""
        day = engagement(
            steps=9,
            heart_rate_minutes=38,
            sedentary_minutes=1436,
            lightly_active_minutes=4,
            fairly_active_minutes=0,
            very_active_minutes=0,
            tutorial_wear_minutes=1440,
        )
        assert (day["worn"], day["wear_minutes"], day["tutorial_wear_minutes"]) == (False, 38, 1440)


class TestTheDocument:
    """What is kept of a day."""

    @pytest.mark.parametrize("minutes", [1380, 1440, 1500])
    def test_a_day_has_its_real_length(self, minutes: int) -> None:
        assert engagement(minutes, steps=1)["minutes_of_day"] == minutes

    def test_a_long_day_may_be_worn_for_all_of_its_25_hours(self) -> None:
        assert engagement(1500, heart_rate_minutes=1500)["wear_minutes"] == 1500

    def test_nothing_known_is_nothing_stated(self) -> None:
        stated = {name: value for name, value in engagement().items() if value is not None}
        assert stated.keys() == {"minutes_of_day", "rule_version"}

    def test_what_is_no_number_is_unknown(self) -> None:
        assert engagement(steps="9210")["steps"] is None

    def test_levels_and_sleep_are_carried_over(self) -> None:
        levels = dict(zip(LEVELS, (800, 200, 20, 10), strict=True))
        day = engagement(total_minutes_asleep=410, **levels)
        assert {name: day[name] for name in LEVELS} == levels
        assert day["minutes_asleep"] == 410

    def test_every_input_is_a_metric_of_the_catalogue(self) -> None:
        assert set(INPUTS) <= METRIC.keys()

    @given(
        st.dictionaries(st.sampled_from(INPUTS), st.integers(0, 1500)),
        st.sampled_from([1380, 1440, 1500]),
    )
    def test_every_day_is_decided_by_what_is_known_of_it(
        self, metrics: dict[str, int], minutes: int
    ) -> None:
        day = daily_engagement(metrics, minutes, Thresholds())
        assert (day["activity_bucket"] is None) == ("steps" not in metrics)
        assert (day["wear_minutes"] is None) == (day["wear_method"] is None)
        assert (day["worn"] is None) == (day["worn_by"] is None)
        assert (day["worn"] is None) == (day["wear_minutes"] is None and day["steps"] is None)
        assert day["activity_bucket"] in {None, *ActivityBucket}


def test_zones_without_the_lowest_are_no_wear_time() -> None:
    """Minutes in the upper zones tell how hard a day was, not how long the device was worn."""
    zones = {"zone_fat_burn_minutes": 40, "zone_cardio_minutes": 5, "zone_peak_minutes": 0}

    assert wear_time(zones, 1440) == (None, None)
