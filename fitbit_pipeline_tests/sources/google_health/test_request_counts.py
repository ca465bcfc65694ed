"""Requests are as few as the limits of the API allow, counted at a server that enforces them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.google_health.data_types import READS, Method, Read
from fitbit_pipeline.sources.google_health.planning import fewest_requests, plan
from fitbit_pipeline_tests.sources.google_health.conftest import Person
from fitbit_pipeline_tests.sources.google_health.test_heart_rate import range_of, worn_always
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

ZONES = ["UTC", "Europe/Athens", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]
MOST_DAYS = {"active-minutes": 14, "heart-rate": 14, "total-calories": 14}
MOST_ROWS = {"sleep": 25, "exercise": 25}


class Limits:
    """Serves so many points of each type, in pages, and refuses what Google refuses.

    The points carry no value, so that they need not lie in the range.
    """

    def __init__(self, rows: dict[str, int]):
        self.rows = rows

    def __call__(self, asked: Asked) -> Reply:
        data_type, _, method = asked.key.partition(":")
        if method == Method.RECONCILE:
            return self.points(asked, data_type)
        assert asked.body is not None
        if method == Method.ROLL_UP:
            assert sum(1 for _ in range_of(asked)) <= asked.body["pageSize"] <= 10_000
        else:
            start, end = (
                date(*asked.body["range"][name]["date"].values()) for name in ("start", "end")
            )
            assert timedelta() < end - start <= timedelta(MOST_DAYS.get(data_type, 90))
            assert "pageSize" not in asked.body
        return Reply({})

    def points(self, asked: Asked, data_type: str) -> Reply:
        size = int(asked.params["pageSize"])
        assert size <= MOST_ROWS.get(data_type, 10_000)
        begin = int(asked.page_token or 0)
        end = min(begin + size, self.rows.get(asked.key, 0))
        more = {"nextPageToken": str(end)} if end < self.rows.get(asked.key, 0) else {}
        return Reply({"dataPoints": [{}] * (end - begin), **more})


@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
@given(
    first=st.dates(date(2015, 1, 1), date(2026, 11, 1)),
    days=st.integers(1, 3650) | st.integers(1, 100) | st.sampled_from([1, 14, 15, 90, 91, 3650]),
    zone=st.sampled_from(ZONES),
    points=st.integers(0, 120) | st.sampled_from([0, 25, 26, 10_000, 10_001]),
)
@example(first=date(2016, 11, 1), days=3650, zone="Europe/Athens", points=0)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_requests_of_any_range_are_the_fewest_possible(
    server: ScriptedServer,
    person: Person,
    endpoint: str,
    first: date,
    days: int,
    zone: str,
    points: int,
) -> None:
    last = first + timedelta(days=days - 1)
    rows = {read.key: points + number for number, read in enumerate(READS[endpoint])}
    server.script = Limits(rows)
    server.asked.clear()
    person.waits = 0

    found = person.days(endpoint, first, last, zone)

    fewest = fewest_requests(endpoint, first, last, ZoneInfo(zone), rows)
    assert len(server.asked) == person.waits == fewest
    assert len(found) == days


def test_heart_rate_of_every_minute_takes_no_more_requests_than_that_of_none(
    server: ScriptedServer, person: Person
) -> None:
    first, last = date(2026, 10, 1), date(2026, 10, 31)
    server.script = worn_always

    person.days("heart_rate", first, last)

    assert len(server.asked) == 3 + 5
    assert fewest_requests("heart_rate", first, last, ZoneInfo("Europe/Athens")) == 3 + 5


@pytest.mark.parametrize(
    ("endpoint", "days", "rows", "fewest"),
    [
        ("steps", 90, None, 1),
        ("steps", 91, None, 2),
        ("calories", 14, None, 1),
        ("calories", 90, None, 7),
        ("activity_minutes", 90, None, 7 + 1),
        ("heart_rate", 1, None, 1 + 1),
        ("heart_rate", 90, None, 7 + 13),
        ("sleep", 90, None, 1),
        ("sleep", 90, {"sleep:reconcile": 25}, 1),
        ("sleep", 90, {"sleep:reconcile": 101}, 5),
        ("weight", 3650, {"weight:reconcile": 10_001, "body-fat:reconcile": 0}, 2 + 1),
        ("hrv", 3650, {"daily-heart-rate-variability:reconcile": 3650}, 1),
    ],
)
def test_the_formula_by_hand(
    endpoint: str, days: int, rows: dict[str, int] | None, fewest: int
) -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days=days - 1)

    assert fewest_requests(endpoint, first, last, ZoneInfo("UTC"), rows) == fewest


EVERY_READ = sorted({read for reads in READS.values() for read in reads}, key=lambda read: read.key)


@pytest.mark.parametrize("read", EVERY_READ, ids=lambda read: read.key)
@given(
    first=st.dates(date(2015, 1, 1), date(2026, 11, 1)),
    days=st.integers(1, 400),
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=25, deadline=None)
def test_planned_requests_lie_end_to_end_and_complete_the_range(
    read: Read, first: date, days: int, zone: str
) -> None:
    last = first + timedelta(days=days - 1)

    planned = list(plan(read, first, last, ZoneInfo(zone)))

    until = [request.complete_before for request in planned]
    assert until == sorted(until)
    assert until[-1] == last + timedelta(days=1)
    bodies = [request.body for request in planned if request.body is not None]
    names = ("startTime", "endTime") if read.method is Method.ROLL_UP else ("start", "end")
    begins, ends = ([body["range"][name] for body in bodies] for name in names)
    assert begins[1:] == ends[:-1]


def test_a_day_that_a_zone_skipped_is_empty(server: ScriptedServer, person: Person) -> None:
    """Samoa went from 29 to 31 December 2011; the day between has no minutes to ask for."""
    skipped = date(2011, 12, 30)

    days = person.days("heart_rate", skipped, skipped, "Pacific/Apia")

    assert days[skipped].payload is None
    assert len(server.asked) == fewest_requests(
        "heart_rate", skipped, skipped, ZoneInfo("Pacific/Apia")
    )
