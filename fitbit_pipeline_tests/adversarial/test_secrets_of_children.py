"""What ``up`` tells the processes that it starts, read from the system that runs them.

Proves invariant 9 for the settings that are secrets, the password of MongoDB and the key of the
vault: no command line, log, page, answer or file of Dagster holds one; a process has in its
environment, which its own user alone can read, only what it needs.
"""

import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from cryptography.fernet import Fernet
from pymongo import MongoClient

from fitbit_pipeline_tests.fitabase_archive import write_export
from fitbit_pipeline_tests.program import Program, free_port

KEY, URI = "FITBIT_PIPELINE_KEY", "FITBIT_PIPELINE_MONGODB_URI"
INSTANCE = "{ instance { info daemonHealth { allDaemonStatuses { daemonType healthy } } } }"

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True, slots=True)
class Child:
    """A process that ``up`` has started, itself or through another."""

    command: list[str]
    environment: dict[str, str]

    @property
    def is_dashboard(self) -> bool:
        """Whether it is Streamlit."""
        return "streamlit" in self.command


@dataclass(frozen=True, slots=True)
class Served:
    """A deployment that was up, and everything that it left.

    Attributes:
        hidden: The secrets: of MongoDB, and of the vault.
        children: The processes, each seen while everything was up.
        told: What was printed, logged, answered and kept, by where.
    """

    hidden: dict[str, str]
    children: list[Child]
    told: dict[str, bytes]


@pytest.fixture(scope="module")
def served(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With a MongoDB that asks for a password, and a key in the environment."""
    folder = tmp_path_factory.mktemp("secrets")
    password, key = f"sesame-{secrets.token_hex(12)}", Fernet.generate_key().decode()
    user = f"user-{secrets.token_hex(4)}"
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        client["admin"].command("createUser", user, pwd=password, roles=["root"])
        try:
            yield _serve(folder, _with_password(mongodb_uri, user, password), password, key)
        finally:
            client["admin"].command("dropUser", user)
            client.drop_database("test_secrets")


def _with_password(uri: str, user: str, password: str) -> str:
    scheme, _, rest = uri.partition("://")
    hosts, _, options = rest.partition("/?")
    asked = "&".join(each for each in (options, "authSource=admin") if each)
    return f"{scheme}://{user}:{password}@{hosts.rstrip('/')}/?{asked}"


def _serve(folder: Path, uri: str, password: str, key: str) -> Served:
    dagster, dashboard = free_port(), free_port()
    program = Program(
        folder,
        folder / "home",
        {
            URI: uri,
            KEY: key,
            "FITBIT_PIPELINE_DATABASE": "test_secrets",
            "FITBIT_PIPELINE_START_DATE": "2026-01-01",
            "FITBIT_PIPELINE_DAGSTER_PORT": str(dagster),
            "FITBIT_PIPELINE_DASHBOARD_PORT": str(dashboard),
        },
    )
    export = write_export(folder / "export", {"1": {date(2026, 3, 1): 4000}})
    runs = [program.run("import", str(export)), program.run("participants")]
    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    told = {"what was printed": "".join(run.stdout + run.stderr for run in runs).encode()}
    log = folder / "up.log"
    process = program.start("up", log=log)
    try:
        _wait(process, log)
        children = list(_children(process.pid))
        for name, answer in {
            "the UI": requests.get(f"http://127.0.0.1:{dagster}/", timeout=60),
            "the UI's instance": requests.post(
                f"http://127.0.0.1:{dagster}/graphql", json={"query": INSTANCE}, timeout=60
            ),
            "the dashboard": requests.get(f"http://127.0.0.1:{dashboard}/", timeout=60),
        }.items():
            assert answer.ok, name
            told[name] = answer.content
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(90)
    told |= {
        str(path): path.read_bytes() for path in (log, *(program.home).rglob("*")) if path.is_file()
    }
    return Served({"the password": password, "the key": key}, children, told)


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 240
    while "Ctrl-C stops everything" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.5)


def _children(pid: int) -> Iterator[Child]:
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            yield Child(process.cmdline(), process.environ())


def test_there_are_children_and_traces(served: Served) -> None:
    """Else what follows would say nothing: Dagster's own children, the dashboard, logs, pages."""
    assert sum(child.is_dashboard for child in served.children) == 1
    assert sum("dagster" in " ".join(child.command) for child in served.children) >= 3
    assert len(served.told) > 10
    assert any("history" in where for where in served.told)


def test_no_command_line_holds_a_secret(served: Served) -> None:
    """Everybody on the machine can read it."""
    for child in served.children:
        for secret in served.hidden.values():
            assert secret not in "\0".join(child.command)


def test_the_dashboard_gets_the_address_of_the_database_and_not_the_key(served: Served) -> None:
    (dashboard,) = (child for child in served.children if child.is_dashboard)

    assert served.hidden["the password"] in dashboard.environment[URI]
    assert KEY not in dashboard.environment
    assert served.hidden["the key"] not in "\0".join(dashboard.environment.values())


def test_a_secret_is_in_no_other_variable_than_its_own(served: Served) -> None:
    for child in served.children:
        for name, value in child.environment.items():
            if name not in {KEY, URI}:
                assert not any(secret in value for secret in served.hidden.values()), name


@pytest.mark.parametrize("which", ["the password", "the key"])
def test_nothing_that_is_printed_answered_or_kept_holds_a_secret(
    served: Served, which: str
) -> None:
    """Logs, pages, answers, Dagster's databases and the whole home."""
    secret = served.hidden[which].encode()

    assert [where for where, text in served.told.items() if secret in text] == []
