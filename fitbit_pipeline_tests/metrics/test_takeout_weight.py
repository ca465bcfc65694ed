"""In which unit an archive logs weights."""

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused
from fitbit_pipeline.metrics.takeout import NORMALISERS

CONTEXT = DayContext(date(2015, 5, 18), 1440)
LOG = {"logId": 1, "weight": 191.8, "bmi": 27.77, "date": "05/18/15", "time": "23:59:59"}


def weight(payload: dict[str, Any]) -> dict[str, Any]:
    """The metrics of a payload."""
    return dict(NORMALISERS["weight"](payload, CONTEXT))


def test_unit_of_the_profile() -> None:
    """An American account logs pounds, a metric one kilograms."""
    log = {"logId": 1, "weight": 100, "time": "08:00:00"}
    metric = weight({"weight": [log], "profile": {"weight_unit": "METRIC"}})
    american = weight({"weight": [log], "profile": {"weight_unit": "en_US"}})
    assert (metric["weight"], american["weight"]) == (100.0, 45.359237)


def test_unit_inferred_from_index_and_height() -> None:
    """As measured: 191.8 with an index of 27.77 at 1770 mm are pounds, 87.0 kg."""
    found = weight({"weight": [LOG], "profile": {"height_mm": 1770.0}})
    assert found["weight"] == pytest.approx(87.0, abs=0.05)
    assert found["bmi"] == 27.77


def test_kilograms_inferred() -> None:
    """The same person in the other unit."""
    log = LOG | {"weight": 87.0}
    assert weight({"weight": [log], "profile": {"height_mm": 1770.0}})["weight"] == 87.0


@pytest.mark.parametrize(("kilograms", "index", "height_mm"), [(23.0, 16, 1200), (0.9, 10, 300)])
def test_unit_inferred_of_somebody_small(kilograms: float, index: int, height_mm: int) -> None:
    """The index goes with the height squared."""
    log = {"logId": 1, "weight": kilograms, "bmi": index, "time": "08:00:00"}
    found = weight({"weight": [log], "profile": {"height_mm": height_mm}})
    assert found["weight"] == kilograms


@pytest.mark.parametrize(
    ("stated", "agrees"),
    [(64, False), (64.1, True), (80, True), (99.9, True), (100, False)],
)
def test_a_weight_agrees_with_its_index_up_to_a_quarter(stated: float, agrees: bool) -> None:
    """80 kg by index and height; the height may have been entered anew."""
    log = {"logId": 1, "weight": stated, "bmi": 80, "time": "08:00:00"}
    found = weight({"weight": [log], "profile": {"height_mm": 1000}})
    assert ("weight" in found) == agrees


@pytest.mark.parametrize("index", [{}, {"bmi": 0}, {"bmi": -1}])
def test_without_an_index_the_profile_decides(index: dict[str, float]) -> None:
    log = {"logId": 1, "weight": 70, "time": "08:00:00", **index}
    profile = {"weight_unit": "METRIC", "height_mm": 1770}
    assert weight({"weight": [log], "profile": profile})["weight"] == 70


@pytest.mark.parametrize(("height_mm", "agrees"), [(2999, True), (3000, False), (-1770, False)])
def test_a_height_of_three_metres_is_none(height_mm: float, agrees: bool) -> None:
    log = {"logId": 1, "weight": 198, "bmi": 22, "time": "08:00:00"}
    found = weight({"weight": [log], "profile": {"height_mm": height_mm}})
    assert ("weight" in found) == agrees


@pytest.mark.parametrize("profile", [None, {}, {"height_mm": 900.0}, {"weight_unit": "en_GB"}])
def test_unit_that_nothing_tells(profile: dict[str, Any] | None) -> None:
    """Rather no weight than one by a factor of two wrong; the index needs no unit."""
    payload: dict[str, Any] = {"weight": [LOG]}
    found = weight(payload if profile is None else payload | {"profile": profile})
    assert found == {"bmi": 27.77}


def test_log_that_contradicts_the_profile() -> None:
    """The account's unit was changed later: the log is not of the unit that the profile states."""
    profile = {"weight_unit": "METRIC", "height_mm": 1770.0}
    assert "weight" not in weight({"weight": [LOG], "profile": profile})


def test_last_log_of_the_day() -> None:
    """Of several logs the last by its time, with its fat."""
    logs = [
        {"logId": 3, "weight": 81, "time": "21:00:00", "fat": 24.5},
        {"logId": 2, "weight": 80, "time": "07:00:00"},
    ]
    found = weight({"weight": logs, "profile": {"weight_unit": "METRIC"}})
    assert found == {"weight": 81.0, "body_fat": 24.5}


def test_a_log_without_a_time_is_of_the_beginning_of_the_day() -> None:
    first, later = {"weight": 80}, {"weight": 81, "time": "00:00:01"}
    for logs in ([first, later], [later, first]):
        found = weight({"weight": logs, "profile": {"weight_unit": "METRIC"}})
        assert found == {"weight": 81.0}


def test_of_logs_of_one_moment_the_one_with_the_highest_number_counts() -> None:
    """However high; one without a number was there before numbers were given."""
    numbers = (1, 10**400)
    logs = [
        {"weight": 81 + place, "logId": each, "time": "07:00:00"}
        for place, each in enumerate(numbers)
    ]
    unnumbered = {"weight": 80, "time": "07:00:00"}
    for order in permutations([unnumbered, *logs]):
        found = weight({"weight": order, "profile": {"weight_unit": "METRIC"}})
        assert found == {"weight": 82.0}
    for order in permutations([unnumbered, logs[0]]):
        found = weight({"weight": order, "profile": {"weight_unit": "METRIC"}})
        assert found == {"weight": 81.0}


def test_google_table_is_in_grams() -> None:
    """The table has a unit of its own; the last row of the day counts."""
    rows = [
        {"timestamp": "2015-05-18T20:00:00Z", "weight grams": "80500"},
        {"timestamp": "2015-05-18T08:00:00Z", "weight grams": "81000"},
    ]
    assert weight({"GoogleData weight": rows}) == {"weight": 80.5}
    assert weight({"GoogleData weight": rows[::-1]}) == {"weight": 80.5}


def test_log_without_a_number_is_refused() -> None:
    """What is no number is not guessed at."""
    with pytest.raises(PayloadRefused):
        weight({"weight": [LOG | {"weight": None}], "profile": {"weight_unit": "METRIC"}})
