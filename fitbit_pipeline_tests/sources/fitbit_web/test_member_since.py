"""Days before the account began: the API would answer them with zeros."""

from datetime import date

import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person, by_day
from fitbit_pipeline_tests.sources.fitbit_web.recorded import (
    PROFILE,
    Recorded,
    refused,
    series,
)
from fitbit_pipeline_tests.sources.scripted_server import ScriptedServer

FIRST = date(2023, 6, 1)
SECOND = date(2023, 6, 2)
THIRD = date(2023, 6, 3)
THREE = [FIRST, SECOND, THIRD]


def test_days_before_the_account_began_are_empty_and_are_not_asked_for(
    server: ScriptedServer, person: Person
) -> None:
    """The API would answer with zeros."""
    server.script = Recorded(
        items={"activities/steps": series(THREE, lambda day: "0")},
        user={"memberSince": SECOND.isoformat()},
    )
    source = person.source()

    days = by_day(source, "steps", date(2020, 1, 1), THIRD)
    before = by_day(source, "sleep", date(2020, 1, 1), FIRST)

    assert len(days) == len(list(days_between(date(2020, 1, 1), THIRD)))
    assert {day for day in days if days[day].payload is not None} == {SECOND, THIRD}
    assert before.keys() == set(days_between(date(2020, 1, 1), FIRST))
    assert all(each.payload is None for each in before.values())
    assert days[FIRST].request.url == f"{server.url}{PROFILE}"
    assert [asked.path.rsplit("/", 1)[1] for asked in server.asked] == [
        "profile.json",
        f"{THIRD}.json",
    ]


def test_without_the_profile_all_days_are_asked_for(server: ScriptedServer, person: Person) -> None:
    recorded = Recorded(items={"activities/steps": series(THREE, lambda day: "1")})
    server.script = lambda asked: (
        refused("insufficient_scope", "No.", 403) if asked.path == PROFILE else recorded(asked)
    )
    source = person.source()

    assert len(by_day(source, "steps", FIRST, THIRD)) == 3
    assert len(by_day(source, "sleep", FIRST, THIRD)) == 3
    assert [asked.path for asked in server.asked].count(PROFILE) == 1


def test_a_profile_that_cannot_be_had_now_is_no_reason_to_take_padding_for_data(
    server: ScriptedServer, person: Person
) -> None:
    recorded = Recorded(user={"memberSince": SECOND.isoformat()})
    server.script = lambda asked: refused("request", "Error", 503)
    source = person.source()
    with pytest.raises(SourceFailure) as caught:
        by_day(source, "steps", FIRST, THIRD)
    assert caught.value.kind is FailureKind.TRANSIENT

    server.script = recorded
    assert len(by_day(source, "steps", FIRST, THIRD)) == 3
