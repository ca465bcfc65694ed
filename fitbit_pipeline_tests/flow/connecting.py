"""A store, a vault and OAuth clients, and people who consent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from fitbit_pipeline.flow.connect import connect
from fitbit_pipeline.flow.consents import ConnectRequest
from fitbit_pipeline.flow.kept_consents import Connected
from fitbit_pipeline.sources.google_health.account import Account
from fitbit_pipeline.sources.google_health.clients import OAuthClient, OAuthClients
from fitbit_pipeline.sources.google_health.scopes import ADDRESSES, PREFIX
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault
from fitbit_pipeline_tests.token_server import TokenServer, token_server

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = date(2015, 1, 1)
TODAY = date(2026, 11, 23)
ACCOUNT = Account("1173016576421350648", time_zone="Europe/Athens", devices=("Inspire 3",))
ALL = TokenSet("SECRET-access", "SECRET-refresh", NOW + timedelta(hours=1), frozenset(ADDRESSES))
SLEEP = f"{PREFIX}sleep.readonly"
ACTIVITY = f"{PREFIX}activity_and_fitness.readonly"
SETTINGS = f"{PREFIX}settings.readonly"


@dataclass
class Bench:
    """A store, a vault, and a folder of clients."""

    google: TokenServer
    home: Path
    store: Store

    @property
    def vault(self) -> Vault:
        return Vault(self.home / "key")

    @property
    def clients(self) -> OAuthClients:
        return OAuthClients(self.home / "google-clients")

    def add_client(self, name: str, **changes: Any) -> None:
        self.google.client_file(self.clients.folder, name, **changes)

    def client(self, name: str = "study") -> OAuthClient:
        return self.clients.get(name)

    def connect(
        self,
        name: str = "me",
        account: Account = ACCOUNT,
        tokens: TokenSet = ALL,
        client: str = "study",
        **request: Any,
    ) -> Connected:
        return connect(
            self.store,
            self.vault,
            self.client(client),
            tokens,
            account,
            ConnectRequest(name, **request),
            START,
            NOW,
        )

    def participant(self, name: str = "me") -> Participant:
        found = self.store.participants.get(name)
        assert found is not None
        return found


@contextmanager
def connect_bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    """A bench with one client, ``study``."""
    with (
        token_server() as google,
        MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, tzinfo=UTC) as client,
    ):
        made = Bench(google, tmp_path, Store(client[database_name]))
        made.add_client("study")
        yield made
