"""How members of records are read, of archives and of the Fitbit Web API."""

import pytest

from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline.metrics.records import LARGEST, number, total


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("9210", 9210),
        ("-3", -3),
        ("12.0", 12),
        ("0.5", 0.5),
        (" 7 ", 7),
        (1359.0, 1359.0),
        (LARGEST, LARGEST),
        (-LARGEST, -LARGEST),
        (str(LARGEST), LARGEST),
        (str(-LARGEST), -LARGEST),
    ],
)
def test_whole_numbers_that_are_text_are_whole_and_others_stay_as_they_are(
    stated: object, read: object
) -> None:
    found = number({"n": stated}, "n")

    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize("stated", [None, "", "many", "nan", float("nan"), True, [], {}])
def test_what_is_no_number_is_refused(stated: object) -> None:
    with pytest.raises(PayloadRefused, match=r"^a record has no number as 'n'$"):
        number({"n": stated}, "n")


@pytest.mark.parametrize(
    "stated",
    [LARGEST + 1, -LARGEST - 1, str(LARGEST + 1), "1e999", "-inf", float("inf"), 10**400],
    ids=lambda stated: f"{str(stated)[:14]} {type(stated).__name__}",
)
def test_what_nothing_measures_is_refused(stated: object) -> None:
    with pytest.raises(PayloadRefused, match=r"^a record has a number as 'n' that nothing measure"):
        number({"n": stated}, "n")


def test_sums_of_whole_numbers_are_whole() -> None:
    assert total([2**53, 1]) == 2**53 + 1
    assert isinstance(total([]), int)


def test_sums_of_others_have_no_noise() -> None:
    assert total([0.1] * 10) == 1.0
