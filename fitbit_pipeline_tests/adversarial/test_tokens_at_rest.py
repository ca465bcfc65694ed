"""Tokens on the disk: encrypted in every collection and in MongoDB's own raw files.

Proves invariant 9 for what is stored: no access token, refresh token, secret of an OAuth client or
password of a viewer stands in plain anywhere below the database's directory, journal and log of
operations included. A mark that is stored in plain shows that they would be found.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import bson
import pytest
from bson.raw_bson import RawBSONDocument

from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.flow.sealed_tokens import rotate_key, unseal
from fitbit_pipeline.passwords import hash_password
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.embedded import stop_server
from fitbit_pipeline.store.viewers import Viewer
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.google_health.connecting import QUICK, connect
from fitbit_pipeline_tests.sandbox_server import running_sandbox

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = date(2026, 11, 18)
PASSWORD = f"a long password {secrets.token_hex(16)}"
MARK = secrets.token_hex(32)
"""Stored in plain, once."""


@dataclass(frozen=True, slots=True)
class AtRest:
    """What is secret, and where it could stand.

    Attributes:
        secrets: Tokens, secrets of clients, a password.
        collections: The raw documents of every collection of every database, by name.
        files: MongoDB's files, after it has ended.
    """

    secrets: set[bytes]
    collections: dict[str, bytes]
    files: dict[str, bytes]


@pytest.fixture(scope="module")
def at_rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtRest]:
    """Two people connect, one to each service; tokens are renewed, and the key is changed."""
    home = tmp_path_factory.mktemp("rest") / "home"
    settings = Settings(home=home, start_date=DAY, _env_file=None, **QUICK)  # type: ignore[call-arg,arg-type]
    hidden = {PASSWORD}
    instants = [NOW, NOW + timedelta(hours=10)]
    try:
        with running_sandbox(people=2, now=NOW, check=False) as sandbox:
            for instant in instants:
                sandbox.clock = lambda instant=instant: instant
                with open_deployment(settings, lambda instant=instant: instant) as deployment:
                    if instant == NOW:
                        connect(deployment, sandbox, {"P1": "p001"}, DAY)
                        connect_fitbit_people(deployment, sandbox, {"P2": "p002"}, DAY)
                        stored = hash_password(PASSWORD)
                        deployment.store.viewers.add(Viewer("ada", None, stored))
                        deployment.store.database["marks"].insert_one({"mark": MARK})
                    hidden |= _tokens(deployment)
                    people = deployment.store.participants.all()
                    for endpoint in ("steps", "sleep"):
                        opener = deployment.sources.open
                        ingest(deployment.store, opener, people, endpoint, DAY, DAY, instant, 2)
                    hidden |= _tokens(deployment)
                    if instant != NOW:
                        services = [
                            deployment.store.credentials,
                            deployment.store.fitbit_credentials,
                        ]
                        assert rotate_key(services, deployment.google_health.vault) == 2
                        collections = _collections(deployment.store.database.client)
            hidden.add(sandbox.client_file()["installed"]["client_secret"])
        stop_server(settings.mongodb_directory)
        files = {
            str(path.relative_to(home)): path.read_bytes()
            for path in settings.mongodb_directory.rglob("*")
            if path.is_file()
        }
        yield AtRest({each.encode() for each in hidden}, collections, files)
    finally:
        stop_server(settings.mongodb_directory)


def _tokens(deployment: Any) -> set[str]:
    """The tokens that are valid now, in plain."""
    vault = deployment.google_health.vault
    found: set[str] = set()
    for credentials, name in (
        (deployment.store.credentials, "P1"),
        (deployment.store.fitbit_credentials, "P2"),
    ):
        tokens = unseal(vault, credentials.get(name))
        found |= {tokens.access_token, tokens.refresh_token}
    return found


def _collections(client: Any) -> dict[str, bytes]:
    """Every document as it lies there; ``local`` holds the log of operations."""
    raw = bson.CodecOptions(document_class=RawBSONDocument)
    return {
        f"{database}.{name}": b"".join(
            document.raw for document in client[database].get_collection(name, raw).find()
        )
        for database in client.list_database_names()
        for name in client[database].list_collection_names()
        if name != "system.views"
    }


def test_there_was_something_to_find(at_rest: AtRest) -> None:
    """Tokens of two services, before and after a renewal; and a mark that is found."""
    assert len(at_rest.secrets) >= 8
    assert all(len(each) > 16 for each in at_rest.secrets)
    assert any(MARK.encode() in text for text in at_rest.collections.values())
    assert any(MARK.encode() in text for text in at_rest.files.values())
    assert {"local.oplog.rs", "fitbitDB.credentials"} <= at_rest.collections.keys()


def test_no_collection_holds_one_in_plain(at_rest: AtRest) -> None:
    holding = {
        name
        for name, text in at_rest.collections.items()
        if any(each in text for each in at_rest.secrets)
    }

    assert holding == set()


def test_no_raw_file_holds_one_in_plain(at_rest: AtRest) -> None:
    holding = {
        name
        for name, text in at_rest.files.items()
        if any(each in text for each in at_rest.secrets)
    }

    assert holding == set()
