"""Opens the source of participants who are connected to Google Health."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from fitbit_pipeline.flow.google_tokens import GoogleTokens
from fitbit_pipeline.flow.services import GOOGLE
from fitbit_pipeline.flow.stored_tokens import TokenKeeper, client_of, credential_of
from fitbit_pipeline.sources.google_health.client import CONNECT_SECONDS, HealthApi
from fitbit_pipeline.sources.google_health.clients import OAuthClients
from fitbit_pipeline.sources.google_health.limiter import RequestLimiter
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.sources.outage import Outage
from fitbit_pipeline.sources.protocol import Source
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.vault import Vault


class GoogleHealthOpener:
    """Opens connected participants' sources; one serves a whole process.

    They share one pool of connections, one limiter, and the tokens that are valid.

    Attributes:
        credentials: Their encrypted tokens.
        vault: What decrypts them.
        clients: The OAuth clients to which they consented.
    """

    def __init__(
        self,
        credentials: Credentials,
        vault: Vault,
        clients: OAuthClients,
        clock: Callable[[], datetime],
        limiter: RequestLimiter,
        participants_at_once: int,
        pause_seconds: float,
        timeout_seconds: float,
    ):
        """Connects to nobody yet.

        Args:
            credentials: The encrypted tokens.
            vault: What decrypts them.
            clients: The OAuth clients.
            clock: Tells the present instant, UTC.
            limiter: How often Google may be asked.
            participants_at_once: How many requests are under way at the same time.
            pause_seconds: The pause before a request that failed is sent again; it doubles.
            timeout_seconds: How long to wait for the next part of an answer.
        """
        self.credentials = credentials
        self.vault = vault
        self.clients = clients
        self._tokens = TokenKeeper(
            lambda name: GoogleTokens(name, credentials, vault, clients, clock)
        )
        self._limiter = limiter
        self._outage = Outage()
        self._pause_seconds = pause_seconds
        self._timeouts = (CONNECT_SECONDS, timeout_seconds)
        self._session = pooled_session(participants_at_once, backoff_seconds=pause_seconds)

    def open(self, participant: Participant) -> Source:
        """The source of a connected participant; nothing is asked yet.

        Raises:
            SourceFailure: If they are not connected, or their OAuth client is gone.
        """
        credential = credential_of(self.credentials, participant.name, GOOGLE)
        client = client_of(self.clients, credential.client)
        api = HealthApi(
            client.api_url,
            self._session,
            self._tokens.of(participant.name),
            self._limiter.waiting_for(participant.name, client.project),
            timeouts=self._timeouts,
            pause_seconds=self._pause_seconds,
            outage=self._outage,
        )
        return GoogleHealthSource(
            api, ZoneInfo(participant.time_zone), frozenset(credential.scopes)
        )

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()
