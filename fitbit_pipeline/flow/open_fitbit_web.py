"""Opens the source of participants who are connected to the Fitbit Web API."""

import threading
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.fitbit_tokens import FitbitTokens, not_connected
from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient, FitbitClients
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuotas
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.outage import Outage
from fitbit_pipeline.sources.protocol import FailureKind, Source, SourceFailure
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.vault import Vault


class FitbitWebOpener:
    """Opens connected participants' sources; one serves a whole process.

    They share one pool of connections, the quotas that are known, and the tokens that are valid.

    Attributes:
        credentials: Their encrypted tokens.
        vault: What decrypts them.
        clients: The OAuth clients to which they consented.
    """

    def __init__(
        self,
        credentials: Credentials,
        vault: Vault,
        clients: FitbitClients,
        clock: Callable[[], datetime],
        quotas: HourlyQuotas,
        participants_at_once: int,
    ):
        """Connects to nobody yet.

        Args:
            credentials: The encrypted tokens.
            vault: What decrypts them.
            clients: The OAuth clients.
            clock: Tells the present instant, UTC.
            quotas: How often the service may be asked.
            participants_at_once: How many requests are under way at the same time.
        """
        self.credentials = credentials
        self.vault = vault
        self.clients = clients
        self._clock = clock
        self._quotas = quotas
        self._outage = Outage(service="The Fitbit Web API")
        self._session = pooled_session(participants_at_once, retries=0)
        self._tokens: dict[str, FitbitTokens] = {}
        self._lock = threading.Lock()

    def open(self, participant: Participant) -> Source:
        """The source of a connected participant; nothing is asked yet.

        Raises:
            SourceFailure: If they are not connected, or their OAuth client is gone.
        """
        credential = self.credentials.get(participant.name)
        if credential is None:
            raise SourceFailure(FailureKind.CONSENT_LOST, not_connected(participant.name))
        client = self._client(credential.client)
        api = FitbitApi(
            client.api_url,
            self._session,
            self._tokens_of(participant.name),
            self._quotas.of(participant.name, client.client_id),
            outage=self._outage,
        )
        return FitbitWebSource(api, ZoneInfo(participant.time_zone), frozenset(credential.scopes))

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def _tokens_of(self, name: str) -> FitbitTokens:
        with self._lock:
            if name not in self._tokens:
                self._tokens[name] = FitbitTokens(
                    name, self.credentials, self.vault, self.clients, self._clock
                )
            return self._tokens[name]

    def _client(self, name: str) -> FitbitClient:
        try:
            return self.clients.get(name)
        except UserError as error:
            raise SourceFailure(FailureKind.SERVICE_DISABLED, str(error)) from None
