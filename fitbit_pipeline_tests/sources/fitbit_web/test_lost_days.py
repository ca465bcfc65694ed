"""Days that cannot be had: how far a failure reaches, and what stands in spite of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person
from fitbit_pipeline_tests.sources.fitbit_web.recorded import (
    PROFILE,
    Recorded,
    last_days,
    refused,
    series,
)
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

THIRD = date(2023, 6, 3)
FIRST = date(2023, 6, 1)
THREE = [FIRST, date(2023, 6, 2), THIRD]
WEIGHT = {"logId": 3, "date": "2023-06-02", "time": "07:00:00", "weight": 70.4, "bmi": 22.9}


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"activities-steps": None},
        {"activities-steps": {"dateTime": "2023-06-02"}},
        {"activities-steps": ["2023-06-02"]},
        {"activities-steps": [{"value": "1"}]},
        {"activities-steps": [{"dateTime": "today", "value": "1"}]},
        {"activities-steps": [{"dateTime": 20230602, "value": "1"}]},
        {"activities-distance": []},
    ],
)
def test_what_has_another_form_than_documented_is_damaged(
    server: ScriptedServer, person: Person, document: Any
) -> None:
    server.script = lambda asked: Reply({"user": {}} if asked.path == PROFILE else document)

    found, failure = person.failing("steps", FIRST, THIRD)

    assert not found
    assert failure.kind is FailureKind.DAMAGED
    assert failure.by_day(THREE).keys() == set(THREE)


def test_a_request_that_fails_by_itself_loses_its_own_days_alone(
    server: ScriptedServer, person: Person
) -> None:
    days = last_days(90, THIRD)
    recorded = Recorded(items={"hrv": series(days, lambda day: {"dailyRmssd": 40.5})})

    def script(asked: Asked) -> Reply:
        of_middle = asked.path.endswith(f"{days[30]}/{days[59]}.json")
        return refused("request", "Error", 500) if of_middle else recorded(asked)

    server.script = script

    found, failure = person.failing("hrv", days[0], days[-1])

    assert {each.date for each in found} == {*days[:30], *days[60:]}
    told = failure.by_day(days[30:60])
    assert told.keys() == set(days[30:60])
    assert {kind for kind, _reason in told.values()} == {FailureKind.TRANSIENT}


def test_days_that_one_of_several_resources_cannot_give_are_lost_and_the_others_stand(
    server: ScriptedServer, person: Person
) -> None:
    days = last_days(62, THIRD)
    recorded = Recorded(items={"body/log/weight": [WEIGHT]})

    def script(asked: Asked) -> Reply:
        if asked.path.endswith(f"fat/date/{days[2]}/{days[31]}.json"):
            return refused("validation", "No.", 400)
        return recorded(asked)

    server.script = script

    found, failure = person.failing("weight", days[0], days[-1])

    assert {each.date for each in found} == {*days[:2], *days[32:]}
    assert {kind for kind, _ in failure.by_day(days[2:32]).values()} == {FailureKind.PERMANENT}


def test_where_request_after_request_fails_no_more_are_spent(
    server: ScriptedServer, person: Person
) -> None:
    recorded = Recorded()
    server.script = lambda asked: (
        recorded(asked) if asked.path == PROFILE else refused("validation", "No.", 400)
    )

    found, failure = person.failing("hrv", date(2020, 1, 1), THIRD)

    assert not found
    assert failure.days is None
    assert len(server.asked) == 1 + 3


@pytest.mark.parametrize(
    ("status", "error_type", "kind"),
    [
        (403, "insufficient_scope", FailureKind.SCOPE_MISSING),
        (401, "invalid_token", FailureKind.CONSENT_LOST),
        (410, "request", FailureKind.SOURCE_GONE),
        (429, "system", FailureKind.QUOTA),
    ],
)
def test_what_is_the_same_for_every_request_ends_it_and_what_came_before_stands(
    server: ScriptedServer, person: Person, status: int, error_type: str, kind: FailureKind
) -> None:
    recorded = Recorded()
    newest = THIRD - timedelta(days=29)

    def script(asked: Asked) -> Reply:
        if asked.path == PROFILE or asked.path.endswith(f"{newest}/{THIRD}.json"):
            return recorded(asked)
        return refused(error_type, "No.", status)

    server.script = script

    found, failure = person.failing("hrv", date(2023, 1, 1), THIRD)

    assert {each.date for each in found} == set(days_between(newest, THIRD))
    assert failure.kind is kind
    assert failure.days is None
