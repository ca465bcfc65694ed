"""Fitbit's OAuth in the sandbox: tokens that are spent once, and their end."""

from datetime import datetime, timedelta

import pytest
import requests

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.fitbit_web.clients import KINDS
from fitbit_pipeline.sandbox.fitbit_web.scopes import SCOPES
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import (
    ask_fitbit_for_tokens,
    basic,
    fitbit_address,
    fitbit_tokens_of,
)
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import refusal
from fitbit_pipeline_tests.sandbox_server import NOW


def _refresh(sandbox: Sandbox, token: str, kind: str = "server") -> requests.Response:
    return ask_fitbit_for_tokens(sandbox, kind, grant_type="refresh_token", refresh_token=token)


def _read(sandbox: Sandbox, token: str, path: str = "1/user/-/profile.json") -> requests.Response:
    headers = {"authorization": f"Bearer {token}"}
    return requests.get(f"{sandbox.base_url}/{path}", headers=headers, timeout=10)


def _introspect(sandbox: Sandbox, bearer: str, token: str) -> requests.Response:
    return requests.post(
        f"{sandbox.base_url}/1.1/oauth2/introspect",
        data={"token": token},
        headers={"authorization": f"Bearer {bearer}"},
        timeout=10,
    )


def _revoke(sandbox: Sandbox, token: str, kind: str = "server") -> requests.Response:
    client = sandbox.fitbit_client_file(kind)
    return requests.post(
        f"{sandbox.base_url}/oauth2/revoke",
        data={"token": token, "client_id": client["client_id"]},
        headers=basic(client),
        timeout=10,
    )


def _move(sandbox: Sandbox, by: timedelta) -> None:
    moved: datetime = NOW + by
    sandbox.clock = lambda: moved


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_brings_a_pair_of_tokens(sandbox: Sandbox, kind: str) -> None:
    tokens = fitbit_tokens_of(sandbox, kind=kind)

    assert set(tokens) == {
        *("access_token", "expires_in", "refresh_token", "scope", "token_type", "user_id")
    }
    assert tokens["expires_in"] == 28800
    assert tokens["token_type"] == "Bearer"
    assert tokens["user_id"] == sandbox.population.person("p001").legacy_user_id
    assert len(tokens["refresh_token"]) == 64
    assert len(tokens["access_token"]) < 1024
    assert _read(sandbox, tokens["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, (401, "invalid_request", "Authorization header required.")),
        ("Basic no-base-64", (401, "invalid_client", "header format")),
        ("Bearer x", (401, "invalid_client", "header format")),
        ("Basic eDp5", (401, "invalid_client", "Client id invalid")),
    ],
)
def test_an_application_with_a_secret_must_prove_it(
    sandbox: Sandbox, header: str | None, said: tuple[int, str, str]
) -> None:
    client = sandbox.fitbit_client_file("server")
    headers = {"authorization": header} if header else {}
    data = {"client_id": client["client_id"], "grant_type": "refresh_token", "refresh_token": "x"}
    answer = requests.post(
        f"{sandbox.base_url}/oauth2/token", data=data, headers=headers, timeout=10
    )

    code, kind, message = refusal(answer)
    assert (code, kind) == said[:2]
    assert said[2] in message


def test_a_wrong_secret_is_refused_and_so_is_one_of_an_application_without(
    sandbox: Sandbox,
) -> None:
    for kind in KINDS:
        client = {**sandbox.fitbit_client_file(kind), "client_secret": "wrong"}
        answer = requests.post(
            f"{sandbox.base_url}/oauth2/token",
            data={"grant_type": "refresh_token", "refresh_token": "x"},
            headers=basic(client),
            timeout=10,
        )
        assert refusal(answer)[:2] == (401, "invalid_client")


