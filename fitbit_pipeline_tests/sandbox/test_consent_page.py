"""The sandbox's consent page: what a person sees, chooses, and is sent back with."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from fitbit_pipeline.sandbox import consent
from fitbit_pipeline.sandbox.accounts import OAuthClient
from fitbit_pipeline.sandbox.api_types import ACTIVITY, SCOPES, SLEEP
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.token_calls import exchange, refresh
from fitbit_pipeline_tests.sandbox_server import (
    CHALLENGE,
    REDIRECT_URI,
    authorization_address,
    code_of,
    tokens_of,
)


def test_the_page_names_people_scopes_and_two_ways_out(sandbox: Sandbox) -> None:
    page = requests.get(authorization_address(sandbox, login_hint="p002"), timeout=10)

    assert page.status_code == 200
    assert '<option value="p002" selected>' in page.text
    for scope, sentence in SCOPES.items():
        assert f'value="{scope}" checked' in page.text
        assert sentence in page.text
    assert ">Cancel</button>" in page.text
    assert ">Allow</button>" in page.text


def test_what_the_app_sends_is_shown_as_text(sandbox: Sandbox) -> None:
    page = requests.get(authorization_address(sandbox, state='"><script>x</script>'), timeout=10)

    assert "<script>" not in page.text


def test_a_consent_comes_back_with_code_state_and_scopes(sandbox: Sandbox) -> None:
    address = consent.grant(authorization_address(sandbox), person="p002")
    answer = parse_qs(urlsplit(address).query)

    assert address.startswith(f"{REDIRECT_URI}?")
    assert answer["state"] == ["a-state"]
    assert answer["scope"] == [" ".join(SCOPES)]
    assert answer["code"][0].startswith("4/0A")


def test_the_page_proposes_the_hinted_person(sandbox: Sandbox) -> None:
    code = code_of(consent.grant(authorization_address(sandbox, login_hint="p003")))
    exchange(sandbox, code)

    assert sandbox.accounts.granted("p003") == tuple(SCOPES)
    assert sandbox.accounts.granted("p001") == ()


def test_only_who_is_there_can_consent(sandbox: Sandbox) -> None:
    address = authorization_address(sandbox)
    with pytest.raises(consent.NoConsentPage, match="p999"):
        consent.grant(address, person="p999")
    forged = {**dict(parse_qsl(urlsplit(address).query)), "person": "p999", "granted": SLEEP}
    answer = requests.post(
        address, data={**forged, "decision": "allow"}, allow_redirects=False, timeout=10
    )

    assert "error=access_denied" in answer.headers["location"]


def test_a_person_may_decline(sandbox: Sandbox) -> None:
    address = consent.grant(authorization_address(sandbox), allow=False)

    assert parse_qs(urlsplit(address).query) == {"error": ["access_denied"], "state": ["a-state"]}


def test_a_person_who_unticks_everything_declines(sandbox: Sandbox) -> None:
    address = consent.grant(authorization_address(sandbox), scopes=())

    assert parse_qs(urlsplit(address).query)["error"] == ["access_denied"]


def test_a_person_may_untick_some_scopes(sandbox: Sandbox) -> None:
    tokens = tokens_of(sandbox, scopes=(SLEEP, ACTIVITY))

    assert set(tokens["scope"].split()) == {SLEEP, ACTIVITY}
    assert set(refresh(sandbox, tokens["refresh_token"]).json()["scope"].split()) == {
        SLEEP,
        ACTIVITY,
    }


def test_scopes_granted_before_are_added_if_asked_for(sandbox: Sandbox) -> None:
    tokens_of(sandbox, scopes=(SLEEP,))
    address = authorization_address(sandbox, scope=ACTIVITY, include_granted_scopes="true")
    tokens = exchange(sandbox, code_of(consent.grant(address, person="p001"))).json()
    alone = authorization_address(sandbox, scope=ACTIVITY)
    only = exchange(sandbox, code_of(consent.grant(alone, person="p001"))).json()

    assert set(tokens["scope"].split()) == {SLEEP, ACTIVITY}
    assert only["scope"] == ACTIVITY


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"scope": None}, 400, "invalid_request"),
        ({"response_type": None}, 400, "invalid_request"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"redirect_uri": "https://example.com/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://127.0.0.1.example.com/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://localhost@example.com/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "https://localhost:1/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://localhost/#part"}, 400, "redirect_uri_mismatch"),
        ({"scope": "https://www.googleapis.com/auth/fitness.read"}, 400, "invalid_scope"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "MD5"}, 400, "invalid_request"),
    ],
)
def test_an_app_that_asks_wrongly_shows_the_person_why(
    sandbox: Sandbox, changed: dict[str, str | None], status: int, error: str
) -> None:
    address = authorization_address(sandbox, **changed)
    page = requests.get(address, timeout=10)

    assert page.status_code == status
    assert error in page.text
    with pytest.raises(consent.NoConsentPage, match=error):
        consent.grant(address)


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://localhost", "http://localhost:8080/", "http://127.0.0.1:1/a/b?c=d", "http://[::1]:9"],
)
def test_an_installed_app_may_use_any_loopback_address(sandbox: Sandbox, redirect_uri: str) -> None:
    address = consent.grant(authorization_address(sandbox, redirect_uri=redirect_uri))
    tokens = exchange(sandbox, code_of(address), redirect_uri=redirect_uri)

    assert address.startswith(redirect_uri)
    assert tokens.status_code == 200


def test_a_web_app_uses_its_registered_address_alone(sandbox: Sandbox) -> None:
    sandbox.accounts.add_client(
        OAuthClient("web-app", "its-secret", "web", ("https://study.example/callback",))
    )
    registered = {"client_id": "web-app", "redirect_uri": "https://study.example/callback"}
    other = authorization_address(sandbox, client_id="web-app", redirect_uri="http://localhost:1/")

    assert consent.grant(authorization_address(sandbox, **registered)).startswith(
        "https://study.example/callback?"
    )
    with pytest.raises(consent.NoConsentPage, match="redirect_uri_mismatch"):
        consent.grant(other)
