"""What the sandbox's Fitbit says of time and of sensors that nothing is known of."""

from datetime import date, timedelta

import pytest
import requests

from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import FIRST, LAST, LEVELS, document, series


def _unworn(person: Person) -> date:
    """A day of an ordinary length on which neither the device nor the phone counted a step."""
    for offset in range(30, 300):
        day = FIRST + timedelta(days=offset)
        happened = day_of(person, day)
        if not any(happened.levels) and not any(happened.steps) and happened.length == 1440:
            return day
    raise AssertionError(f"{person.key} always wears it")


def test_a_day_without_the_device_is_padded(served: Sandbox) -> None:
    person = next(each for each in served.population.people if each.traits.wear < 0.9)
    day = _unworn(person)
    path = f"date/{day}/1d.json"
    with fitbit_signed_in(served, person.key, kind="personal") as session:
        heart = document(served, session, f"1/user/-/activities/heart/{path}")
        minutes = document(served, session, f"1/user/-/activities/heart/date/{day}/1d/1min.json")
        found = {
            name: series(served, session, f"activities/{name}", day, day)[day]
            for name in ("steps", "distance", "floors", "calories", "caloriesBMR", *LEVELS)
        }
        earned = document(served, session, f"1/user/-/activities/active-zone-minutes/{path}")
        nights = [
            document(served, session, f"1/user/-/{name}/date/{day}.json")
            for name in ("hrv", "br", "spo2")
        ]
        sleep = document(served, session, f"1.2/user/-/sleep/date/{day}.json")

    (row,) = heart["activities-heart"]
    assert [zone["minutes"] for zone in row["value"]["heartRateZones"]] == [1440, 0, 0, 0]
    assert "restingHeartRate" not in row["value"]
    assert minutes["activities-heart-intraday"]["dataset"] == []
    assert found["calories"] == found["caloriesBMR"]
    assert [found[name] for name in LEVELS] == ["1440", "0", "0", "0"]
    assert (found["steps"], found["distance"], found["floors"]) == ("0", "0.0", "0")
    assert earned == {"activities-active-zone-minutes": []}
    assert nights == [{"hrv": []}, {"br": []}, []]
    assert sleep["sleep"] == []
    assert sleep["summary"]["totalSleepRecords"] == 0


def test_days_before_the_account_and_after_the_last_sync_are_padded(
    served: Sandbox, session: requests.Session
) -> None:
    for day in (date(2025, 6, 1), date(2026, 11, 22)):
        found = {
            name: series(served, session, f"activities/{name}", day, day)[day]
            for name in ("steps", *LEVELS)
        }
        assert list(found.values()) == ["0", "1440", "0", "0", "0"]


def test_today_holds_what_has_been_synced(served: Sandbox, session: requests.Session) -> None:
    today = date(2026, 11, 20)
    levels = [
        int(series(served, session, f"activities/{name}", today, today)[today]) for name in LEVELS
    ]
    in_bed = document(served, session, "1.2/user/-/sleep/date/today.json")["summary"]
    (tracker, *_) = document(served, session, "1/user/-/devices.json")

    assert tracker["lastSyncTime"] == "2026-11-20T09:46:08.000"
    assert sum(levels) + in_bed["totalTimeInBed"] == 9 * 60 + 46


def test_a_device_that_feels_no_pulse_says_nothing_of_the_heart(served: Sandbox) -> None:
    person = next(
        each
        for each in served.population.people
        if "heart-rate" in each.lacks and each.left is None
    )
    day = "2026-11-10"
    with fitbit_signed_in(served, person.key, kind="personal") as session:
        heart = document(served, session, f"1/user/-/activities/heart/date/{day}/1d/1min.json")
        earned = document(
            served,
            session,
            "1/user/-/activities/active-zone-minutes/date/2026-01-01/2026-11-19.json",
        )
        summary = document(served, session, f"1/user/-/activities/date/{day}.json")["summary"]

    (row,) = heart["activities-heart"]
    assert [set(zone) for zone in row["value"]["heartRateZones"]] == [{"max", "min", "name"}] * 4
    assert heart["activities-heart-intraday"]["dataset"] == []
    assert earned == {"activities-active-zone-minutes": []}
    assert "floors" not in summary


@pytest.mark.parametrize("name", ["floors", "elevation"])
def test_a_device_without_an_altimeter_climbs_nothing(served: Sandbox, name: str) -> None:
    """Its series are zero, minute by minute too."""
    person = next(each for each in served.population.people if "floors" in each.lacks)
    day = date(2026, 11, 10)
    with fitbit_signed_in(served, person.key, kind="personal") as session:
        climbed = series(served, session, f"activities/{name}", FIRST, LAST)
        path = f"1/user/-/activities/{name}/date/{day}/1d/1min.json"
        minutes = document(served, session, path)[f"activities-{name}-intraday"]["dataset"]

    assert set(climbed.values()) == {"0"}
    assert {row["value"] for row in minutes} == {0}
