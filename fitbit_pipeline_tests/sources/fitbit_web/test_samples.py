"""What is sent and looked for, held against Fitbit's own description and recorded answers.

They are not part of the project (``fitbit_samples``).
"""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.metrics.fitbit_web import NORMALISERS
from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused
from fitbit_pipeline.sources.fitbit_web.planning import plan
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES, Form, Resource
from fitbit_pipeline.sources.fitbit_web.scopes import NAMES
from fitbit_pipeline.sources.protocol import SourceFailure
from fitbit_pipeline_tests.fitbit_samples import (
    DESCRIPTION,
    HAS_DATA,
    MISSING,
    SAMPLES,
    samples,
    valid_samples,
)
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person
from fitbit_pipeline_tests.sources.fitbit_web.recorded import DEVICES, EXERCISES, PROFILE, Recorded
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

DAY = date(2023, 1, 2)
MOST_DAYS = 90
EVERY = {each.path: each for resources in RESOURCES.values() for each in resources}
DATES = re.compile(rb'"(20[0-9]{2}-[0-9]{2}-[0-9]{2})')

NORMALISED = {
    "allenporter/activity_log_list": "exercise",
    "allenporter/activity_time_series_calories": "calories",
    "allenporter/activity_time_series_steps": "steps",
    "allenporter/breathing_rate": "breathing_rate",
    "allenporter/heart_rate_intraday": "heart_rate",
    "allenporter/heart_rate_time_series": "resting_heart_rate",
    "allenporter/sleep_log_list": "sleep",
    "allenporter/weight_log_list": "weight",
    "fitbit_net/ActiveZoneMinutes": "active_zone_minutes",
    "fitbit_net/ActiveZoneMinutes2": "active_zone_minutes",
    "fitbit_net/GetBreathingRateSummaryByDate": "breathing_rate",
    "fitbit_net/GetBreathingRateSummaryByInterval": "breathing_rate",
    "fitbit_net/GetCardioScoreSummaryByDate": "vo2_max",
    "fitbit_net/GetCardioScoreSummaryByInterval": "vo2_max",
    "fitbit_net/GetFat": "weight",
    "fitbit_net/GetHRVSummaryByDate": "hrv",
    "fitbit_net/GetHRVSummaryByInterval": "hrv",
    "fitbit_net/GetHeartRateIntradayTimeSeries1.1": "heart_rate",
    "fitbit_net/GetHeartRateTimeSeries": "heart_rate_zones",
    "fitbit_net/GetSleep": "sleep",
    "fitbit_net/GetSleepRange": "sleep",
    "fitbit_net/GetSpO2SummaryByInterval": "spo2",
    "fitbit_net/GetWeight": "weight",
    "fitbit_net/TimeSeries-ActivitiesDistance": "distance",
    "fitbit_net/TimeSeries-ActivitiesSteps": "steps",
    "shimmer/fitbit-activities-heart-1d-1m-intraday": "heart_rate",
    "shimmer/fitbit-activities-steps-timeseries": "steps",
    "shimmer/fitbit-body-log-weight": "weight",
    "shimmer/fitbit-sleep-date": "sleep",
    "shimmer/fitbit-sleep-date-range": "sleep",
}
"""The samples that are answers to what is asked, each with an endpoint that asks for it."""
EMPTY = {
    "fitbit_net/TimeSeries-ActivitiesSteps-Empty": "steps",
    "shimmer/fitbit-sleep-date-empty-sleep-list": "sleep",
    "shimmer/fitbit-sleep-date-range-empty-sleep-list": "sleep",
}
"""The samples that say that there is nothing."""

pytestmark = pytest.mark.skipif(not HAS_DATA, reason=MISSING)


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


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


def _range_of(content: bytes) -> tuple[date, date]:
    """The days that a sample speaks of, not too many of them."""
    dates = sorted(found.decode() for found in DATES.findall(content)) or [DAY.isoformat()]
    last = date.fromisoformat(dates[-1])
    return max(date.fromisoformat(dates[0]), last - timedelta(days=MOST_DAYS)), last


