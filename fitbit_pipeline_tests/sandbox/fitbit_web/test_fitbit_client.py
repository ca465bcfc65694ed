"""The package ``fitbit``, which the tutorial uses, reads the sandbox by its address alone."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import fitbit
import pytest
from fitbit.exceptions import HTTPForbidden, HTTPTooManyRequests, HTTPUnauthorized

from fitbit_pipeline.sandbox import consent
from fitbit_pipeline.sandbox.fitbit_web.scopes import SCOPES
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_tokens_of
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import rolled_up
from fitbit_pipeline_tests.sandbox_server import NOW, REDIRECT_URI, code_of, running_sandbox

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 19)


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(fitbit_requests_per_hour=60) as sandbox:
        yield sandbox


def _oauth_of(sandbox: Sandbox) -> type[fitbit.FitbitOauth2Client]:
    class OAuth(fitbit.FitbitOauth2Client):  # type: ignore[misc, no-any-unimported]
        request_token_url = access_token_url = refresh_token_url = (
            f"{sandbox.base_url}/oauth2/token"
        )
        authorization_url = f"{sandbox.base_url}/oauth2/authorize"

    return OAuth


def _client(sandbox: Sandbox, tokens: dict[str, Any], refresh_cb: Any = None) -> fitbit.Fitbit:
    """As the tutorial makes it: everything under version 1.2, in metric units."""

    class Client(fitbit.Fitbit):  # type: ignore[misc, no-any-unimported]
        API_ENDPOINT = sandbox.base_url
        API_VERSION = 1.2

        def __init__(self, *args: Any, **options: Any):
            super().__init__(*args, **options)
            options.pop("system")
            self.client = _oauth_of(sandbox)(*args, **options)

    file = sandbox.fitbit_client_file("personal")
    return Client(
        file["client_id"],
        file["client_secret"],
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        refresh_cb=refresh_cb,
        system=fitbit.Fitbit.METRIC,
    )


@pytest.fixture
def client(sandbox: Sandbox) -> fitbit.Fitbit:
    return _client(sandbox, fitbit_tokens_of(sandbox, kind="personal"))


def test_it_goes_through_the_consent_on_its_own(sandbox: Sandbox) -> None:
    file = sandbox.fitbit_client_file("server")
    oauth = _oauth_of(sandbox)(file["client_id"], file["client_secret"], redirect_uri=REDIRECT_URI)
    address, state = oauth.authorize_token_url(scope=list(SCOPES))
    answer = consent.grant(address, person="p002")
    tokens = oauth.fetch_access_token(code_of(answer))

    assert f"state={state}" in answer
    assert tokens["user_id"] == sandbox.population.person("p002").legacy_user_id
    assert set(tokens["scope"]) == set(SCOPES)


def test_it_reads_the_series_of_the_tutorial(sandbox: Sandbox, client: fitbit.Fitbit) -> None:
    google = rolled_up(sandbox.population, "p001", "steps", FIRST, LAST)
    found = client.time_series("activities/steps", base_date=FIRST, end_date=LAST)

    assert [row["value"] for row in found["activities-steps"]] == [
        google.get(FIRST + timedelta(days=offset), {"countSum": "0"})["countSum"]
        for offset in range((LAST - FIRST).days + 1)
    ]
    for name in ("Sedentary", "LightlyActive", "FairlyActive", "VeryActive"):
        rows = client.time_series(
            f"activities/minutes{name}", base_date=FIRST.isoformat(), end_date=LAST.isoformat()
        )
        assert len(rows[f"activities-minutes{name}"]) == (LAST - FIRST).days + 1
    heart = client.time_series("activities/heart", base_date=FIRST, end_date=LAST)
    assert heart["activities-heart"][0]["value"]["restingHeartRate"] > 40
    sleep = client.time_series("sleep", base_date=FIRST, end_date=LAST)
    assert {"stages"} <= {log["type"] for log in sleep["sleep"]}
    assert client.time_series("activities/steps", period="7d")["activities-steps"][-1] == {
        "dateTime": "2026-11-20",
        "value": "2214",
    }


def test_it_reads_single_days_and_readings_within_them(client: fitbit.Fitbit) -> None:
    minutes = client.intraday_time_series(
        "activities/heart", base_date="2026-11-19", detail_level="1min"
    )
    window = client.intraday_time_series(
        "activities/steps", "2026-11-19", "15min", start_time="08:00", end_time="09:59"
    )

    assert len(minutes["activities-heart-intraday"]["dataset"]) == 1440
    assert len(window["activities-steps-intraday"]["dataset"]) == 8
    assert client.activities(date="2026-11-19")["summary"]["steps"] == 18529
    assert client.get_sleep(date(2026, 11, 9))["summary"]["totalSleepRecords"] == 1
    assert client.get_bodyweight(base_date=LAST, period="1w")["weight"]
    assert client.get_bodyfat(base_date=FIRST, end_date=LAST)["fat"]


def test_it_reads_who_it_is_and_with_which_devices(sandbox: Sandbox, client: fitbit.Fitbit) -> None:
    user = client.user_profile_get()["user"]

    assert user["encodedId"] == sandbox.population.person("p001").legacy_user_id
    assert [device["deviceVersion"] for device in client.get_devices()] == [
        "Pixel Watch 4",
        "MobileTrack",
        "Aria Air",
    ]


def test_it_refreshes_a_token_that_expired(sandbox: Sandbox) -> None:
    kept: list[dict[str, Any]] = []
    tokens = fitbit_tokens_of(sandbox, kind="personal")
    client = _client(sandbox, tokens, kept.append)
    sandbox.clock = lambda: NOW + timedelta(hours=9)

    assert client.get_devices()
    assert sandbox.requests.total(method="refresh") == 1
    assert kept[0]["refresh_token"] != tokens["refresh_token"]


def test_it_understands_the_refusals(sandbox: Sandbox, client: fitbit.Fitbit) -> None:
    narrow = _client(sandbox, fitbit_tokens_of(sandbox, "p003", ("sleep",), "personal"))
    with pytest.raises(HTTPForbidden, match="access activity data"):
        narrow.time_series("activities/steps", period="1d")
    for _ in range(60):
        client.get_devices()
    with pytest.raises(HTTPTooManyRequests) as caught:
        client.get_devices()
    assert caught.value.retry_after_secs > 0
    sandbox.fitbit.accounts.revoke_person("p003")
    with pytest.raises(HTTPUnauthorized, match="Access token invalid"):
        narrow.time_series("sleep", base_date=FIRST, end_date=LAST)
