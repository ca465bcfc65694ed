"""Every answer is JSON as Google's discovery document describes it, the latest first."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fitbit_pipeline.sandbox.made_up.population import POINT_TYPES, ROLL_UP_TYPES
from fitbit_pipeline_tests.sandbox.populations import day_of_row, instant, population, somebody
from fitbit_pipeline_tests.sandbox.schemas import validate

EVERYBODY = population()
KEYS = [
    "p001",
    somebody(EVERYBODY, lambda person: "heart-rate" in person.lacks),
    somebody(EVERYBODY, lambda person: person.traits.scale == "HEALTH_CONNECT"),
]
IDENTIFIABLE = {"sleep", "exercise", "weight", "body-fat"}
SOME = 60
"""Points of a type that are checked; there are thousands of the frequent ones."""


def _days(data_type: str) -> tuple[date, date]:
    """Days enough to see some points of a type, and no more."""
    is_seldom = data_type in IDENTIFIABLE or data_type.startswith("daily")
    if is_seldom or data_type == "active-zone-minutes":
        return date(2026, 6, 1), date(2026, 7, 10)
    return date(2026, 6, 10), date(2026, 6, 11)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("data_type", sorted(POINT_TYPES))
def test_points_conform(key: str, data_type: str) -> None:
    points = EVERYBODY.points(key, data_type, *_days(data_type))
    merged = EVERYBODY.reconciled(key, data_type, *_days(data_type))

    validate("ListDataPointsResponse", {"dataPoints": points[:SOME]})
    validate("ReconcileDataPointsResponse", {"dataPoints": merged[:SOME]})


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("data_type", sorted(ROLL_UP_TYPES))
def test_roll_ups_conform(key: str, data_type: str) -> None:
    start = datetime(2026, 6, 10, tzinfo=UTC)
    daily = EVERYBODY.daily_roll_up(key, data_type, date(2026, 6, 1), date(2026, 7, 20))
    physical = EVERYBODY.roll_up(key, data_type, start, start + timedelta(hours=6), 300)

    validate("DailyRollUpDataPointsResponse", {"rollupDataPoints": daily})
    validate("RollUpDataPointsResponse", {"rollupDataPoints": physical})


@pytest.mark.parametrize("person", EVERYBODY.people, ids=lambda person: person.key)
def test_what_is_known_of_everybody_conforms(person: object) -> None:
    key = person.key
    validate("Identity", EVERYBODY.identity(key))
    validate("Profile", EVERYBODY.profile(key))
    validate("Settings", EVERYBODY.settings(key))
    validate("ListPairedDevicesResponse", {"pairedDevices": EVERYBODY.paired_devices(key)})


def test_a_tracker_comes_first_and_the_phone_may_follow() -> None:
    with_phone = somebody(EVERYBODY, lambda person: person.traits.phone)
    without = somebody(EVERYBODY, lambda person: not person.traits.phone)

    versions = [device["deviceVersion"] for device in EVERYBODY.paired_devices(with_phone)]
    assert versions[:2] == [EVERYBODY.person(with_phone).device, "MobileTrack"]
    assert "MobileTrack" not in str(EVERYBODY.paired_devices(without))


def test_settings_have_the_offset_of_the_day() -> None:
    summer = population(datetime(2026, 7, 1, tzinfo=UTC))
    winter = population(datetime(2026, 12, 1, tzinfo=UTC))

    assert summer.settings("p001")["utcOffset"] == "7200s"
    assert winter.settings("p001")["utcOffset"] == "3600s"


@pytest.mark.parametrize("data_type", sorted(POINT_TYPES))
def test_points_come_the_latest_first(data_type: str) -> None:
    points = EVERYBODY.points("p001", data_type, *_days(data_type))

    def when(point: dict) -> tuple:
        body = next(value for name, value in point.items() if name not in ("name", "dataSource"))
        if "date" in body:
            return tuple(body["date"].values())
        time = body["sampleTime"]["physicalTime"] if "sampleTime" in body else ""
        return (instant(time or body["interval"]["startTime"]),)

    times = [when(point) for point in points]
    assert len(times) > 5
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("data_type", sorted(ROLL_UP_TYPES))
def test_roll_ups_come_the_latest_first_and_once(data_type: str) -> None:
    start = datetime(2026, 6, 10, tzinfo=UTC)
    rows = EVERYBODY.daily_roll_up("p001", data_type, date(2026, 6, 1), date(2026, 7, 20))
    days = [day_of_row(row) for row in rows]
    windows = EVERYBODY.roll_up("p001", data_type, start, start + timedelta(hours=6), 300)
    starts = [row["startTime"] for row in windows]

    assert len(days) > 30
    assert days == sorted(set(days), reverse=True)
    assert len(starts) > 10
    assert starts == sorted(set(starts), reverse=True)


@pytest.mark.parametrize("data_type", sorted(POINT_TYPES))
def test_points_have_a_name_if_google_names_points_of_the_type(data_type: str) -> None:
    points = EVERYBODY.points("p001", data_type, *_days(data_type))
    merged = EVERYBODY.reconciled("p001", data_type, *_days(data_type))
    user = EVERYBODY.person("p001").health_user_id

    named = data_type in IDENTIFIABLE
    assert {"name" in point for point in points} == {named}
    assert {"dataPointName" in point for point in merged} == {named}
    assert all("dataSource" in point for point in points)
    assert not any("dataSource" in point or "name" in point for point in merged)
    if named:
        names = [point["name"] for point in points]
        assert len(set(names)) == len(names)
        assert names[0].startswith(f"users/{user}/dataTypes/{data_type}/dataPoints/")
