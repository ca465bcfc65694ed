"""OAuth client files: what Google's console gives out is taken, anything else is explained."""

import json
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.addresses import is_loopback
from fitbit_pipeline.sources.google_health.clients import OAuthClients, read_client

DOWNLOADED = {
    "client_id": "1234.apps.googleusercontent.com",
    "project_id": "my-health",
    "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "token_uri": "https://oauth2.googleapis.com/token",
    "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
    "client_secret": "SECRET-client",
    "redirect_uris": ["http://localhost"],
}


def _write(folder: Path, content: Any, name: str = "study") -> Path:
    path = folder / f"{name}.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_desktop_client_is_taken_as_downloaded(tmp_path: Path) -> None:
    client = read_client(_write(tmp_path, {"installed": DOWNLOADED}))

    assert (client.name, client.project, client.kind) == ("study", "my-health", "installed")
    assert client.api_url == "https://health.googleapis.com"
    assert client.revoke_uri == "https://oauth2.googleapis.com/revoke"


def test_a_web_client_is_taken_with_its_redirect_addresses(tmp_path: Path) -> None:
    redirects = ["https://www.google.com", "http://localhost:8080/"]
    client = read_client(_write(tmp_path, {"web": {**DOWNLOADED, "redirect_uris": redirects}}))

    assert client.kind == "web"
    assert client.redirect_uris == tuple(redirects)


def test_a_file_with_its_own_addresses_leads_there(tmp_path: Path) -> None:
    own = {"api_url": "http://127.0.0.1:9/", "revoke_uri": "http://127.0.0.1:9/revoke"}
    client = read_client(_write(tmp_path, {"installed": {**DOWNLOADED, **own}}))

    assert client.api_url == "http://127.0.0.1:9"
    assert client.revoke_uri == "http://127.0.0.1:9/revoke"


def test_a_client_without_a_project_stands_for_its_own(tmp_path: Path) -> None:
    part = {name: value for name, value in DOWNLOADED.items() if name != "project_id"}

    assert read_client(_write(tmp_path, {"installed": part})).project == "study"


BAD: dict[str, tuple[Any, str]] = {
    "cut in the middle": ('{"installed": {"client_secret": "SECRET', "is not JSON"),
    "empty": ("", "is not JSON"),
    "a list": ([], "is not the file of an OAuth client"),
    "another file": ({"name": "x"}, "is not the file of an OAuth client"),
    "a service account": ({"type": "service_account"}, "key of a service account"),
    "no secret": ({"installed": {**DOWNLOADED, "client_secret": ""}}, "has no client_secret"),
    "no id": ({"installed": {**DOWNLOADED, "client_id": None}}, "has no client_id"),
    "redirects of another kind": (
        {"web": {**DOWNLOADED, "redirect_uris": "http://localhost"}},
        "redirect_uris",
    ),
    "unencrypted": (
        {"installed": {**DOWNLOADED, "token_uri": "http://example.org/token"}},
        "The token_uri of the OAuth client .* is not encrypted",
    ),
    "no address": ({"installed": {**DOWNLOADED, "auth_uri": "accounts"}}, "auth_uri"),
    "a half address": ({"installed": {**DOWNLOADED, "auth_uri": "http://[::1"}}, "auth_uri"),
    "looks like loopback": (
        {"installed": {**DOWNLOADED, "token_uri": "http://127.0.0.1.example.org/token"}},
        "token_uri",
    ),
}


@pytest.mark.parametrize("story", BAD)
def test_a_file_that_is_none_is_explained_without_its_secret(tmp_path: Path, story: str) -> None:
    content, sentence = BAD[story]

    with pytest.raises(UserError, match=sentence) as told:
        read_client(_write(tmp_path, content))

    assert "SECRET" not in str(told.value)
    assert str(tmp_path / "study.json") in str(told.value)


def test_clients_are_named_by_their_files(tmp_path: Path) -> None:
    clients = OAuthClients(tmp_path)
    _write(tmp_path, {"installed": DOWNLOADED}, "first")
    _write(tmp_path, {"installed": DOWNLOADED}, "second")

    assert list(clients.all()) == ["first", "second"]
    assert clients.get("second").name == "second"


def test_a_broken_neighbour_does_not_stop_the_night(tmp_path: Path) -> None:
    _write(tmp_path, {"installed": DOWNLOADED}, "good")
    _write(tmp_path, "", "bad")

    assert OAuthClients(tmp_path).get("good").name == "good"
    with pytest.raises(UserError, match=r"bad\.json is not JSON"):
        OAuthClients(tmp_path).all()


@pytest.mark.parametrize("name", ["other", "../study", "study.json", ""])
def test_a_client_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "clients"
    folder.mkdir()
    _write(tmp_path, {"installed": DOWNLOADED})

    with pytest.raises(UserError, match="There is no OAuth client"):
        OAuthClients(folder).get(name)


def test_without_a_folder_there_are_no_clients(tmp_path: Path) -> None:
    assert OAuthClients(tmp_path / "nowhere").all() == {}


def test_the_representation_shows_no_secret(tmp_path: Path) -> None:
    assert "SECRET" not in repr(read_client(_write(tmp_path, {"installed": DOWNLOADED})))


@pytest.mark.parametrize("address", ["http://localhost:1/", "http://127.8.9.1", "http://[::1]:80/"])
def test_addresses_of_this_machine_are_known(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["http://localhost.example.org", "http://10.0.0.1", "", "x"])
def test_other_addresses_are_not(address: str) -> None:
    assert not is_loopback(address)
