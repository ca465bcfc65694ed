"""``fitbit-pipeline import`` of the tutorial's collection and of LifeSnaps, as a user calls it."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from fitbit_pipeline.cli.main import app
from fitbit_pipeline.store.mongod_process import choose_port
from fitbit_pipeline_tests.lifesnaps_collection import ANN, BEN, ordinary_day
from fitbit_pipeline_tests.login_server import (
    ENCODED,
    PASSWORD,
    READER,
    address,
    login_server,
    owner,
)
from fitbit_pipeline_tests.program import Program, dump
from fitbit_pipeline_tests.tutorial_collection import Notebook, bson_file, mongodump
from fitbit_pipeline_tests.zip_files import cut

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
Call = Callable[..., Result]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that asks for a password, with the tutorial's collection of two days."""
    with login_server(tmp_path_factory.mktemp("login") / "data") as port:
        with owner(port) as client:
            client["fitbitDB"]["fitbitCollection"].insert_many(_notebook().documents)
            client["fitbitDB"].command("create", "seen", viewOn="fitbitCollection", pipeline=[])
        yield port


@pytest.fixture
def call(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Call:
    """Calls the program in this process, in a home and database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", database_name)
    monkeypatch.setenv("FITBIT_PIPELINE_START_DATE", "2026-01-01")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("DAGSTER_HOME", "")

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, ["import", *arguments], input=typed)

    return run


@pytest.fixture
def documents(mongodb_uri: str, database_name: str) -> Callable[[], dict[str, Any]]:
    """Everything in the database, as it is when called."""

    def read() -> dict[str, Any]:
        with MongoClient[dict[str, Any]](mongodb_uri) as client:
            return dump(client[database_name])

    return read


def _notebook() -> Notebook:
    notebook = Notebook()
    notebook.day(DAY, 4000)
    notebook.day(NEXT, 4001)
    return notebook


def _files_with(secret: str, folder: Path) -> list[str]:
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and secret.encode() in path.read_bytes()
    ]


def test_a_collection_on_a_server_comes_through_to_engagement(port: int, tmp_path: Path) -> None:
    """As a user calls it; the password is in no output, no file of the home and no document."""
    with owner(port) as client:
        before = client["fitbitDB"].command("dbHash")["md5"]
    program = Program(tmp_path, tmp_path / "home", {"FITBIT_PIPELINE_START_DATE": "2026-01-01"})
    try:
        result = program.run("import", address(port), "--time-zone", "Europe/Athens", seconds=600)

        found = program.documents()
    finally:
        program.stop()
    assert result.returncode == 0, result.stderr
    assert "tutorial: 1 participant (me), 2026-03-01 to 2026-03-02." in result.stdout
    day = {
        each["metric"]: each["value"]
        for each in found["metrics"].values()
        if each["date"] == f"{NEXT}"
    }
    assert (day["steps"], day["tutorial_wear_minutes"], day["sleep_efficiency"]) == (4001, 880, 94)
    engagement = found["daily_engagement"][f"me/{NEXT}"]
    assert (engagement["steps"], engagement["worn"], engagement["activity_bucket"]) == (
        4001, True, "normal",
    )  # fmt: skip
    for secret in (PASSWORD, ENCODED):
        assert secret not in result.stdout + result.stderr + str(found)
        assert _files_with(secret, tmp_path) == []
    with owner(port) as client:
        assert client["fitbitDB"].command("dbHash")["md5"] == before


def test_everybody_in_lifesnaps_comes_through_to_engagement(
    call: Call, documents: Callable[[], dict[str, Any]], tmp_path: Path
) -> None:
    study = [*ordinary_day(ANN, DAY, 800), *ordinary_day(BEN, DAY, 90)]

    result = call(str(mongodump(tmp_path / "dump", "fitbit", study)), "--participant", "LS")

    assert result.exit_code == 0, result.output
    told = f"lifesnaps: 2 participants (LS{ANN} … LS{BEN}), 2026-03-01 to 2026-03-01."
    assert told in result.stdout
    assert "their days are those of UTC; --time-zone names another zone." in result.stdout
    buckets = {
        each["participant"]: each["activity_bucket"]
        for each in documents()["daily_engagement"].values()
    }
    assert buckets == {f"LS{ANN}": "normal", f"LS{BEN}": "low"}


def test_what_is_doubled_and_damaged_is_told(call: Call, tmp_path: Path) -> None:
    notebook = _notebook()
    notebook.steps(NEXT, 9000)
    notebook.store("steps", "2026-03-03", "many")
    path = bson_file(tmp_path / "fitbitCollection.bson", notebook.documents)

    result = call(str(path), "--time-zone", "UTC", "--register-only")

    assert result.exit_code == 0
    assert "1 doubled documents" in result.stdout
    assert "fitbit-pipeline backfill --from 2026-03-01 --to 2026-03-03" in result.stdout
    assert "document 34: has no number as its value (steps)" in result.stderr
    assert "many" not in result.output


def test_a_password_that_was_left_out_is_asked_for(call: Call, port: int) -> None:
    place = f"mongodb://{READER}@127.0.0.1:{port}/fitbitDB?authSource=admin"

    result = call(place, "--time-zone", "UTC", "--register-only", typed=f"{PASSWORD}\n")

    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output


def _wrong_password(port: int, _folder: Path) -> list[str]:
    return [address(port, "s3cret-wrong")]


def _no_such_database(port: int, _folder: Path) -> list[str]:
    # Of what the reader has no right to, MongoDB does not say whether it exists.
    return [address(port, database="nowhere")]


def _unreachable(_port: int, _folder: Path) -> list[str]:
    return [address(choose_port(None))]


def _malformed(port: int, _folder: Path) -> list[str]:
    return [address(port, PASSWORD)]


def _cut_off(_port: int, folder: Path) -> list[str]:
    return [str(cut(bson_file(folder / "fitbitCollection.bson", _notebook().documents), 0.7))]


def _wrong_json(_port: int, folder: Path) -> list[str]:
    path = folder / "fitbitCollection.json"
    path.write_text('{"type": "steps", "data": ', encoding="utf-8")
    return [str(path)]


BAD: dict[str, tuple[Callable[[int, Path], list[str]], str]] = {
    "a wrong password": (_wrong_password, "check user, password, authSource"),
    "no such database": (_no_such_database, "rights to the database 'nowhere' in ARCHIVE"),
    "no such collection": (
        lambda port, _: [address(port), "--collection", "x"],
        "There is no collection 'x' in the database 'fitbitDB'",
    ),
    "a view": (
        lambda port, _: [address(port), "--collection", "seen"],
        "'seen' in the database 'fitbitDB'",
    ),
    "a server that does not answer": (_unreachable, "No MongoDB server that can be"),
    "no database": (
        lambda port, _: [f"mongodb://{READER}:{ENCODED}@127.0.0.1:{port}"],
        "ARCHIVE names no database",
    ),
    "a malformed address": (_malformed, "ARCHIVE does not lead to a MongoDB server"),
    "a server and a folder": (
        lambda port, folder: [address(port), str(folder)],
        "A server is imported by itself",
    ),
    "a collection of a folder": (
        lambda _, folder: [str(folder), "--collection", "x"],
        "--collection names a collection of a server",
    ),
    "a dump that was cut off": (_cut_off, "the file is cut off here"),
    "JSON that was cut off": (_wrong_json, "document 1 is no whole document in JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_imported_changes_nothing(
    name: str,
    call: Call,
    port: int,
    documents: Callable[[], dict[str, Any]],
    tmp_path: Path,
) -> None:
    """One sentence, exit code 1, and neither document nor archive."""
    make, sentence = BAD[name]
    before = documents()

    result = call(*make(port, tmp_path), "--time-zone", "UTC")

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output
    assert "s3cret" not in result.output
    assert documents() == before
    archives = tmp_path / "home" / "archives"
    assert not archives.exists() or list(archives.iterdir()) == []
