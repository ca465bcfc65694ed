"""Nights that repair themselves: Dagster's real scheduler, a clock that is moved, the sandbox."""

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import pytest
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from fitbit_pipeline.civil import ONE_DAY, days_between
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.resources import RANGE_END_TAG, RANGE_START_TAG
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests import moved_clock
from fitbit_pipeline_tests.deployments import settings_for, test_bed
from fitbit_pipeline_tests.google_health.connecting import QUICK, connect
from fitbit_pipeline_tests.sandbox_server import running_sandbox

FIRST_DAY = date(2026, 11, 1)
FIRST_NIGHT = date(2026, 11, 10)
LAST_NIGHT = date(2026, 11, 15)
PROMPT, WITHOUT_SLEEP, LATE, NEW = "prompt", "without-sleep", "late", "new"
RUN_SECONDS = 120
AT_ONCE = {
    "run_coordinator": {"module": "dagster.core.run_coordinator", "class": "DefaultRunCoordinator"}
}
"""Runs begin without the daemon that empties a queue."""

pytestmark = pytest.mark.timeout(600)


@dataclass
class Nights:
    """A deployment that sleeps between its nights."""

    deployment: Deployment
    instance: dg.DagsterInstance
    sandbox: Sandbox
    times: dict[str, Any] = field(default_factory=dict)

    def pass_night(self, night: date) -> list[tuple[str, str]]:
        """Starts the scheduler a minute past five, lets it do what it does, and stops it.

        Returns:
            The ranges of days that it asked for, all of them run to their end.
        """
        known = {run.run_id for run in self.instance.get_runs()}
        self.move_to(night)
        with create_test_daemon_workspace_context(
            ModuleTarget(
                module_name="fitbit_pipeline_tests.moved_clock",
                attribute=None,
                working_directory=None,
                location_name="nights",
            ),
            self.instance,
        ) as workspace:
            list(
                launch_scheduled_runs(
                    workspace, logging.getLogger("nights"), _minute_past_five(night), self.times
                )
            )
            return sorted(self._ended(known))

    def move_to(self, night: date) -> None:
        """Moves the clock of the deployment and of the sandbox."""
        now = _minute_past_five(night)
        os.environ[moved_clock.NOW] = now.isoformat()
        self.sandbox.clock = lambda: now

    def documents(self, collection: str) -> dict[str, Any]:
        """Every document of a collection by key."""
        found = self.deployment.store.database[collection].find()
        return {document["_id"]: document for document in found}

    def _ended(self, known: set[str]) -> Iterator[tuple[str, str]]:
        deadline = time.monotonic() + RUN_SECONDS
        while True:
            runs = [run for run in self.instance.get_runs() if run.run_id not in known]
            if all(run.is_finished for run in runs):
                break
            assert time.monotonic() < deadline
            time.sleep(0.2)
        for run in runs:
            assert run.is_success, [event.message for event in self.instance.all_logs(run.run_id)]
            yield run.tags[RANGE_START_TAG], run.tags[RANGE_END_TAG]


def _minute_past_five(night: date) -> datetime:
    return datetime(night.year, night.month, night.day, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    """Two nights with four missed ones between, and what was stored after each.

    Attributes:
        first_ranges: What the first night asked for.
        last_ranges: What the night after the missed ones asked for.
        before: Coverage after the first night.
        after: Coverage after the last.
    """

    first_ranges: list[tuple[str, str]]
    last_ranges: list[tuple[str, str]]
    before: dict[str, Any]
    after: dict[str, Any]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str) -> Iterator[Story]:
    """The daemon runs for one night, sleeps for four, and runs again."""
    folder, database = tmp_path_factory.mktemp("nights"), "test_nights"
    settings = settings_for(
        folder, mongodb_uri, database, start_date=FIRST_DAY, trailing_days=2, **QUICK
    )
    environment = {
        "FITBIT_PIPELINE_HOME": str(settings.home),
        "FITBIT_PIPELINE_MONGODB_URI": mongodb_uri,
        "FITBIT_PIPELINE_DATABASE": database,
        "FITBIT_PIPELINE_START_DATE": str(FIRST_DAY),
        "FITBIT_PIPELINE_TRAILING_DAYS": "2",
        "FITBIT_PIPELINE_GOOGLE_PAUSE_SECONDS": "0.01",
        moved_clock.NOW: "",
    }
    with (
        pytest.MonkeyPatch.context() as patch,
        running_sandbox(people=80, now=_minute_past_five(FIRST_NIGHT)) as sandbox,
        test_bed(settings, _minute_past_five(FIRST_NIGHT)) as bed,
        dg.instance_for_test(temp_dir=str(folder), overrides=AT_ONCE) as instance,
    ):
        for name, value in environment.items():
            patch.setenv(name, value)
        nights = Nights(bed.deployment, instance, sandbox)
        people = {PROMPT: "p001", WITHOUT_SLEEP: "p002", LATE: _who_syncs_rarely(sandbox)}
        connect(bed.deployment, sandbox, people, FIRST_DAY)
        assert nights.pass_night(FIRST_NIGHT - ONE_DAY) == [], "the first look starts the schedule"

        broken = Fault(kind=FaultKind.STATUS, status=500, data_type="sleep", person="p002")
        sandbox.faults.add(broken)
        first_ranges = nights.pass_night(FIRST_NIGHT)
        before = nights.documents("coverage")

        sandbox.faults.clear()
        nights.move_to(LAST_NIGHT - ONE_DAY)
        connect(bed.deployment, sandbox, {NEW: "p003"}, LAST_NIGHT - ONE_DAY)
        last_ranges = nights.pass_night(LAST_NIGHT)
        yield Story(first_ranges, last_ranges, before, nights.documents("coverage"))
        bed.deployment.store.database.client.drop_database(database)


