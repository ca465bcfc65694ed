"""Gotchas of roll-ups and daily values: from rows to civil days."""

from datetime import date, timedelta

import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.google_health.data_types import READS
from fitbit_pipeline.sources.google_health.scopes import SCOPES, SETTINGS
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.sources.google_health.conftest import Person
from fitbit_pipeline_tests.sources.google_health.served import (
    daily_roll_up,
    written_date,
)
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

MONDAY = date(2026, 9, 21)
TUESDAY = date(2026, 9, 22)
WEDNESDAY = date(2026, 9, 23)


def steps(day: date, count: str) -> dict[str, object]:
    return daily_roll_up(day, steps={"countSum": count})


def test_the_end_of_a_range_is_exclusive_so_the_day_after_the_last_is_sent(
    server: ScriptedServer, person: Person
) -> None:
    person.days("steps", MONDAY, TUESDAY)

    (asked,) = server.asked
    assert (asked.method, asked.key) == ("POST", "steps:dailyRollUp")
    assert asked.body == {
        "range": {
            "start": {"date": {"year": 2026, "month": 9, "day": 21}},
            "end": {"date": {"year": 2026, "month": 9, "day": 23}},
        },
        "windowSizeDays": 1,
    }


def test_the_end_of_a_filter_is_exclusive_so_the_day_after_the_last_is_sent(
    server: ScriptedServer, person: Person
) -> None:
    person.days("resting_heart_rate", MONDAY, TUESDAY)

    (asked,) = server.asked
    assert asked.params == {
        "filter": 'daily_resting_heart_rate.date >= "2026-09-21" '
        'AND daily_resting_heart_rate.date < "2026-09-23"',
        "pageSize": "10000",
    }


@pytest.mark.parametrize("newest_first", [True, False])
def test_rows_come_newest_first_or_oldest_first(
    server: ScriptedServer, person: Person, newest_first: bool
) -> None:
    rows = [steps(MONDAY, "1"), steps(TUESDAY, "2"), steps(WEDNESDAY, "3")]
    server.by_read({"steps:dailyRollUp": rows[::-1] if newest_first else rows})

    days = person.days("steps", MONDAY, WEDNESDAY)

    assert [days[day].payload for day in (MONDAY, TUESDAY, WEDNESDAY)] == [
        {"steps:dailyRollUp": [row]} for row in rows
    ]


def test_rows_outside_the_range_are_discarded(server: ScriptedServer, person: Person) -> None:
    """Should Google's end turn out to be inclusive, the day after is not taken in."""
    server.by_read({"steps:dailyRollUp": [steps(day, "7") for day in (MONDAY, TUESDAY, WEDNESDAY)]})

    assert person.days("steps", TUESDAY, TUESDAY).keys() == {TUESDAY}


def test_a_day_whose_row_is_absent_is_empty_not_missing(
    server: ScriptedServer, person: Person
) -> None:
    server.by_read({"steps:dailyRollUp": [steps(MONDAY, "9525")]})

    days = person.days("steps", MONDAY, TUESDAY)

    assert days[MONDAY].payload is not None
    assert days[TUESDAY].payload is None


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"steps": {}},
        {"steps": None},
        {"steps": {"countSum": None}},
        {"distance": {"millimetersSum": "1"}},
    ],
)
def test_a_row_without_a_value_is_no_data(
    server: ScriptedServer, person: Person, value: dict[str, object]
) -> None:
    server.by_read({"steps:dailyRollUp": [daily_roll_up(MONDAY, **value)]})

    assert person.days("steps", MONDAY, MONDAY)[MONDAY].payload is None


def test_a_breakdown_without_levels_and_a_date_without_a_value_are_no_data(
    server: ScriptedServer, person: Person
) -> None:
    server.by_read(
        {
            "time-in-heart-rate-zone:dailyRollUp": [
                daily_roll_up(MONDAY, timeInHeartRateZone={"timeInHeartRateZones": []})
            ],
            "daily-vo2-max:reconcile": [{"dailyVo2Max": {"date": written_date(MONDAY)}}],
        }
    )

    assert person.days("heart_rate_zones", MONDAY, MONDAY)[MONDAY].payload is None
    assert person.days("vo2_max", MONDAY, MONDAY)[MONDAY].payload is None


def test_a_day_worn_without_a_step_is_data(server: ScriptedServer, person: Person) -> None:
    server.by_read({"steps:dailyRollUp": [steps(MONDAY, "0")]})

    assert person.days("steps", MONDAY, MONDAY)[MONDAY].payload == {
        "steps:dailyRollUp": [steps(MONDAY, "0")]
    }


def test_numbers_are_kept_as_they_were_sent(server: ScriptedServer, person: Person) -> None:
    """Whole numbers come as text, fractions as numbers, and a missing baseline as "NaN"."""
    value = (
        b'{"date":{"year":2026,"month":9,"day":21},"count":"0009223372036854775807",'
        b'"nightlyTemperatureCelsius":34.32994350282487,"whole":130,"fraction":130.0,'
        b'"baselineTemperatureCelsius":"NaN","tiny":0.7933980000000002}'
    )
    row = b'{"dailySleepTemperatureDerivations":' + value + b"}"
    server.in_turn(Reply(b'{"dataPoints":[' + row + b"]}"))

    payload = person.days("skin_temperature", MONDAY, MONDAY)[MONDAY].payload

    assert payload is not None
    (kept,) = payload["daily-sleep-temperature-derivations:reconcile"]
    assert repr(kept["dailySleepTemperatureDerivations"]) == repr(
        {
            "date": {"year": 2026, "month": 9, "day": 21},
            "count": "0009223372036854775807",
            "nightlyTemperatureCelsius": 34.32994350282487,
            "whole": 130,
            "fraction": 130.0,
            "baselineTemperatureCelsius": "NaN",
            "tiny": 0.7933980000000002,
        }
    )


