"""Who consented to what at the made-up Fitbit: applications, codes, tokens and their end.

The rules are those of Fitbit's OAuth: codes live ten minutes and once, access tokens eight hours,
refresh tokens for ever but once. The same request for a refresh brings the same answer until one of
its new tokens is used. How requests and answers look is not known here (``oauth``).
"""

import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import orjson

from fitbit_pipeline.sandbox.fitbit_web import errors
from fitbit_pipeline.sandbox.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sandbox.pkce import verifier_fits

ACCESS_SECONDS = 28800
CODE_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """What a consent was asked for with, as far as the exchange of its code depends on it.

    Attributes:
        client_id: By whom.
        redirect_uri: Where the answer was to go; empty if the request did not say.
        scopes: For what.
        code_challenge: Of PKCE; empty without it.
        challenge_method: ``S256`` or ``plain``.
    """

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str = ""
    challenge_method: str = "plain"


@dataclass(frozen=True, slots=True, repr=False)
class AccessToken:
    """An access token that was given out: whom it speaks for, and for what."""

    token: str
    person: str
    client_id: str
    scopes: tuple[str, ...]
    since: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """What a code or a refresh token brings: both tokens, and the scopes in arbitrary order."""

    access: AccessToken
    refresh: str
    scope: str


@dataclass(frozen=True, slots=True, repr=False)
class _Code:
    asked: Asked
    person: str
    scopes: tuple[str, ...]
    ends: datetime


@dataclass(slots=True, repr=False)
class _Grant:
    """The consent of a person to an application: its newest pair, and what that was had for."""

    person: str
    client_id: str
    scopes: tuple[str, ...]
    pair: Pair
    spent: str = ""


@dataclass(slots=True, repr=False)
class _Kept:
    codes: dict[str, _Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    grants: dict[tuple[str, str], _Grant] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)


