"""The sandbox's OAuth: the way from a code to tokens and back."""

from datetime import timedelta

import pytest
import requests

from fitbit_pipeline.sandbox import consent
from fitbit_pipeline.sandbox.accounts import OAuthClient
from fitbit_pipeline.sandbox.api_types import ACTIVITY, SCOPES, SLEEP
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import reading
from fitbit_pipeline_tests.sandbox.token_calls import exchange, refresh
from fitbit_pipeline_tests.sandbox_server import (
    CHALLENGE,
    NOW,
    VERIFIER,
    authorization_address,
    code_of,
    running_sandbox,
    tokens_of,
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


def test_a_code_is_good_once(sandbox: Sandbox) -> None:
    code = code_of(consent.grant(authorization_address(sandbox)))

    assert exchange(sandbox, code).status_code == 200
    assert _error(exchange(sandbox, code)) == (400, "invalid_grant")


def test_a_code_lives_shortly(sandbox: Sandbox) -> None:
    code = code_of(consent.grant(authorization_address(sandbox)))
    sandbox.clock = lambda: NOW + timedelta(minutes=10)

    assert _error(exchange(sandbox, code)) == (400, "invalid_grant")


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

    assert _error(exchange(sandbox, code, **changed)) == (status, error)


def test_a_code_belongs_to_its_app(sandbox: Sandbox) -> None:
    sandbox.accounts.add_client(OAuthClient("other", "secret"))
    code = code_of(consent.grant(authorization_address(sandbox)))

    answer = exchange(sandbox, code, client_id="other", client_secret="secret")
    assert _error(answer) == (400, "invalid_grant")


def test_a_refresh_token_belongs_to_its_app(sandbox: Sandbox) -> None:
    sandbox.accounts.add_client(OAuthClient("other", "secret"))
    token = tokens_of(sandbox)["refresh_token"]

    answer = refresh(sandbox, token, client_id="other", client_secret="secret")
    assert _error(answer) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("challenge", "method"), [(CHALLENGE, "S256"), (VERIFIER, "plain"), (VERIFIER, None)]
)
def test_a_challenge_is_met_by_its_verifier_alone(
    sandbox: Sandbox, challenge: str, method: str | None
) -> None:
    address = authorization_address(sandbox, code_challenge=challenge, code_challenge_method=method)

    def answer(verifier: str | None) -> requests.Response:
        return exchange(sandbox, code_of(consent.grant(address)), code_verifier=verifier)

    assert answer(VERIFIER).status_code == 200
    assert _error(answer("w" * 43)) == (400, "invalid_grant")
    assert _error(answer(None)) == (400, "invalid_grant")


def test_without_offline_access_there_is_no_refresh_token(sandbox: Sandbox) -> None:
    address = authorization_address(sandbox, access_type=None)

    assert "refresh_token" not in exchange(sandbox, code_of(consent.grant(address))).json()


def test_a_repeated_consent_brings_a_refresh_token_only_if_prompted(sandbox: Sandbox) -> None:
    silent = authorization_address(sandbox, prompt=None)
    first, second = (exchange(sandbox, code_of(consent.grant(silent))).json() for _ in range(2))
    prompted = exchange(sandbox, code_of(consent.grant(authorization_address(sandbox)))).json()

    assert "refresh_token" in first
    assert "refresh_token" not in second
    assert prompted["refresh_token"] != first["refresh_token"]


def test_a_refresh_token_renews_the_access_token_and_stays(sandbox: Sandbox) -> None:
    tokens = tokens_of(sandbox)
    sandbox.clock = lambda: NOW + timedelta(hours=2)
    answer = refresh(sandbox, tokens["refresh_token"]).json()

    assert _identity(sandbox, tokens["access_token"]) == 401
    assert _identity(sandbox, answer["access_token"]) == 200
    assert "refresh_token" not in answer
    assert answer["expires_in"] == 3599
    assert refresh(sandbox, tokens["refresh_token"]).status_code == 200


