"""Metrics of the tutorial's documents: the numbers that it stored, in our names and units."""

from datetime import date
from typing import Any

import pytest

from fitbit_pipeline.metrics.catalogue import METRIC, METRICS
from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused
from fitbit_pipeline.metrics.tutorial_days import NORMALISERS

DAY = DayContext(date(2026, 3, 1), 1440)


def read(endpoint: str, **documents: Any) -> dict[str, Any]:
    """The metrics of a day with one document of each type, or several in a list."""
    payload = {
        type_: [
            {"dateTime": "2026-03-01", "value": value}
            for value in (told if isinstance(told, list) else [told])
        ]
        for type_, told in documents.items()
    }
    return NORMALISERS[endpoint](payload, DAY)


def test_steps_are_a_number_though_the_tutorial_stored_text() -> None:
    found = read("steps", steps="9210")

    assert found == {"steps": 9210}
    assert type(found["steps"]) is int


def test_wear_time_is_as_the_tutorial_stored_it() -> None:
    """Not computed anew: the levels are there beside it."""
    found = read(
        "activity_minutes",
        minutesSedentary=586,
        minutesLightlyActive=180,
        minutesFairlyActive=60,
        minutesVeryActive=54,
        totalWearTime=880,
    )

    assert found == {
        "sedentary_minutes": 586,
        "lightly_active_minutes": 180,
        "fairly_active_minutes": 60,
        "very_active_minutes": 54,
        "tutorial_wear_minutes": 880,
    }


def test_a_wear_time_that_differs_from_its_levels_is_kept() -> None:
    found = read("activity_minutes", minutesSedentary=586, totalWearTime=7)

    assert found["tutorial_wear_minutes"] == 7


def test_the_0_that_stands_for_a_wholly_sedentary_day_is_not_taken_for_0_minutes() -> None:
    """The API said 1440; the tutorial wrote 0, and a wear time of 0."""
    found = read(
        "activity_minutes",
        minutesSedentary=0,
        minutesLightlyActive=0,
        minutesFairlyActive=0,
        minutesVeryActive=0,
        totalWearTime=0,
    )

    assert "sedentary_minutes" not in found
    assert found["tutorial_wear_minutes"] == 0
    assert found["lightly_active_minutes"] == 0


def test_that_0_says_nothing_beside_active_minutes_either() -> None:
    """A device counted steps on days of 1440 sedentary minutes, too."""
    found = read("activity_minutes", minutesSedentary=0, minutesLightlyActive=5)

    assert found == {"lightly_active_minutes": 5}


def test_the_night_has_the_times_and_numbers_of_the_main_sleep() -> None:
    found = read(
        "sleep",
        sleep_startTime="2026-02-28T23:01:30.000",
        sleep_endTime="2026-03-01T07:00:00.000",
        timeInBed=478,
        minutesAsleep=430,
        minutesAwake=48,
        sleep_efficiency=94,
        sleep_Deep=122,
        sleep_Light=210,
        sleep_Rem=98,
        sleep_Wake=48,
    )

    assert found == {
        "sleep_start": "2026-02-28T23:01:30",
        "sleep_end": "2026-03-01T07:00:00",
        "time_in_bed_minutes": 478,
        "minutes_asleep": 430,
        "minutes_awake": 48,
        "sleep_efficiency": 94,
        "deep_minutes": 122,
        "light_minutes": 210,
        "rem_minutes": 98,
        "wake_minutes": 48,
    }


def test_a_night_without_stages_has_none() -> None:
    assert read("sleep", timeInBed=478) == {"time_in_bed_minutes": 478}


def test_a_type_without_documents_takes_nothing_from_the_others() -> None:
    assert read("activity_minutes", minutesSedentary=[], totalWearTime=880) == {
        "tutorial_wear_minutes": 880
    }


def test_of_doubled_documents_the_last_counts() -> None:
    assert read("steps", steps=["4002", "9000"]) == {"steps": 9000}


def test_every_type_of_the_catalogue_is_read() -> None:
    """And none but those; the view writes what is read here."""
    endpoints = {metric.endpoint for metric in METRICS if metric.tutorial}

    assert NORMALISERS.keys() == endpoints
    for metric in METRICS:
        if metric.tutorial:
            is_time = METRIC[metric.name].unit == "local time"
            value: object = "2026-03-01T07:00:00.000" if is_time else 7
            assert read(metric.endpoint, **{metric.tutorial: value}).keys() == {metric.name}


UNKNOWN = "There is a type of which the tutorial knows nothing here."


@pytest.mark.parametrize(
    ("endpoint", "documents", "sentence"),
    [
        ("steps", {"steps": "many"}, "a record has no number as 'value'"),
        ("steps", {"steps": 0.5}, "'steps' is no whole number"),
        ("steps", {"minutesSedentary": 5}, UNKNOWN),
        ("sleep", {"steps": 5}, UNKNOWN),
        ("sleep", {"sleep_startTime": "25:00"}, "a document has no date and time as 'value'"),
        ("activity_minutes", {"mood": 5}, UNKNOWN),
    ],
)
def test_what_is_none_of_its_shape_is_refused_without_its_value(
    endpoint: str, documents: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(PayloadRefused) as told:
        read(endpoint, **documents)

    assert str(told.value) == sentence
