"""The files of Fitbit clients: what they hold, and how a bad one is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.fitbit_web.clients import (
    API_URL,
    AUTHORIZE_URL,
    FitbitClients,
    read_client,
)

SECRET = "0123456789abcdef-SECRET"
SERVER = {
    "client_id": "22ABCD",
    "client_secret": SECRET,
    "kind": "server",
    "redirect_uri": "http://127.0.0.1:8189/",
}


def write(folder: Path, name: str = "study", **changes: Any) -> Path:
    content = {key: value for key, value in {**SERVER, **changes}.items() if value is not None}
    path = folder / f"{name}.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_a_server_client_has_a_secret_which_is_not_shown(tmp_path: Path) -> None:
    client = read_client(write(tmp_path))

    assert (client.name, client.kind, client.client_id) == ("study", "server", "22ABCD")
    assert client.client_secret == SECRET
    assert client.redirect_uri == "http://127.0.0.1:8189/"
    assert SECRET not in repr(client)


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_client_of_the_kind_client_has_none(tmp_path: Path, secret: str | None) -> None:
    client = read_client(write(tmp_path, kind="client", client_secret=secret))

    assert client.client_secret is None


def test_addresses_are_fitbits_unless_the_settings_or_the_file_name_others(tmp_path: Path) -> None:
    write(tmp_path)
    write(
        tmp_path,
        "sandbox",
        api_url="http://127.0.0.1:8090/",
        authorize_url="http://127.0.0.1:8090/oauth2/authorize",
    )

    by_default = FitbitClients(tmp_path).get("study")
    assert (by_default.api_url, by_default.authorize_url) == (API_URL, AUTHORIZE_URL)
    assert by_default.token_url == "https://api.fitbit.com/oauth2/token"
    assert by_default.revoke_url == "https://api.fitbit.com/oauth2/revoke"
    mirrored = FitbitClients(
        tmp_path, "https://mirror.example/", "https://mirror.example/authorize"
    )
    assert mirrored.get("study").token_url == "https://mirror.example/oauth2/token"
    assert mirrored.get("study").authorize_url == "https://mirror.example/authorize"
    assert mirrored.get("sandbox").token_url == "http://127.0.0.1:8090/oauth2/token"


def test_clients_are_found_by_the_names_of_their_files(tmp_path: Path) -> None:
    write(tmp_path, "one")
    write(tmp_path, "other", kind="personal")

    clients = FitbitClients(tmp_path)

    assert clients.all().keys() == {"one", "other"}
    assert clients.get("other").kind == "personal"


def test_where_there_is_no_folder_there_are_no_clients(tmp_path: Path) -> None:
    clients = FitbitClients(tmp_path / "nowhere")

    assert clients.all() == {}
    with pytest.raises(UserError, match="There is no Fitbit client 'study': write its file"):
        clients.get("study")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": None}, "has no kind"),
        ({"kind": "web"}, "has no kind"),
        ({"kind": ["server"]}, "has no kind"),
        ({"client_id": None}, "has no client_id"),
        ({"client_id": 7}, "has no client_id"),
        ({"client_id": "  "}, "has no client_id"),
        ({"client_secret": None}, "has no client_secret"),
        ({"client_secret": "geheim-ø"}, "has no client_secret"),
        ({"kind": "personal", "client_secret": ""}, "has no client_secret"),
        ({"redirect_uri": None}, "has no redirect_uri"),
        ({"api_url": ""}, "has no api_url"),
        ({"api_url": "http://api.fitbit.com"}, "api_url .* is not encrypted"),
        ({"api_url": "api.fitbit.com"}, "api_url .* is not encrypted"),
        ({"authorize_url": "http://[::1"}, "authorize_url .* is not encrypted"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_name(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    path = write(tmp_path, **changes)

    with pytest.raises(UserError, match=sentence) as told:
        read_client(path)

    assert str(path) in str(told.value)
    assert SECRET not in str(told.value)
    assert str(told.value).endswith(".")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'"server"', b"null"])
def test_a_file_that_is_no_object_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "study.json"
    path.write_bytes(content)

    with pytest.raises(UserError, match="write"):
        read_client(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "study.json"
    path.mkdir()

    with pytest.raises(UserError, match="cannot be read"):
        read_client(path)
