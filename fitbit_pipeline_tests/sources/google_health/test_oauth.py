"""Tokens: what is asked of Google, and what its answers and refusals mean."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.sources.google_health.clients import OAuthClient, read_client
from fitbit_pipeline.sources.google_health.oauth import Consent, refresh, revoke
from fitbit_pipeline.sources.google_health.scopes import ADDRESSES, SCOPES, endpoints_granted
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.program import free_port
from fitbit_pipeline_tests.sources.google_health.consenting import CODE, NOW, OLD, REDIRECT, SLEEP
from fitbit_pipeline_tests.token_server import TokenServer, tokens

pytestmark = pytest.mark.usefixtures("nothing_secret_is_logged")


def test_an_answer_without_a_refresh_token_keeps_the_old_one(
    google: TokenServer, client: OAuthClient
) -> None:
    google.always(200, tokens(1))

    renewed = refresh(client, OLD, NOW)

    assert renewed.refresh_token == OLD.refresh_token
    assert renewed.access_token == "SECRET-access-1"
    assert renewed.expires_at == NOW + timedelta(seconds=3599)
    assert renewed.scopes == OLD.scopes
    (asked,) = google.asked
    assert asked.form == {
        "grant_type": "refresh_token",
        "refresh_token": OLD.refresh_token,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    }


def test_an_answer_with_a_refresh_token_replaces_the_old_one(
    google: TokenServer, client: OAuthClient
) -> None:
    google.always(200, tokens(1, refresh_token="SECRET-refresh-1", scope=f"{SLEEP} openid"))

    renewed = refresh(client, OLD, NOW)

    assert renewed.refresh_token == "SECRET-refresh-1"
    assert renewed.scopes == {SLEEP, "openid"}


REFUSALS: dict[str, tuple[int, Any, FailureKind, str]] = {
    "withdrawn": (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
        FailureKind.CONSENT_LOST,
        "no longer accepts the consent",
    ),
    "wrong secret": (
        401,
        {"error": "invalid_client", "error_description": "SECRET-client is wrong"},
        FailureKind.SERVICE_DISABLED,
        r"refuses the OAuth client study \(invalid_client\)",
    ),
    "disabled": (403, {"error": "disabled_client"}, FailureKind.SERVICE_DISABLED, "study"),
    "deleted": (401, {"error": "deleted_client"}, FailureKind.SERVICE_DISABLED, "study"),
    "unauthorized": (401, {"error": "unauthorized_client"}, FailureKind.SERVICE_DISABLED, "study"),
    "other refusal": (
        400,
        {"error": "invalid_request"},
        FailureKind.SERVICE_DISABLED,
        r"study \(invalid_request\)",
    ),
    "a code that is none": (
        400,
        {"error": "SECRET-refresh-0 is bad"},
        FailureKind.SERVICE_DISABLED,
        r"study \(HTTP 400\)",
    ),
    "an envelope of another service": (
        404,
        {"error": {"code": 404, "message": "SECRET"}},
        FailureKind.SERVICE_DISABLED,
        "HTTP 404",
    ),
    "a gateway": (502, b"<html>SECRET</html>", FailureKind.TRANSIENT, "HTTP 502"),
    "a login page of the hotel": (200, b"<html>SECRET</html>", FailureKind.TRANSIENT, "login page"),
    "a list": (200, ["SECRET"], FailureKind.TRANSIENT, "login page"),
    "an empty object": (200, {}, FailureKind.TRANSIENT, "login page"),
}


@pytest.mark.parametrize("story", REFUSALS)
def test_refusals_are_told_apart_without_quoting_them(
    google: TokenServer, client: OAuthClient, story: str
) -> None:
    status, body, kind, sentence = REFUSALS[story]
    google.always(status, body)

    with pytest.raises(SourceFailure, match=sentence) as told:
        refresh(client, OLD, NOW)
    assert told.value.kind is kind
    assert "SECRET" not in told.value.reason

    with pytest.raises(SourceFailure) as told:
        Consent(client, REDIRECT).exchange(CODE, NOW)
    assert told.value.kind is kind
    assert "SECRET" not in told.value.reason


def test_what_passes_is_asked_again(google: TokenServer, client: OAuthClient) -> None:
    answers = [(503, {}), (200, tokens(1))]
    google.answer = lambda _form: answers.pop(0)

    assert refresh(client, OLD, NOW).access_token == "SECRET-access-1"


def test_what_does_not_pass_is_a_matter_of_quota(google: TokenServer, client: OAuthClient) -> None:
    google.always(429, {})

    with pytest.raises(SourceFailure) as told:
        refresh(client, OLD, NOW)

    assert told.value.kind is FailureKind.QUOTA


def test_a_network_that_is_down_is_transient(google: TokenServer, tmp_path: Path) -> None:
    gone = f"http://127.0.0.1:{free_port()}"
    client = read_client(
        google.client_file(tmp_path, token_uri=f"{gone}/token", revoke_uri=f"{gone}/revoke")
    )

    for ask in (
        lambda: refresh(client, OLD, NOW),
        lambda: revoke(client, OLD),
        lambda: Consent(client, REDIRECT).exchange(CODE, NOW),
    ):
        with pytest.raises(SourceFailure, match="cannot be reached") as told:
            ask()
        assert told.value.kind is FailureKind.TRANSIENT


def test_a_consent_is_given_back_without_its_token_in_the_address(
    google: TokenServer, client: OAuthClient
) -> None:
    google.always(200, {})

    assert revoke(client, OLD)

    (asked,) = google.asked
    assert asked.path == "/revoke"
    assert asked.form == {"token": OLD.refresh_token}


def test_a_consent_that_was_given_back_before_is_no_failure(
    google: TokenServer, client: OAuthClient
) -> None:
    google.always(400, {"error": "invalid_token"})

    assert not revoke(client, OLD)


def test_a_netrc_file_adds_nothing_to_what_google_sees(
    google: TokenServer, client: OAuthClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    google.always(200, tokens(1, refresh_token="SECRET-refresh-1"))

    refresh(client, OLD, NOW)
    revoke(client, OLD)
    Consent(client, REDIRECT).exchange(CODE, NOW)

    assert len(google.asked) == 3
    assert not any("authorization" in asked.headers for asked in google.asked)


def test_the_representation_shows_no_token() -> None:
    assert "SECRET" not in repr(OLD)


def test_no_endpoint_is_without_its_scope() -> None:
    from fitbit_pipeline.endpoints import ENDPOINT_NAMES

    assert endpoints_granted(ADDRESSES) == set(ENDPOINT_NAMES)
    assert sum(len(scope.endpoints) for scope in SCOPES) == len(ENDPOINT_NAMES)
