"""What is sent and looked for, held against Fitbit's own description and recorded answers.

They are not part of the project: FITBIT_WEB_SAMPLES names the folder that holds them.
"""

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.sources.fitbit_web.planning import plan
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES, Form, Resource
from fitbit_pipeline.sources.fitbit_web.scopes import NAMES
from fitbit_pipeline.sources.protocol import SourceFailure
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person, by_day
from fitbit_pipeline_tests.sources.fitbit_web.recorded import DEVICES, PROFILE
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

FOLDER = Path(os.environ.get("FITBIT_WEB_SAMPLES", "/nonexistent"))
DESCRIPTION = FOLDER / "fitbit-web-openapi.json"
SAMPLES = sorted((FOLDER / "fitbit-web-samples").rglob("*.json"))
DAY = date(2023, 1, 2)
EVERY = {each.path: each for resources in RESOURCES.values() for each in resources}

ANSWERED = {
    "active_zone_minutes": "fitbit_net/ActiveZoneMinutes.json",
    "breathing_rate": "fitbit_net/GetBreathingRateSummaryByInterval.json",
    "distance": "fitbit_net/TimeSeries-ActivitiesDistance.json",
    "heart_rate": "allenporter/heart_rate_intraday.json",
    "heart_rate_zones": "allenporter/heart_rate_time_series.json",
    "hrv": "fitbit_net/GetHRVSummaryByInterval.json",
    "resting_heart_rate": "allenporter/heart_rate_time_series.json",
    "sleep": "shimmer/fitbit-sleep-date-range.json",
    "spo2": "fitbit_net/GetSpO2SummaryByInterval.json",
    "steps": "allenporter/activity_time_series_steps.json",
    "vo2_max": "fitbit_net/GetCardioScoreSummaryByInterval.json",
}
"""Of each endpoint a sample that is an answer to it, by every documentation."""

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.is_file(), reason="FITBIT_WEB_SAMPLES names no folder of samples."
)


@pytest.mark.parametrize("resource", EVERY.values(), ids=lambda each: each.what)
def test_a_request_is_as_fitbit_describes_it(resource: Resource) -> None:
    description = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    request = next(plan(resource, DAY, DAY))

    described = _described(description, request.path)
    named = {each["name"] for each in described.get("parameters", [])}
    assert request.params.keys() <= named
    scopes = {scope for each in described["security"] for part in each.values() for scope in part}
    assert scopes & set(NAMES)
    if resource.form is not Form.BARE_RANGE:
        said = _answered(description, described)
        assert resource.key.lower() in said.lower()


def _described(description: dict[str, Any], asked: str) -> dict[str, Any]:
    """The operation that a path belongs to; between several the one with the fewest variables.

    A period is another operation than a last day.
    """
    fitting = [
        path
        for path, operations in description["paths"].items()
        if "get" in operations
        and "{period}" not in path
        and re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", path.replace(".", r"\.")), asked)
    ]
    found: dict[str, Any] = description["paths"][min(fitting, key=lambda path: path.count("{"))]
    operation: dict[str, Any] = found["get"]
    return operation


def _answered(description: dict[str, Any], described: dict[str, Any]) -> str:
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    name = schema["$ref"].rsplit("/", 1)[1]
    return json.dumps(description["components"]["schemas"][name])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sample_is_read_or_is_a_typed_failure(
    server: ScriptedServer, person: Person, path: Path
) -> None:
    """As an answer to whatever was asked: also those that are answers to something else."""
    sample = Reply(path.read_bytes())
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else sample
    source = person.source()

    for endpoint in RESOURCES:
        try:
            found = by_day(source, endpoint, DAY, DAY)
        except SourceFailure as failure:
            assert failure.reason.endswith(".")
        else:
            assert found.keys() == {DAY}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_sample_as_profile_or_devices_is_read_or_says_nothing(
    server: ScriptedServer, person: Person, path: Path
) -> None:
    sample = Reply(path.read_bytes())
    server.script = lambda asked: sample

    assert person.source().synced_until is None
    server.script = lambda asked: sample if asked.path == DEVICES else Reply({"user": {}})
    assert (person.source().synced_until is not None) == ("evices" in path.stem)


@pytest.mark.parametrize("endpoint", sorted(ANSWERED))
def test_a_sample_of_an_endpoint_brings_days(
    server: ScriptedServer, person: Person, endpoint: str
) -> None:
    content = (FOLDER / "fitbit-web-samples" / ANSWERED[endpoint]).read_bytes()

    def script(asked: Asked) -> Reply:
        return Reply({"user": {}} if asked.path == PROFILE else json.loads(content))

    server.script = script
    dates = sorted(re.findall(rb'"(20\d\d-\d\d-\d\d)', content)) or [b"2019-05-16"]
    first, last = (date.fromisoformat(each.decode()) for each in (dates[0], dates[-1]))

    days = by_day(person.source(), endpoint, first, last)

    assert any(response.payload is not None for response in days.values())


def test_the_devices_of_a_sample_tell_when_they_synced(
    server: ScriptedServer, person: Person
) -> None:
    content = json.loads((FOLDER / "fitbit-web-samples/allenporter/devices.json").read_bytes())
    server.script = lambda asked: Reply(content if asked.path == DEVICES else {"user": {}})

    assert person.source("UTC").synced_until is not None
