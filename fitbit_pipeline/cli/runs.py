"""Materialises ranges of days through real Dagster runs in this process, with a progress bar."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import dagster as dg
from dagster import DagsterInstance
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from fitbit_pipeline.cli.console import console
from fitbit_pipeline.cli.dagster_home import dagster_instance
from fitbit_pipeline.cli.orphans import PROCESS_TAG, this_process
from fitbit_pipeline.definitions import JOB, build_definitions
from fitbit_pipeline.deployment import Clock, utc_now
from fitbit_pipeline.resources import AGAIN_TAG, KIND_TAG, range_tags
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.connection import FAILURES, lost, whereabouts
from fitbit_pipeline.store.runs import RunKind

LONGEST_REQUEST_DAYS = 1095
"""The longest range that one request of the Fitbit Web API covers."""

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(slots=True)
class RunsReport:
    """What the runs did.

    Attributes:
        runs: How many there were.
        failures: One sentence per step that failed.
    """

    runs: int = 0
    failures: list[str] = field(default_factory=list)


def materialise(
    settings: Settings,
    first: date,
    last: date,
    participant: str | None = None,
    clock: Clock = utc_now,
    kind: RunKind = RunKind.BACKFILL,
    *,
    scarce: bool = False,
    again: bool = False,
) -> RunsReport:
    """Carries a range of days through every asset, a bounded number of days per run.

    Args:
        settings: What was chosen.
        first: The first day, a partition.
        last: The last day, included, a partition.
        participant: Only this one; everybody by default.
        clock: Tells the present instant, UTC.
        kind: Why the runs take place.
        scarce: Whether somebody's requests are scarce: then runs are as long as the longest range
            of one request, newest first.
        again: Whether settled days are asked for again even then.

    Raises:
        KeyboardInterrupt: If the user interrupts a run, which Dagster takes for a failure.
    """
    job = build_definitions(settings, clock).resolve_job_def(JOB)
    report = RunsReport()
    asked_again = {AGAIN_TAG: "true"} if again else {}
    uri = settings.mongodb_uri.get_secret_value() if settings.mongodb_uri else None
    where = whereabouts(uri, settings.mongodb_directory)
    assets = len(list(job.asset_layer.executable_asset_keys))
    with dagster_instance(settings) as instance, _progress_bar() as progress:
        task = progress.add_task("", total=assets * ((last - first).days + 1))
        parts = parts_of(first, last, LONGEST_REQUEST_DAYS if scarce else settings.days_per_run)
        for begin, end in reversed(parts) if scarce else parts:
            progress.update(task, description=f"{begin} to {end}")
            _run(
                job,
                instance,
                {
                    **range_tags(begin, end, participant),
                    KIND_TAG: kind.value,
                    PROCESS_TAG: this_process(),
                    **asked_again,
                },
                report,
                where,
                lambda: progress.advance(task),
            )
    return report


def parts_of(first: date, last: date, most_days: int) -> Sequence[tuple[date, date]]:
    """A range of days in parts of a bounded length, oldest first."""
    days = (last - first).days + 1
    return [
        (
            first + timedelta(days=start),
            first + timedelta(days=min(start + most_days, days) - 1),
        )
        for start in range(0, days, most_days)
    ]


def _run(
    job: dg.JobDefinition,
    instance: DagsterInstance,
    tags: dict[str, str],
    report: RunsReport,
    where: str,
    advance: Callable[[], None],
) -> None:
    run_id = str(uuid.uuid4())

    def on_event(entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is not None and event.is_step_materialization:
            advance()

    instance.add_event_listener(run_id, on_event)
    result = job.execute_in_process(
        instance=instance, run_config=QUIET, tags=tags, run_id=run_id, raise_on_error=False
    )
    report.runs += 1
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            if error is not None and error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
                raise KeyboardInterrupt
            report.failures.append(_sentence(event, where))


def _sentence(event: dg.DagsterEvent, where: str) -> str:
    data = event.step_failure_data
    failure = data.user_failure_data
    if failure is not None and failure.description:
        return failure.description
    error = data.error
    root = error.cause if error is not None and error.cause is not None else error
    kind = root.cls_name if root is not None else "an unknown error"
    if kind in FAILURES:
        return lost(where)
    return (
        f"The step {event.step_key} failed with {kind}: look at the run in the Dagster UI, "
        "which fitbit-pipeline up opens."
    )


def _progress_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("asset days"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
