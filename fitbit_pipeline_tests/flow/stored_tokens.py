"""A participant whose tokens are stored, and a Google that answers as it is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from fitbit_pipeline.flow.google_tokens import GoogleTokens
from fitbit_pipeline.flow.sealed_tokens import seal, unseal
from fitbit_pipeline.sources.google_health.clients import OAuthClients
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.vault import Vault
from fitbit_pipeline_tests.token_server import Answer, Form, TokenServer, token_server, tokens

GOOGLE = ("Google", "health_user_id")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SLEEP = frozenset({"https://www.googleapis.com/auth/googlehealth.sleep.readonly"})
TOKENS = TokenSet("SECRET-access-0", "SECRET-refresh-0", NOW + timedelta(hours=1), SLEEP)
ENDING = replace(TOKENS, expires_at=NOW + timedelta(minutes=4, seconds=59))


@dataclass
class Bench:
    """One participant, ``me``, with a Google that answers as it is told."""

    google: TokenServer
    home: Path
    uri: str
    database: str
    collection: Any

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.collection, *GOOGLE)

    @property
    def vault(self) -> Vault:
        return Vault(self.home / "key")

    def connected(self, known: TokenSet) -> GoogleTokens:
        """The tokens of ``me``, of whom these are known."""
        self.credentials.put(
            "me",
            client="study",
            secret=seal(self.vault, known),
            scopes=known.scopes,
            account="1",
            now=NOW,
        )
        return self.tokens()

    def tokens(self, now: datetime = NOW) -> GoogleTokens:
        """The tokens of ``me`` as another process would see them."""
        clients = OAuthClients(self.home / "google-clients")
        return GoogleTokens("me", self.credentials, self.vault, clients, lambda: now)

    @property
    def stored(self) -> TokenSet:
        credential = self.credentials.get("me")
        assert credential is not None
        return unseal(self.vault, credential)

    @property
    def version(self) -> int:
        credential = self.credentials.get("me")
        assert credential is not None
        return credential.version


@contextmanager
def tokens_bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    """A bench; nobody is connected yet."""
    with (
        token_server() as google,
        MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, tzinfo=UTC) as client,
    ):
        google.client_file(tmp_path / "google-clients")
        collection = client[database_name]["credentials"]
        yield Bench(google, tmp_path, mongodb_uri, database_name, collection)


def numbered(**more: Any) -> Callable[[Form], Answer]:
    """Every answer holds another token."""
    lock = threading.Lock()
    count = 0

    def answer(_form: Form) -> Answer:
        nonlocal count
        with lock:
            count += 1
            return 200, tokens(count, **more)

    return answer
