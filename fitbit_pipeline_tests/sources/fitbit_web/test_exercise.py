"""Activity logs: paged newest first, and cut into days by their own local time."""

from datetime import date
from typing import Any

import pytest

from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person
from fitbit_pipeline_tests.sources.fitbit_web.recorded import (
    EXERCISES,
    PROFILE,
    Recorded,
    exercise,
    refused,
)
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

FIRST = date(2023, 6, 1)
SECOND = date(2023, 6, 2)
THIRD = date(2023, 6, 3)


def offsets(server: ScriptedServer) -> list[str]:
    return [asked.params["offset"] for asked in server.asked if asked.path == EXERCISES]


def test_the_first_page_is_asked_for_before_the_day_after_the_last(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded()

    days = person.days("exercise", FIRST, THIRD)

    assert {day: response.payload for day, response in days.items()} == dict.fromkeys(
        (FIRST, SECOND, THIRD)
    )
    assert server.asked[-1].params == {
        "beforeDate": "2023-06-04",
        "sort": "desc",
        "limit": "100",
        "offset": "0",
    }


def test_a_log_belongs_to_the_day_on_which_it_began_where_it_began(
    server: ScriptedServer, person: Person
) -> None:
    late = exercise(1, "2023-06-02T23:50:00.000+09:00")
    early = exercise(2, "2023-06-02T00:10:00.000-10:00")
    server.script = Recorded(exercises=[late, early])

    days = person.days("exercise", FIRST, THIRD)

    assert days[SECOND].payload == {"activities": [late, early]}
    assert days[FIRST].payload is None


def test_the_older_form_tells_its_date_apart(server: ScriptedServer, person: Person) -> None:
    log = {"logId": 1, "startDate": "2023-06-02", "startTime": "12:00:00"}
    page = Reply({"activities": [log], "pagination": {"next": ""}})
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else page

    assert person.days("exercise", FIRST, THIRD)[SECOND].payload == {"activities": [log]}


def test_pages_are_followed_until_the_range_is_behind(
    server: ScriptedServer, person: Person
) -> None:
    logs = [
        exercise(number, f"2023-06-02T{number // 60:02}:{number % 60:02}:00")
        for number in range(250)
    ]
    before = [
        exercise(1000 + number, f"2023-05-{30 - number % 20}T12:00:00") for number in range(300)
    ]
    server.script = Recorded(exercises=logs + before)

    days = person.days("exercise", SECOND, THIRD)

    payload = days[SECOND].payload
    assert payload is not None
    assert {each["logId"] for each in payload["activities"]} == set(range(250))
    assert offsets(server) == ["0", "100", "200"]


def test_days_that_the_page_has_left_behind_arrive_before_the_next_page(
    server: ScriptedServer, person: Person
) -> None:
    logs = [
        exercise(number, f"2023-06-30T{number // 60:02}:{number % 60:02}:00")
        for number in range(100)
    ]
    server.script = Recorded(exercises=[*logs, exercise(1000, "2023-06-01T10:00:00")])
    days = person.source().fetch("exercise", FIRST, date(2023, 7, 5))

    # The day before the oldest of the page may still get logs of who travels.
    assert [next(days).date for _ in range(4)] == [date(2023, 7, each) for each in (5, 4, 3, 2)]
    assert offsets(server) == ["0"]
    next(days)
    assert offsets(server) == ["0", "100"]


def test_a_traveller_whose_logs_are_out_of_the_order_of_days_loses_none(
    server: ScriptedServer, person: Person
) -> None:
    """Across the date line: a later page has a log of a later local day."""
    page = {
        "activities": [exercise(2, "2023-06-02T09:00:00.000-10:00")],
        "pagination": {"next": f"https://api.fitbit.com{EXERCISES}?offset=1&limit=100&sort=desc"},
    }
    rest = {
        "activities": [exercise(1, "2023-06-03T08:00:00.000+14:00")],
        "pagination": {"next": ""},
    }

    def script(asked: Asked) -> Reply:
        if asked.path == PROFILE:
            return Reply({"user": {}})
        return Reply(page if asked.params["offset"] == "0" else rest)

    server.script = script

    days = person.days("exercise", FIRST, THIRD)

    assert days[SECOND].payload is not None
    assert days[THIRD].payload is not None


def test_a_log_that_moved_to_the_next_page_meanwhile_is_kept_once(
    server: ScriptedServer, person: Person
) -> None:
    log = exercise(1, "2023-06-02T09:00:00.000+02:00")
    following = (
        f"https://api.fitbit.com{EXERCISES}?offset=1&limit=100&sort=desc&beforeDate=2023-06-04"
    )

    def script(asked: Asked) -> Reply:
        if asked.path == PROFILE:
            return Reply({"user": {}})
        more = asked.params["offset"] == "0"
        return Reply({"activities": [log], "pagination": {"next": following if more else ""}})

    server.script = script

    assert person.days("exercise", FIRST, THIRD)[SECOND].payload == {"activities": [log]}


def test_the_token_goes_to_no_other_address_than_the_apis_own(
    server: ScriptedServer, person: Person
) -> None:
    """The address of the next page is another server's; its query alone is taken."""
    server.script = Recorded(
        exercises=[exercise(each, "2023-06-02T09:00:00") for each in range(150)]
    )

    person.days("exercise", FIRST, THIRD)

    assert offsets(server) == ["0", "100"]


@pytest.mark.parametrize(
    "following",
    [
        f"https://api.fitbit.com{EXERCISES}?offset=0&limit=100&sort=desc&beforeDate=2023-06-04",
        f"https://api.fitbit.com{EXERCISES}",
        "https://[",
    ],
)
def test_pages_that_lead_in_a_circle_are_not_followed_for_ever(
    server: ScriptedServer, person: Person, following: Any
) -> None:
    page = Reply({"activities": [], "pagination": {"next": following}})
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else page

    found, failure = person.failing("exercise", FIRST, THIRD)

    assert not found
    assert failure.kind is FailureKind.TRANSIENT
    assert len(server.asked) < 10


@pytest.mark.parametrize(
    "document",
    [[], {}, {"activities": [{"logId": 1}]}, {"activities": [{"startTime": "noon"}]}],
)
def test_logs_of_another_form_are_damaged(
    server: ScriptedServer, person: Person, document: Any
) -> None:
    server.script = lambda asked: Reply({"user": {}} if asked.path == PROFILE else document)

    _, failure = person.failing("exercise", FIRST, THIRD)

    assert failure.kind is FailureKind.DAMAGED


def test_when_a_later_page_fails_its_days_are_lost_and_the_newer_ones_stand(
    server: ScriptedServer, person: Person
) -> None:
    recorded = Recorded(exercises=[exercise(each, "2023-06-02T09:00:00") for each in range(150)])
    server.script = lambda asked: (
        refused("request", "Error", 500) if asked.params.get("offset") == "100" else recorded(asked)
    )

    found, failure = person.failing("exercise", FIRST, date(2023, 6, 8))

    assert {each.date for each in found} == {date(2023, 6, day) for day in range(4, 9)}
    assert failure.by_day([]).keys() == {FIRST, SECOND, THIRD}
