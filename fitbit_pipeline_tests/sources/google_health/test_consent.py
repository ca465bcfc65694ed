"""Consents: what is asked for, whose answer is taken, and what the tokens cost."""

import base64
import hashlib
import os
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.oauth import Consent
from fitbit_pipeline.sources.google_health.scopes import ADDRESSES, endpoints_granted
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.sources.google_health.consenting import CODE, NOW, REDIRECT, SLEEP
from fitbit_pipeline_tests.token_server import TokenServer, tokens

pytestmark = pytest.mark.usefixtures("nothing_secret_is_logged")


def _asked(consent: Consent) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(consent.address).query).items()}


def _answer(consent: Consent, **query: str) -> str:
    said = {"state": _asked(consent)["state"], **query}
    return f"{REDIRECT}?{'&'.join(f'{name}={value}' for name, value in said.items())}"


def test_everything_that_matters_is_asked_for(client: OAuthClient) -> None:
    asked = _asked(Consent(client, REDIRECT))

    assert asked["response_type"] == "code"
    assert asked["client_id"] == client.client_id
    assert asked["redirect_uri"] == REDIRECT
    assert asked["scope"].split() == list(ADDRESSES)
    assert asked["access_type"] == "offline"
    assert asked["prompt"] == "consent"
    assert asked["include_granted_scopes"] == "true"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20


def test_the_verifier_that_buys_the_tokens_is_the_one_that_was_announced(
    google: TokenServer, client: OAuthClient
) -> None:
    consent = Consent(client, REDIRECT)
    google.always(200, tokens(1, refresh_token="SECRET-refresh-1", scope=SLEEP))

    consent.exchange(CODE, NOW)

    (asked,) = google.asked
    digest = hashlib.sha256(asked.form["code_verifier"].encode()).digest()
    assert (
        base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        == (_asked(consent)["code_challenge"])
    )
    assert asked.form["code"] == CODE
    assert asked.form["redirect_uri"] == REDIRECT
    assert asked.form["client_id"] == client.client_id
    assert asked.form["client_secret"] == client.client_secret
    assert "authorization" not in asked.headers


def test_unticked_boxes_are_no_error_and_are_remembered(
    google: TokenServer, client: OAuthClient
) -> None:
    google.always(200, tokens(1, refresh_token="SECRET-refresh-1", scope=f"{SLEEP} openid"))

    bought = Consent(client, REDIRECT).exchange(CODE, NOW)

    assert bought.scopes == {SLEEP, "openid"}
    assert endpoints_granted(bought.scopes) == {"sleep"}
    assert bought.expires_at == NOW + timedelta(seconds=3599)
    assert bought.consent_seconds is None


def test_a_project_in_testing_is_noticed(google: TokenServer, client: OAuthClient) -> None:
    google.always(200, tokens(1, refresh_token="SECRET-refresh-1", refresh_token_expires_in=604799))

    assert Consent(client, REDIRECT).exchange(CODE, NOW).consent_seconds == 604799


def test_the_environment_is_left_as_it_was(
    google: TokenServer, client: OAuthClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "mine")
    before = dict(os.environ)
    google.always(200, tokens(1, refresh_token="SECRET-refresh-1", scope=SLEEP))

    Consent(client, REDIRECT).exchange(CODE, NOW)
    google.always(400, {"error": "invalid_grant"})
    with pytest.raises(SourceFailure):
        Consent(client, REDIRECT).exchange(CODE, NOW)

    assert dict(os.environ) == before


def test_a_code_that_was_used_before_is_told_as_such(
    google: TokenServer, client: OAuthClient
) -> None:
    google.always(400, {"error": "invalid_grant", "error_description": f"Bad code {CODE}"})

    with pytest.raises(SourceFailure, match="does not accept the code") as told:
        Consent(client, REDIRECT).exchange(CODE, NOW)

    assert told.value.kind is FailureKind.CONSENT_LOST
    assert CODE not in told.value.reason


def test_without_a_refresh_token_nothing_is_connected(
    google: TokenServer, client: OAuthClient
) -> None:
    google.always(200, tokens(1))

    with pytest.raises(UserError, match="gave no refresh token"):
        Consent(client, REDIRECT).exchange(CODE, NOW)


@pytest.mark.parametrize(
    "pasted",
    [
        lambda consent: _answer(consent, code=CODE),
        lambda consent: f"  {_answer(consent, code=CODE.replace('/', '%2F'))}\n",
        lambda consent: _answer(consent, code=CODE).removeprefix("http://"),
        lambda consent: CODE,
        lambda consent: CODE.replace("/", "%2F"),
    ],
)
def test_the_whole_address_and_the_bare_code_are_taken(client: OAuthClient, pasted: Any) -> None:
    consent = Consent(client, REDIRECT)

    assert consent.code_of(pasted(consent)) == CODE


@pytest.mark.parametrize("state", ["another", "", "%F0"])
def test_the_answer_to_another_consent_is_refused(client: OAuthClient, state: str) -> None:
    """Else a page could make somebody's browser connect a stranger's account."""
    consent = Consent(client, REDIRECT)

    with pytest.raises(UserError, match="belongs to another consent"):
        consent.code_of(f"{REDIRECT}?state={state}&code={CODE}")
    assert not consent.is_answer(f"{REDIRECT}?state={state}&code={CODE}")
    assert not consent.is_answer(_answer(Consent(client, REDIRECT), code=CODE))


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        (lambda consent: _answer(consent, error="access_denied"), "was declined"),
        (lambda consent: _answer(consent, error="admin_policy"), "ended the consent with admin"),
        (lambda consent: _answer(consent, error="<b>SECRET</b>"), "with an unknown error"),
        (lambda consent: _answer(consent), "holds no code"),
        (lambda consent: "hello", "neither an address nor a code"),
        (lambda consent: "", "neither an address nor a code"),
        (lambda consent: "http://[half", "belongs to another consent"),
    ],
)
def test_what_is_no_code_is_explained(client: OAuthClient, pasted: Any, sentence: str) -> None:
    consent = Consent(client, REDIRECT)

    with pytest.raises(UserError, match=sentence) as told:
        consent.code_of(pasted(consent))

    assert "SECRET" not in str(told.value)
