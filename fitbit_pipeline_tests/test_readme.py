"""The README says what the code does."""

import re
from pathlib import Path

from fitbit_pipeline.cli.main import app
from tools.readme import README, with_tables

ROOT = Path(__file__).parents[1]


def test_its_tables_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")

    assert "`tutorial_wear_minutes`" in text
    assert with_tables(text) == text, "make readme"


def test_every_command_is_named() -> None:
    text = README.read_text(encoding="utf-8")

    for command in app.registered_commands:
        assert f"fitbit-pipeline {command.name}" in text


def test_every_make_target_that_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in set(re.findall(r"`make (\w+)", README.read_text(encoding="utf-8"))):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


def test_every_file_that_it_links_exists() -> None:
    for link in re.findall(r"\]\(((?!https?:|#)[^)]+)\)", README.read_text(encoding="utf-8")):
        assert (ROOT / link).exists(), link


def test_the_lock_names_no_address() -> None:
    """Where packages come from is each machine's own affair."""
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
