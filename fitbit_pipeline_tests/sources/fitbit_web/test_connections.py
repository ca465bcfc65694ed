"""The way to the service: what is never sent, logged or kept, and what becomes of a broken one."""

import gzip
import logging
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.sources.fitbit_web.conftest import NOON, Person
from fitbit_pipeline_tests.sources.fitbit_web.recorded import DEVICES, refused
from fitbit_pipeline_tests.sources.scripted_server import Reply, ScriptedServer


def ask(person: Person) -> object:
    return person.api.get(DEVICES, "devices").document


def failing(person: Person) -> SourceFailure:
    with pytest.raises(SourceFailure) as caught:
        ask(person)
    return caught.value


def test_nothing_of_a_token_or_an_answer_is_logged(
    server: ScriptedServer, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = {"value": {"restingHeartRate": 74185}}
    server.in_turn(
        Reply(secret, status=500),
        Reply(b'{"restingHeartRate":74185'),
        refused("expired_token", "Access token expired: token-1", 401),
        Reply(secret, status=400),
    )

    failing(person)

    assert len(server.asked) == 4
    assert caplog.text
    assert "74185" not in caplog.text
    assert "token-" not in caplog.text


def test_cookies_are_never_kept(server: ScriptedServer, person: Person) -> None:
    server.in_turn(Reply([], headers={"Set-Cookie": "JSESSIONID=1; Path=/"}))

    ask(person)
    ask(person)

    assert not person.session.cookies
    assert all("Cookie" not in asked.headers for asked in server.asked)


def test_a_redirect_is_not_followed_with_the_token(server: ScriptedServer, person: Person) -> None:
    server.in_turn(Reply({}, status=307, headers={"Location": f"{server.url}/elsewhere"}))

    failing(person)

    assert {asked.path for asked in server.asked} == {DEVICES}


def test_a_netrc_file_of_the_machine_does_not_replace_the_token(
    server: ScriptedServer, person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    server.in_turn(Reply([]))

    ask(person)

    assert server.asked[0].headers["Authorization"] == "Bearer token-1"


def test_a_compressed_answer_is_read(server: ScriptedServer, person: Person) -> None:
    packed = gzip.compress(b'[{"type":"TRACKER"}]')
    server.in_turn(Reply(packed, headers={"Content-Encoding": "gzip"}))

    assert ask(person) == [{"type": "TRACKER"}]


def test_one_connection_carries_many_requests(server: ScriptedServer, person: Person) -> None:
    server.script = lambda asked: Reply({"hrv": []})

    list(
        person.source(granted=frozenset({"heartrate"})).fetch("hrv", date(2023, 1, 1), NOON.date())
    )

    assert len(server.asked) > 5
    assert len({asked.port for asked in server.asked}) == 1


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def _elsewhere(person: Person, address: str, read_seconds: float = 30.0) -> SourceFailure:
    api = FitbitApi(
        address,
        person.session,
        person.tokens,
        person.quotas.of("P07", "22ABCD"),
        timeouts=(5.0, read_seconds),
        sleep=person.clock.sleep,
    )
    with pytest.raises(SourceFailure) as caught:
        api.get(DEVICES, "devices")
    return caught.value


def test_a_service_that_cannot_be_reached_is_a_passing_failure(nobody: str, person: Person) -> None:
    failure = _elsewhere(person, nobody)

    assert failure.kind is FailureKind.TRANSIENT
    assert "devices" in failure.reason
    assert nobody not in f"{failure.reason} {failure.__context__!r}"


def test_a_service_that_stays_silent_is_a_passing_failure(person: Person) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failure = _elsewhere(person, f"http://127.0.0.1:{silent.getsockname()[1]}", 0.1)

    assert failure.kind is FailureKind.TRANSIENT
    assert "in time" in failure.reason


def test_an_answer_that_stalls_is_a_passing_failure(server: ScriptedServer, person: Person) -> None:
    person.read_seconds = 0.1
    server.in_turn(Reply([{"type": "TRACKER"}], sent_bytes=5, stalls=True))

    failure = failing(person)

    assert failure.kind is FailureKind.TRANSIENT
    assert "in time" in failure.reason


@pytest.mark.parametrize("address", ["api.fitbit.com", "ftp://127.0.0.1", "http://"])
def test_an_address_that_is_none_is_named_as_the_fault(person: Person, address: str) -> None:
    failure = _elsewhere(person, address)

    assert failure.kind is FailureKind.PERMANENT
    assert "address" in failure.reason
