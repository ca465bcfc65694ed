"""Gotchas of heart rate by the minute: days of other lengths, memory, and time zones."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fitbit_pipeline.civil import day_start, days_between, minutes_of_day
from fitbit_pipeline_tests.sources.google_health.conftest import Person
from fitbit_pipeline_tests.sources.google_health.served import (
    daily_roll_up,
    window,
    written_instant,
)
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

MONDAY = date(2026, 9, 21)
TUESDAY = date(2026, 9, 22)
MINUTES = "heart-rate:rollUp"
DAILY = "heart-rate:dailyRollUp"
MINUTE = timedelta(minutes=1)


def beat(at: datetime) -> dict[str, object]:
    return window(at, heartRate={"beatsPerMinuteAvg": 61.5})


def worn_always(asked: Asked) -> Reply:
    """A window for every minute, newest first."""
    if asked.key != MINUTES:
        return Reply({})
    windows = ",".join(
        f'{{"startTime":"{at:%Y-%m-%dT%H:%M:%SZ}","endTime":"{at + MINUTE:%Y-%m-%dT%H:%M:%SZ}",'
        '"heartRate":{"beatsPerMinuteAvg":61.5}}'
        for at in reversed(list(range_of(asked)))
    )
    return Reply(f'{{"rollupDataPoints":[{windows}]}}'.encode())


def range_of(asked: Asked) -> Iterator[datetime]:
    assert asked.body is not None
    at = datetime.fromisoformat(asked.body["range"]["startTime"])
    end = datetime.fromisoformat(asked.body["range"]["endTime"])
    while at < end:
        yield at
        at += MINUTE


def test_windows_of_a_minute_are_asked_for_from_civil_midnight_to_civil_midnight(
    server: ScriptedServer, person: Person
) -> None:
    person.days("heart_rate", MONDAY, TUESDAY)

    (asked,) = (asked for asked in server.asked if asked.key == MINUTES)
    assert asked.body == {
        "range": {"startTime": "2026-09-20T21:00:00Z", "endTime": "2026-09-22T21:00:00Z"},
        "windowSize": "60s",
        "pageSize": 10000,
    }


def test_a_day_holds_its_daily_row_and_its_windows_oldest_first(
    server: ScriptedServer, person: Person
) -> None:
    daily = daily_roll_up(MONDAY, heartRate={"beatsPerMinuteMin": 50, "beatsPerMinuteMax": 129})
    begin = day_start(MONDAY, ZoneInfo("Europe/Athens"))
    last = begin + timedelta(hours=24) - MINUTE
    server.by_read({DAILY: [daily], MINUTES: [beat(last), beat(begin)]})

    days = person.days("heart_rate", MONDAY, TUESDAY)

    assert days[MONDAY].payload == {DAILY: [daily], MINUTES: [beat(begin), beat(last)]}
    assert days[TUESDAY].payload is None


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Europe/Athens", date(2026, 3, 29), 23 * 60),
        ("Europe/Athens", date(2026, 10, 25), 25 * 60),
        ("America/New_York", date(2026, 3, 8), 23 * 60),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24 * 60 + 30),
        ("Asia/Kathmandu", date(2026, 3, 8), 24 * 60),
    ],
)
def test_days_of_23_and_25_hours_get_every_one_of_their_minutes(
    server: ScriptedServer, person: Person, zone: str, day: date, minutes: int
) -> None:
    server.script = worn_always

    around = person.days("heart_rate", day - timedelta(days=1), day + timedelta(days=1), zone)

    for each, response in around.items():
        assert response.payload is not None
        assert len(response.payload[MINUTES]) == minutes_of_day(each, ZoneInfo(zone))
    assert len((around[day].payload or {})[MINUTES]) == minutes


def test_an_empty_window_is_no_data(server: ScriptedServer, person: Person) -> None:
    at = datetime(2026, 9, 21, 12, tzinfo=UTC)
    server.by_read({MINUTES: [window(at, heartRate={}), window(at + MINUTE)]})

    assert person.days("heart_rate", MONDAY, MONDAY)[MONDAY].payload is None


def test_the_same_physical_minute_served_with_two_offsets_is_kept_once(
    server: ScriptedServer, person: Person
) -> None:
    """As on the day of a flight from London to Paris."""
    at = datetime(2026, 9, 21, 12, tzinfo=UTC)
    in_paris = {**beat(at), "startTime": "2026-09-21T14:00:00+02:00"}
    server.by_read({MINUTES: [beat(at), in_paris, beat(at + MINUTE)]})

    payload = person.days("heart_rate", MONDAY, MONDAY)[MONDAY].payload

    assert payload == {MINUTES: [beat(at), beat(at + MINUTE)]}


def test_days_are_yielded_as_soon_as_their_windows_are_there(
    server: ScriptedServer, person: Person
) -> None:
    """So no more rows are held than one request brings and the part of a day before it."""
    server.script = worn_always
    last = MONDAY + timedelta(days=89)
    days = person.source().fetch("heart_rate", MONDAY, last)

    asked_when_yielded = [(day.date, server.keys.count(MINUTES)) for day in days]

    assert [day for day, _ in asked_when_yielded] == list(days_between(MONDAY, last))
    for number, (_, asked) in enumerate(asked_when_yielded, 1):
        # The 25 hours of a day in October are the sixty minutes more.
        minutes = number * 1440 + (60 if number > 35 else 0)
        assert asked == -(-minutes // 10_000)


def test_a_long_range_takes_no_more_memory_than_a_short_one(
    server: ScriptedServer, person: Person
) -> None:
    """Six weeks more would take thirty megabytes more if their rows were kept."""
    server.script = worn_always

    def peak(days: int) -> int:
        tracemalloc.start()
        try:
            last = MONDAY + timedelta(days=days - 1)
            for _ in person.source().fetch("heart_rate", MONDAY, last):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(56) < peak(14) + 10_000_000


def test_the_payload_of_a_day_is_the_same_however_its_range_was_asked_for(
    server: ScriptedServer, person: Person
) -> None:
    """The seventh day of a long range is split between two requests."""
    server.script = worn_always
    seventh = MONDAY + timedelta(days=6)

    within = person.days("heart_rate", MONDAY, MONDAY + timedelta(days=9))[seventh]
    alone = person.days("heart_rate", seventh, seventh)[seventh]

    assert within.payload == alone.payload
    assert within.payload is not None
    assert len(within.payload[MINUTES]) == 1440


def test_days_before_a_failure_stand_and_a_day_cut_by_it_fails(
    server: ScriptedServer, person: Person
) -> None:
    begin = written_instant(day_start(MONDAY, ZoneInfo("Europe/Athens")))

    def script(asked: Asked) -> Reply:
        if asked.key == MINUTES and asked.body and asked.body["range"]["startTime"] != begin:
            return Reply(b"oops", status=500)
        return worn_always(asked)

    server.script = script

    found, failure = person.failing("heart_rate", MONDAY, MONDAY + timedelta(days=20))

    assert [day.date for day in found] == list(days_between(MONDAY, MONDAY + timedelta(days=5)))
    assert failure.days is None
