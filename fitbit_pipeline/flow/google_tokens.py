"""Access tokens of participants, from the encrypted credentials in the store.

Tokens are stored before they are used: a token that was used and then lost with its process would
leave the store behind. Several threads renew once, several processes may renew at once, and one
result is stored that all of them use.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.sealed_tokens import seal, unseal
from fitbit_pipeline.sources.google_health.clients import OAuthClient, OAuthClients
from fitbit_pipeline.sources.google_health.oauth import refresh
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.vault import Vault

AHEAD = timedelta(minutes=5)
"""A token that ends sooner than this is renewed."""

MOST_TRIES = 10
LOOKS = 5
SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored: the tokens, and the version to which they belong."""

    version: int
    client: str
    tokens: TokenSet

    def same_tokens(self, other: "_Stored") -> bool:
        """Whether the tokens are the same; a change of key alone changes the version."""
        return (self.tokens.access_token, self.tokens.refresh_token) == (
            other.tokens.access_token,
            other.tokens.refresh_token,
        )


class StoredTokens:
    """The access tokens of one participant: ``AccessTokens`` over the store.

    One object per participant and process (``TokenKeeper``): threads that share it renew once.
    """

    def __init__(
        self,
        participant: str,
        credentials: Credentials,
        vault: Vault,
        clients: OAuthClients,
        clock: Callable[[], datetime],
    ):
        """Binds the parts; nothing is read yet.

        Args:
            participant: Whose.
            credentials: Where they are stored.
            vault: Encrypts them.
            clients: The OAuth clients to which people consented.
            clock: Tells the present instant, UTC.
        """
        self._participant = participant
        self._credentials = credentials
        self._vault = vault
        self._clients = clients
        self._clock = clock
        self._lock = threading.Lock()
        self._remembered: _Stored | None = None
        self._refused: tuple[_Stored, SourceFailure] | None = None

    def current(self) -> str:
        """A token that is valid for five minutes at least, unless Google gives shorter ones.

        Raises:
            SourceFailure: ``consent_lost`` where the participant must connect again,
                ``transient``, ``quota`` or ``service_disabled`` where no token can be had now.
        """
        remembered = self._remembered
        # Asked before every request: the store is read only when the token is about to expire.
        if remembered is not None and self._lasts(remembered):
            return remembered.tokens.access_token
        with self._lock:
            stored = self._read()
            if self._lasts(stored):
                return stored.tokens.access_token
            return self._renew(stored)

    def renewed(self, refused: str) -> str:
        """Another token than the one that the service has just refused.

        Args:
            refused: The token that was answered with 401.

        Raises:
            SourceFailure: As ``current``.
        """
        with self._lock:
            stored = self._read()
            if stored.tokens.access_token != refused and self._lasts(stored):
                return stored.tokens.access_token
            return self._renew(stored)

    def _lasts(self, stored: _Stored) -> bool:
        return stored.tokens.expires_at - self._clock() >= AHEAD

    def _read(self) -> _Stored:
        credential = self._credentials.get(self._participant)
        if credential is None:
            raise SourceFailure(
                FailureKind.CONSENT_LOST,
                f"{self._participant} is not connected to a Google account: "
                f"fitbit-pipeline connect {self._participant} does it.",
            )
        try:
            tokens = unseal(self._vault, credential)
        except UserError as error:
            raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None
        stored = _Stored(credential.version, credential.client, tokens)
        self._remembered = stored
        return stored

    def _renew(self, stored: _Stored) -> str:
        if self._refused is not None and self._refused[0].same_tokens(stored):
            raise self._refused[1]
        client = self._client(stored.client)
        now = self._clock()
        try:
            renewed = refresh(client, stored.tokens, now)
        except SourceFailure as failure:
            if failure.kind is not FailureKind.CONSENT_LOST:
                raise
            return self._after_refusal(stored, failure)
        return self._keep(stored, renewed, now)

    def _after_refusal(self, stored: _Stored, failure: SourceFailure) -> str:
        """Another process may have renewed with the same token, and not have stored it yet."""
        for look in range(LOOKS):
            if look:
                time.sleep(SECONDS_BETWEEN_LOOKS)
            newer = self._read()
            if not newer.same_tokens(stored):
                return newer.tokens.access_token
        lost = SourceFailure(
            FailureKind.CONSENT_LOST,
            f"{failure.reason.removesuffix('.')}: fitbit-pipeline connect {self._participant} "
            "asks for it again.",
        )
        self._refused = stored, lost
        raise lost

    def _keep(self, stored: _Stored, renewed: TokenSet, now: datetime) -> str:
        """Stores renewed tokens; where another process was faster, its token is the answer."""
        base = stored
        for _ in range(MOST_TRIES):
            try:
                secret = seal(self._vault, renewed)
            except UserError as error:
                raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None
            if self._credentials.compare_and_set(
                self._participant,
                base.version,
                secret=secret,
                scopes=renewed.scopes,
                refreshed_at=now,
            ):
                self._remembered = None
                return renewed.access_token
            base = self._read()
            if not base.same_tokens(stored):
                return base.tokens.access_token
        raise SourceFailure(
            FailureKind.TRANSIENT,
            f"Other processes keep changing the consent of {self._participant}: try again.",
        )

    def _client(self, name: str) -> OAuthClient:
        try:
            return self._clients.get(name)
        except UserError as error:
            raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None


class TokenKeeper:
    """Hands out the tokens of participants; one serves a whole process."""

    def __init__(
        self,
        credentials: Credentials,
        vault: Vault,
        clients: OAuthClients,
        clock: Callable[[], datetime],
    ):
        """Binds the parts; as for ``StoredTokens``."""
        self._parts = (credentials, vault, clients, clock)
        self._tokens: dict[str, StoredTokens] = {}
        self._lock = threading.Lock()

    def of(self, participant: str) -> StoredTokens:
        """The tokens of one participant: the same object every time."""
        with self._lock:
            if participant not in self._tokens:
                self._tokens[participant] = StoredTokens(participant, *self._parts)
            return self._tokens[participant]