def _who_syncs_rarely(sandbox: Sandbox) -> str:
    """Somebody whose last sync before the first night is days old, and not before the next."""
    for person in sandbox.population.people[3:]:  # the first three have parts of their own
        (tracker, *_) = sandbox.population.paired_devices(person.key)
        synced = datetime.fromisoformat(tracker.get("lastSyncTime", "2000-01-01T00:00:00Z"))
        if synced.date() in {date(2026, 11, 6), date(2026, 11, 7)}:
            return person.key
    raise AssertionError("nobody in the sandbox syncs that rarely")


def _states(documents: dict[str, Any], name: str, day: date) -> set[str]:
    return {entry["state"] for entry in documents[f"{name}/{day}"]["endpoints"].values()}


def test_the_first_night_brings_every_day_since_the_participants_first(story: Story) -> None:
    assert story.first_ranges == [("2026-11-01", "2026-11-09")]
    assert _states(story.before, PROMPT, FIRST_DAY) <= {"data", "empty"}


def test_the_night_after_four_missed_ones_fills_all_four(story: Story) -> None:
    """Dagster drops missed ticks: one tick asks for everything that is open."""
    assert story.last_ranges == [("2026-11-01", "2026-11-14")]
    for day in days_between(FIRST_NIGHT, LAST_NIGHT - ONE_DAY):
        assert f"{PROMPT}/{day}" not in story.before
        assert _states(story.after, PROMPT, day) <= {"data", "empty"}
        assert len(story.after[f"{PROMPT}/{day}"]["endpoints"]) == len(ENDPOINT_NAMES)


def test_who_connected_yesterday_gets_yesterday(story: Story) -> None:
    own = [document for document in story.after.values() if document["participant"] == NEW]

    assert [document["date"] for document in own] == ["2026-11-14"]
    assert _states(story.after, NEW, LAST_NIGHT - ONE_DAY) <= {"data", "empty"}


def test_days_that_failed_are_asked_again(story: Story) -> None:
    for day in days_between(FIRST_DAY, FIRST_NIGHT - ONE_DAY):
        key = f"{WITHOUT_SLEEP}/{day}"
        assert story.before[key]["endpoints"]["sleep"]["state"] == "failed"
        assert story.after[key]["endpoints"]["sleep"]["state"] in {"data", "empty"}
        assert story.after[key]["endpoints"]["sleep"]["attempts"] == 0


def test_days_that_were_late_are_corrected(story: Story) -> None:
    """Before the device had synced they were empty and not settled; now they are what they are."""
    day = FIRST_NIGHT - ONE_DAY
    before = story.before[f"{LATE}/{day}"]["endpoints"]
    after = story.after[f"{LATE}/{day}"]["endpoints"]

    assert {entry["settled"] for entry in before.values()} == {False}
    assert {entry["state"] for entry in before.values()} == {"empty"}
    assert {entry["settled"] for entry in after.values()} == {True}
    assert after["steps"]["state"] == "data"


def test_what_is_settled_is_not_asked_again(story: Story) -> None:
    """Of one endpoint: the first person's old days were asked in the first night alone."""
    day = f"{PROMPT}/{FIRST_DAY}"
    before, after = (each[day]["endpoints"]["steps"] for each in (story.before, story.after))

    assert before["settled"]
    assert after["asked_at"] == before["asked_at"]
