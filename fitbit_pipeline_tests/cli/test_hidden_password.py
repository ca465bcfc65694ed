"""A password on the command line is gone from the list of processes before anything is done."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from fitbit_pipeline.cli.hidden_password import without_password

PROGRAM = """
import json, os, subprocess, sys
from fitbit_pipeline.cli.hidden_password import arguments
given = arguments()
seen = open(f"/proc/{os.getpid()}/cmdline").read()
child = subprocess.run(["env"], capture_output=True, text=True, check=True).stdout
print(json.dumps({"given": given, "seen": seen, "child": child, "pid": os.getpid()}))
"""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mongodb://ann:s3cret@host/db", "mongodb://ann:***@host/db"),
        ("mongodb+srv://ann:s3cret@host/db?a=b", "mongodb+srv://ann:***@host/db?a=b"),
        ("MongoDB://ann:s3cret@host", "MongoDB://ann:***@host"),
        ("mongodb:/ann:s3cret@host", "mongodb:/ann:***@host"),
        ("mongodb://ann:s3/cr@e:t?@host/db", "mongodb://ann:***@host/db"),
        ("mongodb://:s3cret@host/db", "mongodb://:***@host/db"),
        ("mongodb://ann:s3\ncret@host/db", "mongodb://ann:***@host/db"),
        ("mongodb://ann@host/db", "mongodb://ann@host/db"),
        ("mongodb://host:27017/db", "mongodb://host:27017/db"),
        ("dump/fitbitDB", "dump/fitbitDB"),
        ("--time-zone", "--time-zone"),
    ],
)
def test_only_the_password_of_an_address_goes(text: str, shown: str) -> None:
    assert without_password(text) == shown


@pytest.fixture
def started(tmp_path: Path) -> dict[str, object]:
    """A program that hides its password, and what it then knows and others see."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    address = "mongodb://ann:s3cret@host/db"
    with subprocess.Popen(
        [sys.executable, "-X", "utf8", str(path), "import", address, "a b", "--x"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        told, _ = process.communicate()
        found: dict[str, object] = json.loads(told)
        return {**found, "started": process.pid}


def test_the_program_knows_the_password(started: dict[str, object]) -> None:
    assert started["given"] == ["import", "mongodb://ann:s3cret@host/db", "a b", "--x"]


def test_others_do_not_see_it(started: dict[str, object]) -> None:
    """All other arguments are as they were, those of the interpreter included."""
    seen = str(started["seen"]).split("\0")
    assert seen[1:3] == ["-X", "utf8"]
    assert seen[4:-1] == ["import", "mongodb://ann:***@host/db", "a b", "--x"]


def test_it_is_the_same_process(started: dict[str, object]) -> None:
    """So whoever waits for it, or ends it, reaches it."""
    assert started["pid"] == started["started"]


def test_what_it_starts_does_not_inherit_it(started: dict[str, object]) -> None:
    assert "s3cret" not in str(started["child"])


def test_the_program_itself_hides_it(tmp_path: Path) -> None:
    """The list of processes is looked at until it ends."""
    address = "mongodb://ann:s3cret@host/fitbitDB"
    with subprocess.Popen(
        [sys.executable, "-m", "fitbit_pipeline.cli.start", "import", address, "--help"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        seen: list[list[str]] = []
        while process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                seen.append(psutil.Process(process.pid).cmdline())
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        output, _ = process.communicate()
    shown = [each for each in seen if each][-1]
    assert any("ann:***@" in each for each in shown)
    assert "s3cret" not in "".join(shown)
    assert b"Usage" in output
    assert b"s3cret" not in output
