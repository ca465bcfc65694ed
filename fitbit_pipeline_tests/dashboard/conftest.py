"""A store of its own for each test of the dashboard, and the environment of a deployment."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from dashboard.queries.reading import Reading
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.store import Store


@pytest.fixture
def store(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store with its indexes."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        found = Store(connection.database)
        found.ensure_indexes()
        yield found


@pytest.fixture
def reading(store: Store) -> Reading:
    """That store, read by somebody who may see everybody."""
    return Reading(store)


@pytest.fixture
def deployment(
    monkeypatch: pytest.MonkeyPatch, mongodb_uri: str, database_name: str, tmp_path: Path
) -> Iterator[None]:
    """The environment in which a page finds that store, and no memory of the test before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", database_name)
    yield
    st.cache_data.clear()
    st.cache_resource.clear()
