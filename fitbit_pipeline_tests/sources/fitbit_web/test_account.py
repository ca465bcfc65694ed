"""What the account says of itself, and up to when its devices have synced."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fitbit_pipeline.sources.fitbit_web.account import Account, read_account
from fitbit_pipeline.sources.fitbit_web.scopes import NAMES, SCOPES
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person, by_day
from fitbit_pipeline_tests.sources.fitbit_web.recorded import (
    DEVICES,
    PROFILE,
    Recorded,
    refused,
)
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

DAY = date(2023, 6, 1)
NO_SCOPE = refused("insufficient_scope", "No.", 403)


def device(version: str, synced: Any, kind: str = "TRACKER") -> dict[str, Any]:
    found = {"id": "1", "type": kind, "deviceVersion": version, "batteryLevel": 60}
    return found if synced is None else {**found, "lastSyncTime": synced}


EARLY = "2023-06-01T10:00:00.000"
AT_NOON = "2023-06-01T12:00:00.000"
LATE = "2023-06-01T20:00:00.000"
NOON_IN_ATHENS = datetime(2023, 6, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        pytest.param([device("Charge 6", AT_NOON)], NOON_IN_ATHENS, id="a tracker"),
        pytest.param(
            [device("Charge 6", AT_NOON), device("Versa 3", EARLY)],
            NOON_IN_ATHENS,
            id="the newest",
        ),
        pytest.param(
            [device("MobileTrack", LATE), device("Charge 6", AT_NOON)],
            NOON_IN_ATHENS,
            id="not the phone",
        ),
        pytest.param([device("MobileTrack", AT_NOON)], NOON_IN_ATHENS, id="the phone alone"),
        pytest.param(
            [device("Aria", LATE, "SCALE"), device("Charge 6", AT_NOON)],
            NOON_IN_ATHENS,
            id="not a scale",
        ),
        pytest.param([device("Aria", LATE, "SCALE")], None, id="a scale alone"),
        pytest.param([device("Charge 6", None)], None, id="a tracker that never synced"),
        pytest.param([device("Charge 6", "yesterday")], None, id="no time"),
        pytest.param([device("Charge 6", 5)], None, id="a number"),
        pytest.param([], None, id="no device"),
        pytest.param(["Charge 6"], None, id="another form"),
        pytest.param({"devices": []}, None, id="an object"),
    ],
)
def test_synced_until_is_when_the_tracker_last_synced_by_the_wall_clock_of_the_profile(
    server: ScriptedServer, person: Person, devices: Any, expected: datetime | None
) -> None:
    server.script = Recorded(user={"timezone": "Europe/Athens"}, devices=devices)

    assert person.source("Europe/Athens").synced_until == expected


@pytest.mark.parametrize(
    ("profile", "own", "wall", "expected"),
    [
        pytest.param("Asia/Tokyo", "Asia/Tokyo", LATE, (1, 11), id="one zone"),
        pytest.param(None, "Asia/Tokyo", LATE, (1, 11), id="no zone in the profile"),
        pytest.param("Mars/Olympus", "Asia/Tokyo", LATE, (1, 11), id="no such zone"),
        pytest.param(
            "America/Los_Angeles",
            "Europe/Athens",
            LATE,
            (1, 17),
            id="the participant's day is not over where the profile's is not",
        ),
        pytest.param(
            "Asia/Tokyo", "Europe/Athens", LATE, (1, 11), id="nor is an instant taken too late"
        ),
    ],
)
def test_of_two_zones_the_earlier_reading_counts(
    server: ScriptedServer,
    person: Person,
    profile: str | None,
    own: str,
    wall: str,
    expected: tuple[int, int],
) -> None:
    server.script = Recorded(user={"timezone": profile}, devices=[device("Charge 6", wall)])

    day, hour = expected
    assert person.source(own).synced_until == datetime(2023, 6, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        pytest.param(
            "2023-10-29T03:30:00.000", datetime(2023, 10, 29, 0, 30, tzinfo=UTC), id="twice"
        ),
        pytest.param(
            "2023-03-26T03:30:00.000", datetime(2023, 3, 26, 0, 30, tzinfo=UTC), id="never"
        ),
    ],
)
def test_an_hour_that_comes_twice_or_never_is_taken_as_the_earlier(
    server: ScriptedServer, person: Person, wall: str, expected: datetime
) -> None:
    """Else a night could be called settled that was still to come."""
    server.script = Recorded(user={"timezone": "Europe/Athens"}, devices=[device("Charge 6", wall)])

    assert person.source("Europe/Athens").synced_until == expected


def test_devices_and_profile_are_asked_once_however_many_threads_want_to_know(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded(
        user={"timezone": "Europe/Athens"}, devices=[device("Charge 6", AT_NOON)]
    )
    source = person.source()
    together = threading.Barrier(4)

    def ask(number: int) -> datetime | None:
        together.wait()
        if number % 2:
            by_day(source, "steps", DAY, DAY)
        return source.synced_until

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(4))) == {NOON_IN_ATHENS}

    paths = [asked.path for asked in server.asked]
    assert paths.count(DEVICES) == paths.count(PROFILE) == 1


@pytest.mark.parametrize(
    "reply", [NO_SCOPE, refused("request", "Error", 500), refused("not_found", "None", 404)]
)
def test_devices_that_cannot_be_had_say_nothing_and_stop_nothing(
    server: ScriptedServer, person: Person, reply: Reply
) -> None:
    recorded = Recorded()
    server.script = lambda asked: reply if asked.path == DEVICES else recorded(asked)
    source = person.source()

    assert source.synced_until is None
    assert by_day(source, "steps", DAY, DAY).keys() == {DAY}


def test_what_is_known_not_to_be_shared_is_not_asked_for(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded(items={})
    source = person.source(granted=frozenset({"activity"}))

    assert source.synced_until is None
    assert by_day(source, "steps", DAY, DAY).keys() == {DAY}
    assert [asked.path for asked in server.asked] == [
        "/1/user/-/activities/steps/date/2023-06-01/2023-06-01.json"
    ]


def test_without_the_profile_the_participants_own_zone_is_the_wall_clocks(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded(devices=[device("Charge 6", AT_NOON)])
    source = person.source("Europe/Athens", frozenset({"settings"}))

    assert source.synced_until == NOON_IN_ATHENS
    assert [asked.path for asked in server.asked] == [DEVICES]


@pytest.mark.parametrize(
    "scope", [each for each in SCOPES if each.endpoints], ids=lambda each: each.name
)
def test_a_scope_that_was_not_granted_is_told_without_a_request(
    server: ScriptedServer, person: Person, scope: Any
) -> None:
    source = person.source(granted=frozenset(NAMES) - {scope.name})

    for endpoint in sorted(scope.endpoints):
        assert endpoint in source.endpoints
        with pytest.raises(SourceFailure) as caught:
            list(source.fetch(endpoint, DAY, DAY))
        assert caught.value.kind is FailureKind.SCOPE_MISSING
        assert scope.title in caught.value.reason
    assert not server.asked


def test_an_account_that_is_connected_says_who_it_is(
    server: ScriptedServer, person: Person
) -> None:
    server.script = Recorded(
        user={
            "encodedId": "26FWFL",
            "timezone": "Asia/Tokyo",
            "memberSince": "2014-01-06",
            "dateOfBirth": "1980-01-01",
            "weight": 72,
        },
        devices=[
            device("Charge 6", AT_NOON),
            device("MobileTrack", LATE),
            device("Aria", LATE, "SCALE"),
        ],
    )

    account = read_account(person.api)

    assert account == Account("26FWFL", "Asia/Tokyo", date(2014, 1, 6), ("Charge 6", "Aria"))
    assert "1980" not in repr(account)


def test_an_account_that_shares_neither_profile_nor_settings_is_read_all_the_same(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(NO_SCOPE)

    assert read_account(person.api) == Account()


def test_an_account_that_cannot_be_read_now_is_a_failure(
    server: ScriptedServer, person: Person
) -> None:
    def script(asked: Asked) -> Reply:
        return refused("request", "Error", 503)

    server.script = script

    with pytest.raises(SourceFailure) as caught:
        read_account(person.api)

    assert caught.value.kind is FailureKind.TRANSIENT


@pytest.mark.parametrize("document", [[], {}, {"user": []}, {"user": None}])
def test_a_profile_of_another_form_is_damaged(
    server: ScriptedServer, person: Person, document: Any
) -> None:
    server.in_turn(Reply(document))

    with pytest.raises(SourceFailure) as caught:
        read_account(person.api)

    assert caught.value.kind is FailureKind.DAMAGED
