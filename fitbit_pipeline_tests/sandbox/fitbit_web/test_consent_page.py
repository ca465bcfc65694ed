"""Fitbit's consent page in the sandbox, and the codes that it gives."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from fitbit_pipeline.sandbox import consent
from fitbit_pipeline.sandbox.fitbit_web.clients import REDIRECT_URI
from fitbit_pipeline.sandbox.fitbit_web.scopes import SCOPES
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests import sandbox_server
from fitbit_pipeline_tests.fitbit_sandbox import (
    ask_fitbit_for_tokens,
    fitbit_address,
    fitbit_tokens_of,
)
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import refusal
from fitbit_pipeline_tests.sandbox_server import CHALLENGE, NOW, VERIFIER, code_of


def _exchange(
    sandbox: Sandbox, code: str, kind: str = "server", **changed: str
) -> requests.Response:
    fields = {"code": code, "redirect_uri": sandbox_server.REDIRECT_URI, **changed}
    return ask_fitbit_for_tokens(sandbox, kind, grant_type="authorization_code", **fields)


def test_the_page_names_people_scopes_and_two_ways_out(sandbox: Sandbox) -> None:
    page = requests.get(fitbit_address(sandbox), timeout=10)

    assert page.status_code == 200
    for scope, said in SCOPES.items():
        assert f'value="{scope}" checked' in page.text
        assert said in page.text
    assert 'value="p002"' in page.text
    assert "not Fitbit" in page.text


def test_the_answer_carries_code_and_state_and_a_tail_that_is_no_part_of_it(
    sandbox: Sandbox,
) -> None:
    address = consent.grant(fitbit_address(sandbox, state="a b&c"), person="p001")
    parts = urlsplit(address)

    assert address.startswith(sandbox_server.REDIRECT_URI)
    assert parse_qs(parts.query)["state"] == ["a b&c"]
    assert parts.fragment == "_=_"
    assert _exchange(sandbox, code_of(address)).status_code == 200


def test_a_person_may_decline(sandbox: Sandbox) -> None:
    declined = consent.grant(fitbit_address(sandbox), allow=False)
    unticked = consent.grant(fitbit_address(sandbox), scopes=())

    for address in (declined, unticked):
        answer = parse_qs(urlsplit(address).query)
        assert answer["error"] == ["access_denied"]
        assert answer["state"] == ["a-state"]
        assert "code" not in answer


def test_without_a_redirect_address_the_registered_one_counts(sandbox: Sandbox) -> None:
    address = consent.grant(fitbit_address(sandbox, redirect_uri=None))

    assert address.startswith(REDIRECT_URI)
    assert _exchange(sandbox, code_of(address), redirect_uri="").status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": "https://elsewhere.example/"},
        {"response_type": "token"},
        {"response_type": None},
        {"scope": "sleep dreams"},
        {"scope": None},
        {"code_challenge": "short"},
        {"code_challenge": "c" * 43, "code_challenge_method": "S512"},
    ],
)
def test_a_wrong_request_is_told_on_a_page_and_goes_nowhere(
    sandbox: Sandbox, changed: dict[str, str | None]
) -> None:
    page = requests.get(fitbit_address(sandbox, **changed), timeout=10, allow_redirects=False)

    assert page.status_code == 400
    assert "blocked" in page.text
    with pytest.raises(consent.NoConsentPage):
        consent.grant(fitbit_address(sandbox, **changed))


def test_the_scopes_are_those_that_were_ticked_in_any_order(sandbox: Sandbox) -> None:
    some = fitbit_tokens_of(sandbox, scopes=("sleep", "activity"))
    orders = {fitbit_tokens_of(sandbox)["scope"] for _ in range(4)}

    assert sorted(some["scope"].split()) == ["activity", "sleep"]
    assert {frozenset(each.split()) for each in orders} == {frozenset(SCOPES)}
    assert len(orders) > 1


def test_a_code_counts_once_and_for_ten_minutes(sandbox: Sandbox) -> None:
    used, old = (code_of(consent.grant(fitbit_address(sandbox))) for _ in range(2))
    assert _exchange(sandbox, used).status_code == 200
    again = _exchange(sandbox, used)
    sandbox.clock = lambda: NOW + timedelta(minutes=10)
    late = _exchange(sandbox, old)

    for answer, code in ((again, used), (late, old)):
        assert refusal(answer)[:2] == (400, "invalid_grant")
        assert code in refusal(answer)[2]


def test_a_code_belongs_to_its_application_and_its_address(sandbox: Sandbox) -> None:
    codes = [code_of(consent.grant(fitbit_address(sandbox))) for _ in range(2)]

    assert refusal(_exchange(sandbox, codes[0], "personal"))[:2] == (400, "invalid_grant")
    wrong = _exchange(sandbox, codes[1], redirect_uri="http://127.0.0.1:1/")
    assert refusal(wrong)[:2] == (400, "invalid_request")


@pytest.mark.parametrize(
    ("method", "challenge"), [("S256", CHALLENGE), ("plain", VERIFIER), (None, VERIFIER)]
)
def test_a_verifier_must_belong_to_the_challenge(
    sandbox: Sandbox, method: str | None, challenge: str
) -> None:
    asked = {"code_challenge": challenge, "code_challenge_method": method}
    codes = [code_of(consent.grant(fitbit_address(sandbox, **asked))) for _ in range(3)]

    assert _exchange(sandbox, codes[0], code_verifier=VERIFIER).status_code == 200
    wrong = _exchange(sandbox, codes[1], code_verifier="w" * 43)
    assert refusal(wrong)[:2] == (400, "invalid_grant")
    assert refusal(_exchange(sandbox, codes[2]))[:2] == (400, "invalid_grant")
