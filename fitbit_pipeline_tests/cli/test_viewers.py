"""``fitbit-pipeline viewers``: who may look, as the person who runs the pipeline says it."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fitbit_pipeline.cli.main import app
from fitbit_pipeline.passwords import is_password
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

PASSWORD = "four words and blanks"

Call = Callable[..., Result]


@pytest.fixture
def store(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Store]:
    """P07 and nobody else."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        found = Store(connection.database)
        found.participants.save([Participant("P07", "takeout", "UTC", date(2026, 11, 1))])
        yield found


@pytest.fixture
def call(
    store: Store,
    tmp_path: Path,
    mongodb_uri: str,
    database_name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Call:
    """Calls ``fitbit-pipeline viewers`` in this process; what it says holds no password."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", database_name)
    monkeypatch.setenv("FITBIT_PIPELINE_DASHBOARD_SIGN_IN", "password")

    def run(*arguments: str, typed: str | bytes = f"{PASSWORD}\n") -> Result:
        result = CliRunner().invoke(app, ["viewers", *arguments], input=typed)
        assert PASSWORD not in result.output
        assert "Traceback" not in result.output
        assert "$scrypt$" not in result.output
        return result

    return run


def test_a_viewer_is_added_with_a_password_from_a_pipe(call: Call, store: Store) -> None:
    result = call("add", "Olga")

    assert result.exit_code == 0
    assert result.output == "olga is added, and sees everybody.\n"
    viewer = store.viewers.get("olga")
    assert viewer is not None
    assert viewer.participant is None
    assert is_password(PASSWORD, viewer.password)


def test_a_viewer_is_bound_to_a_participant(call: Call, store: Store) -> None:
    result = call("add", "anna@example.org", "--participant", "P07", "--no-password")

    assert "anna@example.org is added, and sees P07 alone." in result.output
    assert "cannot sign in, for FITBIT_PIPELINE_DASHBOARD_SIGN_IN is password" in result.output
    viewer = store.viewers.get("anna@example.org")
    assert viewer is not None
    assert (viewer.participant, viewer.password) == ("P07", None)


def test_adding_somebody_again_changes_them(call: Call, store: Store) -> None:
    call("add", "anna")

    assert (
        "anna is changed, and sees P07 alone." in call("add", "anna", "--participant", "P07").output
    )
    assert [each.participant for each in store.viewers.all()] == ["P07"]


def test_a_participant_who_does_not_exist_is_refused(call: Call, store: Store) -> None:
    result = call("add", "anna", "--participant", "P70")

    assert result.exit_code == 1
    assert "There is no participant 'P70'" in result.output
    assert store.viewers.all() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("too short\n", "needs at least 12 characters"),
        ("", "needs at least 12 characters"),
        (b"\xff\xfe" * 20 + b"\n", "not UTF-8"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused(
    call: Call, store: Store, typed: str | bytes, sentence: str
) -> None:
    result = call("add", "anna", typed=typed)

    assert result.exit_code == 1
    assert sentence in result.output
    assert "too short\n" not in result.output
    assert store.viewers.all() == []


def test_a_name_that_nobody_can_have_is_refused(call: Call) -> None:
    for command in ("add", "remove"):
        result = call(command, "  ")

        assert result.exit_code == 1
        assert "1 to 254 printable characters" in result.output


def test_viewers_are_listed(call: Call) -> None:
    call("add", "olga")
    call("add", "[red]anna", "--participant", "P07", "--no-password")

    lines = [line.split() for line in call("list").output.splitlines()]

    assert ["[red]anna", "P07", "no"] in lines
    assert ["olga", "everybody", "yes"] in lines
    assert lines[-1] == ["FITBIT_PIPELINE_DASHBOARD_SIGN_IN", "is", "password."]


def test_with_nobody_there_the_next_step_is_told(call: Call) -> None:
    assert "fitbit-pipeline viewers add NAME" in call("list").output


def test_with_sign_in_switched_off_it_is_told_how_to_switch_it_on(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FITBIT_PIPELINE_DASHBOARD_SIGN_IN")

    assert "set FITBIT_PIPELINE_DASHBOARD_SIGN_IN to password or oidc" in call("add", "o").output


def test_a_viewer_is_removed(call: Call, store: Store) -> None:
    call("add", "anna")

    assert call("remove", "Anna").output == "anna may not look at the dashboard any more.\n"
    assert store.viewers.all() == []
    again = call("remove", "anna")
    assert again.exit_code == 1
    assert "There is no viewer 'anna': fitbit-pipeline viewers list" in again.output


def test_at_a_terminal_the_password_is_asked_twice_and_not_shown(call: Call, store: Store) -> None:
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "fitbit_pipeline.cli.main", "viewers", "add", "anna"],
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
    )
    os.close(end)
    shown = b""
    # The blank comes when the terminal has stopped showing what is typed, and forgotten what was.
    for question in (b"Password: ", b"Repeat for confirmation: "):
        while question not in shown:
            shown += os.read(terminal, 1024)
        os.write(terminal, f"{PASSWORD}\n".encode())
    while b"is added" not in shown:
        shown += os.read(terminal, 1024)
    assert process.wait(20) == 0
    os.close(terminal)

    assert PASSWORD.encode() not in shown
    viewer = store.viewers.get("anna")
    assert viewer is not None
    assert is_password(PASSWORD, viewer.password)
