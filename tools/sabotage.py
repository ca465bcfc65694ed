"""``make sabotage``: breaks the program in ten ways, one at a time, and sees whether tests notice.

For each invariant the tests that prove it pass on an untouched copy of the project, and the first
of them fails when one line of the code that keeps the invariant is broken.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools.invariants import INVARIANTS, Invariant, Sabotage

ROOT = Path(__file__).parents[1]
Outcome = subprocess.CompletedProcess[str]

PASSED = 0
FAILED = 1
"""What pytest exits with; anything else means that it could not run the tests."""


def main() -> None:
    """Tries every sabotage, or those named; exits with 1 unless each was caught."""
    parser = argparse.ArgumentParser(prog="make sabotage", description=__doc__)
    numbers = [invariant.number for invariant in INVARIANTS]
    parser.add_argument("only", nargs="*", type=int, choices=[*numbers, []], help="invariants")
    chosen = parser.parse_args().only or numbers
    console = Console()
    table = Table("", "invariant", "the line broken in", "untouched", "broken")
    caught = 0
    with tempfile.TemporaryDirectory(prefix="fitbit-sabotage-") as folder:
        copy = copy_project(Path(folder) / "project")
        for invariant in INVARIANTS:
            if invariant.number not in chosen:
                continue
            with console.status(f"Invariant {invariant.number} …"):
                untouched, broken = _try(copy, invariant)
            held = untouched.returncode == PASSED and broken.returncode == FAILED
            caught += held
            table.add_row(
                str(invariant.number),
                invariant.sentence,
                invariant.sabotage.file,
                "passed" if untouched.returncode == PASSED else "did not pass",
                "caught" if broken.returncode == FAILED else "not caught",
                style=None if held else "bold red",
            )
            if not held:
                console.print((broken if untouched.returncode == PASSED else untouched).stdout)
    console.print(table)
    console.print(f"{caught} of {len(chosen)} caught")
    sys.exit(0 if caught == len(chosen) else 1)


def copy_project(target: Path) -> Path:
    """Copies the working tree as it is, but for what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target / name)
    return target


def sabotaged(text: str, sabotage: Sabotage) -> str:
    """The text of a file with the line broken.

    Raises:
        ValueError: If the line does not stand there exactly once.
    """
    lines = text.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if line.strip() == sabotage.line]
    if len(places) != 1:
        raise ValueError(f"{sabotage.file} has {len(places)} times the line: {sabotage.line}")
    lines[places[0]] = lines[places[0]].replace(sabotage.line, sabotage.broken)
    return "".join(lines)


def _try(copy: Path, invariant: Invariant) -> tuple[Outcome, Outcome]:
    """What became of the tests on the untouched copy, and of the first on the broken one."""
    untouched = _run(copy, invariant.tests)
    file = copy / invariant.sabotage.file
    text = file.read_text(encoding="utf-8")
    file.write_text(sabotaged(text, invariant.sabotage), encoding="utf-8")
    try:
        return untouched, _run(copy, invariant.tests[:1])
    finally:
        file.write_text(text, encoding="utf-8")


def _run(copy: Path, tests: tuple[str, ...]) -> Outcome:
    """Runs tests against the copy, also where they start processes of their own."""
    arguments = ["-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", *tests]
    return subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


if __name__ == "__main__":
    main()
