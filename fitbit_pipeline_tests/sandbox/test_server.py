"""The sandbox as a server and as a command: it starts, says where it is, and ends."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sandbox.server import Sandbox, running
from fitbit_pipeline_tests.program import free_port
from fitbit_pipeline_tests.sandbox.calls import points, reading
from fitbit_pipeline_tests.sandbox.command import called, serving
from fitbit_pipeline_tests.sandbox_server import FIRST_DAY, NOW, running_sandbox, signed_in


def test_a_sandbox_ends_with_its_block() -> None:
    with running_sandbox() as sandbox:
        address = sandbox.base_url
        assert requests.get(address, timeout=10).status_code == 200

    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=10)


def test_two_sandboxes_stand_beside_each_other() -> None:
    with running_sandbox() as one, running_sandbox(seed=2) as other:
        names = [
            requests.get(f"{each.base_url}/sandbox/people", timeout=10).json()
            for each in (one, other)
        ]

    assert names[0] != names[1]


def test_many_may_ask_at_once_and_get_what_one_alone_gets() -> None:
    def nights(sandbox: Sandbox, person: str) -> object:
        with signed_in(sandbox, person) as session:
            return points(sandbox, session, "sleep", ":reconcile").json()

    with running_sandbox(people=4) as sandbox, ThreadPoolExecutor(8) as pool:
        people = [person.key for person in sandbox.population.people] * 2
        together = list(pool.map(lambda person: nights(sandbox, person), people))
        alone = [nights(sandbox, person) for person in people[:4]]

    assert together == alone * 2


def test_a_client_that_is_gone_before_it_has_asked_leaves_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As one that is killed in the middle of a request."""
    begun = b"POST /token HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 100\r\n\r\ngrant_type="
    with running_sandbox() as sandbox:
        where = urlsplit(sandbox.base_url)
        with socket.create_connection((where.hostname, where.port)) as client:
            client.sendall(begun)
        assert requests.get(sandbox.base_url, timeout=10).status_code == 200

    assert not caplog.records


def test_an_answer_that_google_would_not_give_fails_the_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with (
        pytest.raises(AssertionError, match="not a Identity"),
        running_sandbox() as sandbox,
        signed_in(sandbox) as session,
    ):
        monkeypatch.setattr(sandbox.population, "identity", lambda _: {"nickname": "x"})
        reading(sandbox, session, "identity")


def test_a_taken_port_is_told() -> None:
    with running_sandbox() as sandbox:
        port = int(sandbox.base_url.rpartition(":")[2])
        second = Sandbox(lambda: NOW, FIRST_DAY)
        with pytest.raises(UserError, match=f"Port {port} is taken"), running(second, port):
            pass


def test_the_command_tells_a_taken_port_in_one_sentence() -> None:
    with running_sandbox() as sandbox:
        port = sandbox.base_url.rpartition(":")[2]
        code, output = called("--port", port)

    assert code == 1
    assert output.strip().startswith(f"Port {port} is taken")
    assert output.count("\n") == 1


def test_the_command_refuses_a_day_that_is_none() -> None:
    code, output = called("--from", "yesterday")

    assert code == 2
    assert "YYYY-MM-DD" in output


def test_the_command_tells_a_client_file_that_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "client.json"
    code, output = called("--port", str(free_port()), "--client-file", str(target))

    assert code == 1
    assert "--client-file" in output


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    port = free_port()
    client_file = tmp_path / "google-clients" / "sandbox.json"
    with serving(
        *("--port", str(port), "--people", "2"),
        *("--from", "2026-01-01", "--client-file", str(client_file)),
    ) as command:
        client = json.loads(client_file.read_text())["installed"]
        people = requests.get(f"{client['api_url']}/sandbox/people", timeout=10).json()

    assert client["api_url"] == f"http://127.0.0.1:{port}"
    assert client["api_url"] in command.said
    assert [each["key"] for each in people] == ["p001", "p002"]
    assert all(each["name"] in command.said for each in people)
    assert "fitbit-pipeline connect" in command.said
    assert "Stopping" in command.rest
    assert command.status == 0
