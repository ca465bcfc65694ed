"""Lists of exercises and sleeps, page by page."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import read_fitbit
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import document, refusal

EXERCISES = "1/user/-/activities/list.json"
SLEEPS = "1.2/user/-/sleep/list.json"
GOOD = {"afterDate": "2026-06-01", "sort": "asc", "limit": 20, "offset": 0}


def _pages(served: Sandbox, session: requests.Session, path: str, **query: Any) -> list[Any]:
    pages = [document(served, session, path, **query)]
    while address := pages[-1]["pagination"]["next"]:
        assert address.startswith(f"{served.base_url}/{path}?")
        pages.append(session.get(address, timeout=10).json())
        assert len(pages) < 100
    return pages


@pytest.mark.parametrize(("path", "key"), [(EXERCISES, "activities"), (SLEEPS, "sleep")])
def test_following_the_pages_brings_every_log_once(
    served: Sandbox, session: requests.Session, path: str, key: str
) -> None:
    whole = document(served, session, path, **{**GOOD, "limit": 100})[key]
    pages = _pages(served, session, path, **{**GOOD, "limit": 7})
    logs = [log for page in pages for log in page[key]]
    starts = [log["startTime"][:19] for log in logs]

    assert logs[:100] == whole
    assert len(logs) > 30
    assert len({log["logId"] for log in logs}) == len(logs)
    assert starts == sorted(starts)
    assert starts[0] >= "2026-06-01"
    assert pages[0]["pagination"]["previous"] == ""
    assert parse_qs(urlsplit(pages[1]["pagination"]["previous"]).query)["offset"] == ["0"]


@pytest.mark.parametrize(("path", "key"), [(EXERCISES, "activities"), (SLEEPS, "sleep")])
def test_before_a_date_comes_the_latest_first(
    served: Sandbox, session: requests.Session, path: str, key: str
) -> None:
    query = {"beforeDate": "2026-06-01", "sort": "desc", "limit": 100, "offset": 0}
    pages = _pages(served, session, path, **query)
    logs = [log for page in pages for log in page[key]]
    starts = [log["startTime"][:19] for log in logs]

    assert starts == sorted(starts, reverse=True)
    assert starts[0] < "2026-06-01"
    after = _pages(served, session, path, **{**GOOD, "limit": 100})
    everything = _pages(served, session, path, **{**GOOD, "afterDate": "2025-01-01"})
    assert len(logs) + sum(len(page[key]) for page in after) == sum(
        len(page[key]) for page in everything
    )


def test_a_date_may_have_a_time_of_day(served: Sandbox, session: requests.Session) -> None:
    (first, second) = document(served, session, EXERCISES, **{**GOOD, "limit": 2})["activities"]
    after = {**GOOD, "afterDate": second["startTime"][:19]}

    assert document(served, session, EXERCISES, **after)["activities"][0] == second
    assert first != second


def test_exercises_are_those_that_google_gives(served: Sandbox, session: requests.Session) -> None:
    pages = _pages(served, session, EXERCISES, **{**GOOD, "limit": 100})
    logs = {log["logId"]: log for page in pages for log in page["activities"]}
    rows = served.population.reconciled("p001", "exercise", date(2026, 6, 1), date(2026, 11, 20))

    assert len(logs) == len(rows)
    for row in rows:
        log = logs[int(str(row["dataPointName"]).rpartition("/")[2])]
        exercise: Any = row["exercise"]
        metrics = exercise["metricsSummary"]
        seconds = int(exercise["activeDuration"].removesuffix("s"))
        assert log["activeDuration"] == log["duration"] == 1000 * seconds
        assert log["activityName"] == exercise["displayName"]
        assert log["calories"] == metrics["caloriesKcal"]
        assert log["averageHeartRate"] == int(metrics["averageHeartRateBeatsPerMinute"])
        if "steps" in metrics:
            assert log["steps"] == int(metrics["steps"])
            assert log["distance"] * 1_000_000 == pytest.approx(metrics["distanceMillimeters"])
        assert sum(level["minutes"] for level in log["activityLevel"]) >= seconds // 60


@pytest.mark.parametrize(
    "changed",
    [
        {"afterDate": ""},
        {"beforeDate": "2026-07-01"},
        {"sort": "desc"},
        {"sort": ""},
        {"limit": 101},
        {"limit": 0},
        {"limit": ""},
        {"offset": ""},
        {"offset": -1},
        {"afterDate": "1 June"},
        {"afterDate": "2026-06-31"},
    ],
)
@pytest.mark.parametrize("path", [EXERCISES, SLEEPS])
def test_a_wrong_request_is_refused(
    served: Sandbox, session: requests.Session, path: str, changed: dict[str, str | int]
) -> None:
    answer = read_fitbit(served, session, path, **{**GOOD, **changed})

    assert refusal(answer)[:2] == (400, "validation")


def test_pages_go_wrong_on_request(served: Sandbox, session: requests.Session) -> None:
    try:
        served.faults.add(
            Fault(kind=FaultKind.REPEATED_PAGE_TOKEN, data_type="activities-list", page=2)
        )
        served.faults.add(Fault(kind=FaultKind.EMPTY_PAGE_WITH_TOKEN, data_type="sleep-list"))
        second = document(served, session, EXERCISES, **{**GOOD, "offset": 20})
        repeated = session.get(second["pagination"]["next"], timeout=10).json()
        empty = document(served, session, SLEEPS, **GOOD)
    finally:
        served.faults.clear()

    assert repeated == second
    assert empty["sleep"] == []
    assert session.get(empty["pagination"]["next"], timeout=10).json()["sleep"]
