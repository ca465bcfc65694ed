"""The metrics that are read from days of a Takeout archive."""

from datetime import date
from typing import Any

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.metrics.catalogue import METRIC
from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused
from fitbit_pipeline.metrics.takeout import NORMALISERS

CONTEXT = DayContext(date(2018, 5, 6), 1440)


def metrics(endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The metrics of a payload, all of which the catalogue knows under the endpoint."""
    values = NORMALISERS[endpoint](payload, CONTEXT)
    assert all(METRIC[name].endpoint == endpoint for name in values)
    return dict(values)


def values(*texts: str) -> list[dict[str, Any]]:
    """Records of a minute series."""
    return [{"dateTime": "05/06/18 08:00:00", "value": text} for text in texts]


def readings(*pairs: tuple[str, int]) -> dict[str, Any]:
    """A payload of heart-rate readings."""
    return {
        "heart_rate": [
            {"dateTime": f"05/06/18 {at}", "value": {"bpm": bpm, "confidence": 1}}
            for at, bpm in pairs
        ]
    }


def test_every_endpoint_that_archives_serve_has_a_normaliser() -> None:
    """Archives state the altitude gained, and no floors."""
    assert set(NORMALISERS) == set(ENDPOINT_NAMES) - {"floors"}


@pytest.mark.parametrize("endpoint", NORMALISERS)
def test_nothing_gives_nothing(endpoint: str) -> None:
    """What a payload does not state is left out, never 0."""
    assert metrics(endpoint, {}) == {}


@pytest.mark.parametrize("endpoint", NORMALISERS)
def test_payload_of_another_shape_is_refused(endpoint: str) -> None:
    """Families that are no lists of records are not guessed at."""
    families = {
        "activity_minutes": "sedentary_minutes",
        "active_zone_minutes": "Active Zone Minutes",
        "heart_rate_zones": "time_in_heart_rate_zones",
        "hrv": "Daily Heart Rate Variability Summary",
        "breathing_rate": "Daily Respiratory Rate Summary",
        "spo2": "Daily SpO2",
        "skin_temperature": "Computed Temperature",
        "vo2_max": "demographic_vo2_max",
    }
    with pytest.raises(PayloadRefused):
        metrics(endpoint, {families.get(endpoint, endpoint): ["not a record"]})


def test_steps_are_whole_and_added_up() -> None:
    """Texts of whole numbers give a whole number."""
    assert metrics("steps", {"steps": values("12", "0", "30")}) == {"steps": 42}


def test_steps_of_the_google_table() -> None:
    """The table's column is named after the metric."""
    assert metrics("steps", {"GoogleData steps": [{"steps": "12"}, {"steps": "8"}]}) == {
        "steps": 20
    }


def test_distance_of_the_series_is_centimetres() -> None:
    """As measured: 116 steps went with 10769."""
    assert metrics("distance", {"distance": values("10769", "1")}) == {"distance": 0.1077}


def test_distance_is_read_to_the_millimetre() -> None:
    rows = [{"distance": "107.6912345"}]
    assert metrics("distance", {"GoogleData distance": rows}) == {"distance": 0.107691}


def test_distance_of_the_google_table_is_metres() -> None:
    """The same distance in the other unit."""
    assert metrics("distance", {"GoogleData distance": [{"distance": "107.69"}]}) == {
        "distance": 0.10769
    }


def test_calories_have_no_noise() -> None:
    """Ten times 0.1 is one."""
    assert metrics("calories", {"calories": values(*["0.1"] * 10)}) == {"calories": 1.0}


def test_calories_of_the_google_table() -> None:
    rows = [{"calories": "1.25"}, {"calories": "1.5"}]
    assert metrics("calories", {"GoogleData calories": rows}) == {"calories": 2.75}


def levels(sedentary: str, **missing: Any) -> dict[str, Any]:
    """A payload of four activity levels."""
    payload = {
        "sedentary_minutes": values(sedentary),
        "lightly_active_minutes": values("200"),
        "moderately_active_minutes": values("30"),
        "very_active_minutes": values("10"),
    }
    return {name: records for name, records in payload.items() if name not in missing}


def test_moderately_is_fairly_active() -> None:
    """The archive's name differs from the API's and ours."""
    assert metrics("activity_minutes", levels("700")) == {
        "sedentary_minutes": 700,
        "lightly_active_minutes": 200,
        "fairly_active_minutes": 30,
        "very_active_minutes": 10,
        "tutorial_wear_minutes": 940,
    }


def test_tutorial_takes_a_whole_sedentary_day_for_none() -> None:
    """1440 sedentary minutes count as 0 in the tutorial's wear time, and stay 1440 here."""
    found = metrics("activity_minutes", levels("1440"))
    assert found["tutorial_wear_minutes"] == 240
    assert found["sedentary_minutes"] == 1440


def test_tutorial_wear_needs_all_levels() -> None:
    """Three levels are no wear time."""
    found = metrics("activity_minutes", levels("700", very_active_minutes=None))
    assert "tutorial_wear_minutes" not in found


def test_activity_minutes_of_the_google_table() -> None:
    """Minutes at three levels; sedentary ones are not in the table."""
    rows = [{"light": "1", "moderate": "0", "very": "0"}, {"light": "0", "moderate": "0",
            "very": "1"}]  # fmt: skip
    assert metrics("activity_minutes", {"GoogleData active_minutes": rows}) == {
        "lightly_active_minutes": 1,
        "fairly_active_minutes": 0,
        "very_active_minutes": 1,
    }


@pytest.mark.parametrize(
    ("family", "zone", "minutes"),
    [
        ("Active Zone Minutes", "heart_zone_id", "total_minutes"),
        ("GoogleData active_zone_minutes", "heart rate zone", "total minutes"),
    ],
)
def test_active_zone_minutes(family: str, zone: str, minutes: str) -> None:
    """Credited minutes by zone; a zone without any beside others earned none."""
    rows = [{zone: "FAT_BURN", minutes: "1"}, {zone: "CARDIO", minutes: "2"}] * 3
    assert metrics("active_zone_minutes", {family: rows}) == {
        "active_zone_minutes": 9,
        "fat_burn_zone_minutes": 3,
        "cardio_zone_minutes": 6,
        "peak_zone_minutes": 0,
    }


def test_exercises_count_their_active_time_once() -> None:
    """As the API's list of logs has them, in milliseconds."""
    walk = {"logId": 9, "activeDuration": 1_800_000, "duration": 2_400_000}
    swim = {"logId": 10, "duration": 600_000}
    assert metrics("exercise", {"exercise": [walk, swim, walk]}) == {
        "exercise_count": 2,
        "exercise_minutes": 40,
    }


def test_minutes_with_a_reading_count_once() -> None:
    """Wear time is minutes, not readings; a reading of 0 is none."""
    payload = readings(("08:00:05", 64), ("08:00:59", 66), ("08:01:00", 64), ("09:00:00", 0))
    assert metrics("heart_rate", payload)["heart_rate_minutes"] == 2


def test_the_heart_rate_of_a_day_is_that_of_all_readings() -> None:
    """Mean and bounds leave out readings of 0, which are none."""
    payload = readings(("08:00:05", 64), ("08:00:59", 66), ("08:01:00", 71), ("09:00:00", 0))
    assert metrics("heart_rate", payload) == {
        "heart_rate_minutes": 2,
        "heart_rate_average": 67,
        "heart_rate_lowest": 64,
        "heart_rate_highest": 71,
    }


def test_minutes_of_the_google_table() -> None:
    """The table's stamps are of another form."""
    stamps = ("2018-05-06T08:00:00Z", "2018-05-06T08:00:05Z", "2018-05-06T08:01:00Z")
    rows = [{"timestamp": stamp, "beats per minute": "64.0"} for stamp in stamps]
    assert metrics("heart_rate", {"GoogleData heart_rate": rows}) == {
        "heart_rate_minutes": 2,
        "heart_rate_average": 64,
        "heart_rate_lowest": 64,
        "heart_rate_highest": 64,
    }


@pytest.mark.parametrize("bpm", [0, 1])
def test_a_reading_of_zero_is_none_and_any_other_is_one(bpm: int) -> None:
    """In either family; a day with readings of 0 alone was not worn."""
    rows = [{"timestamp": "2018-05-06T08:00:00Z", "beats per minute": f"{bpm}.0"}]
    series, table = readings(("08:00:00", bpm)), {"GoogleData heart_rate": rows}
    assert metrics("heart_rate", series)["heart_rate_minutes"] == bpm
    assert metrics("heart_rate", table) == metrics("heart_rate", series)


def test_the_mean_heart_rate_has_six_decimals() -> None:
    payload = readings(("08:00:00", 64), ("08:01:00", 65), ("08:02:00", 65))
    assert metrics("heart_rate", payload)["heart_rate_average"] == 64.666667


def test_resting_heart_rate_of_the_google_table_is_that_of_its_last_row() -> None:
    rows = [{"beats per minute": "61"}, {"beats per minute": "60.5"}]
    payload = {"GoogleData daily_resting_heart_rate": rows}
    assert metrics("resting_heart_rate", payload) == {"resting_heart_rate": 60.5}


@pytest.mark.parametrize(("stated", "found"), [(0.0, {}), (0.5, {"resting_heart_rate": 0.5})])
def test_a_resting_heart_rate_is_above_zero(stated: float, found: dict[str, float]) -> None:
    value = {"date": "05/16/18", "value": stated, "error": 6.9}
    assert metrics("resting_heart_rate", {"resting_heart_rate": [{"value": value}]}) == found


def test_resting_heart_rate_is_not_rounded() -> None:
    """As the file says it."""
    value = {"date": "05/16/18", "value": 69.83200740814209, "error": 6.9}
    assert metrics("resting_heart_rate", {"resting_heart_rate": [{"value": value}]}) == {
        "resting_heart_rate": 69.83200740814209
    }


def test_resting_heart_rate_placeholder() -> None:
    """Null is absent, not 0."""
    value = {"date": None, "value": 0.0, "error": 0.0}
    assert metrics("resting_heart_rate", {"resting_heart_rate": [{"value": value}]}) == {}


def test_zones() -> None:
    """Default zones count, custom ones do not."""
    zones = {
        "BELOW_DEFAULT_ZONE_1": 1359.0,
        "IN_DEFAULT_ZONE_1": 59.0,
        "IN_DEFAULT_ZONE_2": 2.0,
        "IN_DEFAULT_ZONE_3": 0.0,
        "IN_CUSTOM_ZONE": 7.0,
    }
    records = [{"value": {"valuesInZones": zones}}]
    assert metrics("heart_rate_zones", {"time_in_heart_rate_zones": records}) == {
        "zone_below_minutes": 1359.0,
        "zone_fat_burn_minutes": 59.0,
        "zone_cardio_minutes": 2.0,
        "zone_peak_minutes": 0.0,
    }
