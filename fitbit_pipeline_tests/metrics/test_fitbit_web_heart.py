"""Metrics of the heart from the Fitbit Web API: wear minutes, zones, rest, variability."""

from typing import Any

from fitbit_pipeline_tests.metrics.fitbit_days import read, series


def _zones(**minutes: int) -> dict[str, Any]:
    names = {"out": "Out of Range", "fat": "Fat Burn", "cardio": "Cardio", "peak": "Peak"}
    return {
        "customHeartRateZones": [],
        "heartRateZones": [
            {"name": name, "min": 30, "max": 220, "caloriesOut": 1.5, "minutes": minutes[short]}
            for short, name in names.items()
        ],
    }


def test_minutes_with_a_reading_are_wear_minutes() -> None:
    dataset = [{"time": "00:00:00", "value": 64}, {"time": "00:01:00", "value": 62}]

    assert read("heart_rate", **{"activities-heart-intraday": {"dataset": dataset}}) == {
        "heart_rate_minutes": 2,
        "heart_rate_average": 63,
        "heart_rate_lowest": 62,
        "heart_rate_highest": 64,
    }


def test_seconds_of_one_minute_are_one_wear_minute() -> None:
    dataset = [{"time": "10:00:05", "value": 64}, {"time": "10:00:10", "value": 65}]

    values = read("heart_rate", **{"activities-heart-intraday": {"dataset": dataset}})

    assert values["heart_rate_minutes"] == 1


def test_a_reading_of_zero_is_none_and_any_other_is_one() -> None:
    dataset = [{"time": "10:00:00", "value": 0}, {"time": "10:01:00", "value": 1}]

    assert read("heart_rate", **{"activities-heart-intraday": {"dataset": dataset}}) == {
        "heart_rate_minutes": 1,
        "heart_rate_average": 1,
        "heart_rate_lowest": 1,
        "heart_rate_highest": 1,
    }


def test_the_mean_heart_rate_has_six_decimals() -> None:
    beats = {"10:00:00": 64, "10:01:00": 65, "10:02:00": 65}
    dataset = [{"time": time, "value": bpm} for time, bpm in beats.items()]

    values = read("heart_rate", **{"activities-heart-intraday": {"dataset": dataset}})

    assert values["heart_rate_average"] == 64.666667


def test_out_of_range_minutes_are_no_wear_time() -> None:
    """On a day in a drawer the API states 1440 minutes out of range."""
    drawer = series(_zones(out=1440, fat=0, cardio=0, peak=0))

    assert read("heart_rate_zones", activities__heart=drawer) == {
        "zone_fat_burn_minutes": 0,
        "zone_cardio_minutes": 0,
        "zone_peak_minutes": 0,
    }
    assert read("resting_heart_rate", activities__heart=drawer) == {}


def test_a_zone_without_minutes_had_none() -> None:
    value = _zones(out=1393, fat=40, cardio=0, peak=7)
    del value["heartRateZones"][2]["minutes"]

    assert read("heart_rate_zones", activities__heart=series(value)) == {
        "zone_fat_burn_minutes": 40,
        "zone_cardio_minutes": 0,
        "zone_peak_minutes": 7,
    }


def test_zones_of_a_device_that_feels_no_pulse_state_nothing() -> None:
    value = _zones(out=1440, fat=0, cardio=0, peak=0)
    for zone in value["heartRateZones"]:
        del zone["minutes"]

    assert read("heart_rate_zones", activities__heart=series(value)) == {}


def test_resting_heart_rate_is_read_where_it_was_computed() -> None:
    value = {**_zones(out=1431, fat=9, cardio=0, peak=0), "restingHeartRate": 65}

    assert read("resting_heart_rate", activities__heart=series(value)) == {"resting_heart_rate": 65}


def test_heart_rate_variability_of_the_night() -> None:
    value = {"dailyRmssd": 44.565, "deepRmssd": 48.558}

    assert read("hrv", hrv=series(value)) == {"hrv_rmssd": 44.565, "hrv_deep_rmssd": 48.558}
