"""Brings sandbox people into a deployment, as ``fitbit-pipeline connect`` does."""

import json
from collections.abc import Collection
from datetime import date
from pathlib import Path

from fitbit_pipeline.cli.demo_sandbox import CLIENT, connect_people
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.store.participants import Participant

QUICK = {"google_requests_per_minute": 1_000_000, "google_pause_seconds": 0.01}
"""Settings that keep tests from waiting."""


def write_client(sandbox: Sandbox, folder: Path) -> None:
    """Leaves the sandbox's OAuth client in the folder of a home."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{CLIENT}.json").write_text(json.dumps(sandbox.client_file()))


def connect(
    deployment: Deployment,
    sandbox: Sandbox,
    people: dict[str, str],
    first: date,
    scopes: Collection[str] | None = None,
) -> list[Participant]:
    """Connects people of a sandbox.

    Args:
        deployment: To which.
        sandbox: Where they are.
        people: Their keys in the sandbox by the names of the participants.
        first: Their first day.
        scopes: What they share; all by default.
    """
    write_client(sandbox, deployment.settings.google_clients_directory)
    return connect_people(deployment, people, first, scopes)
