"""Answers of the sandbox's Fitbit, and what its refusals say."""

from datetime import date, timedelta
from typing import Any

import requests

from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import read_fitbit

Json = dict[str, Any]
FIRST, LAST = date(2026, 1, 1), date(2026, 11, 19)
LEVELS = ("minutesSedentary", "minutesLightlyActive", "minutesFairlyActive", "minutesVeryActive")


def document(sandbox: Sandbox, session: requests.Session, path: str, **query: str | int) -> Any:
    """The JSON of a good answer."""
    answer = read_fitbit(sandbox, session, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def series(
    sandbox: Sandbox, session: requests.Session, resource: str, first: date, last: date
) -> dict[date, Any]:
    """The values of a series by day."""
    found = document(sandbox, session, f"1/user/-/{resource}/date/{first}/{last}.json")
    (rows,) = found.values()
    return {date.fromisoformat(row["dateTime"]): row["value"] for row in rows}


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    """Status, type and sentence of a refusal."""
    (error,) = answer.json()["errors"]
    return answer.status_code, error["errorType"], error["message"]


def rolled_up(
    population: Population, key: str, data_type: str, first: date, last: date
) -> dict[date, Json]:
    """Google's values of days by civil day; those without a value are left out."""
    rows = population.daily_roll_up(key, data_type, first, last)
    found = {}
    for row in rows:
        values = [row[name] for name in row if not name.startswith("civil")]
        if values and values[0]:
            day = row["civilStartTime"]["date"]  # type: ignore[index,call-overload]
            found[date(**day)] = values[0]
    return found


def daily(
    population: Population, key: str, data_type: str, first: date, last: date
) -> dict[date, Json]:
    """Google's records of days by civil day."""
    rows = population.reconciled(key, data_type, first, last)
    records: list[Any] = [
        value for row in rows for name, value in row.items() if name != "dataPointName"
    ]
    return {date(**record["date"]): record for record in records}


def days_from(first: date, count: int) -> list[date]:
    """Days in a row."""
    return [first + timedelta(days=offset) for offset in range(count)]
