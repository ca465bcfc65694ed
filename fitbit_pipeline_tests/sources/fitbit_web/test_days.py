"""From answers to civil days: newest first, verbatim, and absent is not empty is not failed."""

from datetime import date, timedelta
from typing import Any

import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person
from fitbit_pipeline_tests.sources.fitbit_web.recorded import (
    PROFILE,
    RANGE,
    Recorded,
    heart_day,
    range_of,
    series,
)
from fitbit_pipeline_tests.sources.scripted_server import Reply, ScriptedServer

FIRST = date(2023, 6, 1)
SECOND = date(2023, 6, 2)
THIRD = date(2023, 6, 3)
THREE = [FIRST, SECOND, THIRD]

SLEEP = {"logId": 2, "dateOfSleep": "2023-06-02", "isMainSleep": True, "startTime": "2023-06-01T23"}
NAP = {"logId": 1, "dateOfSleep": "2023-06-02", "isMainSleep": False, "startTime": "2023-06-02T15"}
WEIGHT = {"logId": 3, "date": "2023-06-02", "time": "07:00:00", "weight": 70.4, "bmi": 22.9}
FAT = {"logId": 3, "date": "2023-06-02", "time": "07:00:00", "fat": 18.25}


def day_of(value: Any, day: date = SECOND) -> dict[str, Any]:
    return {"dateTime": day.isoformat(), "value": value}


PAYLOADS: list[tuple[str, dict[str, list[Any]]]] = [
    ("steps", {"activities/steps": [day_of("9210")]}),
    ("distance", {"activities/distance": [day_of("6.4281999999999995")]}),
    ("floors", {"activities/floors": [day_of("4")]}),
    ("calories", {"activities/calories": [day_of("2732")]}),
    (
        "activity_minutes",
        {
            "activities/minutesSedentary": [day_of("586")],
            "activities/minutesLightlyActive": [day_of("220")],
            "activities/minutesFairlyActive": [day_of("51")],
            "activities/minutesVeryActive": [day_of("23")],
        },
    ),
    ("active_zone_minutes", {"activities/active-zone-minutes": [day_of({"activeZoneMinutes": 9})]}),
    ("resting_heart_rate", {"activities/heart": [heart_day(SECOND, 65)]}),
    ("heart_rate_zones", {"activities/heart": [heart_day(SECOND, None)]}),
    ("hrv", {"hrv": [day_of({"dailyRmssd": 44.565, "deepRmssd": 48.558})]}),
    ("sleep", {"sleep": [NAP, SLEEP]}),
    ("breathing_rate", {"br": [day_of({"breathingRate": 17.8})]}),
    ("spo2", {"spo2": [day_of({"avg": 96.2, "max": 98.3, "min": 94})]}),
    ("skin_temperature", {"temp/skin": [day_of({"nightlyRelative": 0.1})]}),
    ("vo2_max", {"cardioscore": [day_of({"vo2Max": "47-51"})]}),
    ("weight", {"body/log/weight": [WEIGHT], "body/log/fat": [FAT]}),
]
KEYS = {
    "sleep": "sleep",
    "br": "br",
    "temp/skin": "tempSkin",
    "cardioscore": "cardioScore",
    "body/log/weight": "weight",
    "body/log/fat": "fat",
}


@pytest.mark.parametrize(("endpoint", "items"), PAYLOADS, ids=[each[0] for each in PAYLOADS])
def test_a_payload_holds_the_items_of_its_day_verbatim_under_the_names_of_the_api(
    server: ScriptedServer, person: Person, endpoint: str, items: dict[str, list[Any]]
) -> None:
    server.script = Recorded(items=items)

    days = person.days(endpoint, FIRST, THIRD)

    assert days[SECOND].payload == {
        KEYS.get(name, name.replace("/", "-")): found for name, found in items.items()
    }
    assert days[FIRST].payload is None
    assert days[THIRD].payload is None


def test_every_endpoint_is_answered() -> None:
    told = {endpoint for endpoint, _items in PAYLOADS}

    assert {*told, "exercise", "heart_rate"} == RESOURCES.keys() == set(ENDPOINT_NAMES)


def test_days_come_newest_first(server: ScriptedServer, person: Person) -> None:
    server.script = Recorded()

    found = [each.date for each in person.source().fetch("hrv", date(2023, 1, 1), THIRD)]

    assert found == list(reversed(list(days_between(date(2023, 1, 1), THIRD))))


