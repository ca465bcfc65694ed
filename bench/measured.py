"""Runs a command in a process of its own, and measures its time and its memory."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAM = [sys.executable, "-m", "fitbit_pipeline.cli.start"]
LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True, slots=True)
class Measured:
    """One command.

    Attributes:
        seconds: From its start to its end.
        peak_megabytes: The most memory that its process held; no server's beside it.
    """

    seconds: float
    peak_megabytes: float


def run_measured(command: Sequence[str], environment: Mapping[str, str]) -> Measured:
    """Runs a command to its end.

    Raises:
        RuntimeError: If it fails.
    """
    told = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-I", str(LAUNCHER), *command],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    seconds, code, peak = json.loads(told.stdout)
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with exit code {code}.")
    # Linux counts in kilobytes.
    return Measured(seconds, peak / 1024)
