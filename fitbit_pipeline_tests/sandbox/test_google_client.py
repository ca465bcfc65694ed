"""Google's own client library reads the sandbox, knowing nothing of it but its address."""

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import civil_range, days_of
from fitbit_pipeline_tests.sandbox_server import tokens_of

PARENT = "users/me/dataTypes/{}"


@pytest.fixture(scope="module")
def users(served: Sandbox) -> Iterator[Any]:
    """The resource ``users`` of Google's client, signed in as ``p001``."""
    path = files("googleapiclient") / "discovery_cache" / "documents" / "health.v4.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["rootUrl"] = f"{served.base_url}/"
    document.pop("mtlsRootUrl", None)
    credentials = Credentials(tokens_of(served)["access_token"])
    with build_from_document(document, credentials=credentials) as health:
        yield health.users()


def test_it_reads_who_the_person_is(served: Sandbox, users: Any) -> None:
    assert users.getIdentity(name="users/me/identity").execute() == served.population.identity(
        "p001"
    )
    assert users.getProfile(name="users/me/profile").execute()["age"] > 0
    zone = users.getSettings(name="users/me/settings").execute()["timeZone"]
    assert zone == served.population.person("p001").time_zone


def test_it_pages_through_devices(served: Sandbox, users: Any) -> None:
    devices = users.pairedDevices()
    request = devices.list(parent="users/me", pageSize=1)
    found = []
    while request is not None:
        answer = request.execute()
        found += answer["pairedDevices"]
        request = devices.list_next(request, answer)

    assert found == served.population.paired_devices("p001")


def test_it_lists_and_reconciles_with_filters_and_pages(users: Any) -> None:
    data_points = users.dataTypes().dataPoints()
    query = {
        "parent": PARENT.format("sleep"),
        "filter": 'sleep.interval.civil_end_time >= "2026-10-01" '
        'AND sleep.interval.civil_end_time < "2026-10-10"',
        "pageSize": 4,
    }
    request = data_points.reconcile(**query)
    nights = []
    while request is not None:
        answer = request.execute()
        nights += answer.get("dataPoints", [])
        request = data_points.reconcile_next(request, answer)
    raw = data_points.list(**{**query, "pageSize": 25}).execute()["dataPoints"]

    assert len(nights) > 5
    assert {night["dataPointName"] for night in nights} <= {night["name"] for night in raw}


def test_it_reads_one_point_by_its_name(users: Any) -> None:
    data_points = users.dataTypes().dataPoints()
    (listed,) = data_points.list(parent=PARENT.format("exercise"), pageSize=1).execute()[
        "dataPoints"
    ]

    assert data_points.get(name=listed["name"]).execute() == listed


def test_it_rolls_up_days_and_windows(users: Any) -> None:
    data_points = users.dataTypes().dataPoints()
    daily = data_points.dailyRollUp(
        parent=PARENT.format("steps"),
        body={"range": civil_range(date(2026, 11, 1), date(2026, 11, 8)), "windowSizeDays": 1},
    ).execute()
    windows = data_points.rollUp(
        parent=PARENT.format("heart-rate"),
        body={
            "range": {"startTime": "2026-11-10T08:00:00Z", "endTime": "2026-11-10T10:00:00Z"},
            "windowSize": "60s",
        },
    ).execute()

    assert set(days_of(daily["rollupDataPoints"])) <= {date(2026, 11, day) for day in range(1, 8)}
    assert windows["rollupDataPoints"][0]["heartRate"]["beatsPerMinuteAvg"] > 0


def test_it_understands_the_refusals(users: Any) -> None:
    with pytest.raises(HttpError) as caught:
        users.dataTypes().dataPoints().list(parent=PARENT.format("total-calories")).execute()

    assert caught.value.status_code == 400
    assert "UNSUPPORTED_DATA_TYPE_ACTION" in str(caught.value.error_details)
