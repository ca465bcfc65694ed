"""A simulated study: its settings, its people, and what has happened in it so far."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from fitbit_pipeline.deployment import Clock, Deployment, open_deployment
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.settings import Settings
from soak.location import CLOCK
from soak.plan import Happening, Plan, Trouble

DUE = time_of_day(5, 1)
BEFORE_THE_STUDY = timedelta(days=12)
"""So long before the first night people of the sandbox begin to wear their devices."""
UNLIMITED = 1_000_000
PATIENCE = "serverSelectionTimeoutMS=30000"
"""Of the driver: a database that is killed in the night is back within a few seconds."""
TRIES = 10
SECONDS_BETWEEN_TRIES = 3.0


@dataclass
class Year:
    """What has happened.

    Attributes:
        plan: What was to happen.
        people: Keys in the sandbox, by participant.
        settings: Of the study.
        sandbox: Where people are.
        struck: Nights by what really went wrong in them.
        happened: Events by kind.
        requests: How many requests of data the sandbox was asked.
        runs: How many runs took place.
        travellers: How many participants travelled to other zones.
        last_night: The newest night that was undisturbed.
        final: By participant, the night after which nothing more can come: the newest undisturbed
            one, and for who is gone the last one before.
        first_day: The first day of each participant.
        gone: Who left, and whose consent is gone at the end.
        wrong: What was wrong along the way, as sentences.
        lies: How many entries of coverage said something wrong along the way.
        reported: How many days were reported as too old for a night, and asked for by hand.
        cut: Whether time was up before the plan was through.
        seconds: How long it took.
    """

    plan: Plan
    people: dict[str, str]
    settings: Settings
    sandbox: Sandbox
    struck: Counter[Trouble] = field(default_factory=Counter)
    happened: Counter[Happening] = field(default_factory=Counter)
    requests: int = 0
    runs: int = 0
    travellers: int = 0
    last_night: date = date.min
    final: dict[str, date] = field(default_factory=dict)
    first_day: dict[str, date] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    lies: int = 0
    reported: int = 0
    cut: bool = False
    seconds: float = 0.0

    def due(self, day: date) -> datetime:
        """When the night of a day is."""
        return datetime.combine(day, DUE, tzinfo=UTC)

    def stand_at(self, instant: datetime) -> None:
        """Moves the clock of the made-up people."""
        self.sandbox.clock = lambda: instant


@contextmanager
def environment(plan: Plan, folder: Path, uri: str) -> Iterator[None]:
    """The settings of the study, as those who set it up would write them."""
    chosen = {
        "HOME": str(folder / "home"),
        "MONGODB_URI": f"{uri}&{PATIENCE}",
        "DATABASE": "year",
        "START_DATE": str(plan.nights[0].date - BEFORE_THE_STUDY),
        "TRAILING_DAYS": str(plan.trailing_days),
        "NIGHTLY_LIMIT_DAYS": str(plan.limit_days),
        "GOOGLE_REQUESTS_PER_MINUTE": str(UNLIMITED),
        "GOOGLE_REQUESTS_PER_MINUTE_AND_CLIENT": str(UNLIMITED),
        "GOOGLE_PAUSE_SECONDS": "0.01",
    }
    variables = {f"FITBIT_PIPELINE_{name}": value for name, value in chosen.items()}
    variables[CLOCK] = str(folder / "clock")
    variables["DAGSTER_HOME"] = ""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def opened(settings: Settings, clock: Clock) -> Iterator[Deployment]:
    """The study's deployment, for whoever watches it: on a busy machine it may take several tries.

    Raises:
        UserError: If the database does not answer at all.
    """
    with ExitStack() as until_the_end:
        for tried in range(TRIES):
            try:
                deployment = until_the_end.enter_context(open_deployment(settings, clock))
                break
            except UserError:
                if tried == TRIES - 1:
                    raise
                time.sleep(SECONDS_BETWEEN_TRIES)
        yield deployment
