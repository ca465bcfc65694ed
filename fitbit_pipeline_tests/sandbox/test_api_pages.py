"""The pages of the sandbox's Health API: as long as the real ones, without loss, and their end."""

from datetime import date, timedelta
from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import NIGHTS, all_rows, civil_range, points, rolling_up
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox, signed_in


def test_roll_ups_come_in_pages_without_loss(served: Sandbox, session: requests.Session) -> None:
    body: dict[str, Any] = {
        "range": {"startTime": "2026-11-10T00:00:00Z", "endTime": "2026-11-10T06:00:00Z"},
        "windowSize": "60s",
    }
    whole = rolling_up(served, session, "heart-rate", "rollUp", body).json()["rollupDataPoints"]
    body["pageSize"] = 100
    pages = []
    while True:
        answer = rolling_up(served, session, "heart-rate", "rollUp", body).json()
        pages += answer["rollupDataPoints"]
        if "nextPageToken" not in answer:
            break
        body["pageToken"] = answer["nextPageToken"]

    assert pages == whole


def test_daily_roll_ups_come_in_pages_too(served: Sandbox, session: requests.Session) -> None:
    body: dict[str, Any] = {"range": civil_range(date(2026, 10, 1), date(2026, 10, 11))}
    whole = rolling_up(served, session, "steps", "dailyRollUp", body).json()["rollupDataPoints"]
    body["pageSize"] = 4
    first = rolling_up(served, session, "steps", "dailyRollUp", body).json()

    assert first["rollupDataPoints"] == whole[:4]
    assert first["nextPageToken"]


@pytest.mark.parametrize(
    ("data_type", "method", "query", "longest"),
    [
        ("sleep", ":reconcile", {}, 25),
        ("exercise", "", {"pageSize": 10000}, 25),
        ("heart-rate", "", {}, 50),
        ("heart-rate", ":reconcile", {}, 1440),
        ("heart-rate", "", {"pageSize": 20000}, 10000),
        ("steps", "", {}, 1440),
        ("steps", "", {"pageSize": 7}, 7),
        ("steps", "", {"pageSize": 0}, 1440),
    ],
)
def test_pages_are_as_long_as_the_real_ones(
    served: Sandbox,
    session: requests.Session,
    data_type: str,
    method: str,
    query: dict[str, int],
    longest: int,
) -> None:
    answer = points(served, session, data_type, method, **query).json()

    assert len(answer["dataPoints"]) == longest
    assert answer["nextPageToken"]


@pytest.mark.parametrize("size", [1, 3, 25])
def test_pages_lose_and_double_nothing(
    served: Sandbox, session: requests.Session, size: int
) -> None:
    query = {
        "filter": 'sleep.interval.civil_end_time >= "2026-10-01" '
        'AND sleep.interval.civil_end_time < "2026-10-15"',
    }
    (whole,) = all_rows(served, session, "sleep", **query)
    pages = all_rows(served, session, "sleep", **query, pageSize=size)

    assert [row for page in pages for row in page] == whole
    assert all(len(page) == size for page in pages[:-1])
    assert len({row["name"] for row in whole}) == len(whole)


@pytest.mark.parametrize(
    ("data_type", "member", "midnight"),
    [
        ("sleep", "interval.civil_end_time", ""),
        ("sleep", "interval.end_time", "T00:00:00Z"),
        ("exercise", "interval.civil_start_time", ""),
        ("active-zone-minutes", "interval.civil_start_time", ""),
        ("active-zone-minutes", "interval.start_time", "T00:00:00Z"),
        ("weight", "sample_time.civil_time", ""),
        ("weight", "sample_time.physical_time", "T00:00:00Z"),
        ("daily-vo2-max", "date", ""),
    ],
)
def test_fortnights_together_are_the_whole_history(
    served: Sandbox, session: requests.Session, data_type: str, member: str, midnight: str
) -> None:
    """Also where clocks changed, and where the person travelled."""
    whole = [row for page in all_rows(served, session, data_type, pageSize=10000) for row in page]
    name = f"{data_type.replace('-', '_')}.{member}"
    parts = []
    end = date(2026, 11, 25)
    while end > date(2025, 12, 20):
        first = end - timedelta(days=14)
        text = f'{name} >= "{first}{midnight}" AND {name} < "{end}{midnight}"'
        for page in all_rows(served, session, data_type, filter=text, pageSize=10000):
            parts += page
        end = first

    assert len(whole) > 50
    assert parts == whole


def test_a_page_that_is_just_full_is_the_last(served: Sandbox, session: requests.Session) -> None:
    whole = points(served, session, "sleep", ":reconcile", filter=NIGHTS).json()["dataPoints"]
    full = points(served, session, "sleep", ":reconcile", filter=NIGHTS, pageSize=len(whole)).json()

    assert full == {"dataPoints": whole}


def test_a_page_holds_its_place_while_newer_data_arrive() -> None:
    with running_sandbox() as sandbox, signed_in(sandbox) as session:
        first = points(sandbox, session, "steps", pageSize=50).json()
        before = points(
            sandbox, session, "steps", pageSize=50, pageToken=first["nextPageToken"]
        ).json()
        sandbox.clock = lambda: NOW + timedelta(minutes=50)
        after = points(
            sandbox, session, "steps", pageSize=50, pageToken=first["nextPageToken"]
        ).json()
        newest = points(sandbox, session, "steps", pageSize=50).json()

    assert newest["dataPoints"][0] != first["dataPoints"][0]
    assert after["dataPoints"] == before["dataPoints"]
