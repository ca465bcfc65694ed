"""A small study that is set back to its beginning for every kill."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.google_health.connecting import QUICK, connect
from fitbit_pipeline_tests.kills.carrying import DayRange, Task, carry, derive_range
from fitbit_pipeline_tests.program import COLLECTIONS, dump
from fitbit_pipeline_tests.sandbox_server import running_sandbox

Documents = dict[str, dict[str, Any]]

NIGHT = datetime(2026, 11, 10, 5, 1, tzinfo=UTC)
BEGIN_WITH = ("participants", "credentials")
OF_DAYS = ("raw_responses", "coverage")
PAIR = ("P1", "P2")
HOW_IT_CAME = ("request", "synced_until")
"""Of a raw response: another night asks for another range, and the device has synced since."""


@dataclass(repr=False)
class World:
    """Some people of a sandbox, connected, of whom nothing has been asked.

    Attributes:
        task: The backfill of all their days.
        sandbox: Where they are.
        client: The way to the documents.
    """

    task: Task
    sandbox: Sandbox
    client: MongoClient[dict[str, Any]]
    _beginning: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """The documents as they are now."""
        return Store(self.client[self.task.database])

    def keep_as_beginning(self, *collections: str) -> None:
        """Takes the documents as they are now for the beginning of every story."""
        self._beginning = {name: list(self.store.database[name].find()) for name in collections}

    def begin_again(self) -> None:
        """Puts everything back to the beginning."""
        self.move_to(self.task.now)
        self.client.drop_database(self.task.database)
        for name, documents in self._beginning.items():
            if documents:
                self.store.database[name].insert_many(documents)

    def exchange_people(self) -> None:
        """Makes the past of the first what the source said of the second, and the other way round.

        Their accounts stay: to a source that is asked again, everything has changed. This is the
        beginning from now on.
        """
        store = self.store
        names = dict(zip(PAIR, reversed(PAIR), strict=True))
        for collection in OF_DAYS:
            documents = list(store.database[collection].find())
            store.database[collection].delete_many({})
            for document in documents:
                name = document["participant"] = names[document["participant"]]
                document["_id"] = "/".join([name, *document["_id"].split("/")[1:]])
                if collection == "raw_responses":
                    document["synced_until"] = None
            store.database[collection].insert_many(documents)
        assert self.task.days is not None
        derive_range(store, Thresholds(), *self.task.days, at_once=1)
        self.keep_as_beginning(*COLLECTIONS, "credentials")

    def move_to(self, now: datetime) -> None:
        """Moves the clock of the sandbox, which is the source's."""
        self.sandbox.clock = lambda: now

    def pass_night(self, nights_later: int = 1) -> Sequence[DayRange]:
        """Lets the planner decide and carries what it asks for; tells what that was."""
        now = self.task.now + timedelta(days=nights_later)
        self.move_to(now)
        return carry(replace(self.task, now=now, days=None))

    def documents(self) -> Documents:
        """What is stored, times and ways aside."""
        found = dump(self.store.database)
        for document in found["raw_responses"].values():
            for name in HOW_IT_CAME:
                document.pop(name, None)
        return found


def small_world(
    folder: Path,
    uri: str,
    database: str,
    now: datetime = NIGHT,
    people: int = 2,
    **chosen: Any,
) -> AbstractContextManager[World]:
    """A few people of four days, asked one after the other, so that points have numbers."""
    return _world(folder, uri, database, now, people, 4, {"participants_at_once": 1, **chosen})


def large_world(
    folder: Path, uri: str, database: str, **chosen: Any
) -> AbstractContextManager[World]:
    """Five people of twenty days, asked side by side."""
    several = {"trailing_days": 3, "days_per_run": 8, **chosen}
    return _world(folder, uri, database, NIGHT, 5, 20, several)


@contextmanager
def _world(
    folder: Path,
    uri: str,
    database: str,
    now: datetime,
    people: int,
    days: int,
    chosen: dict[str, Any],
) -> Iterator[World]:
    last = now.date() - timedelta(days=1)
    first = last - timedelta(days=days - 1)
    settings = {"start_date": first, "trailing_days": 1, **QUICK, **chosen}
    task = Task(folder, uri, database, now, (first, last), settings)
    with (
        running_sandbox(people=people, now=now, check=False) as sandbox,
        MongoClient[dict[str, Any]](uri, tz_aware=True) as client,
    ):
        world = World(task, sandbox, client)
        opened = settings_for(folder, uri, database, **settings)
        with open_deployment(opened, lambda: now) as deployment:
            named = {f"P{number}": f"p{number:03}" for number in range(1, people + 1)}
            connect(deployment, sandbox, named, first)
        world.keep_as_beginning(*BEGIN_WITH)
        yield world
        client.drop_database(database)
