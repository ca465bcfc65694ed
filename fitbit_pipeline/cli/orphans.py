"""Ends the runs of processes that are gone: a machine that went down left them under way.

Nobody else does: Dagster would show them as running for ever, and each would keep a place in the
queue, until no night can begin.
"""

import psutil
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import GRPC_INFO_TAG

PROCESS_TAG = "fitbit_pipeline/process"
"""A run that the command line carries out itself bears it, with the process in which it does so."""

UNDER_WAY = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


def this_process() -> str:
    """This process, such that no other that gets its number later is taken for it."""
    return _identity(psutil.Process())


def end_orphans(instance: DagsterInstance) -> int:
    """Marks runs of processes that are gone as failed; Dagster then tries them again.

    To be called while no code server of the deployment is running, as before ``up`` starts one:
    every run that one has launched is then an orphan.

    Returns:
        How many there were.
    """
    orphans = [run for run in instance.get_runs(RunsFilter(statuses=UNDER_WAY)) if _is_orphan(run)]
    for run in orphans:
        instance.report_run_failed(run, "The process of this run is gone.")
    return len(orphans)


def _is_orphan(run: DagsterRun) -> bool:
    if GRPC_INFO_TAG in run.tags:
        return True
    process = run.tags.get(PROCESS_TAG)
    return process is not None and process != _living(process)


def _living(process: str) -> str | None:
    try:
        return _identity(psutil.Process(int(process.partition("/")[0])))
    except psutil.Error:
        return None


def _identity(process: psutil.Process) -> str:
    return f"{process.pid}/{process.create_time():.2f}"
