"""The Health API of the sandbox: what it refuses, with which status and reason."""

from datetime import date, timedelta
from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.api_types import ACTIVITY, PROFILE, SLEEP
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import civil_range, points, reading, rolling_up, said
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox, signed_in

DAY = civil_range(date(2026, 11, 10), date(2026, 11, 11))


def test_a_request_without_a_token_is_told_so(served: Sandbox) -> None:
    answer = requests.get(f"{served.base_url}/v4/users/me/identity", timeout=10)

    assert said(answer) == (401, "CREDENTIALS_MISSING")
    assert answer.headers["www-authenticate"] == 'Bearer realm="https://accounts.google.com/"'


def test_an_api_key_is_no_token(served: Sandbox) -> None:
    answer = requests.get(
        f"{served.base_url}/v4/users/me/identity", params={"key": "AIza"}, timeout=10
    )

    assert said(answer) == (401, "CREDENTIALS_MISSING")


def test_a_token_that_is_none_is_invalid(served: Sandbox) -> None:
    answer = requests.get(
        f"{served.base_url}/v4/users/me/identity",
        headers={"authorization": "Bearer ya29.nonsense"},
        timeout=10,
    )

    assert said(answer) == (401, "")
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_an_access_token_ends_after_an_hour() -> None:
    with running_sandbox() as sandbox, signed_in(sandbox) as session:
        sandbox.clock = lambda: NOW + timedelta(seconds=3598)
        assert reading(sandbox, session, "identity").status_code == 200
        sandbox.clock = lambda: NOW + timedelta(seconds=3599)
        assert said(reading(sandbox, session, "identity")) == (401, "")


def test_a_scope_that_was_not_granted_closes_its_data_types(served: Sandbox) -> None:
    with signed_in(served, "p002", scopes=(SLEEP,)) as session:
        assert points(served, session, "sleep", pageSize=1).status_code == 200
        assert said(points(served, session, "steps")) == (403, "MISSING_OAUTH_SCOPE")
        refused = rolling_up(served, session, "heart-rate", "dailyRollUp", {"range": DAY})
        assert said(refused) == (403, "MISSING_OAUTH_SCOPE")


@pytest.mark.parametrize("path", ["profile", "settings", "pairedDevices", "pairedDevices/1"])
def test_profile_and_settings_have_scopes_of_their_own(served: Sandbox, path: str) -> None:
    with signed_in(served, "p002", scopes=(ACTIVITY,)) as session:
        answer = reading(served, session, path)

        assert reading(served, session, "identity").status_code == 200
        assert said(answer) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
        assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_a_token_for_the_profile_alone_opens_no_data(served: Sandbox) -> None:
    with signed_in(served, "p003", scopes=(PROFILE,)) as session:
        answer = points(served, session, "steps")

        assert said(answer) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")


def test_somebody_else_is_not_to_be_read(served: Sandbox, session: requests.Session) -> None:
    other = served.population.person("p002").health_user_id
    answer = session.get(f"{served.base_url}/v4/users/{other}/identity", timeout=10)

    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["resting-heart-rate", "heart_rate", "heartRate", "Steps", "-"])
def test_an_unknown_data_type_is_no_collection(
    served: Sandbox, session: requests.Session, name: str
) -> None:
    answer = points(served, session, name)

    assert said(answer) == (400, "INVALID_PARENT_DATA_TYPE_COLLECTION")
    assert answer.json()["error"]["message"].endswith(f"collection: {name}")


def test_a_method_that_a_type_does_not_know_is_named_with_those_that_it_does(
    served: Sandbox, session: requests.Session
) -> None:
    answer = rolling_up(
        served, session, "daily-heart-rate-variability", "dailyRollUp", {"range": DAY}
    )

    assert said(answer) == (400, "UNSUPPORTED_DATA_TYPE_ACTION")
    assert answer.json()["error"]["message"] == (
        "DailyRollup is not supported for data type daily-heart-rate-variability, but the "
        "following actions are supported: list, reconcile"
    )


@pytest.mark.parametrize(
    ("data_type", "method"),
    [("total-calories", ""), ("total-calories", ":reconcile"), ("floors", "")],
)
def test_some_types_are_rolled_up_alone(
    served: Sandbox, session: requests.Session, data_type: str, method: str
) -> None:
    answer = points(served, session, data_type, method)

    assert said(answer) == (400, "UNSUPPORTED_DATA_TYPE_ACTION")