class FitbitAccounts:
    """All applications and consents. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], datetime], user_id: Callable[[str], str]):
        """Begins without consents.

        Args:
            clock: Tells the present instant, UTC.
            user_id: Gives Fitbit's identifier of a person.
        """
        self._clock = clock
        self._user_id = user_id
        self._lock = threading.Lock()
        self._clients: dict[str, FitbitClient] = {}
        self._kept = _Kept()

    def add_client(self, client: FitbitClient) -> None:
        """Makes an application known."""
        self._clients[client.client_id] = client

    def client(self, client_id: str) -> FitbitClient | None:
        """The application of a name, if there is one."""
        return self._clients.get(client_id)

    def granted(self, person: str) -> tuple[str, ...]:
        """The scopes that a person granted, to whichever application."""
        with self._lock:
            grants = [each for each in self._kept.grants.values() if each.person == person]
        return tuple(dict.fromkeys(scope for grant in grants for scope in grant.scopes))

    def owner(self, *names: str) -> str | None:
        """The person of the first code or token that was ever given out; None if none was."""
        with self._lock:
            found = (self._kept.owners.get(name) for name in names)
            return next((person for person in found if person), None)

    def consent(self, asked: Asked, person: str, scopes: tuple[str, ...]) -> str:
        """A person allows some of what was asked for; gives a code."""
        code = secrets.token_hex(20)
        with self._lock:
            self._kept.codes[code] = _Code(asked, person, scopes, self._clock() + CODE_LIFE)
            self._kept.owners[code] = person
        return code

    def exchange(self, client: FitbitClient, code: str, redirect_uri: str, verifier: str) -> Pair:
        """Tokens for a code, which is used up by any attempt.

        The refresh token that the person's earlier consent had brought this application ends.

        Raises:
            FitbitError: If the code, the address or the verifier is not the right one.
        """
        with self._lock:
            known = self._kept.codes.pop(code, None)
            if known is None or known.asked.client_id != client.client_id:
                raise errors.code_refused(code)
            if known.ends <= self._clock():
                raise errors.code_refused(code)
            if known.asked.redirect_uri and known.asked.redirect_uri != redirect_uri:
                raise errors.redirect_refused()
            _check_verifier(known.asked, verifier)
            pair = self._new_pair(known.person, client.client_id, known.scopes)
            grant = _Grant(known.person, client.client_id, known.scopes, pair)
            self._kept.grants[known.person, client.client_id] = grant
            return pair

    def refresh(self, client: FitbitClient, token: str) -> Pair:
        """A new pair for a refresh token, or the same again.

        Raises:
            FitbitError: If the token is none of this application, was revoked or spent, and for
                one that was spent, if one of the tokens that it brought has been used since.
        """
        with self._lock:
            person = self._kept.owners.get(token, "")
            grant = self._kept.grants.get((person, client.client_id))
            if grant is None or token not in (grant.pair.refresh, grant.spent):
                raise errors.refresh_refused(token)
            if token == grant.pair.refresh:
                grant.pair = self._new_pair(grant.person, grant.client_id, grant.scopes)
                grant.spent = token
            return grant.pair

    def access(self, token: str) -> AccessToken:
        """The access token of a request, which is used by that.

        Raises:
            FitbitError: If it is none, was revoked, or has ended.
        """
        with self._lock:
            known = self._kept.access.get(token)
            if known is None:
                raise errors.invalid_token(token)
            if known.ends <= self._clock():
                raise errors.expired_token(token)
            grant = self._kept.grants.get((known.person, known.client_id))
            if grant is not None and grant.pair.access.token == token:
                grant.spent = ""
            return known

    def looked_up(self, token: str) -> AccessToken | None:
        """An access token that somebody asks about, if it is alive; it is not used by that."""
        with self._lock:
            known = self._kept.access.get(token)
            return known if known and self._clock() < known.ends else None

    def revoke_token(self, client: FitbitClient, token: str) -> bool:
        """Takes a consent back, with all its tokens, by any of its tokens.

        Returns:
            Whether it was a token of a consent to this application.
        """
        with self._lock:
            key = (self._kept.owners.get(token, ""), client.client_id)
            grant, access = self._kept.grants.get(key), self._kept.access.get(token)
            refreshes = grant is not None and token in (grant.pair.refresh, grant.spent)
            opens = access is not None and access.client_id == client.client_id
            if refreshes or opens:
                self._forget(*key)
            return refreshes or opens

    def revoke_person(self, person: str) -> None:
        """Takes all consents of a person back, as the person can in their account."""
        with self._lock:
            clients = [client_id for owner, client_id in self._kept.grants if owner == person]
            for client_id in clients:
                self._forget(person, client_id)

    def _forget(self, person: str, client_id: str) -> None:
        self._kept.grants.pop((person, client_id), None)
        access = self._kept.access
        for token in [
            token
            for token, known in access.items()
            if (known.person, known.client_id) == (person, client_id)
        ]:
            del access[token]

    def _new_pair(self, person: str, client_id: str, scopes: tuple[str, ...]) -> Pair:
        now = self._clock()
        ends = now + timedelta(seconds=ACCESS_SECONDS)
        token = _signed(
            {
                "aud": client_id,
                "sub": self._user_id(person),
                "iss": "Fitbit",
                "typ": "access_token",
                "scopes": " ".join(scopes),
                "exp": int(ends.timestamp()),
                "iat": int(now.timestamp()),
            }
        )
        access = AccessToken(token, person, client_id, scopes, now, ends)
        refresh = secrets.token_hex(32)
        self._kept.access[token] = access
        self._kept.owners |= {token: person, refresh: person}
        shuffled = sorted(scopes, key=lambda scope: sha256(f"{refresh}{scope}".encode()).digest())
        return Pair(access, refresh, " ".join(shuffled))


def _signed(claims: dict[str, object]) -> str:
    """A token that looks like the real ones, and is known by its chance alone."""
    parts = [orjson.dumps({"alg": "HS256"}), orjson.dumps(claims), secrets.token_bytes(32)]
    return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _check_verifier(asked: Asked, verifier: str) -> None:
    challenge = asked.code_challenge
    if challenge and not verifier_fits(verifier, challenge, asked.challenge_method):
        raise errors.verifier_refused()
