"""The Health API of the sandbox: how it refuses roll-ups that are asked for wrongly."""

from datetime import date, timedelta
from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import civil_range, rolling_up, said

DAY = civil_range(date(2026, 11, 10), date(2026, 11, 11))
HOURS = {"startTime": "2026-11-10T00:00:00Z", "endTime": "2026-11-10T06:00:00Z"}


@pytest.mark.parametrize(
    ("data_type", "longest"),
    [("heart-rate", 14), ("active-minutes", 14), ("total-calories", 14), ("steps", 90)],
)
def test_a_roll_up_is_not_longer_than_its_type_allows(
    served: Sandbox, session: requests.Session, data_type: str, longest: int
) -> None:
    end = date(2026, 11, 15)

    def answer(days: int) -> requests.Response:
        body = {"range": civil_range(end - timedelta(days=days), end)}
        return rolling_up(served, session, data_type, "dailyRollUp", body)

    assert answer(longest).status_code == 200
    refused = answer(longest + 1)
    assert said(refused) == (400, "INVALID_ROLLUP_QUERY_DURATION")
    metadata = refused.json()["error"]["details"][0]["metadata"]
    assert metadata == {"maxDurationDays": str(longest)}


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("dailyRollUp", {"range": DAY, "pageSize": 15}),
        ("rollUp", {"range": HOURS, "windowSize": "900s", "pageSize": 1345}),
        # The usual size of a page, 1440, counts too.
        ("rollUp", {"range": HOURS, "windowSize": "900s"}),
        ("rollUp", {"range": {**HOURS, "startTime": "2026-10-27T05:59:59Z"}, "windowSize": "60s"}),
    ],
)
def test_a_page_of_heart_rates_is_not_longer_than_its_cap(
    served: Sandbox, session: requests.Session, method: str, body: dict[str, Any]
) -> None:
    answer = rolling_up(served, session, "heart-rate", method, body)

    assert said(answer) == (400, "INVALID_ROLLUP_QUERY_DURATION")


def test_the_longest_page_of_heart_rates_is_allowed(
    served: Sandbox, session: requests.Session
) -> None:
    body = {"range": HOURS, "windowSize": "900s", "pageSize": 1344}

    assert rolling_up(served, session, "heart-rate", "rollUp", body).status_code == 200


def _dated(**date_parts: object) -> dict[str, Any]:
    return {"range": {**DAY, "start": {"date": {"year": 2026, "month": 11, "day": 9} | date_parts}}}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (_dated(month="11"), ""),
        (_dated(month="09"), ""),
        (_dated(day=9.5), ""),
        (_dated(day=True), ""),
        (_dated(day=31, month=2), "INVALID_TIME_RANGE"),
        (_dated(hour=1), ""),
        ({}, "MISSING_REQUIRED_FIELD"),
        ({"range": {"start": DAY["start"]}}, "MISSING_REQUIRED_FIELD"),
        ({"range": {"start": {}, "end": {}}}, "MISSING_REQUIRED_FIELD"),
        ({"range": HOURS}, ""),
        ({"range": {"start": DAY["start"], "end": DAY["start"]}}, "INVALID_TIME_RANGE"),
        ({"range": {"start": DAY["end"], "end": DAY["start"]}}, "INVALID_TIME_RANGE"),
        (
            {"range": {**DAY, "start": {**DAY["start"], "time": {"hours": 1}}}},
            "INVALID_TIME_RANGE",
        ),
        ({"range": DAY, "windowSizeDays": "1"}, ""),
        ({"range": DAY, "windowSizeDays": 7}, "INVALID_ROLLUP_WINDOW"),
        ({"range": DAY, "windowSizeDays": -1}, "INVALID_ROLLUP_WINDOW"),
        ({"range": DAY, "pageSize": -1}, "INVALID_PAGE_SIZE"),
        ({"range": DAY, "dataSourceFamily": "x"}, "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"),
        ({"range": DAY, "windowSize": "86400s"}, ""),
        ({"range": DAY, "filter": ""}, ""),
        ([], ""),
    ],
)
def test_a_daily_roll_up_is_read_strictly(
    served: Sandbox, session: requests.Session, body: object, refusal: str
) -> None:
    assert said(rolling_up(served, session, "steps", "dailyRollUp", body)) == (400, refusal)


def test_midnight_may_be_said_and_the_days_too(served: Sandbox, session: requests.Session) -> None:
    start = {**DAY["start"], "time": {"hours": 0}}
    body = {"range": {**DAY, "start": start}, "windowSizeDays": 1}

    assert rolling_up(served, session, "steps", "dailyRollUp", body).status_code == 200


@pytest.mark.parametrize(
    "written", [b'{"range": {"start": {"date": {"month": 09}}}}', b"{", b"\xff"]
)
def test_what_is_no_json_is_refused(
    served: Sandbox, session: requests.Session, written: bytes
) -> None:
    answer = session.post(
        f"{served.base_url}/v4/users/me/dataTypes/steps/dataPoints:dailyRollUp",
        data=written,
        timeout=10,
    )

    assert said(answer) == (400, "")
    assert answer.json()["error"]["message"].startswith("Invalid JSON payload received.")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"range": HOURS}, "INVALID_ROLLUP_WINDOW"),
        ({"range": HOURS, "windowSize": "0s"}, "INVALID_ROLLUP_WINDOW"),
        ({"range": HOURS, "windowSize": "0.5s"}, "INVALID_ROLLUP_WINDOW"),
        ({"range": HOURS, "windowSize": "-60s"}, "INVALID_ROLLUP_WINDOW"),
        ({"range": HOURS, "windowSize": "60"}, ""),
        ({"range": HOURS, "windowSize": 60}, ""),
        ({"range": {**HOURS, "startTime": "2026-11-10"}, "windowSize": "60s"}, ""),
        (
            {"range": {**HOURS, "startTime": HOURS["endTime"]}, "windowSize": "60s"},
            "INVALID_TIME_RANGE",
        ),
        ({"range": {"startTime": HOURS["startTime"]}, "windowSize": "60s"}, "INVALID_TIME_RANGE"),
        ({"range": DAY, "windowSize": "60s"}, ""),
        ({"windowSize": "60s"}, "MISSING_REQUIRED_FIELD"),
    ],
)
def test_a_roll_up_is_read_strictly(
    served: Sandbox, session: requests.Session, body: object, refusal: str
) -> None:
    assert said(rolling_up(served, session, "heart-rate", "rollUp", body)) == (400, refusal)
