"""Opens the source of participants who are connected to the Fitbit Web API."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from fitbit_pipeline.flow.fitbit_tokens import FitbitTokens
from fitbit_pipeline.flow.services import FITBIT
from fitbit_pipeline.flow.stored_tokens import TokenKeeper, client_of, credential_of
from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClients
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuotas
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.outage import Outage
from fitbit_pipeline.sources.protocol import Source
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
        self._tokens = TokenKeeper(
            lambda name: FitbitTokens(name, credentials, vault, clients, clock)
        )
        self._quotas = quotas
        self._outage = Outage(service="The Fitbit Web API")
        self._session = pooled_session(participants_at_once, retries=0)

    def open(self, participant: Participant) -> Source:
        """The source of a connected participant; nothing is asked yet.

        Raises:
            SourceFailure: If they are not connected, or their OAuth client is gone.
        """
        credential = credential_of(self.credentials, participant.name, FITBIT)
        client = client_of(self.clients, credential.client)
        api = FitbitApi(
            client.api_url,
            self._session,
            self._tokens.of(participant.name),
            self._quotas.of(participant.name, client.client_id),
            outage=self._outage,
        )
        return FitbitWebSource(api, ZoneInfo(participant.time_zone), frozenset(credential.scopes))

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()
