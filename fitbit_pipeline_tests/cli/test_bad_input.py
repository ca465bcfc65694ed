"""Bad input at the command line: one clear sentence, a non-zero exit, and nothing is changed."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fitbit_pipeline.cli.main import app
from fitbit_pipeline_tests.fitabase_archive import (
    ACTIVITY_HEADER,
    activity_row,
    write_activity,
    write_export,
)
from fitbit_pipeline_tests.program import dump

DAY = date(2026, 3, 1)


@pytest.fixture
def call(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Calls the program in this process, in a home and database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", database_name)
    monkeypatch.setenv("FITBIT_PIPELINE_START_DATE", "2026-01-01")
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("DAGSTER_HOME", "")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


@pytest.fixture
def documents(mongodb_uri: str, database_name: str) -> Any:
    """Everything in the database, as it is when called."""
    from pymongo import MongoClient

    def read() -> dict[str, Any]:
        with MongoClient[dict[str, Any]](mongodb_uri) as client:
            return dump(client[database_name])

    return read


def _archives(home: Path) -> list[str]:
    folder = home / "archives"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def _empty(folder: Path) -> Path:
    folder.mkdir()
    (folder / "dailyActivity_merged.csv").write_text("")
    return folder


def _without_column(folder: Path) -> Path:
    folder.mkdir()
    header = ACTIVITY_HEADER.replace("TotalSteps,", "")
    (folder / "dailyActivity_merged.csv").write_text(header + "\n")
    return folder


def _unknown(folder: Path) -> Path:
    folder.mkdir()
    (folder / "holiday.csv").write_text("a,b\n1,2\n")
    return folder


def _truncated_zip(path: Path) -> Path:
    whole = path.with_name("whole.zip")
    with zipfile.ZipFile(whole, "w") as opened:
        opened.writestr("dailyActivity_merged.csv", ACTIVITY_HEADER + "\n" * 5000)
    cut = path.with_suffix(".zip")
    cut.write_bytes(whole.read_bytes()[:-40])
    return cut


def _climbing_zip(path: Path) -> Path:
    path = path.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("../../dailyActivity_merged.csv", ACTIVITY_HEADER)
    return path


def _no_dates(folder: Path) -> Path:
    row = activity_row("1", DAY).replace("3/1/2026", "31/31/2026")
    write_activity(folder / "dailyActivity_merged.csv", [row])
    return folder


def _not_there(path: Path) -> Path:
    return path


def _cut_json(folder: Path) -> Path:
    folder.mkdir()
    (folder / "steps-2026-03-01.json").write_text('[{"dateTime":"03/01/26 00:01:00","va')
    return folder


BAD = {
    "a missing file": (_not_there, "bad does not exist"),
    "an unknown kind of archive": (_unknown, "holds no file of a Google Takeout"),
    "a truncated zip": (_truncated_zip, "bad.zip is not a whole zip file"),
    "a zip that climbs out": (_climbing_zip, "climbs out"),
    "an empty file": (_empty, "dailyActivity_merged.csv is empty"),
    "a CSV without a needed column": (_without_column, "line 1: the column TotalSteps is missing"),
    "dates that are none": (_no_dates, "dailyActivity_merged.csv, line 2: ActivityDate is not"),
    "JSON cut in the middle": (_cut_json, "steps-2026-03-01.json"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_archive_that_cannot_be_used_changes_nothing(
    name: str, call: Any, documents: Any, tmp_path: Path
) -> None:
    make, sentence = BAD[name]
    before = documents()

    result = call("import", str(make(tmp_path / "bad")), "--time-zone", "UTC")

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output
    assert documents() == before
    assert _archives(tmp_path / "home") == []


def test_two_imports_of_the_same_archive(call: Any, documents: Any, tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"1": {DAY: 4000}})
    assert call("import", str(export)).exit_code == 0
    before = documents()

    again = call("import", str(export))

    assert again.exit_code == 1
    assert "P1 has this archive already" in again.stderr
    assert "fitbit-pipeline backfill --from 2026-03-01 --to 2026-03-01" in again.stderr
    assert documents() == before


def test_a_bad_record_among_good_ones_is_told_and_the_rest_imported(
    call: Any, documents: Any, tmp_path: Path
) -> None:
    rows = [activity_row("1", date(2026, 3, day)) for day in (1, 2, 3)]
    rows[1] = rows[1].replace(",5000,", ",-7,")
    write_activity(tmp_path / "export" / "dailyActivity_merged.csv", rows)

    result = call("import", str(tmp_path / "export"))

    assert result.exit_code == 0
    assert "1 records cannot be used" in result.stderr
    assert "dailyActivity_merged.csv, line 3: TotalSteps is not between 0 and" in result.stderr
    assert {key for key in documents()["metrics"] if key.endswith("/steps")} == {
        "P1/2026-03-01/steps",
        "P1/2026-03-03/steps",
    }


def test_days_before_the_first_partition_are_named_with_the_setting(
    call: Any, documents: Any, tmp_path: Path
) -> None:
    days = {date(2025, 12, 30): 1, date(2025, 12, 31): 2, date(2026, 1, 1): 3}
    export = write_export(tmp_path / "export", {"1": days})

    result = call("import", str(export))

    assert result.exit_code == 0
    assert "2 days from 2025-12-30 to 2025-12-31" in result.stderr
    assert "FITBIT_PIPELINE_START_DATE=2025-12-30" in result.stderr
    assert {each["date"] for each in documents()["metrics"].values()} == {"2026-01-01"}


def test_register_only_leaves_the_days_to_the_ui(call: Any, documents: Any, tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"1": {DAY: 4000}})

    result = call("import", str(export), "--register-only")

    assert result.exit_code == 0
    assert "fitbit-pipeline backfill --from 2026-03-01 --to 2026-03-01" in result.output
    assert list(documents()["participants"]) == ["P1"]
    assert not documents()["raw_responses"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "2025-01-01"], "before the first partition"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], "lies after"),
        (["--from", "2026-01-01", "--to", "2999-01-01"], "is not over yet"),
        (["--from", "2026-01-01", "--participant", "nobody"], "There is no participant 'nobody'"),
    ],
)
def test_a_backfill_that_cannot_be_says_why(call: Any, arguments: list[str], sentence: str) -> None:
    result = call("backfill", *arguments)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_a_date_that_is_none_is_a_usage_error(call: Any) -> None:
    result = call("backfill", "--from", "yesterday")

    assert result.exit_code == 2
    assert "YYYY-MM-DD" in result.stderr


def test_a_setting_that_cannot_be_used_is_named(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITBIT_PIPELINE_TIME_ZONE", "Atlantis/Capital")

    result = call("participants")

    assert result.exit_code == 1
    assert "FITBIT_PIPELINE_TIME_ZONE" in result.stderr
    assert "Traceback" not in result.output


def test_an_unreachable_server_of_the_users_is_one_sentence(
    call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", "mongodb://me:sesame@127.0.0.1:1/")

    result = call("participants")

    assert result.exit_code == 1
    assert "127.0.0.1:1" in result.stderr
    assert "sesame" not in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["participants", "coverage"])
def test_with_nobody_there_the_next_step_is_told(call: Any, command: str) -> None:
    result = call(command)

    assert result.exit_code == 0
    assert "fitbit-pipeline import" in result.output


def test_participants_are_listed_with_their_days(call: Any, tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"1": {DAY: 4000}, "2": {DAY: 3}})
    call("import", str(export))

    rows = call("participants").output.splitlines()

    assert rows[3].split()[0] == "P1"
    assert rows[4].split() == [
        "P2",
        "active",
        "fitabase",
        "UTC",
        "2026-03-01",
        "2026-03-01",
        "1",
        "0",
    ]


def test_coverage_of_one_participant_tells_reasons_and_days(call: Any, tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"1": {DAY: 4000, date(2026, 3, 3): 1}})
    call("import", str(export), "--register-only")
    call("backfill", "--from", "2026-03-02", "--to", "2026-03-03")

    told = call("coverage", "--participant", "P1").output

    assert "steps, 2026-03-01: never asked." in told
    assert "heart_rate, 2026-03-02 to 2026-03-03: The source fitabase has no heart_rate" in told


def test_every_command_has_help_for_newcomers(call: Any) -> None:
    whole = call("--help").output

    for command in ("up", "down", "demo", "import", "backfill", "participants", "coverage"):
        assert command in whole
        assert call(command, "--help").exit_code == 0
