"""One request: its token, its repetition, its quota, and what is never sent or kept."""

from datetime import timedelta

import pytest

from fitbit_pipeline.sources.fitbit_web.client import PATIENCE
from fitbit_pipeline.sources.fitbit_web.limiter import MARGIN
from fitbit_pipeline.sources.protocol import CountsRequests, FailureKind, SourceFailure
from fitbit_pipeline_tests.sources.fitbit_web.conftest import NOON, Person
from fitbit_pipeline_tests.sources.fitbit_web.recorded import DEVICES, refused
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer, Tokens

EXPIRED = refused("expired_token", "Access token expired: token-1", 401)
TOO_MANY = refused("system", "Too Many Requests", 429)
FAILED = refused("request", "An error occurred. Error id: 1", 500)


def limited(left: int, resets_in: int, content: object = (), status: int = 200) -> Reply:
    headers = {
        "fitbit-rate-limit-remaining": str(left),
        "fitbit-rate-limit-reset": str(resets_in),
        "retry-after": "1",
    }
    return Reply(list(content) if content == () else content, status=status, headers=headers)


def ask(person: Person) -> object:
    return person.api.get(DEVICES, "devices").document


def failing(person: Person) -> SourceFailure:
    with pytest.raises(SourceFailure) as caught:
        ask(person)
    return caught.value


def test_a_request_says_who_asks_and_leaves_units_metric(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(Reply([]))

    assert ask(person) == []
    (asked,) = server.asked
    assert (asked.method, asked.path, asked.token) == ("GET", DEVICES, "token-1")
    assert "Accept-Language" not in asked.headers


def test_a_refused_token_is_renewed_once_and_the_request_repeated(
    server: ScriptedServer, person: Person
) -> None:
    server.script = lambda asked: EXPIRED if asked.token == "token-1" else Reply([])

    ask(person)

    assert [asked.token for asked in server.asked] == ["token-1", "token-2"]
    assert person.tokens.refused == ["token-1"]


def test_a_second_refused_token_means_that_consent_is_lost(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(EXPIRED)

    assert failing(person).kind is FailureKind.CONSENT_LOST
    assert [asked.token for asked in server.asked] == ["token-1", "token-2"]


def test_a_failure_to_renew_is_passed_on(server: ScriptedServer, person: Person) -> None:
    class Lost(Tokens):
        def renewed(self, refused: str) -> str:
            raise SourceFailure(FailureKind.CONSENT_LOST, "Gone.")

    person.tokens = Lost()
    server.in_turn(EXPIRED)

    assert failing(person).reason == "Gone."


def test_a_full_quota_is_awaited_by_the_reset_and_then_asked_once_more(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(limited(3, 1200, TOO_MANY.content, 429), limited(149, 3580))

    assert ask(person) == []
    assert len(server.asked) == 2
    assert person.clock.now == NOON + timedelta(seconds=1200) + MARGIN
    assert [str(each) for each in person.told] == [
        "waiting until 12:20:20 UTC for P07's hourly quota"
    ]


def test_one_request_is_never_refused_for_the_quota_three_times(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(limited(0, 1200, TOO_MANY.content, 429))

    assert failing(person).kind is FailureKind.QUOTA
    assert len(server.asked) == 2


def test_a_token_that_ended_during_the_wait_is_renewed(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(limited(0, 1200, TOO_MANY.content, 429), EXPIRED, Reply([]))

    ask(person)

    assert [asked.token for asked in server.asked] == ["token-1", "token-1", "token-2"]


def test_what_is_left_in_an_hour_is_kept_to(server: ScriptedServer, person: Person) -> None:
    """Of twelve that are left five are the reserve."""
    left = 13

    def script(asked: Asked) -> Reply:
        nonlocal left
        left -= 1
        return limited(left, 1800)

    server.script = script
    api = person.api
    for _ in range(8):
        api.get(DEVICES, "devices")
    assert not person.clock.slept

    api.get(DEVICES, "devices")

    assert person.clock.now >= NOON + timedelta(seconds=1800)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_passes_is_asked_again_with_growing_pauses(
    server: ScriptedServer, person: Person, status: int
) -> None:
    broken = Reply(b"<html>", status=status)
    server.in_turn(broken, broken, broken, Reply([]))

    assert ask(person) == []
    assert person.clock.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    "broken",
    [
        FAILED,
        Reply(b"[{"),
        Reply(b"null"),
        Reply(b""),
        Reply([{"type": "TRACKER"}], sent_bytes=5),
        Reply(b"not packed", headers={"Content-Encoding": "gzip"}),
        Reply(b"", status=204),
        refused("request", "Conflict", 409),
    ],
    ids=["500", "half", "null", "nothing", "cut off", "not gzip", "204", "409"],
)
def test_what_does_not_pass_is_a_failure_that_may_pass_and_every_request_is_counted(
    server: ScriptedServer, person: Person, broken: Reply
) -> None:
    server.in_turn(broken)
    api = person.api
    assert isinstance(api, CountsRequests)

    with pytest.raises(SourceFailure) as caught:
        api.get(DEVICES, "devices")

    assert caught.value.kind is FailureKind.TRANSIENT
    assert len(server.asked) == 1 + PATIENCE[FailureKind.TRANSIENT]
    assert api.requests_sent == len(server.asked)


def test_every_repetition_is_taken_from_the_quota(server: ScriptedServer, person: Person) -> None:
    server.in_turn(limited(7, 1800, [], 500))

    failing(person)

    assert len(server.asked) == 4
    assert person.clock.now >= NOON + timedelta(seconds=1800)


@pytest.mark.parametrize("status", [400, 403, 404, 410, 411, 422])
def test_what_is_refused_for_good_is_asked_once(
    server: ScriptedServer, person: Person, status: int
) -> None:
    server.in_turn(Reply({}, status=status))

    failing(person)

    assert len(server.asked) == 1


def test_what_was_switched_off_is_not_asked_again(server: ScriptedServer, person: Person) -> None:
    server.in_turn(Reply(b"", status=410))
    api = person.api

    for _ in range(3):
        with pytest.raises(SourceFailure) as caught:
            api.get(DEVICES, "devices")
        assert caught.value.kind is FailureKind.SOURCE_GONE
        assert caught.value.__context__ is None
    assert len(server.asked) == api.requests_sent == 1


def test_when_everybody_fails_nobody_is_waited_for_one_by_one(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(FAILED)
    api = person.api
    for _ in range(12):
        with pytest.raises(SourceFailure):
            api.get(DEVICES, "devices")
    sent = len(server.asked)

    with pytest.raises(SourceFailure, match="Fitbit failed 12 times in a row"):
        api.get(DEVICES, "devices")

    assert len(server.asked) == sent
