"""Who consented to what: OAuth clients, codes, tokens, grants and their revocation.

The rules are those of Google's OAuth: codes live shortly and once, access tokens an hour, refresh
tokens until they are revoked, forgotten for half a year, or pushed out by a hundred newer ones.
How requests and answers look is not known here (``oauth``).
"""

import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fitbit_pipeline.sandbox.errors import OAuthError
from fitbit_pipeline.sandbox.pkce import verifier_fits

ACCESS_SECONDS = 3599
CODE_LIFE = timedelta(minutes=10)
TESTING_LIFE = timedelta(seconds=604799)
INACTIVE_LIFE = timedelta(days=182)
LIVE_REFRESH_TOKENS = 100
_LOOPBACK = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/[^#]*)?")


@dataclass(frozen=True, slots=True, repr=False)
class OAuthClient:
    """An application that may ask for consent.

    Attributes:
        client_id: Its public name.
        client_secret: What proves that a request for tokens is its own.
        kind: ``installed`` or ``web``.
        redirect_uris: Where answers may go; an installed client may name any loopback address.
    """

    client_id: str
    client_secret: str
    kind: str = "installed"
    redirect_uris: tuple[str, ...] = ("http://localhost",)

    def may_redirect_to(self, address: str) -> bool:
        """Whether answers may go to an address."""
        if address in self.redirect_uris:
            return True
        return self.kind == "installed" and _LOOPBACK.fullmatch(address) is not None


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """What a consent was asked for with, as far as the exchange of its code depends on it."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    offline: bool = False
    prompted: bool = False
    include_granted: bool = False
    code_challenge: str = ""
    challenge_method: str = "plain"


@dataclass(frozen=True, slots=True, repr=False)
class _Code:
    asked: Asked
    person: str
    scopes: tuple[str, ...]
    first_consent: bool
    ends: datetime


@dataclass(slots=True, repr=False)
class RefreshToken:
    """A refresh token that was given out."""

    token: str
    person: str
    client_id: str
    scopes: tuple[str, ...]
    used: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class AccessToken:
    """An access token that was given out: whom it speaks for, and for what."""

    token: str
    person: str
    client_id: str
    scopes: tuple[str, ...]
    ends: datetime


class Accounts:
    """All clients and consents. Safe to use from several threads.

    Attributes:
        testing_mode: Whether the project is in testing, where refresh tokens live seven days.
    """

    def __init__(self, clock: Callable[[], datetime], *, testing_mode: bool = False):
        """Begins without clients and consents.

        Args:
            clock: Tells the present instant, UTC.
            testing_mode: Whether refresh tokens live seven days only.
        """
        self.testing_mode = testing_mode
        self._clock = clock
        self._lock = threading.Lock()
        self._clients: dict[str, OAuthClient] = {}
        self._codes: dict[str, _Code] = {}
        self._granted: dict[tuple[str, str], tuple[str, ...]] = {}
        self._refresh: dict[str, RefreshToken] = {}
        self._access: dict[str, AccessToken] = {}

    def add_client(self, client: OAuthClient) -> None:
        """Makes an application known."""
        self._clients[client.client_id] = client

    def client(self, client_id: str) -> OAuthClient | None:
        """The application of a name, if there is one."""
        return self._clients.get(client_id)

    def granted(self, person: str) -> tuple[str, ...]:
        """The scopes that a person granted, to whichever application."""
        with self._lock:
            found = [
                scope
                for (owner, _), scopes in self._granted.items()
                if owner == person
                for scope in scopes
            ]
        return tuple(dict.fromkeys(found))

    def consent(self, asked: Asked, person: str, scopes: tuple[str, ...]) -> tuple[str, str]:
        """A person allows some of what was asked for.

        Returns:
            A code, and the scopes granted, separated by spaces.
        """
        with self._lock:
            key = (person, asked.client_id)
            before = self._granted.get(key, ())
            granted = tuple(dict.fromkeys((*scopes, *(before if asked.include_granted else ()))))
            self._granted[key] = tuple(dict.fromkeys((*granted, *before)))
            code = f"4/0A{secrets.token_urlsafe(48)}"
            ends = self._clock() + CODE_LIFE
            self._codes[code] = _Code(asked, person, granted, not before, ends)
            return code, " ".join(granted)

    def exchange(
        self, client: OAuthClient, code: str, redirect_uri: str, verifier: str | None
    ) -> tuple[AccessToken, RefreshToken | None]:
        """Tokens for a code, which is used up by any attempt.

        Raises:
            OAuthError: If the code, the address or the verifier is not the right one.
        """
        with self._lock:
            known = self._codes.pop(code, None)
            if known is None or known.asked.client_id != client.client_id:
                raise OAuthError("invalid_grant", "Malformed auth code.")
            if known.ends <= self._clock():
                raise OAuthError("invalid_grant", "Bad Request")
            if known.asked.redirect_uri != redirect_uri:
                raise OAuthError("redirect_uri_mismatch", "Bad Request")
            _check_verifier(known.asked, verifier)
            refresh = None
            if known.asked.offline and (known.asked.prompted or known.first_consent):
                refresh = self._new_refresh_token(known.person, client.client_id, known.scopes)
            return self._new_access_token(known.person, client.client_id, known.scopes), refresh

    def refresh(
        self, client: OAuthClient, token: str, scopes: tuple[str, ...], *, rotate: bool
    ) -> tuple[AccessToken, RefreshToken | None]:
        """A new access token for a refresh token.

        Args:
            client: Who asks.
            token: The refresh token.
            scopes: The scopes wanted; none means all that the token is for.
            rotate: Whether to give a new refresh token, too, and to forget the old one.

        Raises:
            OAuthError: If the token is not alive, or the scopes are more than it is for.
        """
        with self._lock:
            known = self._alive(token)
            if known is None or known.client_id != client.client_id:
                raise OAuthError("invalid_grant", "Token has been expired or revoked.")
            if not set(scopes) <= set(known.scopes):
                raise OAuthError("invalid_scope", "Bad Request")
            known.used = self._clock()
            new = None
            if rotate:
                del self._refresh[token]
                new = self._new_refresh_token(known.person, known.client_id, known.scopes)
            given = scopes or known.scopes
            return self._new_access_token(known.person, known.client_id, given), new

    def owner(self, *names: str) -> str | None:
        """The person of the first token or code that is known; None if none is."""
        with self._lock:
            for name in names:
                known = self._refresh.get(name) or self._access.get(name) or self._codes.get(name)
                if known:
                    return known.person
        return None

    def access(self, token: str) -> AccessToken | None:
        """An access token that is alive."""
        with self._lock:
            known = self._access.get(token)
            return known if known and self._clock() < known.ends else None

    def revoke_token(self, token: str) -> bool:
        """Takes a consent back, with all its tokens, by any of its tokens.

        Returns:
            Whether the token was alive.
        """
        with self._lock:
            access = self._access.get(token)
            known = self._alive(token) or (
                access if access and self._clock() < access.ends else None
            )
            if known is None:
                return False
            self._forget(known.person, known.client_id)
            return True

    def revoke_person(self, person: str) -> None:
        """Takes all consents of a person back, as the person can in their account."""
        with self._lock:
            for owner, client_id in [key for key in self._granted if key[0] == person]:
                self._forget(owner, client_id)

    def _alive(self, token: str) -> RefreshToken | None:
        known = self._refresh.get(token)
        now = self._clock()
        if known is None or (known.ends and known.ends <= now) or known.used + INACTIVE_LIFE <= now:
            return None
        return known

    def _forget(self, person: str, client_id: str) -> None:
        self._granted.pop((person, client_id), None)
        for kept in (self._refresh, self._access):
            for token in [
                token
                for token, known in kept.items()
                if (known.person, known.client_id) == (person, client_id)
            ]:
                del kept[token]

    def _new_access_token(
        self, person: str, client_id: str, scopes: tuple[str, ...]
    ) -> AccessToken:
        token = f"ya29.a0A{secrets.token_urlsafe(120)}"
        ends = self._clock() + timedelta(seconds=ACCESS_SECONDS)
        self._access[token] = AccessToken(token, person, client_id, scopes, ends)
        return self._access[token]

    def _new_refresh_token(
        self, person: str, client_id: str, scopes: tuple[str, ...]
    ) -> RefreshToken:
        alive = [
            known.token
            for known in self._refresh.values()
            if (known.person, known.client_id) == (person, client_id)
        ]
        for oldest in alive[: max(0, len(alive) + 1 - LIVE_REFRESH_TOKENS)]:
            del self._refresh[oldest]
        now = self._clock()
        ends = now + TESTING_LIFE if self.testing_mode else None
        token = f"1//05{secrets.token_urlsafe(72)}"
        self._refresh[token] = RefreshToken(token, person, client_id, scopes, now, ends)
        return self._refresh[token]


def _check_verifier(asked: Asked, verifier: str | None) -> None:
    if not asked.code_challenge:
        return
    if verifier is None:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    if not verifier_fits(verifier, asked.code_challenge, asked.challenge_method):
        raise OAuthError("invalid_grant", "Invalid code verifier.")