def test_what_is_missing_is_named(sandbox: Sandbox) -> None:
    for fields, missing in (
        ({"grant_type": "refresh_token"}, "refresh_token"),
        ({"grant_type": "authorization_code"}, "code"),
        ({}, "grant_type"),
    ):
        code, kind, message = refusal(ask_fitbit_for_tokens(sandbox, **fields))
        assert (code, kind) == (400, "invalid_request")
        assert f"Missing parameters: {missing}." in message
    other = refusal(ask_fitbit_for_tokens(sandbox, grant_type="client_credentials"))
    assert other[:2] == (400, "unsupported_grant_type")


def test_an_access_token_ends_after_eight_hours_and_is_told_in_the_message(
    sandbox: Sandbox,
) -> None:
    token = fitbit_tokens_of(sandbox)["access_token"]
    _move(sandbox, timedelta(seconds=28799))
    assert _read(sandbox, token).status_code == 200
    _move(sandbox, timedelta(seconds=28800))

    code, kind, message = refusal(_read(sandbox, token))
    assert (code, kind) == (401, "expired_token")
    assert token in message


def test_a_request_without_a_token_or_with_none_that_is_known_is_refused(
    sandbox: Sandbox,
) -> None:
    without = requests.get(f"{sandbox.base_url}/1/user/-/profile.json", timeout=10)

    assert refusal(without) == (401, "invalid_request", "Authorization header required.")
    code, kind, message = refusal(_read(sandbox, "nobody's"))
    assert (code, kind) == (401, "invalid_token")
    assert "nobody's" in message


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_refresh_brings_the_same_answer_until_its_access_token_is_used(
    sandbox: Sandbox, kind: str
) -> None:
    first = fitbit_tokens_of(sandbox, kind=kind)
    answers = [_refresh(sandbox, first["refresh_token"], kind).text for _ in range(3)]
    second = _refresh(sandbox, first["refresh_token"], kind).json()

    assert len(set(answers)) == 1
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert _read(sandbox, second["access_token"]).status_code == 200
    code, error, message = refusal(_refresh(sandbox, first["refresh_token"], kind))
    assert (code, error) == (400, "invalid_grant")
    assert first["refresh_token"] in message
    assert _refresh(sandbox, second["refresh_token"], kind).status_code == 200


def test_the_same_refresh_is_refused_once_its_refresh_token_was_used(sandbox: Sandbox) -> None:
    first = fitbit_tokens_of(sandbox)
    second = _refresh(sandbox, first["refresh_token"]).json()
    third = _refresh(sandbox, second["refresh_token"]).json()

    assert refusal(_refresh(sandbox, first["refresh_token"]))[:2] == (400, "invalid_grant")
    assert _refresh(sandbox, second["refresh_token"]).json() == third


def test_the_older_access_token_lives_on_after_a_refresh(sandbox: Sandbox) -> None:
    first = fitbit_tokens_of(sandbox)
    second = _refresh(sandbox, first["refresh_token"]).json()

    assert _read(sandbox, first["access_token"]).status_code == 200
    # The older one is not of the new pair: its use does not end the repeating.
    assert _refresh(sandbox, first["refresh_token"]).json() == second


def test_a_new_consent_ends_the_older_refresh_token(sandbox: Sandbox) -> None:
    first = fitbit_tokens_of(sandbox)
    other = fitbit_tokens_of(sandbox, kind="personal")
    second = fitbit_tokens_of(sandbox)

    assert refusal(_refresh(sandbox, first["refresh_token"]))[:2] == (400, "invalid_grant")
    assert _read(sandbox, first["access_token"]).status_code == 200
    assert _refresh(sandbox, second["refresh_token"]).status_code == 200
    assert _refresh(sandbox, other["refresh_token"], "personal").status_code == 200


def test_a_refresh_token_belongs_to_its_application(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox)

    assert refusal(_refresh(sandbox, tokens["refresh_token"], "client"))[1] == "invalid_grant"
    assert _refresh(sandbox, tokens["refresh_token"]).status_code == 200


