"""After a machine went down, its unfinished runs must not keep the coming nights waiting."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._core.test_utils import create_run_for_test
from dagster._daemon.run_coordinator import QueuedRunCoordinatorDaemon

from fitbit_pipeline.cli.dagster_home import dagster_instance
from fitbit_pipeline.cli.orphans import PROCESS_TAG, end_orphans, this_process
from fitbit_pipeline_tests.deployments import settings_for

ORIGIN = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("nights"), "all").get_job_origin(
    "days"
)
BY_A_CODE_SERVER = {GRPC_INFO_TAG: '{"host": "localhost", "socket": "/nowhere"}'}


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DagsterInstance]:
    """Dagster as a home configures it: two runs at once."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    settings = settings_for(tmp_path, "mongodb://127.0.0.1", "unused")
    with dagster_instance(settings) as instance:
        yield instance


def a_run(instance: DagsterInstance, status: DagsterRunStatus, tags: dict[str, str]) -> str:
    """A run of that status."""
    run = create_run_for_test(
        instance, job_name="days", status=status, tags=tags, remote_job_origin=ORIGIN
    )
    return run.run_id


def begun(instance: DagsterInstance) -> list[str]:
    """The runs that the queue lets begin now."""
    queue = QueuedRunCoordinatorDaemon(interval_seconds=1)
    found = queue._get_runs_to_dequeue(instance, instance.get_concurrency_config(), None)
    return [run.run_id for run in found]


def status_of(instance: DagsterInstance, run_id: str) -> DagsterRunStatus:
    """What Dagster says of a run."""
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_night_begins_although_two_runs_never_ended(instance: DagsterInstance) -> None:
    """Each took one of the two places in the queue, and would have kept it for ever."""
    for _ in range(2):
        a_run(instance, DagsterRunStatus.STARTED, BY_A_CODE_SERVER)
    night = a_run(instance, DagsterRunStatus.QUEUED, {})
    assert begun(instance) == []

    assert end_orphans(instance) == 2

    assert begun(instance) == [night]


def test_a_run_of_a_command_that_is_still_busy_is_left_alone(instance: DagsterInstance) -> None:
    run = a_run(instance, DagsterRunStatus.STARTED, {PROCESS_TAG: this_process()})

    assert end_orphans(instance) == 0
    assert status_of(instance, run) is DagsterRunStatus.STARTED


def test_a_run_of_a_command_that_was_killed_is_ended(instance: DagsterInstance) -> None:
    program = "from fitbit_pipeline.cli.orphans import this_process; print(this_process())"
    killed = subprocess.check_output([sys.executable, "-c", program], text=True).strip()
    run = a_run(instance, DagsterRunStatus.STARTED, {PROCESS_TAG: killed})

    assert end_orphans(instance) == 1
    assert status_of(instance, run) is DagsterRunStatus.FAILURE


def test_another_process_with_the_number_of_the_old_one_is_not_taken_for_it(
    instance: DagsterInstance,
) -> None:
    number, _, _ = this_process().partition("/")
    run = a_run(instance, DagsterRunStatus.STARTED, {PROCESS_TAG: f"{number}/1.00"})

    assert end_orphans(instance) == 1
    assert status_of(instance, run) is DagsterRunStatus.FAILURE


def test_runs_that_have_ended_or_wait_stay_as_they_are(instance: DagsterInstance) -> None:
    statuses = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.QUEUED)
    runs = {status: a_run(instance, status, BY_A_CODE_SERVER) for status in statuses}

    assert end_orphans(instance) == 0
    assert {status_of(instance, run) for run in runs.values()} == set(statuses)