def _asked_for(content: bytes, matches: Callable[[Asked], bool]) -> Callable[[Asked], Reply]:
    """A person of whom there is one sample, once; all else is empty."""
    nothing, told = Recorded(), False

    def script(asked: Asked) -> Reply:
        nonlocal told
        if told and asked.path == EXERCISES:
            return Reply({"activities": [], "pagination": {}})
        if told or asked.path in (PROFILE, DEVICES) or not matches(asked):
            return nothing(asked)
        told = True
        return Reply(content)

    return script


def _outcomes(person: Person, endpoint: str, first: date, last: date) -> dict[date, set[str]]:
    """By day the metrics that it has; what is refused or fails has a reason and none."""
    found: dict[date, set[str]] = {}
    try:
        for response in person.source().fetch(endpoint, first, last):
            found[response.date] = set()
            if response.payload is not None:
                context = DayContext(response.date, 1440)
                found[response.date] |= NORMALISERS[endpoint](response.payload, context).keys()
    except SourceFailure as failure:
        assert failure.reason.endswith(".")
    except PayloadRefused as refused:
        assert str(refused)
    return found


@pytest.mark.parametrize("path", valid_samples(), ids=named)
def test_every_sample_is_normalised_or_refused_with_a_reason(
    server: ScriptedServer, person: Person, path: Path
) -> None:
    """As an answer to whatever was asked: also those that are answers to something else."""
    content = path.read_bytes()
    first, last = _range_of(content)
    sample = Reply(content)
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else sample

    for endpoint in ENDPOINT_NAMES:
        _outcomes(person, endpoint, last if endpoint == "heart_rate" else first, last)


@pytest.mark.parametrize("path", samples(), ids=named)
def test_a_sample_is_never_taken_for_another_day(
    server: ScriptedServer, person: Person, path: Path
) -> None:
    """Asked for a day of which it says nothing; also those that are not JSON."""
    sample = Reply(path.read_bytes())
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else sample

    for endpoint in ENDPOINT_NAMES:
        # The readings of minutes name no day.
        if endpoint != "heart_rate":
            assert not any(_outcomes(person, endpoint, DAY, DAY).values())


@pytest.mark.parametrize("name", NORMALISED)
def test_a_sample_of_what_is_asked_for_is_normalised(
    server: ScriptedServer, person: Person, name: str
) -> None:
    endpoint = NORMALISED[name]
    content = (SAMPLES / f"{name}.json").read_bytes()
    first, last = _range_of(content)
    roots = [each.key for each in RESOURCES[endpoint] if f'"{each.key}"'.encode() in content]

    def matches(asked: Asked) -> bool:
        # Of weight and fat, which come together, the one of which the sample speaks.
        return endpoint != "weight" or f"/log/{roots[0]}/" in asked.path

    server.script = _asked_for(content, matches)

    outcomes = _outcomes(person, endpoint, first, last)

    assert outcomes.keys() == {first + timedelta(days=n) for n in range((last - first).days + 1)}
    assert any(outcomes.values())


@pytest.mark.parametrize("name", EMPTY)
def test_a_sample_that_says_nothing_is_an_empty_day(
    server: ScriptedServer, person: Person, name: str
) -> None:
    sample = Reply((SAMPLES / f"{name}.json").read_bytes())
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else sample

    assert _outcomes(person, EMPTY[name], DAY, DAY) == {DAY: set()}


@pytest.mark.parametrize("path", samples(), ids=named)
def test_every_sample_as_profile_or_devices_is_read_or_says_nothing(
    server: ScriptedServer, person: Person, path: Path
) -> None:
    sample = Reply(path.read_bytes())
    server.script = lambda asked: sample

    assert person.source().synced_until is None
    server.script = lambda asked: sample if asked.path == DEVICES else Reply({"user": {}})
    assert (person.source().synced_until is not None) == ("evices" in path.stem)
