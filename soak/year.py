"""Lets a study live through its plan, night by night."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from io import StringIO
from pathlib import Path

from dagster import DagsterInstance, DagsterRunStatus

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.cli.orphans import end_orphans
from fitbit_pipeline.cli.runs import materialise
from fitbit_pipeline.sandbox.server import Sandbox, running
from fitbit_pipeline.schedules import tonight
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.store.participants import ParticipantStatus
from soak.along import look_along_the_way
from soak.daemon import Daemon, daemon, instance_of
from soak.location import CLOCK
from soak.people import (
    CANDIDATES_PER_PARTICIPANT,
    choose_people,
    happen,
    travellers,
    write_clients,
)
from soak.plan import API_TROUBLES, Event, Happening, Night, Plan, Trouble
from soak.study import BEFORE_THE_STUDY, UNLIMITED, Year, environment, opened
from soak.troubles import SHORT_TIMEOUT, Database, Trigger, has_struck, put_in_force

NOON = time_of_day(12)
UNTIL_NOTICED = timedelta(minutes=2)
"""So long after a kill the work is begun again: longer than the dead keep others waiting."""
FEWEST_CANDIDATES = 60

Tell = Callable[[str], None]


@contextmanager
def simulated(plan: Plan, folder: Path, most_minutes: float | None, tell: Tell) -> Iterator[Year]:
    """Lets the plan happen; the study's database and sandbox are there until the block ends.

    Args:
        plan: What is to happen.
        folder: An empty folder.
        most_minutes: After so many, the next night is the last; None lets the plan happen whole.
        tell: Told of each night, as a sentence.
    """
    database = Database(folder / "mongodb")
    trigger = Trigger()
    first = plan.nights[0].date
    sandbox = Sandbox(
        lambda: datetime.combine(first - ONE_DAY, NOON, tzinfo=UTC),
        first - BEFORE_THE_STUDY,
        people=max(FEWEST_CANDIDATES, CANDIDATES_PER_PARTICIPANT * len(plan.names)),
        seed=plan.seed,
        requests_per_minute=UNLIMITED,
        fitbit_requests_per_hour=UNLIMITED,
    )
    people = choose_people(sandbox, plan)
    for silence in plan.silences:
        sandbox.population.silence(people[silence.name], silence.first, silence.last)
    with (
        ExitStack() as at_the_end,
        running(sandbox, wrap=trigger.around),
        environment(plan, folder, database.uri),
    ):
        at_the_end.callback(shutil.rmtree, folder / "mongodb", ignore_errors=True)
        at_the_end.callback(database.stop)
        settings = load_settings()
        write_clients(sandbox, settings)
        year = Year(plan, people, settings, sandbox)
        year.travellers = travellers(people, sandbox, plan)
        with instance_of(settings) as instance:
            _Course(year, instance, database, trigger, tell).run(most_minutes)
        yield year


class _Course:
    """The course of a year."""

    def __init__(
        self,
        year: Year,
        instance: DagsterInstance,
        database: Database,
        trigger: Trigger,
        tell: Tell,
    ):
        self._year = year
        self._instance = instance
        self._database = database
        self._trigger = trigger
        self._tell = tell
        self._lives = ExitStack()
        self._known: set[str] = set()

    def run(self, most_minutes: float | None) -> None:
        """Lets everything happen, and repairs at the end what was reported."""
        begun = time.monotonic()
        plan = self._year.plan
        events = list(plan.events)
        with self._lives:
            daemon = self._begin_life(self._year.due(plan.nights[0].date - ONE_DAY))
            for night in plan.nights:
                while events and events[0].day < night.date:
                    self._happen(events.pop(0))
                late = most_minutes is not None and time.monotonic() - begun > 60 * most_minutes
                last = late and night is not plan.nights[-1]
                daemon = self._pass(daemon, Night(night.date) if last else night)
                if last:
                    self._year.cut = True
                    break
            self._repair_by_hand(self._year.last_night)
        self._year.requests = self._year.sandbox.requests.total()
        self._year.seconds = time.monotonic() - begun

    def _begin_life(self, now: datetime) -> Daemon:
        """Starts the daemon, as ``up`` does; its first look notes the schedule."""
        end_orphans(self._instance)
        begun = self._lives.enter_context(daemon(self._instance))
        self._move_to(now, timedelta())
        begun.look(now)
        begun.work()
        return begun

    def _move_to(self, now: datetime, skew: timedelta) -> None:
        Path(os.environ[CLOCK]).write_text(now.isoformat(), encoding="utf-8")
        self._year.stand_at(now + skew)

    def _happen(self, event: Event) -> None:
        year = self._year
        if event.what is Happening.LEAVE:
            # Later nobody can: a study asks for what is reported before it lets somebody go.
            self._repair_by_hand(event.day, event.name)
        noon = datetime.combine(event.day, NOON, tzinfo=UTC)
        self._move_to(noon, timedelta())
        year.sandbox.faults.clear()
        with opened(year.settings, lambda: noon) as deployment:
            happen(deployment, year.sandbox, year.plan, year.people[event.name], event)
            known = deployment.store.participants.get(event.name)
            if known is not None:
                year.first_day[event.name] = known.enrolled_on
        year.happened[event.what] += 1
        if event.what in (Happening.LEAVE, Happening.REVOKE):
            year.gone.add(event.name)
        else:
            year.gone.discard(event.name)
        self._tell(f"{event.day} {event.name} {event.what}")

    def _pass(self, daemon: Daemon, night: Night) -> Daemon:
        begun = time.monotonic()
        year = self._year
        asked = year.sandbox.requests.total()
        struck = True
        if night.trouble is not Trouble.DAEMON_AWAY:
            self._move_to(year.due(night.date), night.skew)
            put_in_force(year.sandbox, night)
            struck = self._endure(daemon, night)
            year.sandbox.faults.clear()
            self._database.start()
        year.struck[night.trouble if struck else Trouble.NONE] += 1
        if night.trouble is Trouble.MACHINE_KILLED and struck:
            self._lives.pop_all().close()
            daemon = self._begin_life(year.due(night.date) + UNTIL_NOTICED)
        runs = self._new_runs()
        year.requests = year.sandbox.requests.total()
        self._look(night, runs)
        self._tell(
            f"{night.date} {night.trouble}{'' if struck else ' (did not strike)'}: "
            f"{', '.join(runs) or 'no runs'}, {year.requests - asked} requests, "
            f"{time.monotonic() - begun:.1f} s"
        )
        return daemon

    def _endure(self, daemon: Daemon, night: Night) -> bool:
        """Lets the night pass; whether what was to go wrong did."""
        due = self._year.due(night.date)
        with ExitStack() as during:
            match night.trouble:
                case Trouble.DATABASE_STOPPED:
                    self._database.stop()
                case Trouble.DATABASE_KILLED:
                    self._trigger.arm(night.after, self._database.kill_and_restart)
                case Trouble.RUN_KILLED:
                    during.enter_context(daemon.launcher.runs_apart({}))
                    self._trigger.arm(night.after, lambda: self._kill_run(daemon, due))
                case Trouble.MACHINE_KILLED:
                    during.enter_context(daemon.launcher.runs_apart({}))
                    self._trigger.arm(night.after, lambda: self._all_at_once(daemon))
                case Trouble.TIMEOUTS:
                    during.enter_context(daemon.launcher.runs_apart(SHORT_TIMEOUT))
            daemon.look(due)
            daemon.work()
        if night.trouble in API_TROUBLES:
            return has_struck(self._year.sandbox)
        if night.trouble in (Trouble.NONE, Trouble.DATABASE_STOPPED, Trouble.CLOCK_SKEWED):
            return True
        return self._trigger.disarm()

    def _kill_run(self, daemon: Daemon, due: datetime) -> None:
        daemon.launcher.kill()
        self._move_to(due + UNTIL_NOTICED, timedelta())

    def _all_at_once(self, daemon: Daemon) -> None:
        self._database.kill()
        daemon.die()

    def _new_runs(self) -> list[str]:
        """The states of the runs that are new."""
        runs = [run for run in self._instance.get_runs() if run.run_id not in self._known]
        self._known |= {run.run_id for run in runs}
        self._year.runs += len(runs)
        return sorted(run.status.value.lower() for run in runs)

    def _look(self, night: Night, runs: list[str]) -> None:
        year = self._year
        now = year.due(night.date)
        undisturbed = night.trouble is Trouble.NONE
        if undisturbed:
            year.last_night = night.date
            year.final.update(dict.fromkeys(year.first_day.keys() - year.gone, night.date))
            if set(runs) != {DagsterRunStatus.SUCCESS.value.lower()}:
                year.wrong.append(f"The undisturbed night of {night.date} ended with {runs}.")
        with opened(year.settings, lambda: now) as deployment:
            seen = look_along_the_way(
                deployment, year.sandbox, year.people, undisturbed=undisturbed
            )
            lost = {
                each.name
                for each in deployment.store.participants.all()
                if each.status is ParticipantStatus.NEEDS_CONSENT
            }
        year.lies += len(seen.lies)
        year.wrong += [f"After the night of {night.date} {each}" for each in seen.sentences()]
        year.wrong += [
            f"After the night of {night.date} the consent of {name} is lost without a reason."
            for name in sorted(lost - year.gone)
        ]

    def _repair_by_hand(self, day: date, participant: str | None = None) -> None:
        """What lies further back than a night repairs is reported, and somebody asks for it."""
        year = self._year
        now = year.due(day)
        self._move_to(now, timedelta())
        with opened(year.settings, lambda: now) as deployment:
            left = list(tonight(deployment).left)
        if left:
            year.reported += len(left)
            self._tell(f"{day} {len(left)} days from {left[0]} to {left[-1]} are reported")
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                materialise(year.settings, left[0], left[-1], participant, clock=lambda: now)
