"""Carries days through all that the assets do, in a process that may be ended at any point.

The process is forked from one that has loaded everything and opened nothing: a driver of databases
does not survive a fork, and a new interpreter for each point would take most of the time.
"""

import multiprocessing
import signal
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.schedules import tonight
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.kills.points import Points, end_like_a_power_cut

DayRange = tuple[date, date]

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
PROCESS_SECONDS = 120
THERE = "there"


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is to carry.

    Attributes:
        folder: Where the home of the deployment is.
        uri: The address of its MongoDB.
        database: The name of its database.
        now: The instant at which its clock stands.
        days: The first and the last day; None for what the nightly planner asks for.
        chosen: Further settings.
    """

    folder: Path
    uri: str
    database: str
    now: datetime
    days: DayRange | None = None
    chosen: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended.

    Attributes:
        killed: Whether SIGKILL ended it.
        passed: The points that it passed, if it lived to tell.
        raised: The kind of error that it met; None if it met none.
        message: What the error said.
    """

    killed: bool
    passed: Sequence[str] = ()
    raised: str | None = None
    message: str = ""


def carry(task: Task) -> Sequence[DayRange]:
    """Carries days in this process, and tells which."""
    settings = settings_for(task.folder, task.uri, task.database, **task.chosen)
    with open_deployment(settings, lambda: task.now) as deployment:
        if task.days is not None:
            carry_range(deployment, *task.days)
            return [task.days]
        night = tonight(deployment)
        for first, last in night.ranges:
            carry_range(deployment, first, last, night.trailing_from)
        return night.ranges


def carry_range(
    deployment: Deployment, first: date, last: date, settled_before: date | None = None
) -> None:
    """What one run of the job does, in the order of its assets."""
    store, at_once = deployment.store, deployment.settings.participants_at_once
    run = uuid.uuid4().hex
    for endpoint in ENDPOINT_NAMES:
        participants = store.participants.all()
        store.underived.take_up(run, [each.name for each in participants], first, last)
        ingest(
            store,
            deployment.sources.open,
            [each for each in participants if each.active],
            endpoint,
            first,
            last,
            deployment.clock(),
            at_once,
            settled_before,
            run=run,
        )
    derive_range(store, deployment.thresholds, first, last, at_once)
    store.underived.derived(run, first, last)


def derive_range(
    store: Store, thresholds: Thresholds, first: date, last: date, at_once: int
) -> None:
    """What the derived assets do."""
    participants = store.participants.all()
    for family in Family:
        derive_metrics(store, participants, family, first, last, at_once)
    derive_days(store, participants, thresholds, first, last, at_once)
    derive_summaries(store, participants, first, last, at_once)


class Carrier:
    """A process of its own that carries a task."""

    def __init__(self, task: Task, at: int | None = None, *, waits: bool = False) -> None:
        """Starts it.

        Args:
            task: What it carries.
            at: The number of the point at which it ends itself; None for never.
            waits: Whether it waits there instead, until it is told to go on.
        """
        self._told, tell = FORKS.Pipe()
        arguments = (task, at, waits, tell)
        self._process: BaseProcess = FORKS.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        tell.close()

    def wait_until_there(self) -> None:
        """Returns when it waits."""
        assert self._told.recv() == THERE

    def go_on(self) -> None:
        """Tells it to go on."""
        self._told.send(None)

    def ended(self) -> Outcome:
        """Waits for its end."""
        try:
            passed, raised, message = self._told.recv()
        except EOFError:
            self._process.join(PROCESS_SECONDS)
            assert self._process.exitcode == -signal.SIGKILL
            return Outcome(killed=True)
        finally:
            self._told.close()
        self._process.join(PROCESS_SECONDS)
        return Outcome(killed=False, passed=passed, raised=raised, message=message)


def _work(task: Task, at: int | None, waits: bool, tell: Connection) -> None:
    def wait() -> None:
        tell.send(THERE)
        tell.recv()

    points = Points(at, wait if waits else end_like_a_power_cut)
    points.watch()
    raised = message = None
    try:
        carry(task)
    except (PyMongoError, UserError, OSError, RuntimeError) as error:
        raised, message = type(error).__name__, str(error)
    tell.send((points.passed, raised, message))
    tell.close()
