"""``make mutants``: breaks ``metrics`` and ``engagement`` in thousands of ways; tests must notice.

mutmut changes one thing at a time (a mutant) and runs the tests that reach the place. It does so in
copies of one process, in which what ran at import was not yet changed. Mutants that it did not kill
are therefore tried once more: in a process of their own, against all tests of the two packages.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "mutants"
EXPLAINED = ROOT / "docs" / "mutants.md"
TESTS = ("fitbit_pipeline_tests/metrics", "fitbit_pipeline_tests/engagement")

LEAST_PERCENT = 90
LONGEST_SECONDS = 1800
"""Tests that take longer never end: that is noticed, too."""

KILLED, SURVIVED, NO_TESTS = "killed", "survived", "no tests"

Verdicts = dict[str, str]


def main() -> None:
    """Tries every mutant; exits with 1 where fewer than 90 % are killed."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument(
        "--again",
        action="store_true",
        help="only what was not killed, and functions that changed; killed ones stay so",
    )
    console = Console()
    if not parser.parse_args().again:
        shutil.rmtree(FOLDER, ignore_errors=True)
    first = _ask_mutmut()
    not_killed = sorted(name for name, verdict in first.items() if verdict != KILLED)
    if _passes(""):
        verdicts = _tried_alone(first, not_killed, console)
    else:
        sys.exit("The tests do not pass on the code as it is: make test")
    console.print(_table(verdicts))
    survivors = sorted(name for name, verdict in verdicts.items() if verdict != KILLED)
    _list_survivors(survivors, console)
    percent = score(verdicts.values())
    console.print(f"{len(verdicts) - len(survivors)} of {len(verdicts)} killed: {percent:.1f} %")
    sys.exit(0 if percent >= LEAST_PERCENT else 1)


def score(verdicts: Iterable[str]) -> float:
    """The share of mutants killed, in percent; what survives for a good reason survives."""
    counts = Counter(verdicts)
    return 100 * counts[KILLED] / max(counts.total(), 1)


def place_of(name: str) -> str:
    """The function that a mutant is of: ``metrics.records.number``.

    Args:
        name: mutmut's, such as ``fitbit_pipeline.metrics.records.x_number__mutmut_15`` or, of a
            method, ``fitbit_pipeline.engagement.summary.xǁWindowsǁ_total__mutmut_14``.
    """
    module, _, mangled = name.removeprefix("fitbit_pipeline.").rpartition(".")
    function = mangled.rpartition("__mutmut_")[0]
    return f"{module}.{function.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


def explained_survivors(page: str) -> Counter[str]:
    """How many survivors of which function a page explains, in rows ``| `place` | 2 | why |``."""
    rows = re.findall(r"^\| `([\w.]+)` \| (\d+) \| [^\s|]", page, flags=re.MULTILINE)
    return Counter({place: int(number) for place, number in rows})


def _ask_mutmut() -> Verdicts:
    """What mutmut says of each mutant."""
    command = str(Path(sys.executable).with_name("mutmut"))
    is_watched = sys.stdout.isatty()
    run = subprocess.run(  # noqa: S603 - our own tests
        [command, "run"],
        cwd=ROOT,
        check=False,
        text=True,
        stdout=None if is_watched else subprocess.PIPE,
        stderr=None if is_watched else subprocess.STDOUT,
    )
    if run.returncode:
        sys.exit(f"{run.stdout or ''}\nmutmut could not run.")
    told = subprocess.run(  # noqa: S603 - our own tests
        [command, "results", "--all", "true"], cwd=ROOT, check=True, text=True, capture_output=True
    )
    return dict(re.findall(r"^ *(\S+): (.+)$", told.stdout, flags=re.MULTILINE))


def _tried_alone(first: Verdicts, names: list[str], console: Console) -> Verdicts:
    """The verdicts once these were tried in a process each, as many at once as processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = track(
            pool.map(_passes, names), "Trying survivors alone", len(names), console=console
        )
        survives = dict(zip(names, passed, strict=True))
    return {
        name: (NO_TESTS if verdict == NO_TESTS else SURVIVED) if survives.get(name) else KILLED
        for name, verdict in first.items()
    }


def _passes(mutant: str) -> bool:
    """Whether all tests of the two packages pass on a mutant, or on the code as it is."""
    options = ["-x", "-q", "--rootdir=.", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]
    try:
        return not subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", *options, *TESTS],
            cwd=FOLDER,
            env={**os.environ, "MUTANT_UNDER_TEST": mutant, "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
            capture_output=True,
            timeout=LONGEST_SECONDS,
        ).returncode
    except subprocess.TimeoutExpired:
        return False


def _table(verdicts: Verdicts) -> Table:
    table = Table("module", *("mutants", "killed", "survived", "without a test", "score"))
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    by_module: dict[str, list[str]] = {}
    for name, verdict in sorted(verdicts.items()):
        module = ".".join(place_of(name).split(".")[:2])
        by_module.setdefault(module, []).append(verdict)
    for module, found in [*by_module.items(), ("all", list(verdicts.values()))]:
        counts = Counter(found)
        table.add_row(
            module,
            *(str(len(found)), str(counts[KILLED]), str(counts[SURVIVED]), str(counts[NO_TESTS])),
            f"{score(found):.1f} %",
        )
    return table


def _list_survivors(survivors: list[str], console: Console) -> None:
    left = explained_survivors(EXPLAINED.read_text(encoding="utf-8"))
    explained = 0
    for name in survivors:
        is_explained = left[place_of(name)] > 0
        left[place_of(name)] -= 1
        explained += is_explained
        console.print(
            f"{name}{'' if is_explained else ' (not explained)'}", highlight=False, soft_wrap=True
        )
    console.print(
        f"{len(survivors)} survived, {explained} of which docs/mutants.md explains; "
        "`.venv/bin/mutmut show NAME` shows one.",
        soft_wrap=True,
    )


if __name__ == "__main__":
    main()
