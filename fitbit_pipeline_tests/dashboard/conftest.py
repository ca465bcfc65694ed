"""A store of its own for each test of the dashboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.store import Store


@pytest.fixture
def store(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        yield Store(connection.database)
