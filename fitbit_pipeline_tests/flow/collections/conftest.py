"""What the tests of importing collections share: an empty store, and the two collections."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from fitbit_pipeline_tests.flow.collections.imported import DAY, Document
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.lifesnaps_collection import ANN, BEN, ordinary_day
from fitbit_pipeline_tests.tutorial_collection import Notebook


@pytest.fixture
def bench(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[ImportBench]:
    """A store without anybody, and an empty home."""
    with ImportBench.open(mongodb_uri, database_name, tmp_path / "home") as bench:
        yield bench


@pytest.fixture
def notebook() -> Notebook:
    """Three days of the tutorial."""
    notebook = Notebook()
    for offset in range(3):
        notebook.day(DAY + timedelta(days=offset), 4000 + offset)
    return notebook


@pytest.fixture
def study() -> list[Document]:
    """Two days of each of two people, as LifeSnaps has them."""
    days = (DAY, DAY + timedelta(days=1))
    return [
        each
        for person, count in ((ANN, 800), (BEN, 900))
        for offset, day in enumerate(days)
        for each in ordinary_day(person, day, count + offset)
    ]
