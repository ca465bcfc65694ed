"""The sandbox's OAuth: the consent page, and the way from a code to tokens and back."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from fitbit_pipeline.sandbox import consent
from fitbit_pipeline.sandbox.accounts import OAuthClient
from fitbit_pipeline.sandbox.api_types import ACTIVITY, SCOPES, SLEEP
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import reading
from fitbit_pipeline_tests.sandbox_server import (
    NOW,
    REDIRECT_URI,
    ask_for_tokens,
    authorization_address,
    code_of,
    running_sandbox,
    tokens_of,
)

VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """A sandbox to which nobody consents yet."""
    running.clock = lambda: NOW
    for person in running.population.people:
        running.accounts.revoke_person(person.key)
    return running


def _exchange(sandbox: Sandbox, code: str, /, **changed: str | None) -> requests.Response:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    return ask_for_tokens(sandbox, **{**fields, **changed})


def _refresh(sandbox: Sandbox, token: str, /, **changed: str | None) -> requests.Response:
    return ask_for_tokens(
        sandbox, **{"grant_type": "refresh_token", "refresh_token": token, **changed}
    )


def _revoke(sandbox: Sandbox, token: str) -> requests.Response:
    return requests.post(f"{sandbox.base_url}/revoke", data={"token": token}, timeout=10)


def _identity(sandbox: Sandbox, token: str) -> int:
    with requests.Session() as session:
        session.headers["authorization"] = f"Bearer {token}"
        return reading(sandbox, session, "identity").status_code


def _error(answer: requests.Response) -> tuple[int, str]:
    assert set(answer.json()) == {"error", "error_description"}
    return answer.status_code, answer.json()["error"]


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


def test_the_tokens_are_of_the_person_who_consented(sandbox: Sandbox) -> None:
    tokens = tokens_of(sandbox, "p002")
    with requests.Session() as session:
        session.headers["authorization"] = f"Bearer {tokens['access_token']}"
        identity = reading(sandbox, session, "identity").json()

    assert identity["healthUserId"] == sandbox.population.person("p002").health_user_id
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3599
    assert tokens["access_token"].startswith("ya29.")
    assert tokens["refresh_token"].startswith("1//")
    assert tokens["scope"].split() == list(SCOPES)
    assert "refresh_token_expires_in" not in tokens


def test_the_page_proposes_the_hinted_person(sandbox: Sandbox) -> None:
    code = code_of(consent.grant(authorization_address(sandbox, login_hint="p003")))
    _exchange(sandbox, code)

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
    assert set(_refresh(sandbox, tokens["refresh_token"]).json()["scope"].split()) == {
        SLEEP,
        ACTIVITY,
    }


def test_scopes_granted_before_are_added_if_asked_for(sandbox: Sandbox) -> None:
    tokens_of(sandbox, scopes=(SLEEP,))
    address = authorization_address(sandbox, scope=ACTIVITY, include_granted_scopes="true")
    tokens = _exchange(sandbox, code_of(consent.grant(address, person="p001"))).json()
    alone = authorization_address(sandbox, scope=ACTIVITY)
    only = _exchange(sandbox, code_of(consent.grant(alone, person="p001"))).json()

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
    tokens = _exchange(sandbox, code_of(address), redirect_uri=redirect_uri)

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


def test_a_code_is_good_once(sandbox: Sandbox) -> None:
    code = code_of(consent.grant(authorization_address(sandbox)))

    assert _exchange(sandbox, code).status_code == 200
    assert _error(_exchange(sandbox, code)) == (400, "invalid_grant")


def test_a_code_lives_shortly(sandbox: Sandbox) -> None:
    code = code_of(consent.grant(authorization_address(sandbox)))
    sandbox.clock = lambda: NOW + timedelta(minutes=10)

    assert _error(_exchange(sandbox, code)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": "4/0Anothing"}, 400, "invalid_grant"),
        ({"code": None}, 400, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:53683/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": None}, 400, "invalid_request"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"client_id": None}, 400, "invalid_request"),
        ({"client_secret": "guessed"}, 401, "invalid_client"),
        ({"client_secret": None}, 400, "invalid_request"),
    ],
)
def test_a_wrong_exchange_is_refused(
    sandbox: Sandbox, changed: dict[str, str | None], status: int, error: str
) -> None:
    code = code_of(consent.grant(authorization_address(sandbox)))

    assert _error(_exchange(sandbox, code, **changed)) == (status, error)


def test_a_code_belongs_to_its_app(sandbox: Sandbox) -> None:
    sandbox.accounts.add_client(OAuthClient("other", "secret"))
    code = code_of(consent.grant(authorization_address(sandbox)))

    answer = _exchange(sandbox, code, client_id="other", client_secret="secret")
    assert _error(answer) == (400, "invalid_grant")


def test_a_refresh_token_belongs_to_its_app(sandbox: Sandbox) -> None:
    sandbox.accounts.add_client(OAuthClient("other", "secret"))
    token = tokens_of(sandbox)["refresh_token"]

    answer = _refresh(sandbox, token, client_id="other", client_secret="secret")
    assert _error(answer) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("challenge", "method"), [(CHALLENGE, "S256"), (VERIFIER, "plain"), (VERIFIER, None)]
)
def test_a_challenge_is_met_by_its_verifier_alone(
    sandbox: Sandbox, challenge: str, method: str | None
) -> None:
    address = authorization_address(sandbox, code_challenge=challenge, code_challenge_method=method)

    def answer(verifier: str | None) -> requests.Response:
        return _exchange(sandbox, code_of(consent.grant(address)), code_verifier=verifier)

    assert answer(VERIFIER).status_code == 200
    assert _error(answer("w" * 43)) == (400, "invalid_grant")
    assert _error(answer(None)) == (400, "invalid_grant")


def test_without_offline_access_there_is_no_refresh_token(sandbox: Sandbox) -> None:
    address = authorization_address(sandbox, access_type=None)

    assert "refresh_token" not in _exchange(sandbox, code_of(consent.grant(address))).json()


def test_a_repeated_consent_brings_a_refresh_token_only_if_prompted(sandbox: Sandbox) -> None:
    silent = authorization_address(sandbox, prompt=None)
    first, second = (_exchange(sandbox, code_of(consent.grant(silent))).json() for _ in range(2))
    prompted = _exchange(sandbox, code_of(consent.grant(authorization_address(sandbox)))).json()

    assert "refresh_token" in first
    assert "refresh_token" not in second
    assert prompted["refresh_token"] != first["refresh_token"]


def test_a_refresh_token_renews_the_access_token_and_stays(sandbox: Sandbox) -> None:
    tokens = tokens_of(sandbox)
    sandbox.clock = lambda: NOW + timedelta(hours=2)
    answer = _refresh(sandbox, tokens["refresh_token"]).json()

    assert _identity(sandbox, tokens["access_token"]) == 401
    assert _identity(sandbox, answer["access_token"]) == 200
    assert "refresh_token" not in answer
    assert answer["expires_in"] == 3599
    assert _refresh(sandbox, tokens["refresh_token"]).status_code == 200


def test_a_refresh_may_ask_for_less_but_not_for_more(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox, scopes=(SLEEP, ACTIVITY))["refresh_token"]

    assert _refresh(sandbox, token, scope=SLEEP).json()["scope"] == SLEEP
    assert _error(_refresh(sandbox, token, scope=" ".join(SCOPES))) == (400, "invalid_scope")


def test_an_unknown_refresh_token_is_no_grant(sandbox: Sandbox) -> None:
    answer = _refresh(sandbox, "1//05nothing")

    assert _error(answer) == (400, "invalid_grant")
    assert answer.json()["error_description"] == "Token has been expired or revoked."


def test_a_refresh_token_is_forgotten_after_half_a_year(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox)["refresh_token"]
    sandbox.clock = lambda: NOW + timedelta(days=181)
    assert _refresh(sandbox, token).status_code == 200
    sandbox.clock = lambda: NOW + timedelta(days=362)
    assert _refresh(sandbox, token).status_code == 200
    sandbox.clock = lambda: NOW + timedelta(days=362 + 182)
    assert _error(_refresh(sandbox, token)) == (400, "invalid_grant")


def test_in_testing_a_refresh_token_lives_seven_days() -> None:
    with running_sandbox(testing_mode=True) as sandbox:
        tokens = tokens_of(sandbox)
        assert int(tokens["refresh_token_expires_in"]) == 604799
        sandbox.clock = lambda: NOW + timedelta(days=6)
        assert _refresh(sandbox, tokens["refresh_token"]).status_code == 200
        sandbox.clock = lambda: NOW + timedelta(days=7)
        assert _error(_refresh(sandbox, tokens["refresh_token"])) == (400, "invalid_grant")


def test_the_hundred_and_first_refresh_token_pushes_the_oldest_out(sandbox: Sandbox) -> None:
    tokens = [tokens_of(sandbox)["refresh_token"] for _ in range(101)]

    assert _error(_refresh(sandbox, tokens[0])) == (400, "invalid_grant")
    assert _refresh(sandbox, tokens[1]).status_code == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_one_token_ends_the_whole_consent(sandbox: Sandbox, which: str) -> None:
    first, second = tokens_of(sandbox), tokens_of(sandbox)
    other = tokens_of(sandbox, "p002")
    answer = _revoke(sandbox, first[which])

    assert (answer.status_code, answer.json()) == (200, {})
    assert _identity(sandbox, second["access_token"]) == 401
    assert _error(_refresh(sandbox, second["refresh_token"])) == (400, "invalid_grant")
    assert _error(_revoke(sandbox, first[which])) == (400, "invalid_token")
    assert _identity(sandbox, other["access_token"]) == 200


def test_a_token_may_be_revoked_in_the_address(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox)["refresh_token"]
    answer = requests.post(f"{sandbox.base_url}/revoke", params={"token": token}, timeout=10)

    assert answer.status_code == 200
    assert _refresh(sandbox, token).status_code == 400


def test_a_person_may_withdraw_in_their_account(sandbox: Sandbox) -> None:
    tokens = tokens_of(sandbox)
    address = f"{sandbox.base_url}/sandbox/people/p001/revoke"

    assert requests.post(address, timeout=10).status_code == 200
    assert _identity(sandbox, tokens["access_token"]) == 401
    assert _error(_refresh(sandbox, tokens["refresh_token"])) == (400, "invalid_grant")
    assert requests.post(address.replace("p001", "p999"), timeout=10).status_code == 404


def test_the_client_file_leads_here(sandbox: Sandbox) -> None:
    told = requests.get(f"{sandbox.base_url}/sandbox/client", timeout=10).json()

    assert told == sandbox.client_file()
    assert told["installed"]["api_url"] == sandbox.base_url
    assert told["installed"]["redirect_uris"] == ["http://localhost"]
