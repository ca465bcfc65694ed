"""Heart rate: every minute, a request a day; by day, one series of requests for two endpoints."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person, by_day
from fitbit_pipeline_tests.sources.fitbit_web.recorded import (
    PROFILE,
    Recorded,
    heart_day,
    last_days,
    refused,
)
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

LAST = date(2023, 6, 3)
WEEK = last_days(7, LAST)
READINGS = [{"time": "00:00:00", "value": 64}, {"time": "00:01:00", "value": 63}]


def test_a_day_has_its_minutes_verbatim_and_nothing_of_the_series(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded(minutes={LAST: READINGS})

    days = person.days("heart_rate", WEEK[0], LAST)

    assert days[LAST].payload == {
        "activities-heart-intraday": {
            "dataset": READINGS,
            "datasetInterval": 1,
            "datasetType": "minute",
        }
    }
    assert all(days[day].payload is None for day in WEEK[:-1])
    asked = [each.path for each in server.asked[1:]]
    assert asked == [
        f"/1/user/-/activities/heart/date/{day}/1d/1min.json" for day in reversed(WEEK)
    ]


def test_each_day_arrives_with_its_own_request(server: ScriptedServer, person: Person) -> None:
    server.script = Recorded()
    days = person.source().fetch("heart_rate", WEEK[0], LAST)

    response = next(days)

    assert response.request.url.endswith(f"{LAST}/1d/1min.json")
    assert len(server.asked) == 2


def test_one_day_that_cannot_be_given_does_not_keep_the_earlier_ones_away(
    server: ScriptedServer, person: Person
) -> None:
    recorded = Recorded(minutes=dict.fromkeys(WEEK, READINGS))
    server.script = lambda asked: (
        refused("request", "Error", 500) if str(WEEK[3]) in asked.path else recorded(asked)
    )

    found, failure = person.failing("heart_rate", WEEK[0], LAST)

    assert {each.date for each in found} == {*WEEK[:3], *WEEK[4:]}
    assert failure.by_day([]).keys() == {WEEK[3]}


def test_an_application_without_approval_is_told_by_an_answer_without_minutes_too(
    server: ScriptedServer, person: Person
) -> None:
    series = Reply({"activities-heart": [heart_day(LAST, 65)]})
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else series

    found, failure = person.failing("heart_rate", WEEK[0], LAST)

    assert not found
    assert failure.kind is FailureKind.NOT_SERVED
    assert len(server.asked) == 2


@pytest.mark.parametrize("readings", [[], "none", {}, {"dataset": {}}, {"dataset": None}])
def test_minutes_of_another_form_are_damaged(
    server: ScriptedServer, person: Person, readings: Any
) -> None:
    document = {"activities-heart-intraday": readings}
    server.script = lambda asked: Reply({"user": {}} if asked.path == PROFILE else document)

    _, failure = person.failing("heart_rate", LAST, LAST)

    assert failure.kind is FailureKind.DAMAGED


def series_of(days: list[date]) -> Recorded:
    """Every second day was not worn."""
    return Recorded(
        items={
            "activities/heart": [
                heart_day(day, 60 + at if at % 2 else None) for at, day in enumerate(days)
            ]
        }
    )


def asked_series(server: ScriptedServer) -> list[Asked]:
    return [asked for asked in server.asked if asked.path != PROFILE]


def test_zones_and_resting_rate_are_asked_for_once(server: ScriptedServer, person: Person) -> None:
    server.script = series_of(WEEK)
    source = person.source()

    zones = by_day(source, "heart_rate_zones", WEEK[0], LAST)
    resting = by_day(source, "resting_heart_rate", WEEK[0], LAST)

    assert len(asked_series(server)) == 1
    assert all(response.payload is not None for response in zones.values())
    with_rate = {day for day, response in resting.items() if response.payload is not None}
    assert with_rate == set(WEEK[1::2])
    assert all(resting[day].payload == zones[day].payload for day in with_rate)
    assert resting[LAST].request == zones[LAST].request


def test_an_endpoint_that_asks_again_is_answered_anew(
    server: ScriptedServer, person: Person
) -> None:
    server.script = series_of(WEEK)
    source = person.source()
    for endpoint in ("heart_rate_zones", "heart_rate_zones", "resting_heart_rate"):
        by_day(source, endpoint, WEEK[0], LAST)
    assert len(asked_series(server)) == 2

    by_day(source, "resting_heart_rate", WEEK[0], LAST)

    assert len(asked_series(server)) == 3


def test_another_range_is_another_request(server: ScriptedServer, person: Person) -> None:
    server.script = series_of(WEEK)
    source = person.source()

    by_day(source, "heart_rate_zones", WEEK[0], LAST)
    by_day(source, "resting_heart_rate", WEEK[1], LAST)

    assert len(asked_series(server)) == 2


def test_an_answer_that_failed_is_not_shared(server: ScriptedServer, person: Person) -> None:
    server.script = lambda asked: (
        Reply({"user": {}}) if asked.path == PROFILE else refused("validation", "No.", 400)
    )
    source = person.source()
    found: list[Any] = []
    for endpoint in ("heart_rate_zones", "resting_heart_rate"):
        with pytest.raises(Exception, match="refused"):
            found.extend(source.fetch(endpoint, WEEK[0], LAST))

    assert len(asked_series(server)) == 2
    assert not found


def test_both_endpoints_at_the_same_time_still_ask_once(
    server: ScriptedServer, person: Person
) -> None:
    first = LAST - timedelta(days=1094)
    server.script = series_of(last_days(1095, LAST))
    source = person.source()

    with ThreadPoolExecutor(2) as pool:
        zones, resting = pool.map(
            lambda endpoint: by_day(source, endpoint, first, LAST),
            ("heart_rate_zones", "resting_heart_rate"),
        )

    assert len(zones) == len(resting) == 1095
    assert len(asked_series(server)) == 3
