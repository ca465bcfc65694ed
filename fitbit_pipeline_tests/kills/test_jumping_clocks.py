"""The clock of the machine jumps; nothing is lost, and nothing is settled that is not over.

Invariant 1: every participant, endpoint and day is in exactly one coverage state. Invariant 4:
whatever the order in which days were asked for, the documents are the same. Invariant 7: a civil
day has 23, 24 or 25 hours. Invariant 10: the nights that a wrong clock missed are repaired. The
source's clock stays right: a wrong one is this machine's alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fitbit_pipeline.civil import day_end
from fitbit_pipeline_tests.kills.carrying import Carrier, carry
from fitbit_pipeline_tests.kills.truth import contradictions, differences, wanting
from fitbit_pipeline_tests.kills.world import NIGHT, Documents, World, small_world

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
NIGHTS = range(10)
POINT = 200
CLOCKS = {
    "back by a day, then ahead by a week": {1: -DAY, 2: WEEK, 3: WEEK},
    "to and fro": {1: WEEK, 2: -DAY, 3: 2 * DAY, 4: -3 * DAY},
}

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("clocks")
    with small_world(folder, mongodb_uri, "test_jumping_clocks", people=1) as world:
        yield world


@pytest.fixture(scope="module")
def right(world: World) -> Documents:
    """What the nights leave when the clock is right."""
    world.begin_again()
    _pass_nights(world, {}, NIGHTS)
    return _end(world)


def _pass_nights(world: World, wrong_by: dict[int, timedelta], numbers: Sequence[int]) -> None:
    """Nights by a clock that is wrong by so much, while the source's is right."""
    for number in numbers:
        right = NIGHT + number * DAY
        world.move_to(right)
        carry(replace(world.task, now=right + wrong_by.get(number, timedelta()), days=None))
        assert list(_settled_too_early(world, right)) == []
        assert contradictions(world.store) == []


def _settled_too_early(world: World, now: datetime) -> Iterator[str]:
    zones = {each.name: ZoneInfo(each.time_zone) for each in world.store.participants.all()}
    for document in world.store.database["coverage"].find():
        over = day_end(date.fromisoformat(document["date"]), zones[document["participant"]])
        for endpoint, entry in document["endpoints"].items():
            if entry["settled"] and over > now:
                yield f"{document['_id']}/{endpoint}"


def _end(world: World) -> Documents:
    """The documents of all days that are over on the last night by a right clock."""
    last = (NIGHT + NIGHTS[-1] * DAY - DAY).date()
    first = world.task.days
    assert first is not None
    assert wanting(world.store, first[0], last) == set()
    return {
        name: {
            key: document
            for key, document in documents.items()
            if document.get("date", "") <= last.isoformat()
        }
        for name, documents in world.documents().items()
    }


@pytest.mark.parametrize("clock", CLOCKS)
def test_whatever_the_clock_said_the_documents_are_those_of_a_right_one(
    world: World, right: Documents, clock: str
) -> None:
    world.begin_again()

    _pass_nights(world, CLOCKS[clock], NIGHTS)

    assert list(differences(right, _end(world))) == []


def test_a_night_ahead_of_time_that_is_killed_leaves_nothing_behind(
    world: World, right: Documents
) -> None:
    """The clock jumps back during it, and the next nights are right."""
    world.begin_again()
    _pass_nights(world, {}, NIGHTS[:2])
    world.move_to(NIGHT + 2 * DAY)
    ahead = replace(world.task, now=NIGHT + 2 * DAY + WEEK, days=None)

    assert Carrier(ahead, POINT).ended().killed
    assert contradictions(world.store) == []
    _pass_nights(world, {}, NIGHTS[3:])

    assert list(differences(right, _end(world))) == []


def test_asked_at_may_go_backwards(world: World) -> None:
    """It tells when somebody asked by the clock of then, and decides nothing."""
    world.begin_again()
    _pass_nights(world, {1: WEEK}, [0, 1])
    ahead = _asked_at(world)

    _pass_nights(world, {}, [2])

    behind = _asked_at(world)
    assert behind["P1/2026-11-11"] < ahead["P1/2026-11-11"]
    assert behind["P1/2026-11-11"] == NIGHT + 2 * DAY


def _asked_at(world: World) -> dict[str, datetime]:
    return {
        document["_id"]: document["endpoints"]["steps"]["asked_at"]
        for document in world.store.database["coverage"].find()
    }


@pytest.mark.parametrize(
    ("zone", "changes_on"),
    [("Europe/Athens", date(2026, 10, 25)), ("America/New_York", date(2026, 11, 1))],
)
def test_nights_around_daylight_saving_ask_for_every_day(
    tmp_path: Path, mongodb_uri: str, database_name: str, zone: str, changes_on: date
) -> None:
    """At five by the wall clock, whichever offset that has."""
    first = changes_on - 2 * DAY
    beginning = datetime(first.year, first.month, first.day, 9, tzinfo=ZoneInfo(zone))
    with small_world(
        tmp_path,
        mongodb_uri,
        database_name,
        now=beginning.astimezone(UTC),
        people=1,
        time_zone=zone,
    ) as world:
        world.begin_again()
        for offset in range(5):
            day = changes_on + timedelta(days=offset)
            at_five = datetime(day.year, day.month, day.day, 5, tzinfo=ZoneInfo(zone))
            now = at_five.astimezone(UTC)
            world.move_to(now)
            carry(replace(world.task, now=now, days=None))
            assert list(_settled_too_early(world, now)) == []
        start = world.task.days
        assert start is not None
        assert wanting(world.store, start[0], changes_on + timedelta(days=3)) == set()
