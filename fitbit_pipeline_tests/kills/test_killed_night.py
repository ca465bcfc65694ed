"""A night that the real scheduler began is killed in the middle; the next night repairs it.

Invariant 3: derived documents never stay behind the raw ones. Invariant 10: after N missed nights
the next night repairs N days, also where the missed one had begun.
"""

import logging
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests import moved_clock
from fitbit_pipeline_tests.deployments import settings_for, test_bed
from fitbit_pipeline_tests.google_health.connecting import QUICK, connect
from fitbit_pipeline_tests.kills.truth import contradictions, wanting
from fitbit_pipeline_tests.sandbox_server import running_sandbox

NIGHT = datetime(2026, 11, 10, 5, 1, tzinfo=UTC)
NEXT_NIGHT = NIGHT + timedelta(days=1)
FIRST = NIGHT.date() - timedelta(days=5)
YESTERDAY = NIGHT.date() - timedelta(days=1)
HELD_SECONDS = 300.0
WAIT_SECONDS = 240
AT_ONCE = {
    "run_coordinator": {"module": "dagster.core.run_coordinator", "class": "DefaultRunCoordinator"}
}
PROCESS = re.compile(r"\(pid: (\d+)\)")

pytestmark = pytest.mark.timeout(900)


def test_a_night_whose_process_is_killed_is_repaired_by_the_next(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(
        tmp_path, mongodb_uri, database_name, start_date=FIRST, trailing_days=1, **QUICK
    )
    for name, value in {
        "FITBIT_PIPELINE_HOME": str(settings.home),
        "FITBIT_PIPELINE_MONGODB_URI": mongodb_uri,
        "FITBIT_PIPELINE_DATABASE": database_name,
        "FITBIT_PIPELINE_START_DATE": str(FIRST),
        "FITBIT_PIPELINE_TRAILING_DAYS": "1",
        "FITBIT_PIPELINE_GOOGLE_PAUSE_SECONDS": "0.01",
    }.items():
        monkeypatch.setenv(name, value)
    with (
        running_sandbox(people=2, now=NIGHT, check=False) as sandbox,
        test_bed(settings, NIGHT) as bed,
        dg.instance_for_test(temp_dir=str(tmp_path), overrides=AT_ONCE) as instance,
    ):
        connect(bed.deployment, sandbox, {"P1": "p001", "P2": "p002"}, FIRST)
        nights = _Nights(instance, sandbox, monkeypatch)
        store = bed.deployment.store
        with nights.begun(NIGHT - timedelta(days=1)) as runs:
            assert runs == [], "the first look starts the schedule"

        held = Fault(kind=FaultKind.SLOW_BODY, seconds=HELD_SECONDS, data_type="sleep", times=1)
        sandbox.faults.add(held)
        with nights.begun(NIGHT) as (run,):
            _wait_until(lambda: sandbox.faults.document()[0]["struck"] == 1)
            os.kill(_process_of(instance, run), signal.SIGKILL)
            half_done = wanting(store, FIRST, YESTERDAY)
            assert contradictions(store) == []
        sandbox.faults.clear()

        with nights.begun(NEXT_NIGHT) as runs:
            _wait_until(lambda: all(_ended(instance, run) for run in runs))
            repaired = all(_run(instance, run).is_success for run in runs)

        assert len(half_done) == 5, "the kill came too late to leave anything undone"
        assert repaired
        assert wanting(store, FIRST, NEXT_NIGHT.date() - timedelta(days=1)) == set()
        assert contradictions(store) == []
        assert store.underived.days() == set()


class _Nights:
    """The real scheduler, and a code server of its own for each night."""

    def __init__(
        self, instance: dg.DagsterInstance, sandbox: Sandbox, patch: pytest.MonkeyPatch
    ) -> None:
        self._instance = instance
        self._sandbox = sandbox
        self._patch = patch
        self._times: dict[str, Any] = {}

    @contextmanager
    def begun(self, now: datetime) -> Iterator[list[str]]:
        """The runs that a night launches; the code server lives as long as the block."""
        known = {run.run_id for run in self._instance.get_runs()}
        self._patch.setenv(moved_clock.NOW, now.isoformat())
        self._sandbox.clock = lambda: now
        target = ModuleTarget(
            module_name="fitbit_pipeline_tests.moved_clock",
            attribute=None,
            working_directory=None,
            location_name="nights",
        )
        with create_test_daemon_workspace_context(target, self._instance) as workspace:
            logger = logging.getLogger("nights")
            list(launch_scheduled_runs(workspace, logger, now, self._times))
            yield [run.run_id for run in self._instance.get_runs() if run.run_id not in known]


def _process_of(instance: dg.DagsterInstance, run_id: str) -> int:
    """The process that carries a run out, as Dagster's own log tells it."""
    told = [
        found for entry in instance.all_logs(run_id) if (found := PROCESS.search(entry.message))
    ]
    assert told
    return int(told[-1].group(1))


def _run(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRun:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run


def _ended(instance: dg.DagsterInstance, run_id: str) -> bool:
    return _run(instance, run_id).is_finished


def _wait_until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.1)
