"""Health values stay in the database: nothing printed, logged or kept by Dagster holds one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.deployment import open_deployment, utc_now
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.raw_responses import RawResponses
from fitbit_pipeline_tests.google_health.connecting import connect
from fitbit_pipeline_tests.leaks import secrets_in
from fitbit_pipeline_tests.program import Program
from fitbit_pipeline_tests.sandbox_server import running_sandbox

DAYS = 5
TELLING = 7
"""A number with so many characters is nobody else's: 70.31575."""

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Told:
    """What a backfill with every kind of trouble told, and what it must not have told."""

    printed: str
    files: dict[Path, bytes]
    sentences: list[str]
    values: set[str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The program as a user runs it, with a home of its own, while the service misbehaves."""
    folder = tmp_path_factory.mktemp("private")
    yesterday = utc_now().date() - timedelta(days=1)
    first = yesterday - timedelta(days=DAYS - 1)
    program = Program(folder, folder / "home", {"FITBIT_PIPELINE_GOOGLE_PAUSE_SECONDS": "0.01"})
    settings = Settings(home=program.home, start_date=first, _env_file=None)  # type: ignore[call-arg]
    with (
        running_sandbox(people=6, now=utc_now(), check=False) as sandbox,
        open_deployment(settings) as deployment,
    ):
        people = {f"P{number}": f"p00{number}" for number in range(1, 7)}
        connect(deployment, sandbox, people, first)
        _misbehave(sandbox)
        runs = [
            program.run("backfill", "--from", str(first), "--to", str(yesterday)),
            program.run("coverage"),
            program.run("participants"),
            *(program.run("coverage", "--participant", name) for name in ("P2", "P6")),
        ]
        values = _values(deployment.store.raw_responses, list(people), first, yesterday)
        documents = program.documents()
    program.stop()
    yield Told(
        "".join(run.stdout + run.stderr for run in runs),
        {path: path.read_bytes() for path in _kept(program.home)},
        _sentences(documents),
        values | _times(documents),
    )


def _misbehave(sandbox: Sandbox) -> None:
    for fault in (
        Fault(kind=FaultKind.TRUNCATED_JSON, person="p002", data_type="steps"),
        Fault(kind=FaultKind.STATUS, status=500, person="p003", data_type="heart-rate"),
        Fault(kind=FaultKind.CUT_BODY, person="p003", data_type="sleep"),
        Fault(kind=FaultKind.REPEATED_PAGE_TOKEN, person="p004", method="reconcile"),
        Fault(kind=FaultKind.HTML_ERROR, person="p004", data_type="weight"),
        Fault(kind=FaultKind.STATUS, status=400, person="p005", data_type="distance"),
    ):
        sandbox.faults.add(fault)
    sandbox.accounts.revoke_person("p006")


def _values(raw: RawResponses, names: list[str], first: date, last: date) -> set[str]:
    """Every telling number in what the sandbox said."""
    found: set[str] = set()
    for name in names:
        for response in raw.read(name, ENDPOINT_NAMES, first, last):
            found |= set(_numbers(response.payload))
    return found


def _numbers(value: Any) -> Iterator[str]:
    if isinstance(value, float) and len(repr(value)) >= TELLING:
        yield repr(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, list):
        for part in value:
            yield from _numbers(part)


def _times(documents: dict[str, dict[str, Any]]) -> set[str]:
    """When people slept."""
    return {
        each["value"] for each in documents["metrics"].values() if isinstance(each["value"], str)
    }


def _sentences(documents: dict[str, dict[str, Any]]) -> list[str]:
    return [
        *(
            entry["reason"]
            for each in documents["coverage"].values()
            for entry in each["endpoints"].values()
            if entry["reason"]
        ),
        *(each["status_reason"] or "" for each in documents["participants"].values()),
    ]


def _kept(home: Path) -> Iterator[Path]:
    """Everything that Dagster keeps, and every log."""
    yield from (path for path in (home / "dagster").rglob("*") if path.is_file())
    yield home / "mongodb" / "mongod.log"


def _holding(values: set[str], text: bytes) -> int:
    """How many of the values stand in a text; which ones is not told."""
    return sum(value.encode() in text for value in values)


def test_there_were_values_and_every_kind_of_trouble(told: Told) -> None:
    assert len(told.values) > 50
    assert len(set(told.sentences)) > 5
    assert len(told.files) > 5


def test_no_health_value_is_printed(told: Told) -> None:
    assert "P6" in told.printed
    assert _holding(told.values, told.printed.encode()) == 0


def test_no_health_value_is_in_a_sentence_about_a_failure(told: Told) -> None:
    assert _holding(told.values, "\n".join(told.sentences).encode()) == 0


def test_dagster_and_the_logs_keep_no_health_value(told: Told) -> None:
    """Event log, run storage, compute logs, MongoDB's own log."""
    holding = {path.name for path, text in told.files.items() if _holding(told.values, text)}

    assert not holding


def test_nothing_of_it_holds_a_token_or_a_secret(told: Told) -> None:
    everything = [told.printed.encode(), "\n".join(told.sentences).encode(), *told.files.values()]

    assert [secrets_in(text) for text in everything] == [0] * len(everything)
