"""One request: its token, its repetition, and what is never sent or kept."""

import gzip
import logging
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline_tests.sources.google_health.conftest import Person
from fitbit_pipeline_tests.sources.scripted_server import Reply, ScriptedServer, Tokens

DAY = date(2026, 9, 21)
REFUSED = Reply({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, status=401)


def test_a_refused_token_is_renewed_once_and_the_request_repeated(
    server: ScriptedServer, person: Person
) -> None:
    server.script = lambda asked: REFUSED if asked.token == "token-1" else Reply({})

    days = person.days("steps", DAY, DAY)

    assert days[DAY].payload is None
    assert [asked.token for asked in server.asked] == ["token-1", "token-2"]
    assert person.tokens.refused == ["token-1"]


def test_a_second_refused_token_means_that_consent_is_lost(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(REFUSED)

    _, failure = person.failing("steps", DAY, DAY)

    assert failure.kind is FailureKind.CONSENT_LOST
    assert [asked.token for asked in server.asked] == ["token-1", "token-2"]


def test_a_token_that_is_refused_in_the_middle_of_pages_is_renewed(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(Reply({"nextPageToken": "p2"}), REFUSED, Reply({}))

    person.days("sleep", DAY, DAY)

    assert [(asked.page_token, asked.token) for asked in server.asked] == [
        ("", "token-1"),
        ("p2", "token-1"),
        ("p2", "token-2"),
    ]


def test_a_failure_to_renew_is_passed_on(server: ScriptedServer, person: Person) -> None:
    class Lost(Tokens):
        def renewed(self, refused: str) -> str:
            raise SourceFailure(FailureKind.CONSENT_LOST, "Gone.")

    person.tokens = Lost()
    server.in_turn(REFUSED)

    _, failure = person.failing("steps", DAY, DAY)

    assert failure.reason == "Gone."


@pytest.mark.parametrize(
    ("status", "retry_after"),
    [(429, None), (429, "0"), (429, "1"), (429, "3600"), (429, "soon"), (503, "1"), (503, "1.5")],
)
def test_an_answer_to_come_back_later_is_followed_by_the_answer(
    server: ScriptedServer, person: Person, status: int, retry_after: str | None
) -> None:
    """An hour is cut to what the session allows, and what cannot be read is not said."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    server.in_turn(Reply({}, status=status, headers=headers), Reply({}))

    assert person.days("steps", DAY, DAY).keys() == {DAY}
    assert len(server.asked) == 2


def test_every_attempt_of_ours_waits_for_the_limiter(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(Reply(b"{"), REFUSED, Reply({}))

    person.days("steps", DAY, DAY)

    assert person.waits == len(server.asked) == 3


def test_nothing_of_a_token_or_an_answer_is_logged(
    server: ScriptedServer, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = {"dailyRestingHeartRate": {"beatsPerMinute": "74185"}}
    server.in_turn(
        Reply(secret, status=500),
        Reply(b'{"beatsPerMinute":"74185"'),
        Reply(secret, status=401),
        Reply(secret, status=400),
    )

    person.failing("resting_heart_rate", DAY, DAY)

    assert len(server.asked) == 4
    assert caplog.text
    assert "74185" not in caplog.text
    assert "token-" not in caplog.text


def test_cookies_are_never_kept(server: ScriptedServer, person: Person) -> None:
    server.in_turn(Reply({}, headers={"Set-Cookie": "NID=1; Path=/"}))

    person.days("weight", DAY, DAY)

    assert not person.session.cookies
    assert all("Cookie" not in asked.headers for asked in server.asked)


def test_a_redirect_is_not_followed_with_the_token(server: ScriptedServer, person: Person) -> None:
    server.in_turn(Reply({}, status=307, headers={"Location": f"{server.url}/elsewhere"}))

    person.failing("steps", DAY, DAY)

    assert [asked.key for asked in server.asked] == ["steps:dailyRollUp"]


def test_a_netrc_file_of_the_machine_does_not_replace_the_token(
    server: ScriptedServer, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))

    person.days("steps", DAY, DAY)

    assert server.asked[0].headers["Authorization"] == "Bearer token-1"


def test_a_compressed_answer_is_read(server: ScriptedServer, person: Person) -> None:
    """Google compresses for programs that name gzip in both headers."""
    packed = gzip.compress(b'{"healthUserId":"1"}')
    server.in_turn(Reply(packed, headers={"Content-Encoding": "gzip"}))

    assert person.api.get("/v4/users/me/identity").document == {"healthUserId": "1"}
    (asked,) = server.asked
    assert "gzip" in asked.headers["User-Agent"]
    assert "gzip" in asked.headers["Accept-Encoding"]


def test_a_compressed_answer_that_is_damaged_is_asked_for_again(
    server: ScriptedServer, person: Person
) -> None:
    damaged = Reply(b"not packed", headers={"Content-Encoding": "gzip"})
    server.in_turn(damaged, Reply({"healthUserId": "1"}))

    assert person.api.get("/v4/users/me/identity").document == {"healthUserId": "1"}


def test_one_connection_carries_many_requests(server: ScriptedServer, person: Person) -> None:
    person.days("calories", DAY, date(2026, 12, 31))

    assert len(server.asked) > 5
    assert len({asked.port for asked in server.asked}) == 1


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def test_a_service_that_cannot_be_reached_is_a_passing_failure(nobody: str, person: Person) -> None:
    api = HealthApi(nobody, person.session, person.tokens, person.wait)

    with pytest.raises(SourceFailure) as caught:
        api.get("/v4/users/me/identity")

    assert caught.value.kind is FailureKind.TRANSIENT
    assert "identity" in caught.value.reason
    assert nobody not in f"{caught.value.reason} {caught.value.__context__!r}"


def test_a_service_that_stays_silent_is_a_passing_failure(
    person: Person,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pooled_session(1, retries=0) as session:
        api = HealthApi(
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            session,
            person.tokens,
            person.wait,
            timeouts=(5.0, 0.2),
        )
        with pytest.raises(SourceFailure) as caught:
            api.get("/v4/users/me/identity")

    assert caught.value.kind is FailureKind.TRANSIENT
    assert "in time" in caught.value.reason


@pytest.mark.parametrize("address", ["health.googleapis.com", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_named_as_the_fault(person: Person, address: str) -> None:
    with pytest.raises(SourceFailure) as caught:
        HealthApi(address, person.session, person.tokens, person.wait).get("/v4/users/me/identity")

    assert caught.value.kind is FailureKind.PERMANENT
    assert "address" in caught.value.reason
