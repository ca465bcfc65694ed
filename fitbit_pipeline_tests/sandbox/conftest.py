"""Sandboxes for the tests of its server; what they answer is checked at the end."""

from collections.abc import Iterator

import pytest
import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox, signed_in


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


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """A sandbox that runs for the tests of one file."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """A sandbox to which nobody consents yet, in whichever way."""
    running.clock = lambda: NOW
    running.faults.clear()
    running.fitbit.gone = False
    for person in running.population.people:
        running.accounts.revoke_person(person.key)
        running.fitbit.accounts.revoke_person(person.key)
    return running
