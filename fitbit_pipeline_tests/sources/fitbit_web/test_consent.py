"""Consents: what is asked for, whose answer is taken, and what the tokens cost."""

import base64
import hashlib
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.consent import ConsentDeclined
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sources.fitbit_web.oauth import Consent
from fitbit_pipeline.sources.fitbit_web.scopes import NAMES, endpoints_granted, granted
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline_tests.sources.fitbit_web.consenting import CODE, NOW, REDIRECT, listed, tokens
from fitbit_pipeline_tests.token_server import TokenServer

pytestmark = pytest.mark.usefixtures("nothing_secret_is_logged")


def asked_of(consent: Consent) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(consent.address).query).items()}


def answer_to(consent: Consent, **query: str) -> str:
    """Fitbit puts a fragment behind the address."""
    said = {**query, "state": asked_of(consent)["state"]}
    return f"{REDIRECT}?{'&'.join(f'{name}={value}' for name, value in said.items())}#_=_"


def test_everything_that_matters_is_asked_for(fitbit: TokenServer, client: FitbitClient) -> None:
    consent = Consent(client)

    asked = asked_of(consent)
    assert consent.address.startswith(f"{fitbit.url}/oauth2/authorize?")
    assert asked["response_type"] == "code"
    assert asked["client_id"] == "22ABCD"
    assert asked["redirect_uri"] == consent.redirect_uri == REDIRECT
    assert asked["scope"].split() == list(NAMES)
    assert "+" not in consent.address
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20
    assert asked_of(Consent(client))["state"] != asked["state"]


def test_the_scopes_are_those_that_the_catalogue_needs() -> None:
    assert set(NAMES) == {
        "activity",
        "cardio_fitness",
        "heartrate",
        "oxygen_saturation",
        "profile",
        "respiratory_rate",
        "settings",
        "sleep",
        "temperature",
        "weight",
    }


def test_the_verifier_that_buys_the_tokens_is_the_one_that_was_announced(
    fitbit: TokenServer, client: FitbitClient
) -> None:
    fitbit.always(200, tokens(1))
    consent = Consent(client, "http://127.0.0.1:50000/")

    consent.exchange(CODE, NOW)

    (asked,) = fitbit.asked
    verifier = asked.form.pop("code_verifier")
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert 43 <= len(verifier) <= 128
    assert challenge == asked_of(consent)["code_challenge"]
    assert asked.path == "/oauth2/token"
    assert asked.form == {
        "grant_type": "authorization_code",
        "code": CODE,
        "redirect_uri": "http://127.0.0.1:50000/",
    }


def test_what_was_granted_and_whose_account_it_is_is_remembered(
    fitbit: TokenServer, client: FitbitClient
) -> None:
    fitbit.always(200, tokens(1))

    bought = Consent(client).exchange(CODE, NOW)

    assert bought == TokenSet(
        "SECRET-access-1",
        "SECRET-refresh-1",
        NOW + timedelta(hours=8),
        frozenset({"activity", "heartrate", "settings", "sleep"}),
        user_id="26FWFL",
    )
    assert [each.name for each in granted(bought.scopes)] == [
        "activity",
        "heartrate",
        "sleep",
        "settings",
    ]
    assert "sleep" in endpoints_granted(bought.scopes)
    assert "weight" not in endpoints_granted(bought.scopes)


def test_a_code_that_was_used_before_is_told_as_such(
    fitbit: TokenServer, client: FitbitClient
) -> None:
    fitbit.always(400, listed("invalid_grant", "Authorization code invalid:"))

    with pytest.raises(SourceFailure, match="does not accept the code") as told:
        Consent(client).exchange(CODE, NOW)

    assert told.value.kind is FailureKind.CONSENT_LOST


@pytest.mark.parametrize("suffix", ["", "#_=_", "  \n"])
def test_the_address_or_the_bare_code_is_an_answer(client: FitbitClient, suffix: str) -> None:
    consent = Consent(client)

    assert consent.code_of(answer_to(consent, code=CODE)) == CODE
    assert consent.code_of(f"{CODE}{suffix}") == CODE


def test_an_answer_to_another_consent_is_not_taken(client: FitbitClient) -> None:
    consent, other = Consent(client), Consent(client)

    assert consent.is_answer(answer_to(consent, code=CODE))
    assert not consent.is_answer(answer_to(other, code=CODE))
    assert not consent.is_answer("http://[")
    with pytest.raises(UserError, match="another consent"):
        consent.code_of(answer_to(other, code=CODE))
    with pytest.raises(UserError, match="another consent"):
        consent.code_of(f"{REDIRECT}?code={CODE}")


def test_an_answer_without_a_code_is_told(client: FitbitClient) -> None:
    consent = Consent(client)

    with pytest.raises(UserError, match="holds no code"):
        consent.code_of(answer_to(consent))
    for nothing in ("", "yes", "my code is 1234567890"):
        with pytest.raises(UserError, match="neither an address nor a code"):
            consent.code_of(nothing)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("access_denied", "The consent was declined"),
        ("invalid_scope", "ended the consent with invalid_scope"),
        ("SECRET", "ended the consent with an unknown error"),
    ],
)
def test_a_consent_that_was_declined_is_told(
    client: FitbitClient, error: str, sentence: str
) -> None:
    consent = Consent(client)

    with pytest.raises(ConsentDeclined, match=sentence) as told:
        consent.code_of(answer_to(consent, error=error))

    assert "SECRET" not in str(told.value)
