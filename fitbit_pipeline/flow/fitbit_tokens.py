"""Access tokens of participants of the Fitbit Web API, whose refresh tokens work once.

Renewals of one participant take turns, across threads and processes, by a lease in the store; the
new pair is stored before it is used. A process that dies between sending and storing loses
nothing: the service repeats its answer to the same request until the new tokens are used, and
they were not, since they were not stored.
"""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.sealed_tokens import MOST_TRIES, seal, unseal
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient, FitbitClients
from fitbit_pipeline.sources.fitbit_web.oauth import refresh
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.credentials import Credential, Credentials
from fitbit_pipeline.vault import Vault

AHEAD = timedelta(minutes=5)
"""A token that ends sooner than this is renewed."""

LEASE = timedelta(seconds=90)
"""Longer than a request for tokens may take, with all that it waits for."""

LONGEST_WAIT_SECONDS = 120.0
SECONDS_BETWEEN_LOOKS = 0.1
LOOKS_AFTER_REFUSAL = 10

TRIES = 3
"""How often one renewal is sent, where the service or the way to it fails, or another conflicts."""
SECONDS_BETWEEN_TRIES = 1.0
"""Doubled after the second."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored: the tokens, and the version to which they belong."""

    version: int
    client: str
    tokens: TokenSet

    def same_tokens(self, other: "_Stored") -> bool:
        """Whether the tokens are the same; a change of key alone changes the version."""
        return self.tokens.refresh_token == other.tokens.refresh_token


class FitbitTokens:
    """The access tokens of one participant: ``AccessTokens`` over the store."""

    def __init__(
        self,
        participant: str,
        credentials: Credentials,
        vault: Vault,
        clients: FitbitClients,
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
        self._holder = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._remembered: _Stored | None = None

    def current(self) -> str:
        """A token that is valid for five minutes at least.

        Raises:
            SourceFailure: ``consent_lost`` where the participant must connect again,
                ``transient``, ``quota`` or ``service_disabled`` where no token can be had now,
                ``source_gone`` where the service is switched off.
        """
        remembered = self._remembered
        # Asked before every request: the store is read only when the token is about to expire.
        if remembered is not None and self._lasts(remembered):
            return remembered.tokens.access_token
        with self._lock:
            stored = self._read()
            if self._lasts(stored):
                return stored.tokens.access_token
            return self._renewed_once(stored)

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
            return self._renewed_once(stored)

    def _lasts(self, stored: _Stored) -> bool:
        return stored.tokens.expires_at - self._clock() >= AHEAD

    def _read(self) -> _Stored:
        credential = self._credentials.get(self._participant)
        if credential is None:
            raise SourceFailure(FailureKind.CONSENT_LOST, not_connected(self._participant))
        stored = _Stored(credential.version, credential.client, self._open(credential))
        self._remembered = stored
        return stored

    def _renewed_once(self, stored: _Stored) -> str:
        """Renews in turn; where another process has renewed meanwhile, its token is the answer."""
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while not self._leased():
            if time.monotonic() > deadline:
                raise SourceFailure(
                    FailureKind.TRANSIENT,
                    f"Another process has been renewing the tokens of {self._participant} for "
                    f"{LONGEST_WAIT_SECONDS:.0f} seconds: try again.",
                )
            time.sleep(SECONDS_BETWEEN_LOOKS)
        try:
            return self._renewed_under_lease(stored)
        finally:
            self._credentials.release(self._participant, self._holder)

    def _renewed_under_lease(self, stored: _Stored) -> str:
        """Sends again what failed on the way: the same request brings the same answer."""
        tried = 0
        while True:
            newest = self._read()
            if not newest.same_tokens(stored):
                return newest.tokens.access_token
            try:
                return self._renew(newest)
            except SourceFailure as failure:
                tried += 1
                if failure.kind is not FailureKind.TRANSIENT or tried == TRIES:
                    raise
                time.sleep(SECONDS_BETWEEN_TRIES * 2 ** (tried - 1))
                if not self._leased():
                    raise

    def _leased(self) -> bool:
        now = self._clock()
        return self._credentials.lease(self._participant, self._holder, now, now + LEASE)

    def _renew(self, stored: _Stored) -> str:
        now = self._clock()
        try:
            renewed = refresh(self._client(stored.client), stored.tokens, now)
        except SourceFailure as failure:
            if failure.kind is not FailureKind.CONSENT_LOST:
                raise
            return self._after_refusal(stored, failure)
        return self._keep(stored, renewed, now)

    def _after_refusal(self, stored: _Stored, failure: SourceFailure) -> str:
        """A process that lost its lease by being slow may have spent the token all the same."""
        for look in range(LOOKS_AFTER_REFUSAL):
            if look:
                time.sleep(SECONDS_BETWEEN_LOOKS)
            newer = self._read()
            if not newer.same_tokens(stored):
                return newer.tokens.access_token
        raise SourceFailure(
            FailureKind.CONSENT_LOST,
            f"{failure.reason.removesuffix('.')}: fitbit-pipeline connect {self._participant} "
            "--source fitbit_web asks for it again.",
        )

    def _keep(self, stored: _Stored, renewed: TokenSet, now: datetime) -> str:
        """Stores renewed tokens, before anything uses them."""
        base = stored
        for _ in range(MOST_TRIES):
            if self._credentials.compare_and_set(
                self._participant,
                base.version,
                secret=self._sealed(renewed),
                scopes=renewed.scopes,
                refreshed_at=now,
            ):
                self._remembered = None
                return renewed.access_token
            # A new key or a new consent came between.
            base = self._read()
            if not base.same_tokens(stored):
                return base.tokens.access_token
        raise SourceFailure(
            FailureKind.TRANSIENT,
            f"Other processes keep changing the consent of {self._participant}: try again.",
        )

    def _open(self, credential: Credential) -> TokenSet:
        try:
            return unseal(self._vault, credential)
        except UserError as error:
            raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None

    def _sealed(self, tokens: TokenSet) -> bytes:
        try:
            return seal(self._vault, tokens)
        except UserError as error:
            raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None

    def _client(self, name: str) -> FitbitClient:
        try:
            return self._clients.get(name)
        except UserError as error:
            raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None


def not_connected(participant: str) -> str:
    """The sentence of somebody who has no consent."""
    return (
        f"{participant} is not connected to a Fitbit account: fitbit-pipeline connect "
        f"{participant} --source fitbit_web does it."
    )
