"""The days of the sandbox's Fitbit are those of its Google, told as Fitbit told them."""

from datetime import date, timedelta
from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.habits import is_worn_day
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import (
    FIRST,
    LAST,
    LEVELS,
    daily,
    document,
    rolled_up,
    series,
)


def _activity(sandbox: Sandbox, session: requests.Session, name: str) -> dict[date, str]:
    return series(sandbox, session, f"activities/{name}", FIRST, LAST)


def _google(sandbox: Sandbox, data_type: str) -> dict[date, dict[str, Any]]:
    return rolled_up(sandbox.population, "p001", data_type, FIRST, LAST)


def _ordinary(sandbox: Sandbox) -> set[date]:
    """Days of 24 hours on which the device was worn."""
    person = sandbox.population.person("p001")
    days = (FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1))
    return {day for day in days if is_worn_day(person, day) and day_of(person, day).length == 1440}


def test_steps_are_the_same_number_as_text(served: Sandbox, session: requests.Session) -> None:
    google = _google(served, "steps")
    fitbit = _activity(served, session, "steps")

    assert len(fitbit) == (LAST - FIRST).days + 1
    assert len(google) > 300
    for day, value in fitbit.items():
        assert value == google.get(day, {"countSum": "0"})["countSum"]


def test_distance_is_the_same_way_with_the_noise_of_floats(
    served: Sandbox, session: requests.Session
) -> None:
    google = _google(served, "distance")
    fitbit = _activity(served, session, "distance")

    for day, value in fitbit.items():
        way = int(google.get(day, {"millimetersSum": "0"})["millimetersSum"])
        assert round(float(value) * 1_000_000) == way
    assert max(len(value) for value in fitbit.values()) > 12


def test_floors_energy_and_active_minutes_are_the_same(
    served: Sandbox, session: requests.Session
) -> None:
    floors, kcal = _google(served, "floors"), _google(served, "total-calories")
    minutes = _google(served, "active-minutes")
    names = {"LIGHT": LEVELS[1], "MODERATE": LEVELS[2], "VIGOROUS": LEVELS[3]}
    fitbit = {
        name: _activity(served, session, name)
        for name in ("floors", "elevation", "calories", *LEVELS)
    }

    for day in floors:
        assert fitbit["floors"][day] == floors[day]["countSum"]
        assert fitbit["elevation"][day] == str(3 * int(floors[day]["countSum"]))
        assert fitbit["calories"][day] == str(round(kcal[day]["kcalSum"]))
        rows = minutes[day]["activeMinutesRollupByActivityLevel"] if day in minutes else []
        google = {row["activityLevel"]: row["activeMinutesSum"] for row in rows}
        for level, name in names.items():
            assert fitbit[name][day] == google.get(level, "0")


def test_the_four_levels_share_the_day_with_the_time_in_bed(
    served: Sandbox, session: requests.Session
) -> None:
    levels = [_activity(served, session, name) for name in LEVELS]
    ordinary = _ordinary(served)
    logs = [
        log
        for first in (FIRST + timedelta(days=100 * part) for part in range(4))
        for log in document(
            served,
            session,
            f"1.2/user/-/sleep/date/{first}/{first + timedelta(days=99)}.json",
        )["sleep"]
    ]

    assert len(ordinary) > 280
    for day in ordinary:
        in_bed = sum(log["timeInBed"] for log in logs if log["dateOfSleep"] == day.isoformat())
        assert sum(int(level[day]) for level in levels) + in_bed == 1440


def test_active_zone_minutes_leave_days_and_zones_without_any_out(
    served: Sandbox, session: requests.Session
) -> None:
    google = _google(served, "active-zone-minutes")
    fitbit = series(served, session, "activities/active-zone-minutes", FIRST, LAST)
    names = {
        "sumInFatBurnHeartZone": "fatBurnActiveZoneMinutes",
        "sumInCardioHeartZone": "cardioActiveZoneMinutes",
        "sumInPeakHeartZone": "peakActiveZoneMinutes",
    }
    expected = {}
    for day, sums in google.items():
        earned = {names[name]: int(value) for name, value in sums.items() if int(value)}
        if earned:
            expected[day] = {**earned, "activeZoneMinutes": sum(earned.values())}

    assert fitbit == expected
    assert len(fitbit) < len(google)


def test_zones_are_the_same_but_for_the_lowest_which_is_filled_up(
    served: Sandbox, session: requests.Session
) -> None:
    google = _google(served, "time-in-heart-rate-zone")
    fitbit = series(served, session, "activities/heart", FIRST, LAST)
    names = {"MODERATE": "Fat Burn", "VIGOROUS": "Cardio", "PEAK": "Peak"}

    assert len(fitbit) == (LAST - FIRST).days + 1
    for day, value in fitbit.items():
        zones = {zone["name"]: zone["minutes"] for zone in value["heartRateZones"]}
        rows = google[day]["timeInHeartRateZones"] if day in google else []
        seconds = {row["heartRateZone"]: int(row["duration"][:-1]) for row in rows}
        for zone, name in names.items():
            assert zones[name] * 60 == seconds.get(zone, 0)
        assert sum(zones.values()) == 1440


def test_the_resting_rate_is_there_on_the_same_days(
    served: Sandbox, session: requests.Session
) -> None:
    google = daily(served.population, "p001", "daily-resting-heart-rate", FIRST, LAST)
    fitbit = series(served, session, "activities/heart", FIRST, LAST)
    resting = {
        day: value["restingHeartRate"]
        for day, value in fitbit.items()
        if "restingHeartRate" in value
    }

    assert resting == {day: int(record["beatsPerMinute"]) for day, record in google.items()}


