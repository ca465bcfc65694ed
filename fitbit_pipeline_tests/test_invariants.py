"""Every invariant names tests that exist, and a sabotage that still fits the code.

``make sabotage`` runs them; here it is made sure that it can.
"""

import re

import pytest

from tools.invariants import INVARIANTS, Invariant, Sabotage
from tools.readme import INVARIANTS_PAGE, with_tables
from tools.sabotage import ROOT, sabotaged

each_invariant = pytest.mark.parametrize(
    "invariant", INVARIANTS, ids=lambda invariant: str(invariant.number)
)


def test_there_are_ten() -> None:
    assert [invariant.number for invariant in INVARIANTS] == list(range(1, 11))


@each_invariant
def test_its_tests_exist(invariant: Invariant) -> None:
    for test in invariant.tests:
        file, *names = test.split("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        for name in names:
            assert re.search(rf"^ *(def|class) {name}\b", text, flags=re.MULTILINE), test


@each_invariant
def test_its_sabotage_breaks_one_line(invariant: Invariant) -> None:
    text = (ROOT / invariant.sabotage.file).read_text(encoding="utf-8")

    broken = sabotaged(text, invariant.sabotage)

    assert len(broken.splitlines()) == len(text.splitlines())
    pairs = zip(text.splitlines(), broken.splitlines(), strict=True)
    assert sum(before != after for before, after in pairs) == 1
    compile(broken, invariant.sabotage.file, "exec")


@pytest.mark.parametrize("text", ["", "the line\nthe line\n"], ids=["absent", "twice"])
def test_a_line_that_is_not_there_once_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"code\.py has \d times the line: the line"):
        sabotaged(text, Sabotage("code.py", "the line", "broken"))


def test_the_page_about_them_shows_the_table_of_the_code() -> None:
    text = INVARIANTS_PAGE.read_text(encoding="utf-8")

    assert all(invariant.sentence in text for invariant in INVARIANTS)
    assert with_tables(text) == text, "make readme"
