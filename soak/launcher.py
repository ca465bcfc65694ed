"""Launches the runs of the simulated study.

Usually in this process, which saves the start of Python for each; where a run is to be killed, or
needs settings of its own, in a process of its own, as Dagster's code server does.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

from dagster import DagsterInstance
from dagster._core.execution.api import execute_run
from dagster._core.launcher import LaunchRunContext
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._utils.hosted_user_process import recon_job_from_origin


class Launcher(SyncInMemoryRunLauncher):
    """The launcher that ``dagster.yaml`` names.

    Attributes:
        apart: Whether runs get a process of their own.
        environment: What is different in its environment.
        under_way: The process of the run that is under way.
        crashed: Runs whose process ended before they did.
    """

    apart = False
    environment: Mapping[str, str] = {}
    under_way: subprocess.Popen[bytes] | None = None
    crashed: tuple[str, ...] = ()

    @contextmanager
    def runs_apart(self, environment: Mapping[str, str]) -> Iterator[None]:
        """Gives each run a process of its own until the block ends."""
        self.apart, self.environment = True, environment
        try:
            yield
        finally:
            self.apart, self.environment = False, {}

    def launch_run(self, context: LaunchRunContext) -> None:
        """Carries a run to its end, or to that of its process."""
        if not self.apart:
            with Path(os.devnull).open("w") as nowhere, redirect_stderr(nowhere):
                super().launch_run(context)
            return
        # As Dagster's own launcher marks what it hands to a code server.
        self._instance.add_run_tags(context.dagster_run.run_id, {GRPC_INFO_TAG: "{}"})
        command = [sys.executable, "-m", "soak.launcher", context.dagster_run.run_id]
        with subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=Path(__file__).parents[1],
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            self.under_way = process
            if process.wait():
                self.crashed = (*self.crashed, context.dagster_run.run_id)
            self.under_way = None

    def kill(self) -> None:
        """Kills the run that is under way, if there is one."""
        if self.under_way is not None:
            self.under_way.kill()


def _run(run_id: str) -> None:
    with DagsterInstance.get() as instance:
        run = instance.get_run_by_id(run_id)
        if run is None or run.job_code_origin is None:
            raise LookupError(run_id)
        execute_run(recon_job_from_origin(run.job_code_origin), run, instance)


if __name__ == "__main__":
    _run(sys.argv[1])
