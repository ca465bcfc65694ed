"""Calls of the sandbox's Health API, and what its refusals say."""

from datetime import date
from typing import Any

import requests

from fitbit_pipeline.sandbox.server import Sandbox

MOST_PAGES = 200
NIGHTS = (
    'sleep.interval.civil_end_time >= "2026-11-01" AND sleep.interval.civil_end_time < "2026-11-08"'
)
"""A filter for the nights of one week."""


def reading(
    sandbox: Sandbox, session: requests.Session, path: str, **query: str | int
) -> requests.Response:
    """A GET under ``users/me``."""
    return session.get(f"{sandbox.base_url}/v4/users/me/{path}", params=query, timeout=10)


def points(
    sandbox: Sandbox, session: requests.Session, data_type: str, method: str = "", **query: Any
) -> requests.Response:
    """list, or reconcile where ``method`` is ``:reconcile``."""
    return reading(sandbox, session, f"dataTypes/{data_type}/dataPoints{method}", **query)


def rolling_up(
    sandbox: Sandbox, session: requests.Session, data_type: str, method: str, body: object
) -> requests.Response:
    """``rollUp`` or ``dailyRollUp``."""
    return session.post(
        f"{sandbox.base_url}/v4/users/me/dataTypes/{data_type}/dataPoints:{method}",
        json=body,
        timeout=10,
    )


def civil_range(first: date, end: date) -> dict[str, Any]:
    """The range of a dailyRollUp, without its end."""
    return {
        name: {"date": {"year": day.year, "month": day.month, "day": day.day}}
        for name, day in (("start", first), ("end", end))
    }


def said(answer: requests.Response) -> tuple[int, str]:
    """Status and reason of a refusal; the reason in detail, where there is one."""
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    for detail in error.get("details", []):
        if "reason" in detail:
            detailed = detail.get("metadata", {}).get("detailedReasons")
            return answer.status_code, str(detailed or detail["reason"])
    return answer.status_code, ""


def days_of(rows: list[dict[str, Any]]) -> list[date]:
    """The civil days of rolled up rows."""
    return [
        date(each["year"], each["month"], each["day"])
        for each in (row["civilStartTime"]["date"] for row in rows)
    ]


def all_rows(
    sandbox: Sandbox, session: requests.Session, data_type: str, method: str = "", **query: Any
) -> list[list[dict[str, Any]]]:
    """All pages of list or reconcile."""
    pages: list[list[dict[str, Any]]] = []
    token = ""
    while len(pages) < MOST_PAGES:
        more = {"pageToken": token} if token else {}
        answer = points(sandbox, session, data_type, method, **query, **more).json()
        pages.append(answer.get("dataPoints", []))
        token = answer.get("nextPageToken", "")
        if not token:
            return pages
    raise AssertionError("the pages do not end")
