"""What benchmarks found, kept as JSON in ``bench/results/``, which git ignores."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bench.figure import Outcome
from bench.machine import Machine

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True)
class Result:
    """One benchmark, run once.

    Attributes:
        benchmark: Its name.
        measured_at: When it began.
        machine: Where.
        options: The sizes that were chosen.
        complete: Whether none of them was smaller than usual.
        seconds: How long it took altogether.
        outcome: What it found.
    """

    benchmark: str
    measured_at: datetime
    machine: Machine
    options: Mapping[str, int]
    complete: bool
    seconds: float
    outcome: Outcome


_RESULT = TypeAdapter(Result)


def save(result: Result, folder: Path = RESULTS) -> Path:
    """Keeps a result in a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = result.measured_at.astimezone(UTC)
    path = folder / f"{result.benchmark}-{moment:%Y%m%dT%H%M%S}.json"
    path.write_bytes(_RESULT.dump_json(result, indent=2) + b"\n")
    return path


def newest(folder: Path = RESULTS, *, complete: bool = True) -> dict[str, Result]:
    """The newest result of each benchmark; what an older version wrote is left out.

    Args:
        folder: Where they are kept.
        complete: Whether only those of the usual sizes count.
    """
    found: dict[str, Result] = {}
    for path in folder.glob("*.json"):
        try:
            result = _RESULT.validate_json(path.read_bytes())
        except ValidationError:
            continue
        known = found.get(result.benchmark)
        fits = result.complete or not complete
        if fits and (known is None or known.measured_at < result.measured_at):
            found[result.benchmark] = result
    return found
