"""One sandbox for the tests of its server that only read; what it answers is checked at the end."""

from collections.abc import Iterator

import pytest
import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox_server import running_sandbox, signed_in


@pytest.fixture(scope="package")
def served() -> Iterator[Sandbox]:
    """A sandbox that runs for all tests of this folder; nobody moves its clock."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def session(served: Sandbox) -> Iterator[requests.Session]:
    """A session of ``p001``, who granted everything."""
    with signed_in(served) as session:
        yield session
