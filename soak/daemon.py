"""Dagster's daemon, one iteration of each of its parts at a time, at a clock that is moved.

The schedule is evaluated by Dagster's own scheduler in a code server of its own, its run requests
go through the queue, and runs that crashed are retried, all as ``fitbit-pipeline up`` has it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.remote_representation.grpc_server_registry import GrpcServerRegistry
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.auto_run_reexecution.event_log_consumer import EventLogConsumerDaemon
from dagster._daemon.controller import DAEMON_GRPC_SERVER_HEARTBEAT_TTL
from dagster._daemon.run_coordinator import QueuedRunCoordinatorDaemon
from dagster._grpc.constants import GrpcServerCommand
from dagster._scheduler.scheduler import launch_scheduled_runs

from fitbit_pipeline.cli.dagster_home import dagster_instance, prepare_dagster_home
from fitbit_pipeline.settings import Settings
from soak.launcher import Launcher

LAUNCHER = """\
run_launcher:
  module: soak.launcher
  class: Launcher
"""


@contextmanager
def instance_of(settings: Settings) -> Iterator[DagsterInstance]:
    """The deployment's own Dagster instance, but for who launches runs."""
    configuration = prepare_dagster_home(settings) / "dagster.yaml"
    written = configuration.read_text(encoding="utf-8")
    if LAUNCHER not in written:
        configuration.write_text(written + LAUNCHER, encoding="utf-8")
    with dagster_instance(settings) as instance:
        yield instance


class Daemon:
    """One life of the daemon and its code server; it remembers nothing that is not on disk."""

    def __init__(self, instance: DagsterInstance, workspace: WorkspaceProcessContext):
        """Starts; of runs of an earlier life it knows nothing."""
        self._instance = instance
        self._workspace = workspace
        self._times: dict[str, Any] = {}
        self._queue = QueuedRunCoordinatorDaemon(interval_seconds=1)
        self._retries = EventLogConsumerDaemon()
        self._dead = False
        self.launcher.crashed = ()

    @property
    def launcher(self) -> Launcher:
        """Who launches runs."""
        return cast(Launcher, self._instance.run_launcher)

    def look(self, now: datetime) -> None:
        """Lets the scheduler do what is due."""
        log = logging.getLogger("soak")
        list(launch_scheduled_runs(self._workspace, log, now, self._times))

    def work(self) -> None:
        """Carries every run that waits to its end; runs that crashed are retried."""
        while True:
            list(self._queue.run_iteration(self._workspace))
            if self._dead:
                return
            self._report_crashes()
            list(self._retries.run_iteration(self._workspace))
            if not self._instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.QUEUED]), limit=1):
                return

    def die(self) -> None:
        """Ends at once, with the run that is under way; what that leaves behind stays as it is."""
        self._dead = True
        self.launcher.kill()

    def _report_crashes(self) -> None:
        """Tells what a code server tells of its runs whose process is gone."""
        for run_id in self.launcher.crashed:
            run = self._instance.get_run_by_id(run_id)
            if run is not None and not run.is_finished:
                self._instance.report_run_failed(run)
        self.launcher.crashed = ()


@contextmanager
def daemon(instance: DagsterInstance) -> Iterator[Daemon]:
    """A daemon with a code server of its own, until the block ends."""
    target = ModuleTarget(
        module_name="soak.location",
        attribute=None,
        working_directory=str(Path(__file__).parents[1]),
        location_name="soak",
    )
    with (
        GrpcServerRegistry(
            instance_ref=instance.get_ref(),
            server_command=GrpcServerCommand.API_GRPC,
            heartbeat_ttl=DAEMON_GRPC_SERVER_HEARTBEAT_TTL,
            startup_timeout=instance.code_server_process_startup_timeout,
            log_level="WARNING",
            wait_for_processes_on_shutdown=True,
        ) as servers,
        WorkspaceProcessContext(instance, target, grpc_server_registry=servers) as workspace,
    ):
        yield Daemon(instance, workspace)
