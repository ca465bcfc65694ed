"""Gotchas of sleeps and exercises: which day they belong to, and when Google is done with them."""

from datetime import UTC, date, datetime

import pytest

from fitbit_pipeline_tests.sources.google_health.conftest import Person
from fitbit_pipeline_tests.sources.google_health.served import session, sleep
from fitbit_pipeline_tests.sources.scripted_server import Reply, ScriptedServer

MONDAY = date(2026, 9, 21)
TUESDAY = date(2026, 9, 22)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC)


def test_sleep_is_filtered_by_its_end(server: ScriptedServer, person: Person) -> None:
    """A filter by the start of a sleep is refused by Google."""
    person.days("sleep", MONDAY, TUESDAY)

    (asked,) = server.asked
    assert asked.params == {
        "filter": 'sleep.interval.civil_end_time >= "2026-09-21" '
        'AND sleep.interval.civil_end_time < "2026-09-23"',
        "pageSize": "25",
    }


def test_exercise_is_filtered_by_its_civil_start(server: ScriptedServer, person: Person) -> None:
    person.days("exercise", MONDAY, MONDAY)

    (asked,) = server.asked
    assert asked.params == {
        "filter": 'exercise.interval.civil_start_time >= "2026-09-21" '
        'AND exercise.interval.civil_start_time < "2026-09-22"',
        "pageSize": "25",
    }


def test_the_civil_day_of_a_sleep_is_that_of_its_end_by_its_own_offset(
    server: ScriptedServer, person: Person
) -> None:
    """In Tokyo it is Tuesday morning when it is still Monday in UTC and in Athens."""
    in_tokyo = sleep("1", utc(21, 13), utc(21, 20), "32400s")
    server.by_read({"sleep:reconcile": [in_tokyo]})

    days = person.days("sleep", MONDAY, TUESDAY)

    assert days[MONDAY].payload is None
    assert days[TUESDAY].payload == {"sleep:reconcile": [in_tokyo]}


def test_the_civil_day_of_an_exercise_is_that_of_its_start_by_its_own_offset(
    server: ScriptedServer, person: Person
) -> None:
    over_midnight = session(
        "exercise", "1", utc(22, 3), utc(22, 5), "-14400s", exerciseType="WALKING"
    )
    server.by_read({"exercise:reconcile": [over_midnight]})

    days = person.days("exercise", MONDAY, TUESDAY)

    assert days[MONDAY].payload == {"exercise:reconcile": [over_midnight]}
    assert days[TUESDAY].payload is None


def test_a_session_without_an_offset_belongs_to_the_day_in_the_participants_zone(
    server: ScriptedServer, person: Person
) -> None:
    late = sleep("1", utc(21, 15), utc(21, 22), None)
    server.by_read({"sleep:reconcile": [late]})

    assert person.days("sleep", TUESDAY, TUESDAY)[TUESDAY].payload == {"sleep:reconcile": [late]}


def test_a_night_and_its_nap_stand_together_in_the_order_of_their_ends(
    server: ScriptedServer, person: Person
) -> None:
    night, nap = sleep("1", utc(20, 22), utc(21, 5)), sleep("2", utc(21, 11), utc(21, 12))
    server.by_read({"sleep:reconcile": [nap, night]})

    assert person.days("sleep", MONDAY, MONDAY)[MONDAY].payload == {"sleep:reconcile": [night, nap]}


@pytest.mark.parametrize("metadata", [{"processed": False}, {"stagesStatus": "TIMEOUT"}, {}])
def test_an_unfinished_sleep_keeps_its_day_open(
    server: ScriptedServer, person: Person, metadata: dict[str, object]
) -> None:
    """False members may be left out altogether."""
    unfinished = sleep("2", utc(21, 11), utc(21, 12), metadata=metadata)
    finished = [sleep("1", utc(20, 22), utc(21, 5)), sleep("3", utc(21, 22), utc(22, 5))]
    server.by_read({"sleep:reconcile": [unfinished, *finished]})

    days = person.days("sleep", MONDAY, TUESDAY)

    assert not days[MONDAY].final
    assert days[TUESDAY].final


def test_an_exercise_of_which_only_the_time_is_known_did_take_place(
    server: ScriptedServer, person: Person
) -> None:
    """It is data, and only sleeps are ever unfinished."""
    server.by_read({"exercise:reconcile": [session("exercise", "1", utc(21, 8), utc(21, 9), "0s")]})

    day = person.days("exercise", MONDAY, MONDAY)[MONDAY]

    assert day.final
    assert day.payload is not None


def test_sleeps_are_asked_for_25_at_a_time_and_none_is_lost(
    server: ScriptedServer, person: Person
) -> None:
    """Over sixty naps in two days: every page but the first is asked for by the token before."""
    naps = [sleep(str(n), utc(21, 0, n % 60), utc(21, 1 + n // 60, n % 60)) for n in range(60)]
    pages = {
        "": Reply({"dataPoints": naps[:25], "nextPageToken": "p2"}),
        "p2": Reply({"dataPoints": naps[25:50], "nextPageToken": "p3"}),
        "p3": Reply({"dataPoints": naps[50:], "nextPageToken": ""}),
    }
    server.script = lambda asked: pages[asked.page_token]

    payload = person.days("sleep", MONDAY, TUESDAY)[MONDAY].payload

    assert payload is not None
    assert len(payload["sleep:reconcile"]) == 60


def test_a_sleep_that_slips_to_the_next_page_while_pages_are_read_is_kept_once(
    server: ScriptedServer, person: Person
) -> None:
    """Newest come first: a sleep that is synced in between pushes the others on."""
    first, second = sleep("1", utc(20, 22), utc(21, 5)), sleep("2", utc(21, 11), utc(21, 12))
    pages = {
        "": Reply({"dataPoints": [second], "nextPageToken": "p2"}),
        "p2": Reply({"dataPoints": [second, first]}),
    }
    server.script = lambda asked: pages[asked.page_token]

    payload = person.days("sleep", MONDAY, MONDAY)[MONDAY].payload

    assert payload == {"sleep:reconcile": [first, second]}