@pytest.mark.parametrize(
    ("resource", "data_type", "names"),
    [
        (
            "hrv",
            "daily-heart-rate-variability",
            {
                "dailyRmssd": "averageHeartRateVariabilityMilliseconds",
                "deepRmssd": "deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds",
            },
        ),
        (
            "spo2",
            "daily-oxygen-saturation",
            {
                "avg": "averagePercentage",
                "min": "lowerBoundPercentage",
                "max": "upperBoundPercentage",
            },
        ),
        ("br", "daily-respiratory-rate", {"breathingRate": "breathsPerMinute"}),
    ],
)
def test_nights_are_the_same_and_nights_without_are_left_out(
    served: Sandbox,
    session: requests.Session,
    resource: str,
    data_type: str,
    names: dict[str, str],
) -> None:
    first, last = date(2026, 10, 20), date(2026, 11, 18)
    google = daily(served.population, "p001", data_type, first, last)
    found = document(served, session, f"1/user/-/{resource}/date/{first}/{last}.json")
    rows = found if resource == "spo2" else found[resource]

    assert [date.fromisoformat(row["dateTime"]) for row in rows] == sorted(google)
    for row in rows:
        record = google[date.fromisoformat(row["dateTime"])]
        assert row["value"] == {name: record[other] for name, other in names.items()}


def test_skin_temperature_is_told_against_the_persons_usual_once_there_is_one(
    served: Sandbox, session: requests.Session
) -> None:
    data_type = "daily-sleep-temperature-derivations"
    early = document(served, session, "1/user/-/temp/skin/date/2026-01-01/2026-01-20.json")
    late = document(served, session, "1/user/-/temp/skin/date/2026-11-01/2026-11-18.json")
    google = daily(served.population, "p001", data_type, date(2026, 11, 1), date(2026, 11, 18))

    assert early == {"tempSkin": []}
    assert len(late["tempSkin"]) == len(google)
    for row in late["tempSkin"]:
        record = google[date.fromisoformat(row["dateTime"])]
        away = record["nightlyTemperatureCelsius"] - record["baselineTemperatureCelsius"]
        assert row["value"]["nightlyRelative"] == round(away, 1)


def test_fitness_is_a_range_of_text_or_one_number_after_a_run(
    served: Sandbox, session: requests.Session
) -> None:
    first, last = date(2026, 10, 20), date(2026, 11, 18)
    google = daily(served.population, "p001", "daily-vo2-max", first, last)
    rows = document(served, session, f"1/user/-/cardioscore/date/{first}/{last}.json")
    texts = {row["dateTime"]: row["value"]["vo2Max"] for row in rows["cardioScore"]}

    assert len(texts) == len(google)
    for text, (_, record) in zip(texts.values(), sorted(google.items()), strict=True):
        low, high = text.split("-") if "-" in text else (text, text)
        assert int(low) - 1 < record["vo2Max"] < int(high) + 1
    assert {"-" in text for text in texts.values()} == {True, False}


def test_weight_and_fat_are_the_same_logs(served: Sandbox, session: requests.Session) -> None:
    google = served.population.reconciled("p001", "weight", date(2026, 10, 20), LAST)
    days = f"date/2026-10-20/{LAST}.json"
    weights = document(served, session, f"1/user/-/body/log/weight/{days}")["weight"]
    fats = document(served, session, f"1/user/-/body/log/fat/{days[:16]}2026-11-18.json")["fat"]
    grams: list[Any] = [row["weight"] for row in reversed(google)]

    assert [log["weight"] for log in weights] == [each["weightGrams"] / 1000 for each in grams]
    assert all(log["fat"] for log in weights)
    assert {log["logId"] for log in fats} <= {log["logId"] for log in weights}
    body = series(served, session, "body/weight", date(2026, 10, 20), LAST)
    for log in weights:
        assert body[date.fromisoformat(log["date"])] == str(log["weight"])
    assert len(body) == (LAST - date(2026, 10, 20)).days + 1 > len(weights)


def test_the_summary_of_a_day_has_the_numbers_of_the_series(
    served: Sandbox, session: requests.Session
) -> None:
    day = date(2026, 11, 16)
    found = document(served, session, f"1/user/-/activities/date/{day}.json")
    summary = found["summary"]

    for name, member in (
        ("steps", "steps"),
        ("floors", "floors"),
        ("calories", "caloriesOut"),
        ("caloriesBMR", "caloriesBMR"),
        ("activityCalories", "activityCalories"),
        ("minutesSedentary", "sedentaryMinutes"),
        ("minutesLightlyActive", "lightlyActiveMinutes"),
        ("minutesFairlyActive", "fairlyActiveMinutes"),
        ("minutesVeryActive", "veryActiveMinutes"),
    ):
        assert str(summary[member]) == series(served, session, f"activities/{name}", day, day)[day]
    assert [each["name"] for each in found["activities"]] == ["Walk"]


def test_profile_and_devices_tell_zone_and_membership(
    served: Sandbox, session: requests.Session
) -> None:
    user = document(served, session, "1/user/-/profile.json")["user"]
    person = served.population.person("p001")
    devices = document(served, session, "1/user/-/devices.json")

    assert user["encodedId"] == person.legacy_user_id
    assert user["memberSince"] == person.joined.isoformat()
    assert user["timezone"] == person.time_zone
    assert user["offsetFromUTCMillis"] == 3_600_000
    assert [device["type"] for device in devices] == ["TRACKER", "TRACKER", "SCALE"]
    assert all(isinstance(device["id"], str) for device in devices)
    assert all("Z" not in device["lastSyncTime"] for device in devices)