def test_days_arrive_before_the_next_request_is_sent(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded()
    days = person.source().fetch("hrv", THIRD - timedelta(days=59), THIRD)

    for _ in range(30):
        next(days)
    ranges = [range_of(asked) for asked in server.asked if RANGE.fullmatch(asked.path)]

    assert ranges == [(THIRD - timedelta(days=29), THIRD)]


def test_a_day_waits_for_every_resource_that_answers_it(
    server: ScriptedServer, person: Person
) -> None:
    recorded = Recorded(items={"body/log/weight": [WEIGHT], "body/log/fat": [FAT]})
    first = THIRD - timedelta(days=30)
    server.script = recorded

    days = person.days("weight", first, THIRD)

    asked = [(each.path.split("/")[6], *range_of(each)) for each in server.asked[1:]]
    assert asked == [
        ("weight", first, THIRD),
        ("fat", first + timedelta(days=1), THIRD),
        ("fat", first, first),
    ]
    assert len(days) == 31
    assert days[SECOND].payload == {"weight": [WEIGHT], "fat": [FAT]}


def test_a_day_that_was_not_worn_is_data_as_the_api_gives_it(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded(
        items={
            "activities/steps": [day_of("0")],
            "activities/minutesSedentary": [day_of("1440")],
            "activities/heart": [heart_day(SECOND, None)],
        }
    )

    assert person.days("steps", SECOND, SECOND)[SECOND].payload is not None
    assert person.days("activity_minutes", SECOND, SECOND)[SECOND].payload is not None
    assert person.days("heart_rate_zones", SECOND, SECOND)[SECOND].payload is not None
    assert person.days("resting_heart_rate", SECOND, SECOND)[SECOND].payload is None


def test_items_outside_the_range_are_discarded(server: ScriptedServer, person: Person) -> None:
    everything = series(THREE, lambda day: "7")
    server.script = lambda asked: (
        Reply({"user": {}}) if asked.path == PROFILE else Reply({"activities-steps": everything})
    )

    assert person.days("steps", SECOND, SECOND).keys() == {SECOND}


def test_several_items_of_a_day_stay_in_the_order_of_the_answer(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded(items={"sleep": [SLEEP, NAP]})

    assert person.days("sleep", SECOND, SECOND)[SECOND].payload == {"sleep": [SLEEP, NAP]}


def test_a_log_that_two_answers_hold_is_there_once(server: ScriptedServer, person: Person) -> None:
    """Answers may reach beyond the days that were asked for: a log is known by its id."""
    first = SECOND - timedelta(days=99)
    unheard_of = {**SLEEP, "logId": [2]}
    answered = {"sleep": [SLEEP, NAP, unheard_of, SLEEP]}
    server.script = lambda asked: Reply({"user": {}} if asked.path == PROFILE else answered)

    days = person.days("sleep", first, THIRD)

    assert len(server.asked) == 1 + 2
    assert days[SECOND].payload == {"sleep": [SLEEP, NAP, unheard_of]}


def test_an_answer_speaks_of_the_days_that_it_was_asked_for_alone(
    server: ScriptedServer, person: Person
) -> None:
    """Else a day would have an item of the request for its neighbours, and its own besides."""
    everything = series(days_between(date(2023, 4, 1), THIRD), lambda day: {"dailyRmssd": 40.5})
    server.script = lambda asked: Reply(
        {"user": {}} if asked.path == PROFILE else {"hrv": everything}
    )

    days = person.days("hrv", date(2023, 4, 1), THIRD)

    assert len(days) == 64
    assert all(len(each.payload["hrv"]) == 1 for each in days.values() if each.payload)


def test_the_name_of_a_list_may_be_spelt_as_in_fitbits_description(
    server: ScriptedServer, person: Person
) -> None:
    """There it is ``cardioscore``; recorded answers have ``cardioScore``."""
    item = day_of({"vo2Max": "47-51"})
    document = {"cardioscore": [item]}
    server.script = lambda asked: Reply({"user": {}} if asked.path == PROFILE else document)

    assert person.days("vo2_max", SECOND, SECOND)[SECOND].payload == {"cardioScore": [item]}


def test_a_single_day_of_oxygen_that_is_answered_with_an_empty_object_is_empty(
    server: ScriptedServer, person: Person
) -> None:
    server.script = lambda asked: Reply({"user": {}} if asked.path == PROFILE else {})

    assert person.days("spo2", SECOND, SECOND)[SECOND].payload is None


def test_the_request_of_a_day_is_the_one_that_brought_it(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded()

    days = person.days("hrv", THIRD - timedelta(days=30), THIRD)

    newest, oldest = days[THIRD].request, days[THIRD - timedelta(days=30)].request
    assert newest.url == f"{server.url}/1/user/-/hrv/date/2023-05-05/2023-06-03.json"
    assert oldest.url == f"{server.url}/1/user/-/hrv/date/2023-05-04/2023-05-04.json"
    minutes = person.days("activity_minutes", SECOND, SECOND)[SECOND].request
    assert minutes.url.count("minutes") == 4
    assert "token" not in str(minutes.document())
