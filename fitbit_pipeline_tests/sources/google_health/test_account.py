"""What the account says of itself, and up to when its devices have synced."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from fitbit_pipeline.sources.google_health.account import Account, read_account
from fitbit_pipeline.sources.google_health.scopes import ADDRESSES, SETTINGS
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.sources.google_health.conftest import Person
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

DAY = date(2026, 9, 21)
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
NO_SCOPE = Reply({"error": {"details": [{"reason": "MISSING_OAUTH_SCOPE"}]}}, status=403)


def device(version: str, synced: str | None, kind: str = "TRACKER") -> dict[str, Any]:
    found = {"name": "users/1/pairedDevices/1", "deviceType": kind, "deviceVersion": version}
    return found if synced is None else {**found, "lastSyncTime": synced}


EARLY = "2026-10-01T10:00:00Z"
AT_NOON = "2026-10-01T12:00:00Z"
LATE = "2026-10-01T20:00:00.123456789Z"


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        pytest.param([device("Inspire 3", AT_NOON)], NOON, id="a tracker"),
        pytest.param(
            [device("Inspire 3", AT_NOON), device("Pixel Watch 4", EARLY)], NOON, id="the newest"
        ),
        pytest.param(
            [device("MobileTrack", LATE), device("Inspire 3", AT_NOON)], NOON, id="not the phone"
        ),
        pytest.param([device("MobileTrack", AT_NOON)], NOON, id="the phone alone"),
        pytest.param(
            [device("Aria", LATE, "SCALE"), device("Inspire 3", AT_NOON)], NOON, id="not a scale"
        ),
        pytest.param([device("Aria", LATE, "SCALE")], None, id="a scale alone"),
        pytest.param(
            [device("MobileTrack", LATE), device("Inspire 3", None)],
            None,
            id="a tracker that never synced",
        ),
        pytest.param([], None, id="no device"),
        pytest.param([device("Inspire 3", "yesterday")], None, id="no instant"),
        pytest.param([device("Inspire 3", "2026-10-01T12:00:00")], None, id="no offset"),
        pytest.param(["Inspire 3"], None, id="another form"),
    ],
)
def test_synced_until_is_when_the_tracker_last_synced(
    server: ScriptedServer, person: Person, devices: list[Any], expected: datetime | None
) -> None:
    server.in_turn(Reply({"pairedDevices": devices}))

    assert person.source().synced_until == expected


def test_devices_are_asked_for_to_the_last_page(server: ScriptedServer, person: Person) -> None:
    """By itself Google sends five at a time."""
    server.in_turn(
        Reply({"pairedDevices": [device("Inspire 3", EARLY)], "nextPageToken": "p2"}),
        Reply({"pairedDevices": [device("Pixel Watch 4", AT_NOON)]}),
    )

    assert person.source().synced_until == NOON
    assert [asked.params for asked in server.asked] == [
        {"pageSize": "100"},
        {"pageSize": "100", "pageToken": "p2"},
    ]


def test_devices_are_asked_once_however_many_threads_want_to_know(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(Reply({"pairedDevices": [device("Inspire 3", AT_NOON)]}))
    source = person.source()
    together = threading.Barrier(4)

    def ask() -> datetime | None:
        together.wait()
        return source.synced_until

    with ThreadPoolExecutor(4) as pool:
        found = [each.result() for each in [pool.submit(ask) for _ in range(4)]]

    assert found == [NOON] * 4
    assert len(server.asked) == 1


def test_settings_that_are_not_shared_are_not_asked_for(
    server: ScriptedServer, person: Person
) -> None:
    granted = frozenset(ADDRESSES) - {SETTINGS.name}

    assert person.source(granted=granted).synced_until is None
    assert not server.asked


def devices_fail(reply: Reply) -> Any:
    return lambda asked: reply if asked.path.endswith("/pairedDevices") else Reply({})


@pytest.mark.parametrize(
    "reply", [NO_SCOPE, Reply({}, status=500), Reply({}, status=400), Reply(b"<html>")]
)
def test_devices_that_cannot_be_had_keep_no_day_from_being_had(
    server: ScriptedServer, person: Person, reply: Reply
) -> None:
    server.script = devices_fail(reply)
    source = person.source()

    assert source.synced_until is None
    assert [day.date for day in source.fetch("steps", DAY, DAY)] == [DAY]
    asked_before = len(server.asked)
    assert source.synced_until is None
    assert len(server.asked) == asked_before


def test_lost_consent_breaks_no_question_for_devices_and_meets_fetch(
    server: ScriptedServer, person: Person
) -> None:
    server.in_turn(Reply({"error": {"message": "GaiaMint"}}, status=403))
    source = person.source()

    assert source.synced_until is None
    with pytest.raises(SourceFailure) as caught:
        next(source.fetch("steps", DAY, DAY))
    assert caught.value.kind is FailureKind.CONSENT_LOST


def of_account(settings: Reply) -> Any:
    answers = {
        "identity": Reply({"healthUserId": "1173016576421350648", "legacyUserId": "A1B2C3"}),
        "settings": settings,
        "pairedDevices": Reply(
            {"pairedDevices": [device("Inspire 3", EARLY), device("MobileTrack", EARLY)]}
        ),
    }

    def script(asked: Asked) -> Reply:
        return answers[asked.path.removeprefix("/v4/users/me/")]

    return script


def test_an_account_says_whose_it_is_where_it_lives_and_what_it_wears(
    server: ScriptedServer, person: Person
) -> None:
    server.script = of_account(Reply({"timeZone": "Europe/Athens", "utcOffset": "10800s"}))

    assert read_account(person.api) == Account(
        "1173016576421350648", "A1B2C3", "Europe/Athens", ("Inspire 3",)
    )


def test_an_account_may_keep_its_settings_to_itself(server: ScriptedServer, person: Person) -> None:
    server.script = of_account(NO_SCOPE)

    account = read_account(person.api)

    assert account == Account("1173016576421350648", "A1B2C3", None, None)


def test_an_account_whose_settings_cannot_be_had_now_is_a_failure(
    server: ScriptedServer, person: Person
) -> None:
    server.script = of_account(Reply({}, status=500))

    with pytest.raises(SourceFailure) as caught:
        read_account(person.api)

    assert caught.value.kind is FailureKind.TRANSIENT


def test_an_account_without_a_number_is_a_failure(server: ScriptedServer, person: Person) -> None:
    with pytest.raises(SourceFailure) as caught:
        read_account(person.api)

    assert caught.value.kind is FailureKind.DAMAGED
