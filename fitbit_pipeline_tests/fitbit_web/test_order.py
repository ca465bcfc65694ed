"""A backfill by the program itself: what is cheap is asked for first, and newest days first."""

from datetime import timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.cli.runs import materialise
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.flow.cheapest_first import CHEAPEST_FIRST, COSTS
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.sandbox_server import NOW, Recorder, running_sandbox

LAST = NOW.date() - timedelta(days=1)
FIRST = LAST - timedelta(days=1)

pytestmark = pytest.mark.timeout(300)


def _endpoint_of(path: str) -> str | None:
    for endpoint, resources in RESOURCES.items():
        for resource in resources:
            if path.startswith(resource.path.partition("{")[0]):
                is_minutes = path.endswith("/1d/1min.json")
                if is_minutes == (endpoint == "heart_rate"):
                    return endpoint
    return None


def test_what_takes_few_requests_comes_before_what_takes_many(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    recorder = Recorder()
    settings = settings_for(tmp_path, mongodb_uri, database_name)
    with (
        running_sandbox(people=1, check=False, recorder=recorder) as sandbox,
        open_deployment(settings, lambda: NOW) as deployment,
    ):
        connect_fitbit_people(deployment, sandbox, {"me": "p001"}, FIRST)
        begun = len(recorder.answers)
        report = materialise(settings, FIRST, LAST, clock=lambda: NOW, scarce=True)

    paths = [answer.path for answer in recorder.answers[begun:]]
    endpoints = [endpoint for path in paths if (endpoint := _endpoint_of(path))]
    assert not report.failures
    assert [COSTS[each] for each in endpoints] == sorted(COSTS[each] for each in endpoints)
    assert endpoints[-1] == CHEAPEST_FIRST[-1] == "heart_rate"
    minutes = [path for path in paths if path.endswith("/1d/1min.json")]
    assert minutes == sorted(minutes, reverse=True)
    assert len(minutes) == 2
