"""Gotchas of weighings: the civil day of an instant, and what is served twice."""

from datetime import UTC, date, datetime

from fitbit_pipeline_tests.sources.google_health.conftest import Person
from fitbit_pipeline_tests.sources.google_health.served import weight
from fitbit_pipeline_tests.sources.scripted_server import ScriptedServer

MONDAY = date(2026, 9, 21)
TUESDAY = date(2026, 9, 22)


def test_travel_across_zones_a_weighing_belongs_to_the_civil_day_where_it_was_made(
    server: ScriptedServer, person: Person
) -> None:
    """Half past eleven at night in New York is morning in Athens, where the participant lives."""
    in_new_york = weight(datetime(2026, 9, 22, 3, 30, tzinfo=UTC), "-14400s", 80000)
    server.by_read({"weight:reconcile": [in_new_york]})

    days = person.days("weight", MONDAY, TUESDAY)

    assert days[MONDAY].payload == {"weight:reconcile": [in_new_york]}
    assert days[TUESDAY].payload is None


def test_travel_across_zones_the_same_instant_served_with_two_offsets_is_kept_once(
    server: ScriptedServer, person: Person
) -> None:
    at = datetime(2026, 9, 21, 21, 30, tzinfo=UTC)
    london, athens = weight(at, "3600s", 80000), weight(at, "10800s", 80000)
    server.by_read({"weight:reconcile": [london, athens]})

    days = person.days("weight", MONDAY, TUESDAY)

    kept = [row for day in days.values() if day.payload for row in day.payload["weight:reconcile"]]
    assert kept == [london]


def test_two_weighings_logged_for_the_same_instant_are_both_kept(
    server: ScriptedServer, person: Person
) -> None:
    """Weights that are typed in without a time all get the last second of the day."""
    at = datetime(2026, 9, 21, 20, 59, 59, tzinfo=UTC)
    first, second = weight(at, "10800s", 80000), weight(at, "10800s", 80500)
    server.by_read({"weight:reconcile": [second, first]})

    payload = person.days("weight", MONDAY, MONDAY)[MONDAY].payload

    assert payload == {"weight:reconcile": [first, second]}


def test_a_sample_without_civil_time_belongs_to_the_day_of_its_offset(
    server: ScriptedServer, person: Person
) -> None:
    row = weight(datetime(2026, 9, 22, 3, 30, tzinfo=UTC), "-14400s", 80000)
    del row["weight"]["sampleTime"]["civilTime"]
    server.by_read({"weight:reconcile": [row]})

    assert person.days("weight", MONDAY, TUESDAY)[MONDAY].payload == {"weight:reconcile": [row]}
