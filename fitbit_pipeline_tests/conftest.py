"""What all tests share: one real MongoDB server for the session, a fresh database for each test."""

import shutil
import uuid
from collections.abc import Iterator

import pytest
from pymongo import MongoClient

from fitbit_pipeline.store.embedded import ensure_server, stop_server


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that runs for the whole session."""
    directory = tmp_path_factory.mktemp("session") / "mongodb"
    try:
        yield ensure_server(directory).uri
    finally:
        stop_server(directory)
        # pytest keeps the directories of three sessions, and each journal takes 300 MB.
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def database_name(mongodb_uri: str) -> Iterator[str]:
    """The name of a database that no other test uses; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    yield name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)
