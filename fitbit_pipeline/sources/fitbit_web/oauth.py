"""Consents and tokens of Fitbit accounts: asking for consent, renewing tokens, giving them back.

A refresh token is good for one renewal. Where tokens are kept, and who may renew them when, is not
known here. Failures carry nothing of an answer but names that stand in this program.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote, urlencode

import requests
from requests.auth import HTTPBasicAuth

from fitbit_pipeline.sources.consent import ConsentDeclined, ConsentUnderWay
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sources.fitbit_web.error_bodies import FITBIT_TYPES, read_error
from fitbit_pipeline.sources.fitbit_web.scopes import NAMES
from fitbit_pipeline.sources.fitbit_web.token_answers import (
    refusal,
    token_set,
    unreachable,
)
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.session import as_it_is
from fitbit_pipeline.sources.tokens import TokenSet

TIMEOUT = (10, 30)
"""Seconds to connect, and to wait for bytes."""
_DECLINED = {"access_denied", "consent_denied"}


class Consent(ConsentUnderWay):
    """One person's consent under way: from the address that they open to their tokens.

    Attributes:
        address: What they open.
        redirect_uri: Where Fitbit sends them back to, with the answer.
    """

    code_form = re.compile(r"[\w.~-]{10,512}")
    tail = "#_=_"

    def __init__(self, client: FitbitClient, redirect_uri: str | None = None):
        """Prepares the address.

        Args:
            client: To whom the consent is given.
            redirect_uri: Where Fitbit sends the person back to; the client's own by default.
        """
        self._client = client
        self._state = secrets.token_urlsafe(32)
        self._verifier = secrets.token_urlsafe(64)
        self.redirect_uri = redirect_uri or client.redirect_uri
        challenge = hashlib.sha256(self._verifier.encode()).digest()
        query = urlencode(
            {
                "response_type": "code",
                "client_id": client.client_id,
                "redirect_uri": self.redirect_uri,
                "scope": " ".join(NAMES),
                "state": self._state,
                "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
                "code_challenge_method": "S256",
                "prompt": "consent",
            },
            quote_via=quote,
        )
        joint = "&" if "?" in client.authorize_url else "?"
        self.address = f"{client.authorize_url}{joint}{query}"

    def exchange(self, code: str, now: datetime) -> TokenSet:
        """Buys tokens for a code.

        Args:
            code: As ``code_of`` gave it.
            now: The present instant, UTC.

        Returns:
            The tokens, with the account's name.

        Raises:
            SourceFailure: If Fitbit refuses, or cannot be asked.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self._verifier,
        }
        response = _post(self._client, self._client.token_url, form)
        if "invalid_grant" in read_error(response.content).names:
            raise SourceFailure(
                FailureKind.CONSENT_LOST,
                "Fitbit does not accept the code: it was used before, or is older than ten "
                "minutes; connect again.",
            )
        return _tokens(self._client, response, now, frozenset(NAMES))

    def _declined(self, error: str) -> ConsentDeclined:
        if error in _DECLINED:
            return ConsentDeclined(
                "The consent was declined: connect again, tick what is to be shared, and allow it."
            )
        named = error if error in FITBIT_TYPES else "an unknown error"
        return ConsentDeclined(
            f"Fitbit ended the consent with {named}: check the client's file against the "
            "application at dev.fitbit.com, and connect again."
        )


def refresh(client: FitbitClient, tokens: TokenSet, now: datetime) -> TokenSet:
    """Renews tokens: one request, the same to the byte whenever it is made for the same tokens.

    Fitbit repeats its answer to an identical request until the new tokens are used, so an answer
    that was lost is had by asking again.

    Args:
        client: To whom the consent was given.
        tokens: The tokens so far.
        now: The present instant, UTC.

    Returns:
        The new pair. The refresh token so far is then spent: keep the pair before it is used.

    Raises:
        SourceFailure: ``consent_lost`` if the refresh token is not accepted, ``transient`` if
            Fitbit fails or another process renews, ``quota``, ``service_disabled`` if the client
            is refused, ``source_gone``, ``permanent``.
    """
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    response = _post(client, client.token_url, form)
    return _tokens(client, response, now, tokens.scopes, tokens.user_id)


def revoke(client: FitbitClient, tokens: TokenSet) -> bool:
    """Gives a consent back: Fitbit forgets it, and all tokens of it end.

    Returns:
        Whether there was still something to take back.

    Raises:
        SourceFailure: If Fitbit refuses, or cannot be asked.
    """
    response = _post(client, client.revoke_url, {"token": tokens.refresh_token})
    if response.status_code in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
        return True
    failure = refusal(response.status_code, response.content, client)
    if failure.kind is FailureKind.CONSENT_LOST:
        return False
    raise failure


def _post(client: FitbitClient, address: str, form: Mapping[str, str]) -> requests.Response:
    """Sends a form as the client; what has a secret says who it is by it."""
    if client.client_secret is None:
        auth, body = as_it_is, {**form, "client_id": client.client_id}
    else:
        auth, body = HTTPBasicAuth(client.client_id, client.client_secret), dict(form)
    try:
        return requests.post(address, data=body, auth=auth, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException:
        # Raised below: an exception of the library holds on to the request and its tokens.
        pass
    raise unreachable()


def _tokens(
    client: FitbitClient,
    response: requests.Response,
    now: datetime,
    scopes: frozenset[str],
    user_id: str | None = None,
) -> TokenSet:
    bought = None
    if response.status_code == HTTPStatus.OK:
        bought = token_set(response.content, now, scopes, user_id)
    if bought is None:
        raise refusal(response.status_code, response.content, client)
    return bought
