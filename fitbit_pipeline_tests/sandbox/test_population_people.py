"""Who the made-up participants are, and that they stay who they are."""

import hashlib
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.sandbox.made_up.population import POINT_TYPES, ROLL_UP_TYPES, Population
from fitbit_pipeline_tests.sandbox.populations import (
    FIRST_DAY,
    NOW,
    SEED,
    by_day,
    population,
    somebody,
)

LAST_DAY = date(2026, 6, 20)

_DIGEST_IN_A_FRESH_PROCESS = """
from fitbit_pipeline_tests.sandbox.test_population_people import digest
from fitbit_pipeline_tests.sandbox.populations import population
print(digest(population(), "p002"))
"""


def digest(everybody: Population, key: str) -> str:
    """A fingerprint of much that is known of a person in some weeks."""
    answers = [
        everybody.identity(key),
        [everybody.daily_roll_up(key, each, FIRST_DAY, LAST_DAY) for each in sorted(ROLL_UP_TYPES)],
        [everybody.reconciled(key, each, FIRST_DAY, LAST_DAY) for each in ("sleep", "exercise")],
    ]
    return hashlib.sha256(orjson.dumps(answers)).hexdigest()


def test_keys_have_as_many_digits_as_there_are_people() -> None:
    assert [person.key for person in population(people=2).people] == ["p001", "p002"]
    assert population(people=1000).people[0].key == "p0001"


def test_nobody_of_that_key() -> None:
    with pytest.raises(KeyError):
        population(people=2).person("p003")


def test_identifiers_look_like_those_of_google_and_fitbit_and_are_unique() -> None:
    people = population(people=1000).people

    assert all(
        len(person.health_user_id) == 19 and person.health_user_id.isdigit() for person in people
    )
    assert all(len(person.legacy_user_id) == 6 for person in people)
    assert len({person.health_user_id for person in people}) == 1000
    assert len({person.legacy_user_id for person in people}) == 1000


def test_the_first_person_has_every_sensor_and_a_zone_whose_clocks_change() -> None:
    first = population().people[0]
    zone = time_zone(first.time_zone)

    assert first.lacks == frozenset()
    assert first.joined == FIRST_DAY
    offsets = {datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)}
    assert len(offsets) == 2


def test_zones_with_half_hours_and_without_summer_time_are_among_them() -> None:
    zones = {person.time_zone for person in population().people}
    summer = {datetime(2026, 7, 1, tzinfo=time_zone(name)).utcoffset() for name in zones}

    assert any(offset % timedelta(hours=1) for offset in summer if offset is not None)
    assert {"Asia/Tokyo", "Europe/London"} <= zones


def test_a_person_is_the_same_among_few_and_among_many() -> None:
    few, many = population(people=3), population(people=40)

    assert few.people == many.people[:3]
    assert digest(few, "p003") == digest(many, "p003")


def test_another_seed_gives_other_people() -> None:
    other = Population(SEED + 1, 3, FIRST_DAY, lambda: NOW)

    assert digest(other, "p001") != digest(population(), "p001")


def test_a_day_is_the_same_asked_for_alone_or_in_a_range() -> None:
    everybody = population()
    whole = by_day(everybody.daily_roll_up("p002", "steps", FIRST_DAY, LAST_DAY), "steps")

    for day in sorted(whole, reverse=True):
        alone = by_day(everybody.daily_roll_up("p002", "steps", day, day), "steps")
        assert alone == {day: whole[day]}


def test_a_day_that_was_synced_is_the_same_at_any_later_hour() -> None:
    soon, late = population(datetime(2026, 7, 20, tzinfo=UTC)), population()

    assert digest(soon, "p001") == digest(late, "p001")


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_days_are_the_same_in_another_process(hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DIGEST_IN_A_FRESH_PROCESS],
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == digest(population(), "p002")


@pytest.mark.parametrize("data_type", sorted(POINT_TYPES))
def test_there_is_nothing_of_a_sensor_that_the_device_lacks(data_type: str) -> None:
    everybody = population()
    lacking = [person.key for person in everybody.people if data_type in person.lacks]

    for key in lacking[:2]:
        assert everybody.points(key, data_type, FIRST_DAY, LAST_DAY) == []
        assert everybody.reconciled(key, data_type, FIRST_DAY, LAST_DAY) == []


def test_a_device_without_a_pulse_counts_steps_and_no_heart_beats() -> None:
    everybody = population()
    key = somebody(everybody, lambda person: "heart-rate" in person.lacks)

    assert by_day(everybody.daily_roll_up(key, "steps", FIRST_DAY, LAST_DAY), "steps")
    assert everybody.daily_roll_up(key, "heart-rate", FIRST_DAY, LAST_DAY) == []
    start = datetime(2026, 6, 12, tzinfo=UTC)
    assert everybody.roll_up(key, "heart-rate", start, start + timedelta(days=1), 60) == []


def test_nobody_has_data_from_before_they_joined() -> None:
    everybody = population()
    key = somebody(everybody, lambda person: person.joined > FIRST_DAY)
    eve = everybody.person(key).joined - timedelta(days=1)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)

    for data_type in POINT_TYPES:
        assert everybody.reconciled(key, data_type, date.min, eve) == []
    for data_type in ROLL_UP_TYPES:
        assert everybody.daily_roll_up(key, data_type, date.min, eve) == []
        assert everybody.roll_up(key, data_type, long_ago, long_ago + timedelta(days=9), 60) == []
    assert population(datetime(2026, 5, 1, tzinfo=UTC)).paired_devices(key) == []


def test_some_give_up_and_leave_no_data_from_then_on() -> None:
    everybody = population(people=200)
    key = somebody(everybody, lambda person: person.left is not None)
    left = everybody.person(key).left
    assert left is not None

    assert by_day(everybody.daily_roll_up(key, "steps", FIRST_DAY, left), "steps")
    assert everybody.daily_roll_up(key, "steps", left, date.max) == []
    assert all(device["lastSyncTime"] < f"{left}Z" for device in everybody.paired_devices(key)[:1])


def test_unknown_types_are_refused() -> None:
    everybody = population(people=1)
    day = datetime(2026, 6, 12, tzinfo=UTC)

    with pytest.raises(KeyError):
        everybody.points("p001", "heart-rats", FIRST_DAY, LAST_DAY)
    with pytest.raises(KeyError):
        everybody.daily_roll_up("p001", "heart-rats", FIRST_DAY, LAST_DAY)
    with pytest.raises(KeyError):
        everybody.roll_up("p001", "heart-rats", day, day, 60)


def test_floors_and_total_calories_have_roll_ups_alone() -> None:
    assert {"floors", "total-calories"} <= ROLL_UP_TYPES
    assert not {"floors", "total-calories"} & POINT_TYPES
