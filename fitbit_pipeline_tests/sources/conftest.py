"""What the tests of the live sources share: a scripted server in the place of the service."""

from collections.abc import Iterator

import pytest

from fitbit_pipeline_tests.sources.scripted_server import ScriptedServer


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer().running() as server:
        yield server
