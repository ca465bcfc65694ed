"""What the properties share."""

import pytest

from fitbit_pipeline_tests.properties.corpus import Corpus, make_corpus


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A real-shaped day of every source and endpoint."""
    return make_corpus(tmp_path_factory.mktemp("corpus"))
