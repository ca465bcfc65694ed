"""The command that serves a sandbox, in this process and in one of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import typer
from typer.testing import CliRunner

from fitbit_pipeline.cli.sandbox import sandbox_command

COMMAND = (
    "import typer; from fitbit_pipeline.cli.sandbox import sandbox_command; "
    "typer.run(sandbox_command)"
)


@dataclass
class Serving:
    """The command in a process of its own.

    Attributes:
        said: What it said until it served.
        rest: What it said after it was told to end.
        status: With which it ended.
    """

    said: str = ""
    rest: str = ""
    status: int | None = None


def called(*arguments: str) -> tuple[int, str]:
    """The exit code and the output of the command, where it does not come to serving."""
    app = typer.Typer()
    app.command()(sandbox_command)
    result = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "300"})
    return result.exit_code, result.output


@contextmanager
def serving(*arguments: str) -> Iterator[Serving]:
    """Runs the command; it serves within the block, and is told to end behind it."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    command = Serving()
    try:
        assert process.stdout is not None
        while "Ctrl-C" not in command.said:
            line = process.stdout.readline()
            assert line, command.said
            command.said += line
        yield command
    finally:
        process.send_signal(signal.SIGTERM)
        command.rest, _ = process.communicate(timeout=30)
        command.status = process.returncode
