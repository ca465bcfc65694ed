"""Runs the program as a user does: in a process of its own, with a home of its own."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from fitbit_pipeline.store.embedded import ensure_server, stop_server

COLLECTIONS = (
    "participants",
    "raw_responses",
    "coverage",
    "metrics",
    "daily_engagement",
    "engagement_summaries",
)
TIMES_OF_WRITING = frozenset({"asked_at", "fetched_at", "imported_at"})


@dataclass(frozen=True, slots=True)
class Program:
    """The program ``fitbit-pipeline`` in a folder.

    Attributes:
        folder: Where it is called.
        home: Its ``FITBIT_PIPELINE_HOME``.
        environment: Further settings.
    """

    folder: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, seconds: float = 240) -> subprocess.CompletedProcess[str]:
        """Calls it and waits until it ends."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.variables(),
            capture_output=True,
            text=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def start(self, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        """Calls it and goes on."""
        with log.open("wb") as output:
            return subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def command(self, *arguments: str) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "fitbit_pipeline.cli.main", *arguments]

    def variables(self) -> dict[str, str]:
        """The environment: nothing of the caller's own settings."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("FITBIT_PIPELINE_", "DAGSTER_"))
        }
        # Rich breaks lines at the width of the terminal, which a pipe has none of.
        return {
            **kept,
            "FITBIT_PIPELINE_HOME": str(self.home),
            "COLUMNS": "200",
            **self.environment,
        }

    def documents(self) -> dict[str, dict[str, Any]]:
        """Everything in its database, by collection and key, times of writing aside."""
        server = ensure_server(self.home / "mongodb")
        with MongoClient[dict[str, Any]](server.uri, tz_aware=True) as client:
            return dump(client["fitbitDB"])

    def forget(self, participants: Sequence[str], *collections: str) -> None:
        """Deletes what collections of its database hold of some participants."""
        server = ensure_server(self.home / "mongodb")
        with MongoClient[dict[str, Any]](server.uri) as client:
            for name in collections:
                client["fitbitDB"][name].delete_many({"participant": {"$in": list(participants)}})

    def stop(self) -> None:
        """Stops its database."""
        stop_server(self.home / "mongodb")


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def dump(database: Database[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Every document of a database, by collection and key, times of writing aside."""
    return {
        name: {document["_id"]: _timeless(document) for document in database[name].find()}
        for name in COLLECTIONS
    }


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _timeless(part) for name, part in value.items() if name not in TIMES_OF_WRITING
        }
    if isinstance(value, list):
        return [_timeless(part) for part in value]
    return value
