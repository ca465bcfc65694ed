"""What is usual for a person, asked of a real MongoDB."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from dashboard.queries.reading import NotYoursError, Reading
from dashboard.queries.recovery import not_served, usual_days
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import write_coverage, write_metrics

DAY = date(2026, 11, 20)
METRIC = "resting_heart_rate"


def _write(store: Store, values: Mapping[date, float], metric: str = METRIC) -> None:
    write_metrics(store, "P07", {day: {metric: value} for day, value in values.items()})
    write_coverage(store, "P07", METRIC if metric == METRIC else "hrv", values)


def _before(number: int, *, ends: date = DAY) -> list[date]:
    return [ends - timedelta(days=each) for each in range(number, 0, -1)]


def _of(reading: Reading, day: date = DAY) -> pd.Series:
    return usual_days(reading, "P07", day, day, METRIC).iloc[0]


def test_the_usual_range_is_the_10th_and_90th_percentile_of_the_60_days_before(
    store: Store, reading: Reading
) -> None:
    before = {day: 50 + (3 * place) % 17 for place, day in enumerate(_before(60))}
    _write(store, before)

    found = _of(reading)

    low, high = np.percentile(list(before.values()), [10, 90])
    assert found["usual_low"] == pytest.approx(low)
    assert found["usual_high"] == pytest.approx(high)
    assert found["known_before"] == 60


def test_neither_the_day_itself_nor_the_61st_before_counts(store: Store, reading: Reading) -> None:
    oldest = DAY - timedelta(days=61)
    _write(store, {oldest: 20, **dict.fromkeys(_before(60), 60), DAY: 140})

    found = _of(reading)

    assert (found["usual_low"], found["usual_high"]) == (60, 60)
    assert found["known_before"] == 60


@pytest.mark.parametrize(("known", "has_range"), [(13, False), (14, True)])
def test_it_takes_14_days_with_a_value(
    store: Store, reading: Reading, known: int, has_range: bool
) -> None:
    _write(store, {**dict.fromkeys(_before(60)[::4][:known], 60), DAY: 60})

    found = _of(reading)

    assert found["known_before"] == known
    assert pd.notna(found["usual_low"]) is has_range
    assert pd.notna(found["against_usual"]) is has_range


@pytest.mark.parametrize(
    ("value", "against"), [(71, "above"), (70, "within"), (60, "within"), (59, "below")]
)
def test_a_day_is_held_against_its_own_usual_range(
    store: Store, reading: Reading, value: int, against: str
) -> None:
    before = _before(20)
    _write(store, {**dict.fromkeys(before[:10], 60), **dict.fromkeys(before[10:], 70), DAY: value})

    assert _of(reading)["against_usual"] == against


def test_a_missing_day_has_a_usual_range_but_is_not_held_against_it(
    store: Store, reading: Reading
) -> None:
    _write(store, dict.fromkeys(_before(20), 60))

    found = _of(reading)

    assert found["usual_low"] == 60
    assert found[METRIC] is pd.NA
    assert found["against_usual"] is pd.NA
    assert not found["has_data"]
    assert found["note"] == "never asked for"


def test_every_day_of_the_range_has_a_row_and_none_before_it(
    store: Store, reading: Reading
) -> None:
    _write(store, dict.fromkeys(_before(70), 60))

    days = usual_days(reading, "P07", DAY - timedelta(days=6), DAY, METRIC)

    assert list(days["date"]) == [
        each.isoformat() for each in days_between(DAY - timedelta(days=6), DAY)
    ]
    assert list(days["has_data"]) == [True] * 6 + [False]


def test_a_day_with_only_a_companion_has_no_value(store: Store, reading: Reading) -> None:
    _write(store, {DAY: 31.5}, "hrv_deep_rmssd")

    found = usual_days(reading, "P07", DAY, DAY, "hrv_rmssd", "hrv_deep_rmssd").iloc[0]

    assert not found["has_data"]
    assert found["hrv_deep_rmssd"] == 31.5
    assert found["note"] == "the source's answer does not say"


def test_who_is_bound_to_a_participant_asks_about_nobody_else(store: Store) -> None:
    with pytest.raises(NotYoursError):
        usual_days(Reading(store, "P08"), "P07", DAY, DAY, METRIC)


def test_an_endpoint_is_not_served_only_if_it_is_so_on_every_day(
    store: Store, reading: Reading
) -> None:
    days = _before(3)
    forbidden = CoverageState.FORBIDDEN
    write_coverage(store, "P07", "hrv", days, forbidden, kind=NOT_SERVED)
    write_coverage(store, "P07", "spo2", days[:2], forbidden, kind=NOT_SERVED)
    write_coverage(store, "P07", "vo2_max", days, forbidden, kind="scope_missing")

    found = not_served(reading, "P07", days[0], days[-1], "vo2_max", "spo2", "hrv", "weight")

    assert found == ["hrv"]
