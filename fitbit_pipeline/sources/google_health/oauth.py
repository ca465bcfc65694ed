"""Consents and tokens of Google accounts: asking for consent, renewing tokens, giving them back.

Where tokens are kept is not known here (``flow.stored_tokens``). Failures carry the code of
Google's answer at most: never a token, a secret, or anything else that it says.
"""

import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

import requests
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow  # type: ignore[import-untyped]

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.addresses import is_loopback
from fitbit_pipeline.sources.consent import ConsentDeclined, ConsentUnderWay
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.scopes import ADDRESSES
from fitbit_pipeline.sources.google_health.token_answers import (
    ERROR_CODE,
    checked_answer,
    error_code,
    json_object,
    refusal,
    token_set,
    unreachable,
)
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.session import as_it_is
from fitbit_pipeline.sources.tokens import TokenSet

TIMEOUT = (10, 30)
"""Seconds to connect, and to wait for bytes."""

_environment = threading.Lock()

# When debugging it logs requests for tokens and their answers whole.
logging.getLogger("requests_oauthlib").setLevel(logging.INFO)


class Consent(ConsentUnderWay):
    """One person's consent under way: from the address that they open to their tokens."""

    code_form = re.compile(r"[\w%./~-]{10,512}")

    def __init__(self, client: OAuthClient, redirect_uri: str):
        """Prepares the address.

        Args:
            client: To whom the consent is given.
            redirect_uri: Where Google sends the person back to, with the answer.
        """
        self._client = client
        self._flow = InstalledAppFlow.from_client_config(
            {
                client.kind: {
                    "client_id": client.client_id,
                    "client_secret": client.client_secret,
                    "auth_uri": client.auth_uri,
                    "token_uri": client.token_uri,
                }
            },
            scopes=list(ADDRESSES),
            redirect_uri=redirect_uri,
            autogenerate_code_verifier=True,
        )
        with _oauthlib_obliging(http=is_loopback(client.auth_uri)):
            address, self._state = self._flow.authorization_url(
                access_type="offline", prompt="consent", include_granted_scopes="true"
            )
        self.address = address

    def exchange(self, code: str, now: datetime) -> TokenSet:
        """Buys tokens for a code.

        Args:
            code: As ``code_of`` gave it.
            now: The present instant, UTC.

        Raises:
            SourceFailure: If Google refuses, or cannot be asked.
            UserError: If the answer holds no refresh token.
        """
        answers: list[Mapping[str, Any]] = []

        def check(response: requests.Response) -> requests.Response:
            answers.append(checked_answer(response.status_code, response.content, self._client))
            return response

        session = self._flow.oauth2session
        session.register_compliance_hook("access_token_response", check)
        try:
            with _oauthlib_obliging(http=is_loopback(self._client.token_uri)):
                # Google's own helper would send the client as HTTP Basic, which is not documented.
                self._flow.fetch_token(code=code, include_client_id=True, timeout=TIMEOUT)
        except requests.RequestException:
            raise unreachable() from None
        except SourceFailure as failure:
            if failure.kind is not FailureKind.CONSENT_LOST:
                raise
            raise SourceFailure(
                failure.kind,
                "Google does not accept the code: it was used before, or is too old; connect "
                "again, and answer within a few minutes.",
            ) from None
        finally:
            session.close()
        answer = answers[0]
        if not isinstance(answer.get("refresh_token"), str):
            raise UserError(
                "Google gave no refresh token: withdraw this app's access in the settings of the "
                "Google account, and connect again."
            )
        return token_set(answer, answer["refresh_token"], now, frozenset(ADDRESSES))

    def _declined(self, error: str) -> ConsentDeclined:
        if error == "access_denied":
            return ConsentDeclined(
                "The consent was declined, or the account may not use this app: connect again and "
                "allow it; in a project that is in testing, add the account as a test user first."
            )
        code = error if ERROR_CODE.fullmatch(error) else "an unknown error"
        return ConsentDeclined(
            f"Google ended the consent with {code}: check the OAuth client in Google's console, "
            "and connect again."
        )


def refresh(client: OAuthClient, tokens: TokenSet, now: datetime) -> TokenSet:
    """Renews an access token.

    Args:
        client: To whom the consent was given.
        tokens: The tokens so far.
        now: The present instant, UTC.

    Returns:
        The tokens from now on; the refresh token is the old one unless Google gave another.

    Raises:
        SourceFailure: ``consent_lost``, ``quota``, ``transient`` or ``service_disabled``.
    """
    session = requests.Session()
    session.auth = as_it_is
    transport = _Transport(session)
    credentials = Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=tokens.refresh_token,
        token_uri=client.token_uri,
        client_id=client.client_id,
        client_secret=client.client_secret,
    )
    with session:
        try:
            credentials.refresh(transport)  # type: ignore[no-untyped-call]
        except (GoogleAuthError, TypeError, ValueError, AttributeError):
            if transport.status is None:
                raise unreachable() from None
        # What Google said is judged here, not by the text of another library's error.
        answer = checked_answer(transport.status or 0, transport.content, client)
    rotated = answer.get("refresh_token")
    kept = rotated if isinstance(rotated, str) and rotated else tokens.refresh_token
    return token_set(answer, kept, now, tokens.scopes)


def revoke(client: OAuthClient, tokens: TokenSet) -> bool:
    """Gives a consent back: Google forgets it, and all tokens of it end.

    Returns:
        Whether there was still something to take back.

    Raises:
        SourceFailure: If Google refuses, or cannot be asked.
    """
    try:
        # In the body: addresses end up in logs.
        response = requests.post(
            client.revoke_uri,
            data={"token": tokens.refresh_token},
            timeout=TIMEOUT,
            auth=as_it_is,
        )
    except requests.RequestException:
        raise unreachable() from None
    if response.status_code == HTTPStatus.OK:
        return True
    if error_code(json_object(response.content)) in {"invalid_token", "invalid_grant"}:
        return False
    raise refusal(response.status_code, json_object(response.content), client)


class _Transport(Request):
    """Google's transport, with time limits, that remembers the last answer."""

    status: int | None = None
    content: bytes = b""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.status = None
        response = super().__call__(*args, **{**kwargs, "timeout": TIMEOUT})  # type: ignore[no-untyped-call]
        self.status, self.content = response.status, response.data
        return response


@contextmanager
def _oauthlib_obliging(*, http: bool) -> Iterator[None]:
    """Lets people untick scopes, and for this machine's own addresses HTTP; leaves no trace.

    oauthlib can be told so by environment variables alone.
    """
    chosen = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    if http:
        chosen["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    with _environment:
        before = {name: os.environ.get(name) for name in chosen}
        os.environ.update(chosen)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
