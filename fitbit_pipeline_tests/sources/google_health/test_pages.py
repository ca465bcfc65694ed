"""Gotchas of pages: an answer is whole or it is a failure, and never cut in silence."""

from datetime import date

import pytest

from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.sources.google_health.conftest import RETRIES, Person
from fitbit_pipeline_tests.sources.google_health.served import daily_roll_up, written_date
from fitbit_pipeline_tests.sources.scripted_server import (
    Asked,
    Reply,
    Script,
    ScriptedServer,
)

MONDAY = date(2026, 9, 21)
TUESDAY = date(2026, 9, 22)


def pulse(day: date) -> dict[str, object]:
    return {"dailyRestingHeartRate": {"date": written_date(day), "beatsPerMinute": "53"}}


FIRST_PAGE = Reply({"dataPoints": [pulse(TUESDAY)], "nextPageToken": "p2"})
LAST_PAGE = Reply({"dataPoints": [pulse(MONDAY)]})


def paged(pages: dict[str, Reply]) -> Script:
    return lambda asked: pages[asked.page_token]


def test_a_page_that_is_empty_but_continues_is_followed(
    server: ScriptedServer, person: Person
) -> None:
    server.script = paged(
        {"": Reply({"nextPageToken": "p1"}), "p1": Reply({"nextPageToken": "p2"}), "p2": LAST_PAGE}
    )

    days = person.days("resting_heart_rate", MONDAY, TUESDAY)

    assert days[MONDAY].payload == {"daily-resting-heart-rate:reconcile": [pulse(MONDAY)]}


def test_every_page_is_asked_for_by_the_same_parameters(
    server: ScriptedServer, person: Person
) -> None:
    server.script = paged({"": FIRST_PAGE, "p2": LAST_PAGE})

    person.days("resting_heart_rate", MONDAY, TUESDAY)

    first, second = server.asked
    assert second.params == {**first.params, "pageToken": "p2"}


def test_every_page_of_a_roll_up_is_asked_for_by_the_same_body(
    server: ScriptedServer, person: Person
) -> None:
    def row(day: date) -> dict[str, object]:
        return daily_roll_up(day, steps={"countSum": "1"})

    server.script = paged(
        {
            "": Reply({"rollupDataPoints": [row(TUESDAY)], "nextPageToken": "p2"}),
            "p2": Reply({"rollupDataPoints": [row(MONDAY)]}),
        }
    )

    days = person.days("steps", MONDAY, TUESDAY)

    assert all(day.payload for day in days.values())
    first, second = server.asked
    assert second.body == {**(first.body or {}), "pageToken": "p2"}


def test_the_record_of_a_request_names_no_page(server: ScriptedServer, person: Person) -> None:
    server.script = paged({"": FIRST_PAGE, "p2": LAST_PAGE})

    days = person.days("resting_heart_rate", MONDAY, TUESDAY)

    assert days[MONDAY].request == days[TUESDAY].request
    assert days[MONDAY].request.params.keys() == {"filter", "pageSize"}


@pytest.mark.parametrize("circle", [["p2", "p2"], ["p2", "p3", "p2"]])
def test_a_repeated_page_token_is_a_failure_and_never_a_shorter_answer(
    server: ScriptedServer, person: Person, circle: list[str]
) -> None:
    server.in_turn(
        *(Reply({"dataPoints": [pulse(MONDAY)], "nextPageToken": token}) for token in circle)
    )

    found, failure = person.failing("resting_heart_rate", MONDAY, TUESDAY)

    assert not found
    assert failure.kind is FailureKind.TRANSIENT
    assert len(server.asked) == len(circle)


@pytest.mark.parametrize("page", [{"dataPoints": {"0": 1}}, {"dataPoints": [], "nextPageToken": 7}])
def test_a_page_of_another_form_is_a_failure(
    server: ScriptedServer, person: Person, page: dict[str, object]
) -> None:
    server.in_turn(Reply(page))

    found, failure = person.failing("resting_heart_rate", MONDAY, TUESDAY)

    assert not found
    assert failure.kind is FailureKind.DAMAGED


def troubled_once(trouble: Reply) -> Script:
    """The second page fails once."""
    replies = {"": [FIRST_PAGE], "p2": [trouble, LAST_PAGE]}
    return lambda asked: replies[asked.page_token].pop(0)


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(Reply(b"oops", status=500), id="500"),
        pytest.param(Reply(b"oops", status=503, headers={"Retry-After": "0"}), id="503"),
        pytest.param(Reply(LAST_PAGE.content, sent_bytes=20), id="truncated JSON"),
        pytest.param(Reply(b'{"dataPoints":[{"dailyResting'), id="JSON that ends too early"),
        pytest.param(Reply(b"<html>sign in</html>"), id="HTML"),
        pytest.param(Reply(b"[]"), id="JSON that is no object"),
        pytest.param(Reply(LAST_PAGE.content, sent_bytes=20, stalls=True), id="slow body"),
        pytest.param(Reply(LAST_PAGE.content, sent_bytes=0, stalls=True), id="no body"),
    ],
)
def test_trouble_in_the_middle_of_pages_is_overcome_by_asking_for_that_page_again(
    server: ScriptedServer, person: Person, trouble: Reply
) -> None:
    server.script = troubled_once(trouble)
    person.read_seconds = 0.5 if trouble.stalls else 30.0

    days = person.days("resting_heart_rate", MONDAY, TUESDAY)

    assert all(day.payload for day in days.values())
    assert [asked.page_token for asked in server.asked] == ["", "p2", "p2"]


@pytest.mark.parametrize(
    ("trouble", "times"),
    [
        pytest.param(Reply(b"oops", status=500), 1 + RETRIES, id="500"),
        pytest.param(Reply(LAST_PAGE.content, sent_bytes=20), 3, id="truncated JSON"),
        pytest.param(Reply(b"<html>sign in</html>"), 3, id="HTML"),
        pytest.param(Reply(LAST_PAGE.content, sent_bytes=20, stalls=True), 3, id="slow body"),
    ],
)
def test_trouble_that_stays_fails_the_days_and_none_of_the_pages_counts(
    server: ScriptedServer, person: Person, trouble: Reply, times: int
) -> None:
    def script(asked: Asked) -> Reply:
        return trouble if asked.page_token else FIRST_PAGE

    server.script = script
    person.read_seconds = 0.5 if trouble.stalls else 30.0

    found, failure = person.failing("resting_heart_rate", MONDAY, TUESDAY)

    assert not found
    assert failure.kind is FailureKind.TRANSIENT
    assert len(server.asked) == 1 + times
