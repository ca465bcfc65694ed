"""Whoever interrupts a backfill that waits for its hour gets the prompt back, and loses nothing."""

import multiprocessing
import os
import signal
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.fitbit_web.interrupting import FIRST, LAST, backfill
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox

PER_HOUR = 20


def test_a_wait_for_the_hour_ends_when_it_is_interrupted(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    settings = settings_for(tmp_path, mongodb_uri, database_name)
    with (
        running_sandbox(people=1, check=False, fitbit_requests_per_hour=PER_HOUR) as sandbox,
        open_deployment(settings, lambda: NOW) as deployment,
    ):
        people = connect_fitbit_people(deployment, sandbox, {"me": "p001"}, FIRST)
        context = multiprocessing.get_context("spawn")
        waiting: Event = context.Event()
        process = context.Process(
            target=backfill, args=(tmp_path, mongodb_uri, database_name, waiting)
        )
        process.start()
        assert waiting.wait(120)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        process.join(120)

        assert process.exitcode == 1
        found = deployment.store.coverage.days("me", FIRST, LAST)
        assert 0 < len(found) < PER_HOUR
        assert min(found) == LAST - timedelta(days=len(found) - 1)
        sandbox.clock = lambda: NOW + timedelta(hours=1)
        sandbox.fitbit.quota.per_hour = 150
        ingest(deployment.store, deployment.sources.open, people, "heart_rate", FIRST, LAST, NOW, 1)
        asked = sandbox.requests.total(data_type="heart-intraday")
        assert asked == (LAST - FIRST).days + 1
