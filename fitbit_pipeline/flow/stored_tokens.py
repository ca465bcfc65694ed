"""Access tokens of participants, from the encrypted credentials in the store.

Tokens are stored before they are used: a token that was used and then lost with its process would
leave the store behind. How a service's tokens are renewed, and who may do so when, is not known
here (``google_tokens``, ``fitbit_tokens``).
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Generic, Protocol, TypeVar

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.sealed_tokens import MOST_TRIES, seal, unseal
from fitbit_pipeline.flow.services import Service
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import AccessTokens, TokenSet
from fitbit_pipeline.store.credentials import Credential, Credentials
from fitbit_pipeline.vault import Vault

AHEAD = timedelta(minutes=5)
"""A token that ends sooner than this is renewed."""

LOOKS_AFTER_REFUSAL = 10
SECONDS_BETWEEN_LOOKS = 0.1

Client = TypeVar("Client")
Client_co = TypeVar("Client_co", covariant=True)


class Clients(Protocol[Client_co]):
    """The OAuth clients of a service."""

    def get(self, name: str) -> Client_co:
        """One client.

        Raises:
            UserError: If there is none of that name, or its file cannot be used.
        """


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored: the tokens, and the version to which they belong."""

    version: int
    client: str
    tokens: TokenSet

    def same_tokens(self, other: "Stored") -> bool:
        """Whether the tokens are the same; a change of key alone changes the version."""
        return (self.tokens.access_token, self.tokens.refresh_token) == (
            other.tokens.access_token,
            other.tokens.refresh_token,
        )


class StoredTokens(ABC, Generic[Client]):
    """The access tokens of one participant: ``AccessTokens`` over the store.

    One object per participant and process (``TokenKeeper``): threads that share it renew once.
    """

    service: ClassVar[Service]

    def __init__(
        self,
        participant: str,
        credentials: Credentials,
        vault: Vault,
        clients: Clients[Client],
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
        self._remembered: Stored | None = None

    def current(self) -> str:
        """A token that is valid for five minutes at least, unless the service gives shorter ones.

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

    @abstractmethod
    def _renew(self, stored: Stored) -> str:
        """Renews in the service's manner, one thread at a time."""

    @abstractmethod
    def _refreshed(self, client: Client, tokens: TokenSet, now: datetime) -> TokenSet:
        """Asks the service for new tokens."""

    def _read(self) -> Stored:
        credential = credential_of(self._credentials, self._participant, self.service)
        try:
            tokens = unseal(self._vault, credential)
        except UserError as error:
            raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None
        stored = Stored(credential.version, credential.client, tokens)
        self._remembered = stored
        return stored

    def _ask_and_keep(self, stored: Stored) -> str:
        now = self._clock()
        try:
            renewed = self._refreshed(client_of(self._clients, stored.client), stored.tokens, now)
        except SourceFailure as failure:
            if failure.kind is not FailureKind.CONSENT_LOST:
                raise
            return self._after_refusal(stored, failure)
        return self._keep(stored, renewed, now)

    def _after_refusal(self, stored: Stored, failure: SourceFailure) -> str:
        """Another process may have renewed with the same token, and not have stored it yet."""
        for look in range(LOOKS_AFTER_REFUSAL):
            if look:
                time.sleep(SECONDS_BETWEEN_LOOKS)
            newer = self._read()
            if not newer.same_tokens(stored):
                return newer.tokens.access_token
        raise SourceFailure(
            FailureKind.CONSENT_LOST,
            f"{failure.reason.removesuffix('.')}: {self.service.connecting(self._participant)} "
            "asks for it again.",
        )

    def _keep(self, stored: Stored, renewed: TokenSet, now: datetime) -> str:
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
            # A new key, a new consent or another process's renewal came between.
            base = self._read()
            if not base.same_tokens(stored):
                return base.tokens.access_token
        raise SourceFailure(
            FailureKind.TRANSIENT,
            f"Other processes keep changing the consent of {self._participant}: try again.",
        )

    def _lasts(self, stored: Stored) -> bool:
        return stored.tokens.expires_at - self._clock() >= AHEAD


class TokenKeeper:
    """Hands out the tokens of participants; one serves a whole process."""

    def __init__(self, tokens_of: Callable[[str], AccessTokens]):
        """Makes nothing yet.

        Args:
            tokens_of: Makes the tokens of one participant.
        """
        self._tokens_of = tokens_of
        self._tokens: dict[str, AccessTokens] = {}
        self._lock = threading.Lock()

    def of(self, participant: str) -> AccessTokens:
        """The tokens of one participant: the same object every time."""
        with self._lock:
            if participant not in self._tokens:
                self._tokens[participant] = self._tokens_of(participant)
            return self._tokens[participant]


def credential_of(credentials: Credentials, participant: str, service: Service) -> Credential:
    """The consent of a participant to a service.

    Raises:
        SourceFailure: If there is none.
    """
    credential = credentials.get(participant)
    if credential is None:
        raise SourceFailure(
            FailureKind.CONSENT_LOST,
            f"{participant} is not connected to a {service.name} account: "
            f"{service.connecting(participant)} does it.",
        )
    return credential


def client_of(clients: Clients[Client], name: str) -> Client:
    """The OAuth client of a consent.

    Raises:
        SourceFailure: If it cannot be had, which is a failure of the deployment.
    """
    try:
        return clients.get(name)
    except UserError as error:
        raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None
