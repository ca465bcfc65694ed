"""Metrics of the Fitbit Web API's days, in the shapes that its reference documents."""

from typing import Any

import pytest

from fitbit_pipeline.metrics.fitbit_web import NORMALISERS
from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline_tests.metrics.fitbit_days import DAY, read, series


def test_series_state_their_numbers_as_text() -> None:
    assert read("steps", activities__steps=series("9210")) == {"steps": 9210}
    assert read("floors", activities__floors=series("4")) == {"floors": 4}
    assert read("calories", activities__calories=series("2732")) == {"calories": 2732}


def test_a_number_in_place_of_text_is_read_too() -> None:
    assert read("steps", activities__steps=series(9210)) == {"steps": 9210}


def test_no_steps_are_zero_steps() -> None:
    assert read("steps", activities__steps=series("0")) == {"steps": 0}


def test_an_empty_series_states_nothing() -> None:
    assert read("steps", activities__steps=[]) == {}


def test_distance_loses_the_noise_of_adding_up() -> None:
    assert read("distance", activities__distance=series("6.4281999999999995")) == {
        "distance": 6.4282
    }


def test_distance_is_read_to_the_millimetre() -> None:
    assert read("distance", activities__distance=series("1.23456789")) == {"distance": 1.234568}


def test_what_the_tracker_measured_has_a_distance_of_its_own() -> None:
    roots = {"activities-tracker-distance": series("6.25")}

    assert read("distance", **roots) == {"tracker_distance": 6.25}


def test_of_several_items_the_last_counts() -> None:
    night = series({"dailyRmssd": 40, "deepRmssd": 50}) + series({"dailyRmssd": 44})

    assert read("steps", activities__steps=series("4") + series("9210")) == {"steps": 9210}
    assert read("hrv", hrv=night) == {"hrv_rmssd": 44}


def test_levels_give_the_tutorial_s_wear_time() -> None:
    levels = {
        "activities-minutesSedentary": series("586"),
        "activities-minutesLightlyActive": series("220"),
        "activities-minutesFairlyActive": series("51"),
        "activities-minutesVeryActive": series("23"),
    }

    assert NORMALISERS["activity_minutes"](levels, DAY) == {
        "sedentary_minutes": 586,
        "lightly_active_minutes": 220,
        "fairly_active_minutes": 51,
        "very_active_minutes": 23,
        "tutorial_wear_minutes": 880,
    }


def test_a_zone_that_is_left_out_beside_others_is_zero() -> None:
    value = {
        "fatBurnActiveZoneMinutes": 222,
        "cardioActiveZoneMinutes": 50,
        "activeZoneMinutes": 272,
    }

    assert read("active_zone_minutes", **{"activities-active-zone-minutes": series(value)}) == {
        "active_zone_minutes": 272,
        "fat_burn_zone_minutes": 222,
        "cardio_zone_minutes": 50,
        "peak_zone_minutes": 0,
    }


def test_the_stated_sum_of_the_zones_goes_before_ours() -> None:
    value = {"fatBurnActiveZoneMinutes": 7, "activeZoneMinutes": 8}

    values = read("active_zone_minutes", **{"activities-active-zone-minutes": series(value)})

    assert values["active_zone_minutes"] == 8


def test_without_their_sum_the_zones_are_added_up() -> None:
    value = {"fatBurnActiveZoneMinutes": 7, "peakActiveZoneMinutes": 4}

    values = read("active_zone_minutes", **{"activities-active-zone-minutes": series(value)})

    assert values["active_zone_minutes"] == 11


@pytest.mark.parametrize(
    ("stated", "value"), [("47-51", 49), ("44.5-46", 45.25), ("45", 45), ("45.3", 45.3), (44, 44)]
)
def test_a_range_of_fitness_is_read_as_its_middle(stated: object, value: float) -> None:
    assert read("vo2_max", cardioScore=series({"vo2Max": stated})) == {"vo2_max": value}


