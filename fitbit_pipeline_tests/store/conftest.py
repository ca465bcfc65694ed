"""A home of its own for each test of the embedded server."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fitbit_pipeline.store.embedded import stop_server


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The directory of a server that ends with the test."""
    directory = tmp_path / "mongodb"
    yield directory
    stop_server(directory)
    shutil.rmtree(directory, ignore_errors=True)
