"""Compares what each source told of the same days, against the table of differences."""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fitbit_pipeline_tests.sources_compared.days import Day
from fitbit_pipeline_tests.sources_compared.differences import Difference, Pair, Value

_NOISE = 2e-6
"""Of numbers that sources state with six decimals, or that are added up in another order."""


@dataclass(slots=True)
class Comparison:
    """What came of it.

    Attributes:
        names: All that was compared.
        unlisted: Differences that no row explains, as text.
        vanished: What rows say and no day showed, as ``steps of takeout: how``.
    """

    names: set[str] = field(default_factory=set)
    unlisted: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)


def compare(days: Iterable[Day], differences: Sequence[Difference]) -> Comparison:
    """Holds every value that a source told of a day against that of every other source.

    Args:
        days: Of everybody.
        differences: The rows that may explain a difference.
    """
    found = Comparison()
    shown: set[tuple[str, str, str]] = set()
    for day in days:
        found.names.update(day.names)
        for name in day.names:
            sources = [source for source in day.told if day.tells(source, name)]
            for one, other in itertools.combinations(sources, 2):
                rows = list(_rows(differences, day, name, one, other))
                shown.update((name, source, row.how) for row, source in rows)
                if not rows and not _is_same(*_values(day, name, one, other)):
                    found.unlisted.append(f"{day.key} {name}: {one} and {other}")
    found.vanished = [
        f"{name} of {source}: {row.how}"
        for row in differences
        for name in row.names
        for source in row.sources
        if (name, source, row.how) not in shown
    ]
    return found


def _rows(
    differences: Sequence[Difference], day: Day, name: str, one: str, other: str
) -> Iterator[tuple[Difference, str]]:
    """The rows that explain why two sources differ, each with the source that it is about."""
    if _is_same(*_values(day, name, one, other)):
        return
    for row in differences:
        for source, rest in ((one, other), (other, one)):
            if name in row.names and source in row.sources:
                pair = Pair(name, *_values(day, name, source, rest), source, day)
                if row.explains(pair):
                    yield row, source


def _values(day: Day, name: str, one: str, other: str) -> tuple[Value, Value]:
    return day.told[one].get(name), day.told[other].get(name)


def _is_same(one: Value, other: Value) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=0, abs_tol=_NOISE)
    return one == other
