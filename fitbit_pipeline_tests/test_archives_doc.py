"""The description of archives names what the code reads, and only options that there are."""

import re
from pathlib import Path

import typer.main

from fitbit_pipeline.cli.main import app
from fitbit_pipeline.sources.fitabase_tables import TABLES
from fitbit_pipeline.sources.takeout.services import SERVICES
from fitbit_pipeline.sources.tutorial.types import TYPES

TEXT = (Path(__file__).parents[1] / "docs" / "archives.md").read_text(encoding="utf-8")


def _row(endpoint: str, section: str) -> str:
    """The row of a section's table that tells of an endpoint."""
    inside = TEXT.partition(f"\n## {section}")[2].partition("\n## ")[0]
    (row,) = [line for line in inside.splitlines() if re.match(rf"\| [^|]*`{endpoint}`", line)]
    return row


def test_every_file_of_takeout_is_named_with_its_endpoint() -> None:
    for endpoint, service in SERVICES.items():
        row = _row(endpoint, "Google Takeout and the Fitbit export")
        for family in service.primary:
            assert f"`{family.name}" in row
        assert service.fallback is None or "Google's" in row


def test_every_type_of_the_tutorial_is_named_with_its_endpoint() -> None:
    for endpoint, types in TYPES.items():
        row = _row(endpoint, "The tutorial's collection")
        assert re.findall(r"`(\w+)`", row)[1:] == list(types)


def test_the_tables_of_fitabase_are_named() -> None:
    assert all(table.pattern.partition("*")[0] in TEXT.lower() for table in TABLES)


def test_every_option_of_an_import_exists() -> None:
    command = typer.main.get_command(app).commands["import"]  # type: ignore[attr-defined]
    options = {option for parameter in command.params for option in parameter.opts}

    for line in re.findall(r"^\$ fitbit-pipeline import (.*)$", TEXT, re.MULTILINE):
        assert set(re.findall(r"--[\w-]+", line)) <= options