def test_a_refresh_whose_answer_is_lost_can_be_had_again(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox)
    sandbox.faults.add(Fault(kind=FaultKind.DROPPED_CONNECTION, method="refresh", times=1))

    with pytest.raises(requests.ConnectionError):
        _refresh(sandbox, tokens["refresh_token"])
    again = _refresh(sandbox, tokens["refresh_token"])

    assert again.json()["refresh_token"] != tokens["refresh_token"]
    assert _read(sandbox, again.json()["access_token"]).status_code == 200


def test_two_who_refresh_at_once_are_told_so_on_request(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox)
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=409, method="refresh", times=1))
    conflict = _refresh(sandbox, tokens["refresh_token"])

    assert refusal(conflict)[0] == 409
    assert _refresh(sandbox, tokens["refresh_token"]).status_code == 200


def test_a_refresh_is_refused_on_request(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox)
    sandbox.faults.add(Fault(kind=FaultKind.REFUSE_REFRESH, times=1))

    assert refusal(_refresh(sandbox, tokens["refresh_token"]))[:2] == (400, "invalid_grant")


def test_introspection_tells_what_a_token_is(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox, scopes=("sleep",))
    state = _introspect(sandbox, tokens["access_token"], tokens["access_token"]).json()

    assert state["active"] is True
    assert state["scope"] == "{SLEEP=READ}"
    assert state["user_id"] == tokens["user_id"]
    assert state["exp"] - state["iat"] == 28_800_000
    unknown = _introspect(sandbox, tokens["access_token"], "another")
    assert unknown.json() == {"active": False}
    assert refusal(_introspect(sandbox, "nobody's", "x"))[:2] == (401, "invalid_token")


def test_any_token_takes_the_whole_consent_back(sandbox: Sandbox) -> None:
    for name in ("access_token", "refresh_token"):
        tokens = fitbit_tokens_of(sandbox)
        answer = _revoke(sandbox, tokens[name])

        assert (answer.status_code, answer.content) == (200, b"")
        assert refusal(_read(sandbox, tokens["access_token"]))[1] == "invalid_token"
        assert refusal(_refresh(sandbox, tokens["refresh_token"]))[1] == "invalid_grant"
    assert refusal(_revoke(sandbox, "nobody's"))[:2] == (400, "invalid_token")


def test_only_its_own_application_may_take_a_consent_back(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox)

    for name in ("access_token", "refresh_token"):
        assert refusal(_revoke(sandbox, tokens[name], "personal"))[1] == "invalid_token"
    assert _read(sandbox, tokens["access_token"]).status_code == 200


def test_a_person_may_take_consents_back_in_their_account(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox, "p002")
    people = requests.get(f"{sandbox.base_url}/sandbox/people", timeout=10).json()
    assert set(people[1]["grantedToFitbit"]) == set(SCOPES)
    requests.post(f"{sandbox.base_url}/sandbox/people/p002/revoke", timeout=10)

    assert refusal(_refresh(sandbox, tokens["refresh_token"]))[1] == "invalid_grant"


def test_requests_for_tokens_are_counted_by_person(sandbox: Sandbox) -> None:
    sandbox.requests.reset()
    tokens = fitbit_tokens_of(sandbox, "p003")
    _refresh(sandbox, tokens["refresh_token"])
    _refresh(sandbox, tokens["refresh_token"])
    _introspect(sandbox, tokens["access_token"], tokens["access_token"])
    _revoke(sandbox, tokens["access_token"])

    for method, count in (("token", 1), ("refresh", 2), ("introspect", 1), ("revoke", 1)):
        assert sandbox.requests.total("p003", method) == count


def test_when_the_api_is_gone_so_is_its_oauth(sandbox: Sandbox) -> None:
    tokens = fitbit_tokens_of(sandbox)
    address = fitbit_address(sandbox)
    sandbox.fitbit.gone = True

    for answer in (
        requests.get(address, timeout=10),
        _refresh(sandbox, tokens["refresh_token"]),
        _introspect(sandbox, tokens["access_token"], tokens["access_token"]),
        _revoke(sandbox, tokens["access_token"]),
        _read(sandbox, tokens["access_token"]),
        _read(sandbox, "nobody's"),
    ):
        assert answer.status_code == 410