def test_a_refresh_may_ask_for_less_but_not_for_more(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox, scopes=(SLEEP, ACTIVITY))["refresh_token"]

    assert refresh(sandbox, token, scope=SLEEP).json()["scope"] == SLEEP
    assert _error(refresh(sandbox, token, scope=" ".join(SCOPES))) == (400, "invalid_scope")


def test_an_unknown_refresh_token_is_no_grant(sandbox: Sandbox) -> None:
    answer = refresh(sandbox, "1//05nothing")

    assert _error(answer) == (400, "invalid_grant")
    assert answer.json()["error_description"] == "Token has been expired or revoked."


def test_a_refresh_token_is_forgotten_after_half_a_year(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox)["refresh_token"]
    sandbox.clock = lambda: NOW + timedelta(days=181)
    assert refresh(sandbox, token).status_code == 200
    sandbox.clock = lambda: NOW + timedelta(days=362)
    assert refresh(sandbox, token).status_code == 200
    sandbox.clock = lambda: NOW + timedelta(days=362 + 182)
    assert _error(refresh(sandbox, token)) == (400, "invalid_grant")


def test_in_testing_a_refresh_token_lives_seven_days() -> None:
    with running_sandbox(testing_mode=True) as sandbox:
        tokens = tokens_of(sandbox)
        assert int(tokens["refresh_token_expires_in"]) == 604799
        sandbox.clock = lambda: NOW + timedelta(days=6)
        assert refresh(sandbox, tokens["refresh_token"]).status_code == 200
        sandbox.clock = lambda: NOW + timedelta(days=7)
        assert _error(refresh(sandbox, tokens["refresh_token"])) == (400, "invalid_grant")


def test_the_hundred_and_first_refresh_token_pushes_the_oldest_out(sandbox: Sandbox) -> None:
    tokens = [tokens_of(sandbox)["refresh_token"] for _ in range(101)]

    assert _error(refresh(sandbox, tokens[0])) == (400, "invalid_grant")
    assert refresh(sandbox, tokens[1]).status_code == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_one_token_ends_the_whole_consent(sandbox: Sandbox, which: str) -> None:
    first, second = tokens_of(sandbox), tokens_of(sandbox)
    other = tokens_of(sandbox, "p002")
    answer = _revoke(sandbox, first[which])

    assert (answer.status_code, answer.json()) == (200, {})
    assert _identity(sandbox, second["access_token"]) == 401
    assert _error(refresh(sandbox, second["refresh_token"])) == (400, "invalid_grant")
    assert _error(_revoke(sandbox, first[which])) == (400, "invalid_token")
    assert _identity(sandbox, other["access_token"]) == 200


def test_a_token_may_be_revoked_in_the_address(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox)["refresh_token"]
    answer = requests.post(f"{sandbox.base_url}/revoke", params={"token": token}, timeout=10)

    assert answer.status_code == 200
    assert refresh(sandbox, token).status_code == 400


def test_a_person_may_withdraw_in_their_account(sandbox: Sandbox) -> None:
    tokens = tokens_of(sandbox)
    address = f"{sandbox.base_url}/sandbox/people/p001/revoke"

    assert requests.post(address, timeout=10).status_code == 200
    assert _identity(sandbox, tokens["access_token"]) == 401
    assert _error(refresh(sandbox, tokens["refresh_token"])) == (400, "invalid_grant")
    assert requests.post(address.replace("p001", "p999"), timeout=10).status_code == 404


def test_the_client_file_leads_here(sandbox: Sandbox) -> None:
    told = requests.get(f"{sandbox.base_url}/sandbox/client", timeout=10).json()

    assert told == sandbox.client_file()
    assert told["installed"]["api_url"] == sandbox.base_url
    assert told["installed"]["redirect_uris"] == ["http://localhost"]
