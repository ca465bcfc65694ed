"""Tokens: how they are renewed and given back, and what each refusal means."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sources.fitbit_web.oauth import refresh, revoke
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline_tests.sources.fitbit_web.consenting import (
    HTML,
    NOW,
    OLD,
    client_of,
    listed,
    tokens,
)
from fitbit_pipeline_tests.token_server import TokenServer, token_server

pytestmark = pytest.mark.usefixtures("nothing_secret_is_logged")


@pytest.mark.parametrize("kind", ["server", "personal"])
def test_an_application_with_a_secret_says_who_it_is_by_a_header(
    fitbit: TokenServer, tmp_path: Path, kind: str
) -> None:
    fitbit.always(200, tokens(1))

    refresh(client_of(fitbit, tmp_path, kind), OLD, NOW)

    (asked,) = fitbit.asked
    said = base64.b64decode(asked.headers["authorization"].removeprefix("Basic "))
    assert said == b"22ABCD:SECRET-client"
    assert asked.form == {"grant_type": "refresh_token", "refresh_token": "SECRET-refresh-0"}


def test_an_application_without_a_secret_says_who_it_is_in_the_body(
    fitbit: TokenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a .netrc file of the machine adds nothing."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    fitbit.always(200, tokens(1))

    refresh(client_of(fitbit, tmp_path, "client"), OLD, NOW)

    (asked,) = fitbit.asked
    assert "authorization" not in asked.headers
    assert asked.form["client_id"] == "22ABCD"


def test_a_renewal_gives_a_new_pair_and_what_it_does_not_say_stays(
    fitbit: TokenServer, client: FitbitClient
) -> None:
    fitbit.always(200, tokens(1, scope=None, user_id=None, expires_in=None))

    assert refresh(client, OLD, NOW) == TokenSet(
        "SECRET-access-1",
        "SECRET-refresh-1",
        NOW + timedelta(hours=8),
        OLD.scopes,
        user_id="26FWFL",
    )


def test_a_renewal_that_is_asked_for_again_is_the_same_request(
    fitbit: TokenServer, client: FitbitClient
) -> None:
    fitbit.always(200, tokens(1))

    first = refresh(client, OLD, NOW)
    again = refresh(client, OLD, NOW)

    one, other = fitbit.asked
    assert (one.path, one.form, one.headers) == (other.path, other.form, other.headers)
    assert first == again


REFUSALS: list[tuple[str, int, Any, FailureKind]] = [
    ("spent or withdrawn", 400, listed("invalid_grant"), FailureKind.CONSENT_LOST),
    ("in OAuth's form", 400, {"error": "invalid_grant"}, FailureKind.CONSENT_LOST),
    ("invalid token", 401, listed("invalid_token"), FailureKind.CONSENT_LOST),
    ("missing parameters", 400, listed("invalid_request"), FailureKind.PERMANENT),
    ("bad secret", 401, listed("invalid_client"), FailureKind.SERVICE_DISABLED),
    ("no header", 401, listed("invalid_request"), FailureKind.SERVICE_DISABLED),
    ("another renews", 409, listed("request"), FailureKind.TRANSIENT),
    ("switched off", 410, b"", FailureKind.SOURCE_GONE),
    ("too many", 429, listed("system"), FailureKind.QUOTA),
    ("failed", 500, listed("request"), FailureKind.TRANSIENT),
    ("HTML 502", 502, HTML, FailureKind.TRANSIENT),
    ("HTML 200", 200, HTML, FailureKind.TRANSIENT),
    ("no access token", 200, tokens(1, access_token=None), FailureKind.TRANSIENT),
    ("no refresh token", 200, tokens(1, refresh_token=None), FailureKind.TRANSIENT),
    ("a number", 200, tokens(1, refresh_token=7), FailureKind.TRANSIENT),
    ("a list", 200, ["SECRET"], FailureKind.TRANSIENT),
    ("a redirect", 302, HTML, FailureKind.PERMANENT),
]


@pytest.mark.parametrize(
    ("status", "body", "kind"), [each[1:] for each in REFUSALS], ids=[each[0] for each in REFUSALS]
)
def test_a_refusal_is_a_failure_of_its_kind_that_gives_nothing_away(
    fitbit: TokenServer, client: FitbitClient, status: int, body: Any, kind: FailureKind
) -> None:
    fitbit.always(status, body)

    with pytest.raises(SourceFailure) as told:
        refresh(client, OLD, NOW)

    assert told.value.kind is kind
    assert told.value.reason.endswith(".")
    assert "SECRET" not in f"{told.value!r} {told.value.__context__!r} {told.value.__cause__!r}"
    assert len(fitbit.asked) == 1


def test_an_address_that_does_not_answer_is_a_passing_failure(
    fitbit: TokenServer, tmp_path: Path
) -> None:
    client = client_of(fitbit, tmp_path)
    with token_server() as gone:
        away = client_of(gone, tmp_path)

    with pytest.raises(SourceFailure) as told:
        refresh(away, OLD, NOW)

    assert told.value.kind is FailureKind.TRANSIENT
    assert "SECRET" not in f"{told.value!r} {told.value.__context__!r} {told.value.__cause__!r}"
    assert client.token_url != away.token_url


def test_a_consent_is_given_back(fitbit: TokenServer, client: FitbitClient) -> None:
    fitbit.always(200, b"")

    assert revoke(client, OLD)

    (asked,) = fitbit.asked
    assert asked.path == "/oauth2/revoke"
    assert asked.form == {"token": "SECRET-refresh-0"}
    assert asked.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(("status", "error_type"), [(400, "invalid_grant"), (401, "invalid_token")])
def test_what_ended_before_needs_no_giving_back(
    fitbit: TokenServer, client: FitbitClient, status: int, error_type: str
) -> None:
    fitbit.always(status, listed(error_type))

    assert not revoke(client, OLD)


def test_a_consent_that_cannot_be_given_back_now_is_a_failure(
    fitbit: TokenServer, client: FitbitClient
) -> None:
    fitbit.always(503, HTML)

    with pytest.raises(SourceFailure) as told:
        revoke(client, OLD)

    assert told.value.kind is FailureKind.TRANSIENT
