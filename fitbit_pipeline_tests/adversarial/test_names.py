"""Names that were made to harm: of participants at the command line, and of participants in keys.

Proves that a participant's name is checked in one place (``store.keys``), before anything is
opened or written, and is opaque to everything else: names that are allowed, however odd, and names
that begin alike never touch each other's documents (invariants 1 and 8).
"""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import typer
from pymongo import MongoClient
from typer.testing import CliRunner, Result

import fitbit_pipeline
from fitbit_pipeline.cli.main import app
from fitbit_pipeline.endpoints import Family
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline_tests.deployments import NOW, settings_for, test_bed
from fitbit_pipeline_tests.scripted_source import ScriptedSource

DAY = date(2026, 11, 1)
BAD_NAMES = {
    "nothing": "",
    "a path that climbs": "../x",
    "a path": "a/b",
    "a path of Windows": "a\\b",
    "an absolute path": "/etc/passwd",
    "an operator": "$where",
    "an operator inside": "a$ne",
    "a dot": "a.b",
    "a document": '{"$gt": ""}',
    "a prototype": "__proto__",
    "a new line and a header": "me\r\nSet-Cookie: a=b",
    "a new line at the end": "me\n",
    "a colour of the terminal": "\x1b[31mme",
    "blanks around it": " me ",
    "another alphabet": "Zoë",
    "digits of full width": "P０７",
    "a letter that only looks like one": "Р07",
    "text that runs backwards": "a\u202eb",
    "nothing that shows": "a\u200bb",
    "half of a character": "a\udcffb",
    "ten thousand letters": "x" * 10_000,
    "markup": "<script>alert(1)</script>",
    "markup of the terminal": "[red]me[/red]",
}
TEXTS = frozenset(
    {"participant", "client", "collection", "from_day", "to_day", "time_zone", "name", "host"}
)
"""What people type as free text; a new name here is to be looked at: is it a participant's?"""


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all commands that take a participant."""
    inner = getattr(command, "commands", None)
    if inner is not None:
        for name, each in inner.items():
            yield from _commands(each, (*path, name))
    elif any(parameter.name == "participant" for parameter in command.params):
        yield path


def _found(path: tuple[str, ...]) -> Any:
    command: Any = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]
    return command


COMMANDS = list(_commands(typer.main.get_command(app)))


def _arguments(path: tuple[str, ...], name: str) -> list[str]:
    """The command with this participant, and something for all else that it needs."""
    options: list[str] = []
    arguments: list[str] = []
    for parameter in _found(path).params:
        if parameter.name != "participant" and not parameter.required:
            continue
        value = name if parameter.name == "participant" else "2026-11-01"
        if parameter.opts[0].startswith("-"):
            options += [f"{parameter.opts[0]}={value}"]
        else:
            arguments.append(value)
    return [*path, *options, "--", *arguments]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is not there, and a server that nobody can reach."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", "mongodb://127.0.0.1:1/")
    return tmp_path / "home"


def test_the_commands_that_take_a_participant_are_these() -> None:
    assert {" ".join(path) for path in COMMANDS} == {
        *("connect", "disconnect", "migrate", "import", "backfill", "coverage", "viewers add"),
    }


@pytest.mark.parametrize("what", BAD_NAMES)
@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_refuses_a_bad_name_before_it_does_anything(
    path: tuple[str, ...], what: str, home: Path
) -> None:
    name = BAD_NAMES[what]

    result: Result = CliRunner().invoke(app, _arguments(path, name))

    assert result.exit_code == 2
    told = result.stderr.strip().splitlines()[-1]
    assert told.startswith("Error: Invalid value for ")
    assert told.count("A participant's name has 1 to 64 letters, digits, '_' and '-'") == 1
    assert len(told) < 400
    assert told.isprintable()
    assert "Traceback" not in result.output
    assert not home.exists()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_whatever_else_people_type_is_not_a_participant(path: tuple[str, ...]) -> None:
    hints = get_type_hints(_found(path).callback)
    texts = {name for name, kind in hints.items() if kind in (str, str | None)}

    assert texts <= TEXTS


def test_only_one_place_says_what_a_name_is() -> None:
    """No other module has a pattern of its own for participants' names."""
    root = Path(fitbit_pipeline.__file__).parent
    saying = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id == "PARTICIPANT_NAME"
    }

    assert saying == {"store/keys.py"}


ODD = [
    *("constructor", "toString", "hasOwnProperty", "null", "None", "true", "NaN", "Infinity"),
    *("0", "00", "1e5", "0x10", "2026-11-01", "steps", "participants", "admin", "system"),
    *("x", "x-", "x_", "x0", "X", "x" * 64, "x" * 63, "a--b", "a__b", "aux", "con", "nul"),
]
"""Names that are allowed: some mean something elsewhere, some begin alike."""


def test_names_that_are_allowed_are_opaque(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    """Everybody has their own number of steps, and keeps it when all are asked and derived."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        store = bed.deployment.store
        people = [Participant(name, "google_health", "UTC", DAY) for name in ODD]
        store.participants.save(people)
        sources = {
            name: ScriptedSource(
                {"steps": {DAY: {"steps:dailyRollUp": [{"steps": {"countSum": str(number)}}]}}},
                failing={DAY: FailureKind.SCOPE_MISSING} if name == "x" else {},
            )
            for number, name in enumerate(ODD)
        }
        ingest(store, lambda each: sources[each.name], people, "steps", DAY, DAY, NOW, 4)
        for person in people:
            derive_metrics(store, [person], Family.ACTIVITY, DAY, DAY, 1)

        steps = {each["participant"]: each["value"] for each in store.metrics.find()}
        assert steps == {name: number for number, name in enumerate(ODD) if name != "x"}
        assert store.participants.names() == sorted(ODD)
        assert store.coverage.reopen("x", ["steps"]) == 1
        assert store.coverage.unfinished_days(ODD) == {"x": {DAY}}


def test_a_name_that_slipped_in_is_never_a_query(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    """Whoever asks the store for a name gets that name's documents, and nobody else's."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        store = bed.deployment.store
        store.participants.save([Participant("me", "google_health", "UTC", DAY)])
        for name in BAD_NAMES.values():
            if name.isprintable():
                assert store.participants.get(name) is None
                assert store.coverage.days(name, DAY, DAY) == {}
        with MongoClient[dict[str, object]](mongodb_uri) as client:
            assert client[database_name]["participants"].count_documents({}) == 1
