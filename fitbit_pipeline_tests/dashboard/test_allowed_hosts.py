"""A dashboard that asks nobody to sign in answers under the names of this machine alone.

A web page can make its own name lead to this machine, and then its visitor's browser would read the
dashboard for it. Pages come through a WebSocket, so that is what is refused.
"""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from fitbit_pipeline.cli.sign_in import allowed_hosts_arguments
from fitbit_pipeline.settings import Settings
from fitbit_pipeline_tests.dashboard.browser_sign_in import served_with_sign_in, store_with_viewers
from fitbit_pipeline_tests.program import free_port

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAECAwQFBgcICQoLDA0ODw==",
}


@pytest.fixture(scope="module")
def address(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("open")
    with (
        store_with_viewers(mongodb_uri, "test_allowed_hosts", {}) as store,
        served_with_sign_in(store, mongodb_uri, folder, "none", free_port()) as address,
    ):
        yield address


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("127.0.0.1", HTTPStatus.SWITCHING_PROTOCOLS),
        ("localhost", HTTPStatus.SWITCHING_PROTOCOLS),
        ("rebound.example", HTTPStatus.FORBIDDEN),
    ],
)
def test_pages_are_sent_under_the_names_of_this_machine_alone(
    address: str, name: str, status: HTTPStatus
) -> None:
    named = f"{name}:{urlsplit(address).port}"
    headers = {**HANDSHAKE, "Host": named, "Origin": f"http://{named}"}

    answer = requests.get(f"{address}/_stcore/stream", headers=headers, stream=True, timeout=10)
    answer.close()

    assert answer.status_code == status


@pytest.mark.parametrize("chosen", [{"dashboard_sign_in": "password"}, {"host": "192.0.2.7"}])
def test_a_dashboard_that_others_are_to_reach_answers_under_any_name(
    tmp_path: Path, chosen: dict[str, str]
) -> None:
    settings = Settings(_env_file=None, home=tmp_path, **chosen)  # type: ignore[call-arg, arg-type]

    assert not allowed_hosts_arguments(settings)