def test_points_without_a_name_cannot_be_read_alone(
    served: Sandbox, session: requests.Session
) -> None:
    answer = reading(served, session, "dataTypes/steps/dataPoints/1")

    assert said(answer) == (400, "UNSUPPORTED_DATA_TYPE_ACTION")


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ({"filter": "steps.interval.civil_start_time > 1"}, "RESTRICTION_COMPARATOR"),
        ({"filter": 'sleep.interval.civil_end_time >= "2026-01-01"'}, "COLLECTION_MISMATCH"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_reason(
    served: Sandbox, session: requests.Session, query: dict[str, str], refusal: str
) -> None:
    answer = points(served, session, "steps", ":reconcile", **query)

    assert said(answer) == (400, f"INVALID_DATA_POINT_FILTER_{refusal}")
    assert answer.json()["error"]["details"][0]["reason"] == "INVALID_DATA_POINT_FILTER"


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ({"pageSize": "-1"}, "INVALID_PAGE_SIZE"),
        ({"pageSize": "many"}, ""),
        ({"pageSize": "1.5"}, ""),
        ({"pageToken": "nonsense"}, "INVALID_PAGE_TOKEN"),
        ({"pageToken": "WzIsbnVsbCw1LCJ4Il0="}, "INVALID_PAGE_TOKEN"),
        ({"start": "2026-01-01"}, ""),
        ({"dataSourceFamily": "all-sources"}, "INVALID_DATA_POINT_DATA_SOURCE_FAMILY"),
        (
            {"dataSourceFamily": "users/me/dataSourceFamilies/fitbit"},
            "INVALID_DATA_POINT_DATA_SOURCE_FAMILY",
        ),
    ],
)
def test_a_wrong_parameter_is_refused(
    served: Sandbox, session: requests.Session, query: dict[str, str], refusal: str
) -> None:
    assert said(points(served, session, "steps", **query)) == (400, refusal)


def test_listing_sleep_knows_no_data_source_families(
    served: Sandbox, session: requests.Session
) -> None:
    family = {"dataSourceFamily": "users/me/dataSourceFamilies/all-sources"}

    refused = points(served, session, "sleep", **family)
    assert said(refused) == (400, "INVALID_DATA_POINT_DATA_SOURCE_FAMILY")
    assert points(served, session, "sleep", ":reconcile", **family).status_code == 200


def test_a_page_token_belongs_to_one_request(served: Sandbox, session: requests.Session) -> None:
    query: dict[str, Any] = {"pageSize": 5}
    token = points(served, session, "steps", **query).json()["nextPageToken"]

    assert points(served, session, "steps", **query, pageToken=token).status_code == 200
    for changed in (
        {"pageSize": 6},
        {**query, "filter": 'steps.interval.civil_start_time < "2027"'},
    ):
        assert points(served, session, "steps", **changed, pageToken=token).status_code == 400
    assert points(served, session, "distance", **query, pageToken=token).status_code == 400
    with signed_in(served, "p002") as other:
        refused = points(served, other, "steps", **query, pageToken=token)
        assert said(refused) == (400, "INVALID_PAGE_TOKEN")


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/v4/nonexistent"),
        ("GET", "/v4/users/me/dataTypes/steps"),
        ("GET", "/v4/users/me/identity/"),
        ("GET", "/v3/users/me/identity"),
        ("GET", "/v4/users/me/dataTypes/steps/dataPoints:dailyRollUp"),
        ("POST", "/v4/users/me/identity"),
        ("DELETE", "/v4/users/me/dataTypes/steps/dataPoints"),
    ],
)
def test_an_unknown_address_is_answered_with_a_page(
    served: Sandbox, session: requests.Session, verb: str, path: str
) -> None:
    answer = session.request(verb, f"{served.base_url}{path}", timeout=10)

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "That’s an error." in answer.text


def test_each_person_has_so_many_requests_a_minute() -> None:
    with (
        running_sandbox(requests_per_minute=3) as sandbox,
        signed_in(sandbox) as session,
        signed_in(sandbox, "p002") as other,
    ):
        for _ in range(3):
            assert reading(sandbox, session, "identity").status_code == 200
        refused = reading(sandbox, session, "identity")
        assert said(refused) == (429, "RATE_LIMIT_EXCEEDED")
        assert refused.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
        assert "retry-after" not in refused.headers
        assert reading(sandbox, other, "identity").status_code == 200
        sandbox.clock = lambda: NOW + timedelta(seconds=60)
        assert reading(sandbox, session, "identity").status_code == 200