def test_nightly_measurements() -> None:
    assert read("spo2", spo2=series({"avg": 96.2, "min": 94, "max": 98.3})) == {
        "spo2_average": 96.2,
        "spo2_lowest": 94,
        "spo2_highest": 98.3,
    }
    assert read("breathing_rate", br=series({"breathingRate": 17.8})) == {"breathing_rate": 17.8}
    assert read("skin_temperature", tempSkin=series({"nightlyRelative": -0.3})) == {
        "skin_temperature_deviation": -0.3
    }


def test_the_last_log_of_the_day_is_the_weight() -> None:
    logs = [
        {"logId": 2, "date": "2023-01-01", "time": "21:00:00", "weight": 70.2, "bmi": 22.9},
        {"logId": 1, "date": "2023-01-01", "time": "07:00:00", "weight": 69.8, "bmi": 22.8},
    ]
    fat = [{"logId": 3, "date": "2023-01-01", "time": "07:00:00", "fat": 18.5}]

    assert read("weight", weight=logs, fat=fat) == {"weight": 70.2, "bmi": 22.9, "body_fat": 18.5}


def test_exercises_count_their_active_time_once() -> None:
    walk = {"logId": 9, "activeDuration": 1_800_000, "duration": 2_400_000}
    swim = {"logId": 10, "duration": 600_000}

    assert read("exercise", activities=[walk, swim, walk]) == {
        "exercise_count": 2,
        "exercise_minutes": 40,
    }


def test_exercises_without_a_number_are_told_apart_by_their_place() -> None:
    logs = [{"duration": 60_000}, {"duration": 30_000}]

    assert read("exercise", activities=logs) == {"exercise_count": 2, "exercise_minutes": 1.5}


def test_the_time_of_exercises_has_six_decimals() -> None:
    assert read("exercise", activities=[{"duration": 100}])["exercise_minutes"] == 0.001667


def test_a_sleep_log_gives_the_main_sleep() -> None:
    log = {
        "logId": 1,
        "isMainSleep": True,
        "type": "classic",
        "startTime": "2022-12-31T23:01:30.000",
        "endTime": "2023-01-01T07:01:30.000",
        "timeInBed": 480,
        "minutesAsleep": 440,
        "minutesAwake": 40,
        "efficiency": 92,
        "levels": {"summary": {"asleep": {"minutes": 440}, "restless": {"minutes": 40}}},
    }

    values = read("sleep", sleep=[log])

    assert values["sleep_start"] == "2022-12-31T23:01:30"
    assert values["minutes_asleep"] == 440
    assert "deep_minutes" not in values


@pytest.mark.parametrize(
    ("endpoint", "payload", "told"),
    [
        (
            "steps",
            {"activities-steps": [{"dateTime": "2023-01-01", "value": "many"}]},
            "a record has no number as 'value'",
        ),
        (
            "steps",
            {"activities-steps": series(10**13)},
            "a record has a number as 'value' that nothing measures",
        ),
        ("steps", {"activities-steps": "9210"}, "'activities-steps' is not a list of records"),
        (
            "heart_rate",
            {"activities-heart-intraday": []},
            "there are no readings as 'activities-heart-intraday'",
        ),
        (
            "heart_rate_zones",
            {"activities-heart": [{"value": 3}]},
            "a record has nothing as 'value'",
        ),
        (
            "vo2_max",
            {"cardioScore": [{"value": {"vo2Max": "high"}}]},
            "a record has no number as 'vo2Max'",
        ),
        ("exercise", {"activities": [{"logId": 1}]}, "a record has no number as 'duration'"),
        ("exercise", {"activities": [{"logId": []}]}, "a log has no number as 'logId'"),
        (
            "weight",
            {"weight": [{"time": "late", "weight": 70}]},
            "a weight has no time of day",
        ),
        (
            "spo2",
            {"spo2": [{"value": {"avg": float("nan"), "min": 1, "max": 2}}]},
            "a record has no number as 'avg'",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name_and_without_its_value(
    endpoint: str, payload: dict[str, Any], told: str
) -> None:
    with pytest.raises(PayloadRefused) as refusal:
        NORMALISERS[endpoint](payload, DAY)

    assert str(refusal.value) == told
