"""Ten thousand participants: what looks at everybody asks the database a bounded number of times.

Counted are commands, not seconds: how many there are must not grow with the number of people but
by a share of a hundredth, for documents come back in batches. Proves that the nightly planner, the
commands that list everybody, and the dashboard's question who there is hold for a study of any size
(section 1), and that they still tell of each participant exactly once (invariant 1).
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient, monitoring
from typer.testing import CliRunner

from dashboard.queries.everybody import everybodys_coverage
from dashboard.queries.reading import Reading
from dashboard.queries.study import study
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.cli.main import app
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.inventory import take_inventory
from fitbit_pipeline.flow.nights import plan_night
from fitbit_pipeline.schedules import known_participants
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

MANY = 10_000
FEW = 10
MORE_COMMANDS = MANY // 100
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LAST = date(2026, 11, 22)
FIRST = LAST - timedelta(days=2)
DAYS = list(days_between(FIRST, LAST))


@dataclass
class Commands(monitoring.CommandListener):
    """Counts the commands that read or write documents, while it is told to."""

    is_counting: bool = False
    counted: list[str] = field(default_factory=list)

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Notes a command."""
        kinds = {"find", "getMore", "aggregate", "count", "distinct", "insert", "update", "delete"}
        if self.is_counting and event.command_name in kinds:
            self.counted.append(event.command_name)

    def succeeded(self, _event: object) -> None:
        """Is of no interest."""

    def failed(self, _event: object) -> None:
        """Is of no interest."""

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Counts inside the block, from nothing."""
        self.counted.clear()
        self.is_counting = True
        try:
            yield
        finally:
            self.is_counting = False


COMMANDS = Commands()
monitoring.register(COMMANDS)
"""Of every client that is made from here on, those of the command line included."""


def _fill(store: Store, number: int) -> None:
    """People with three days each: of steps, with engagement, the newest one failed for some."""
    names = [f"P{place:05}" for place in range(number)]
    people = [Participant(name, "google_health", "UTC", FIRST, synced_until=NOW) for name in names]
    store.database["participants"].insert_many([person.document() for person in people])
    good = CoverageEntry(CoverageState.DATA, True, NOW)
    failed = CoverageEntry(CoverageState.FAILED, False, NOW, 1, "Ask again.", "transient")
    for endpoint in ENDPOINT_NAMES[:1]:
        entries = {(name, day): good for name in names for day in DAYS}
        entries |= {(name, LAST): failed for name in names[::10]}
        store.coverage.record("google_health", endpoint, entries, ())
    days = [
        {
            "_id": f"{name}/{day}",
            "participant": name,
            "date": str(day),
            "source": "google_health",
            "steps": 5000,
            "wear_minutes": 700,
            "wear_method": "heart_rate",
            "worn": True,
            "activity_bucket": "normal",
        }
        for name in names
        for day in DAYS
    ]
    store.daily_engagement.insert_many(days)


@pytest.fixture(scope="module")
def databases(mongodb_uri: str) -> Iterator[dict[int, Store]]:
    """A study of few, and one of many."""
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, w=1, journal=False) as client:
        stores = {number: Store(client[f"test_{uuid.uuid4().hex}"]) for number in (FEW, MANY)}
        for number, store in stores.items():
            store.ensure_indexes()
            _fill(store, number)
        yield stores
        for store in stores.values():
            client.drop_database(store.database.name)


def _commands(databases: dict[int, Store], look: Callable[[Store, int], None]) -> dict[int, int]:
    """How many commands looking takes, by the number of people."""
    counts = {}
    for number, store in databases.items():
        with COMMANDS.counting():
            look(store, number)
        counts[number] = len(COMMANDS.counted)
    return counts


def _plan(store: Store, number: int) -> None:
    night = plan_night(known_participants(store), LAST, 2, 120, 90)
    assert night.ranges == [(LAST - timedelta(days=1), LAST)]
    assert len(known_participants(store)) == number


def _inventories(store: Store, number: int) -> None:
    totals = {each.participant: each.total() for each in take_inventory(store, FIRST, LAST)}
    assert len(totals) == number
    assert sum(total.data for total in totals.values()) == 3 * number - number // 10
    assert sum(total.failed for total in totals.values()) == number // 10


def _names(store: Store, number: int) -> None:
    reading = Reading(store)
    assert len(reading.names()) == len(reading.participants()) == number


def _everybody(store: Store, number: int) -> None:
    found = everybodys_coverage(Reading(store), FIRST, LAST)
    assert (found.participants, found.participant_days) == (number, 3 * number)


def _study(store: Store, number: int) -> None:
    assert len(study(Reading(store), NOW, 3).people) == number


@pytest.mark.parametrize("look", [_plan, _inventories, _names, _everybody, _study])
def test_who_looks_at_everybody_asks_a_bounded_number_of_times(
    look: Callable[[Store, int], None], databases: dict[int, Store]
) -> None:
    counts = _commands(databases, look)

    assert 0 < counts[FEW] <= counts[MANY] <= counts[FEW] + MORE_COMMANDS


@pytest.mark.parametrize("command", ["participants", "coverage"])
def test_the_commands_that_list_everybody_do_too(
    command: str,
    databases: dict[int, Store],
    mongodb_uri: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)

    def run(store: Store, number: int) -> None:
        monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", store.database.name)
        result = CliRunner().invoke(app, [command])
        assert result.exit_code == 0, result.output
        assert sum(line.lstrip().startswith("P0") for line in result.output.splitlines()) == number

    counts = _commands(databases, run)

    assert 0 < counts[FEW] <= counts[MANY] <= counts[FEW] + MORE_COMMANDS