def test_both_reads_of_an_endpoint_stand_in_its_payload(
    server: ScriptedServer, person: Person
) -> None:
    levels = daily_roll_up(
        MONDAY,
        activeMinutes={
            "activeMinutesRollupByActivityLevel": [
                {"activityLevel": "LIGHT", "activeMinutesSum": "159"}
            ]
        },
    )
    sitting = daily_roll_up(TUESDAY, sedentaryPeriod={"durationSum": "39600s"})
    server.by_read(
        {"active-minutes:dailyRollUp": [levels], "sedentary-period:dailyRollUp": [sitting]}
    )

    days = person.days("activity_minutes", MONDAY, WEDNESDAY)

    assert days[MONDAY].payload == {"active-minutes:dailyRollUp": [levels]}
    assert days[TUESDAY].payload == {"sedentary-period:dailyRollUp": [sitting]}
    assert days[WEDNESDAY].payload is None


def test_a_day_is_yielded_only_once_all_its_reads_cover_it(
    server: ScriptedServer, person: Person
) -> None:
    """Active minutes come for 14 days at a time; the second request for them fails."""
    last = MONDAY + timedelta(days=29)

    def script(asked: Asked) -> Reply:
        start = asked.body and asked.body["range"]["start"]["date"]
        if asked.key == "active-minutes:dailyRollUp" and start != written_date(MONDAY):
            return Reply(b"not for now", status=503)
        return Reply({})

    server.script = script

    found, failure = person.failing("activity_minutes", MONDAY, last)

    covered = list(days_between(MONDAY, MONDAY + timedelta(days=13)))
    assert [response.date for response in found] == covered
    missing = set(days_between(MONDAY, last)) - set(covered)
    assert {kind for kind, _ in failure.by_day(missing).values()} == {FailureKind.TRANSIENT}
    assert failure.by_day(missing).keys() == missing


def test_a_day_keeps_the_requests_that_brought_it(server: ScriptedServer, person: Person) -> None:
    one = person.days("steps", MONDAY, MONDAY)[MONDAY].request
    two = person.days("weight", MONDAY, MONDAY)[MONDAY].request

    types = f"{server.url}/v4/users/me/dataTypes"
    assert (one.method, one.url) == ("POST", f"{types}/steps/dataPoints:dailyRollUp")
    assert one.params["windowSizeDays"] == "1"
    assert one.params["range"].startswith('{"start":{"date":{"year":2026,')
    assert two.method == "GET"
    assert two.url == (
        f"{types}/weight/dataPoints:reconcile, {types}/body-fat/dataPoints:reconcile"
    )
    assert "token-1" not in str(one.document()) + str(two.document())


def test_phone_and_watch_are_merged_by_google_because_points_are_never_listed(
    server: ScriptedServer, person: Person
) -> None:
    """The list method counts a step twice that phone and watch both saw."""
    for endpoint in ENDPOINT_NAMES:
        person.days(endpoint, MONDAY, TUESDAY)

    methods = {asked.path.rpartition("/dataPoints")[2] for asked in server.asked}
    assert methods == {":dailyRollUp", ":rollUp", ":reconcile"}


@pytest.mark.parametrize(
    "row",
    [
        {"steps": {"countSum": "74185"}},
        {"civilStartTime": {"date": {"year": 74185}}, "steps": {"countSum": "74185"}},
        {"civilStartTime": {"date": "74185"}, "steps": {"countSum": "74185"}},
        {"civilStartTime": {"date": written_date(MONDAY)}, "steps": "74185"},
        "74185",
        None,
    ],
)
def test_a_row_that_says_no_day_fails_the_days_and_is_not_dropped_in_silence(
    server: ScriptedServer, person: Person, row: object
) -> None:
    server.by_read({"steps:dailyRollUp": [row]})

    found, failure = person.failing("steps", MONDAY, TUESDAY)

    assert not found
    assert failure.kind is FailureKind.DAMAGED
    assert "steps:dailyRollUp" in failure.reason
    assert "74185" not in failure.reason


def test_an_endpoint_whose_scope_was_not_granted_is_refused_without_any_request(
    server: ScriptedServer, person: Person
) -> None:
    granted = frozenset(scope.name for scope in SCOPES if "sleep" not in scope.endpoints)
    source = person.source(granted=granted)

    with pytest.raises(SourceFailure) as caught:
        next(source.fetch("sleep", MONDAY, MONDAY))

    assert caught.value.kind is FailureKind.SCOPE_MISSING
    assert not server.asked


@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
def test_an_endpoint_is_asked_for_with_its_one_scope(
    server: ScriptedServer, person: Person, endpoint: str
) -> None:
    (scope,) = (scope for scope in SCOPES if endpoint in scope.endpoints)
    source = person.source(granted=frozenset({scope.name, SETTINGS.name}))

    assert [day.payload for day in source.fetch(endpoint, MONDAY, MONDAY)] == [None]


def test_all_endpoints_are_served(person: Person) -> None:
    assert person.source().name == "google_health"
    assert person.source().endpoints == READS.keys() == set(ENDPOINT_NAMES)
