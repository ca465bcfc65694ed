"""The command serves the Fitbit Web API too, and tells where its client file is."""

import json
from pathlib import Path

import requests

from fitbit_pipeline.sandbox.fitbit_web.clients import KINDS
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in
from fitbit_pipeline_tests.program import free_port
from fitbit_pipeline_tests.sandbox.command import called, serving


def test_it_writes_the_client_file_and_keeps_to_the_quota_that_it_was_given(
    tmp_path: Path,
) -> None:
    port = free_port()
    path = tmp_path / "fitbit-clients" / "sandbox.json"
    with serving(
        *("--port", str(port), "--people", "1"),
        *("--fitbit-client-file", str(path), "--fitbit-requests-per-hour", "30"),
    ) as command:
        client = json.loads(path.read_text())
        with fitbit_signed_in(_Remote(client)) as session:  # type: ignore[arg-type]
            answer = session.get(f"{client['api_url']}/1/user/-/devices.json", timeout=10)

    assert client["api_url"] == f"http://127.0.0.1:{port}"
    assert f"{client['api_url']}/sandbox/fitbit-client" in command.said.replace("\n", " ")
    assert answer.status_code == 200
    assert answer.headers["fitbit-rate-limit-limit"] == "30"


class _Remote:
    """A sandbox of another process, as far as a consent needs it."""

    def __init__(self, client: dict[str, str]):
        self._client = client

    def fitbit_client_file(self, _kind: str) -> dict[str, str]:
        return self._client


def test_a_client_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "client.json"
    code, output = called("--port", str(free_port()), "--fitbit-client-file", str(target))

    assert code == 1
    assert "--fitbit-client-file" in output


def test_client_files_of_all_kinds_can_be_fetched(served: Sandbox) -> None:
    address = f"{served.base_url}/sandbox/fitbit-client"
    files = {
        kind: requests.get(address, params={"kind": kind}, timeout=10).json() for kind in KINDS
    }

    assert {kind: file["kind"] for kind, file in files.items()} == {kind: kind for kind in KINDS}
    assert [kind for kind, file in files.items() if "client_secret" not in file] == ["client"]
    assert len({file["client_id"] for file in files.values()}) == 3
    assert requests.get(address, timeout=10).json() == files["server"]
    assert files["server"]["authorize_url"] == f"{served.base_url}/oauth2/authorize"
    assert requests.get(address, params={"kind": "robot"}, timeout=10).status_code == 400


def test_the_start_page_leads_to_it(served: Sandbox) -> None:
    page = requests.get(served.base_url, timeout=10).text

    assert "/sandbox/fitbit-client" in page
    assert f"{served.base_url}/1/user/-/" in page
