"""What the sandbox's Fitbit answers conforms to the API's own description."""

from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.fitbit_web.clients import KINDS
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_samples import HAS_DATA, MISSING
from fitbit_pipeline_tests.fitbit_sandbox import (
    ask_fitbit_for_tokens,
    fitbit_signed_in,
    fitbit_tokens_of,
    read_fitbit,
)
from fitbit_pipeline_tests.sandbox.fitbit_web.description import check, validate

pytestmark = pytest.mark.skipif(not HAS_DATA, reason=MISSING)

SERIES = (
    "steps",
    "distance",
    "floors",
    "elevation",
    "calories",
    "caloriesBMR",
    "minutesSedentary",
    "minutesLightlyActive",
    "minutesFairlyActive",
    "minutesVeryActive",
)
MONTH = "2026-10-20/2026-11-18"
PATHS = (
    *(f"1/user/-/activities/{name}/date/2025-06-01/2026-11-25.json" for name in SERIES),
    *(
        f"1/user/-/activities/tracker/{name}/date/{MONTH}.json"
        for name in SERIES
        if name != "caloriesBMR"
    ),
    f"1/user/-/activities/activityCalories/date/{MONTH}.json",
    "1/user/-/activities/heart/date/2025-12-01/2026-11-25.json",
    "1/user/-/activities/heart/date/2026-11-18/1d/1sec.json",
    "1/user/-/activities/heart/date/2026-11-18/1d/1min.json",
    "1/user/-/activities/heart/date/2026-11-18/1d/5min/time/08:00/09:30.json",
    "1/user/-/activities/steps/date/2026-11-18/1d/1min.json",
    "1/user/-/activities/calories/date/2026-11-18/1d/15min/time/08:00/09:30.json",
    "1/user/-/activities/active-zone-minutes/date/2026-01-01/2026-11-20.json",
    "1/user/-/activities/date/2026-11-16.json",
    "1/user/-/activities/list.json?afterDate=2026-01-01&sort=asc&limit=100&offset=0",
    "1.2/user/-/sleep/list.json?beforeDate=2026-11-01&sort=desc&limit=50&offset=0",
    "1.2/user/-/sleep/date/2026-11-17.json",
    "1.2/user/-/sleep/date/2026-08-13/2026-11-20.json",
    *(
        f"1/user/-/{name}/date/{days}.json"
        for name in ("hrv", "spo2", "br", "temp/skin", "temp/core", "cardioscore", "body/log/fat")
        for days in ("2026-11-18", MONTH)
    ),
    f"1/user/-/body/log/weight/date/{MONTH}.json",
    *(f"1/user/-/body/{name}/date/{MONTH}.json" for name in ("weight", "fat", "bmi")),
    "1/user/-/devices.json",
    "1/user/-/profile.json",
)


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_conforms(served: Sandbox, session: requests.Session, path: str) -> None:
    answer = read_fitbit(served, session, path)

    assert answer.status_code == 200
    validate(answer.url, answer.json())


def test_answers_of_all_kinds_of_people_conform(served: Sandbox) -> None:
    by_kind = {
        (person.lacks, person.traits.scale): person.key
        for person in reversed(served.population.people)
    }
    for key in by_kind.values():
        with fitbit_signed_in(served, key, kind="personal") as session:
            for path in PATHS[-24:]:
                answer = read_fitbit(served, session, path)
                assert answer.status_code == 200 or answer.json() == [], path
                validate(answer.url, answer.json())


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_conform(served: Sandbox, kind: str) -> None:
    tokens = fitbit_tokens_of(served, kind=kind)
    fresh = ask_fitbit_for_tokens(
        served, kind, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    state = requests.post(
        f"{served.base_url}/1.1/oauth2/introspect",
        data={"token": tokens["access_token"]},
        headers={"authorization": f"Bearer {tokens['access_token']}"},
        timeout=10,
    )

    check("Oauth2Token", tokens)
    check("Oauth2Token", fresh.json())
    check("Oauth2Introspect", state.json())


def test_what_does_not_conform_is_noticed() -> None:
    wrong: list[tuple[str, Any]] = [
        ("devices", [{"battery": "Full"}]),
        ("activities/steps/date/2026-11-18/1d", {"activities-steps": [{"value": 4}]}),
        ("profile", {"person": {}}),
    ]
    for path, document in wrong:
        with pytest.raises(AssertionError, match="not a Get"):
            validate(f"http://127.0.0.1/1/user/-/{path}.json", document)
