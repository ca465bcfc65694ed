"""Nothing is visible that was not synced; what was, does not change any more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_pipeline.sandbox.made_up.population import POINT_TYPES
from fitbit_pipeline_tests.sandbox.populations import (
    FIRST_DAY,
    by_day,
    instant,
    population,
    somebody,
)

EVENING = datetime(2026, 7, 10, 19, 41, 7, tzinfo=UTC)
RARELY = somebody(population(), lambda person: person.traits.sync_days >= 3)
TIMED = sorted(each for each in POINT_TYPES if not each.startswith("daily"))


def _last_sync(now: datetime, key: str) -> datetime:
    return instant(population(now).paired_devices(key)[0]["lastSyncTime"])


def _end(point: dict) -> datetime:
    body = next(value for name, value in point.items() if name not in ("name", "dataSource"))
    if "sampleTime" in body:
        return instant(body["sampleTime"]["physicalTime"])
    return instant(body["interval"]["endTime"])


@pytest.mark.parametrize("key", ["p001", RARELY])
@pytest.mark.parametrize("data_type", TIMED)
def test_no_point_is_later_than_the_last_sync(key: str, data_type: str) -> None:
    first = FIRST_DAY if data_type in {"sleep", "exercise", "weight"} else date(2026, 7, 8)
    synced = _last_sync(EVENING, key)
    points = population(EVENING).points(key, data_type, first, date.max)

    assert points or key != "p001"
    assert all(_end(point) <= synced for point in points)


def test_who_syncs_every_few_days_is_behind_and_catches_up() -> None:
    weeks = [EVENING + timedelta(days=offset) for offset in range(14)]
    lags = [(now - _last_sync(now, RARELY)).days for now in weeks]

    assert max(lags) >= 2
    assert min(lags) == 0


@given(minutes=st.integers(0, 60 * 24 * 40))
@settings(max_examples=60, deadline=None)
def test_the_last_sync_is_never_in_the_future_and_never_goes_back(minutes: int) -> None:
    now = EVENING + timedelta(minutes=minutes)

    for key in ("p001", RARELY):
        assert _last_sync(EVENING, key) <= _last_sync(now, key) <= now


def test_a_day_fills_up_with_every_sync() -> None:
    day = date(2026, 7, 9)
    seen = []
    for hour in range(4, 24):
        now = datetime(2026, 7, 9, hour, 58, tzinfo=UTC)
        rows = population(now).daily_roll_up("p001", "steps", day, day)
        seen.append(int(by_day(rows, "steps").get(day, {}).get("countSum", 0)))

    assert seen == sorted(seen)
    assert len(set(seen)) > 5
    assert 0 < seen[8] < seen[-1]


def test_a_day_of_before_the_last_sync_is_complete() -> None:
    days = FIRST_DAY, date(2026, 7, 8)
    before = population(EVENING).daily_roll_up("p001", "heart-rate", *days)

    assert before == population().daily_roll_up("p001", "heart-rate", *days)


def test_there_are_no_rows_of_days_that_have_not_begun() -> None:
    rows = population(EVENING).daily_roll_up("p001", "steps", FIRST_DAY, date.max)

    assert max(by_day(rows, "steps")) == date(2026, 7, 10)
    assert rows[0]["civilStartTime"]["date"] == {"year": 2026, "month": 7, "day": 10}


def test_minute_windows_end_with_the_last_sync() -> None:
    start = EVENING - timedelta(hours=8)
    rows = population(EVENING).roll_up("p001", "steps", start, EVENING + timedelta(days=2), 60)

    assert rows
    assert instant(rows[0]["endTime"]) <= EVENING + timedelta(minutes=1)


@pytest.mark.parametrize("key", ["p001", RARELY])
def test_a_silent_device_sends_everything_when_it_speaks_again(key: str) -> None:
    """In a silence the last sync stays where it was; after it nothing is missing."""
    first, last = date(2026, 7, 6), date(2026, 7, 19)
    days = FIRST_DAY, date(2026, 7, 16)
    silent, usual = population(EVENING), population(EVENING)
    later_silent, later_usual = (population(EVENING + timedelta(days=30)) for _ in range(2))
    for each in (silent, later_silent):
        each.silence(key, first, last)

    assert instant(silent.paired_devices(key)[0]["lastSyncTime"]).date() < first
    assert instant(usual.paired_devices(key)[0]["lastSyncTime"]).date() >= first
    roll_ups = [each.daily_roll_up(key, "steps", *days) for each in (later_silent, later_usual)]
    assert max(by_day(silent.daily_roll_up(key, "steps", *days), "steps")) <= first
    assert roll_ups[0] == roll_ups[1]
