"""One sandbox for the tests of its Fitbit that only read."""

from collections.abc import Iterator

import pytest
import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in
from fitbit_pipeline_tests.sandbox_server import running_sandbox


@pytest.fixture(scope="package")
def served() -> Iterator[Sandbox]:
    """A sandbox that runs for all tests of this folder; nobody moves its clock."""
    with running_sandbox(people=40) as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def session(served: Sandbox) -> Iterator[requests.Session]:
    """A session of ``p001``, who granted everything to a personal application."""
    with fitbit_signed_in(served, kind="personal") as session:
        yield session
