"""How mutants are counted, and that what is explained of survivors still fits the code.

``make mutants`` tries them; here it is made sure that its tally is true.
"""

import importlib
from collections import Counter

import pytest

from tools.mutants import (
    EXPLAINED,
    KILLED,
    NO_TESTS,
    SURVIVED,
    explained_survivors,
    place_of,
    score,
)

PAGE = EXPLAINED.read_text(encoding="utf-8")


def test_only_killed_mutants_count() -> None:
    assert (
        score([KILLED, KILLED, KILLED, SURVIVED, NO_TESTS, "timeout", "suspicious", KILLED]) == 50
    )


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("fitbit_pipeline.metrics.records.x_number__mutmut_15", "metrics.records.number"),
        ("fitbit_pipeline.metrics.takeout.x__minute__mutmut_1", "metrics.takeout._minute"),
        (
            "fitbit_pipeline.engagement.summary.xǁWindowsǁ_total__mutmut_14",
            "engagement.summary.Windows._total",
        ),
    ],
)
def test_a_mutant_is_named_after_its_function(name: str, place: str) -> None:
    assert place_of(name) == place


def test_a_row_explains_so_many_survivors_of_a_function() -> None:
    rows = "| `metrics.records.number` | 2 | no test can tell |\n| `metrics.x` | 3 | |\n"

    assert explained_survivors(rows) == Counter({"metrics.records.number": 2})


@pytest.mark.parametrize("place", explained_survivors(PAGE))
def test_a_function_of_which_survivors_are_explained_exists(place: str) -> None:
    folder, module, *names = place.split(".")
    found: object = importlib.import_module(f"fitbit_pipeline.{folder}.{module}")
    for name in names:
        found = getattr(found, name)

    assert callable(found)
