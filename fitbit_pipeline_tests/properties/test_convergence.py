"""Ingest, normalise and derive in any order, twice and side by side: the documents converge.

A machine of hypothesis changes what two accounts hold, how far their devices have synced and what
fails, asks for ranges of days, and derives, in any order, against a real MongoDB. It proves

- after each step: every cell that was asked for is in exactly one state, the model's (invariant 1);
  a failed or truncated answer leaves the payload and never becomes an empty day (5); a smaller
  answer replaces a larger one only when the device had synced no less far (6); one participant's
  failures touch nobody else (8);
- after deriving: what is derived is what the payloads give, and deriving again changes nothing
  (2 and 3);
- at the end: once everything can be had, any order of days gives the documents of a store that was
  asked once, in order, without any of it (2 and 4).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pymongo import MongoClient

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.flow.derive_metrics import metric_documents
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.hypothesis_profiles import examples
from fitbit_pipeline_tests.program import dump
from fitbit_pipeline_tests.properties.convergence import (
    DAYS,
    ENDPOINTS,
    FIRST,
    INSTANTS,
    LAST,
    NAMES,
    Expected,
    Truth,
    ask,
    derive,
    orders,
    people,
    sleep,
    steps,
    stored_payloads,
    stored_states,
    unreadable,
)

names = st.sampled_from(NAMES)
endpoints = st.sampled_from(ENDPOINTS)
ranges = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted)
failures = st.sampled_from(
    [
        FailureKind.TRANSIENT,
        FailureKind.QUOTA,
        FailureKind.DAMAGED,
        FailureKind.PERMANENT,
        FailureKind.SCOPE_MISSING,
    ]
)
changes = st.sampled_from(["measured", "deleted", "as before", "deleted", "unreadable"])
MADE = {"steps": steps, "sleep": sleep}
NUMBERS = st.sampled_from([1, 60, 400, 480])


class Deployment(RuleBasedStateMachine):
    """Two participants of four days and two endpoints."""

    store: Store
    undisturbed: Store

    def __init__(self) -> None:
        """Begins with nothing: nobody asked, nothing known."""
        super().__init__()
        for each in (self.store, self.undisturbed):
            for name in each.database.list_collection_names():
                each.database[name].delete_many({})
            each.participants.save(people())
        self.truth = {name: Truth() for name in NAMES}
        self.expected = Expected()

    @initialize(data=st.data(), span=ranges)
    def accounts_hold_something(self, data: st.DataObject, span: list[date]) -> None:
        """Days of steps and nights, of both; a first night asks for some of them."""
        for name in NAMES:
            for day in DAYS:
                for endpoint, made in MADE.items():
                    self.truth[name].payloads[endpoint][day] = made(data.draw(NUMBERS))
        for endpoint in ENDPOINTS:
            self.everybody_is_asked(endpoint, span, newest_first=False)

    @rule(
        name=names,
        endpoint=endpoints,
        span=ranges,
        number=NUMBERS,
        change=changes,
        until=st.sampled_from([None, *INSTANTS]),
        breaks_off=st.none() | failures,
        is_derived=st.booleans(),
    )
    def an_answer_arrives(
        self,
        name: str,
        endpoint: str,
        span: list[date],
        number: int,
        change: str,
        until: datetime | None,
        breaks_off: FailureKind | None,
        is_derived: bool,
    ) -> None:
        """Of a device that has synced further, or that had not: an older answer arrives late."""
        held = self.truth[name].payloads[endpoint]
        for day in days_between(*span):
            if change == "deleted":
                held.pop(day, None)
            elif change != "as before":
                held[day] = MADE[endpoint](number) if change == "measured" else unreadable()
        self.truth[name].synced_until = until
        self.truth[name].failing = {} if breaks_off is None else {span[1]: breaks_off}
        ask(self.store, {name: self.truth[name].source()}, endpoint, *span)
        self.expected.asked(name, endpoint, days_between(*span), self.truth[name])
        if is_derived:
            derive(self.store, *span)

    @rule(name=names, days=st.sets(st.sampled_from(DAYS)), kind=failures)
    def days_cannot_be_had(self, name: str, days: set[date], kind: FailureKind) -> None:
        """Any of them, or none."""
        self.truth[name].failing = dict.fromkeys(days, kind)

    @rule(endpoint=endpoints, span=ranges, newest_first=st.booleans())
    def everybody_is_asked(self, endpoint: str, span: list[date], newest_first: bool) -> None:
        """A run of one asset."""
        first, last = span
        sources = {
            name: truth.source(newest_first=newest_first) for name, truth in self.truth.items()
        }
        ask(self.store, sources, endpoint, first, last)
        self._note(endpoint, first, last)

    @rule(endpoint=endpoints, span=ranges, other=ranges)
    def runs_overlap(self, endpoint: str, span: list[date], other: list[date]) -> None:
        """Two runs ask for days that may be the same, while a third derives them all."""
        sources = {name: truth.source() for name, truth in self.truth.items()}
        backwards = {name: truth.source(newest_first=True) for name, truth in self.truth.items()}
        with ThreadPoolExecutor(3) as pool:
            runs = [
                pool.submit(ask, self.store, sources, endpoint, *span),
                pool.submit(ask, self.store, backwards, endpoint, *other),
                pool.submit(derive, self.store, FIRST, LAST),
            ]
            for run in runs:
                run.result()
        self._note(endpoint, *span)
        self._note(endpoint, *other)

    @rule(span=ranges)
    def a_range_is_derived(self, span: list[date]) -> None:
        """Twice: the second time there is nothing to do."""
        derive(self.store, *span)

        assert derive(self.store, *span) == 0

    @rule()
    def everything_is_derived(self) -> None:
        """Then the metrics are those that the payloads give."""
        derive(self.store, FIRST, LAST)

        wanted = {
            document["_id"]: document
            for person in people()
            for document in metric_documents(
                person, self.store.raw_responses.read(person.name, ENDPOINTS, FIRST, LAST)
            )[0]
        }
        assert {each["_id"]: each for each in self.store.metrics.find()} == wanted

    @invariant()
    def the_store_is_as_the_model_says(self) -> None:
        """Each cell asked for has one state, and a payload exactly where it says ``data``."""
        assert stored_states(self.store) == self.expected.states
        assert stored_payloads(self.store) == {
            cell: payload for cell, (payload, _) in self.expected.payloads.items()
        }

    def teardown(self) -> None:
        """Everything can be had at last."""
        for name in NAMES:
            self.truth[name].failing = {}
            self.truth[name].synced_until = INSTANTS[-1]
        sources = {name: truth.source() for name, truth in self.truth.items()}
        for endpoint in ENDPOINTS:
            ask(self.undisturbed, sources, endpoint, FIRST, LAST)
        derive(self.undisturbed, FIRST, LAST)
        wanted = dump(self.undisturbed.database)

        for order in orders():
            for day in order:
                for endpoint in ENDPOINTS:
                    ask(self.store, sources, endpoint, day, day)
                derive(self.store, day, day)

            assert dump(self.store.database) == wanted

    def _note(self, endpoint: str, first: date, last: date) -> None:
        for name, truth in self.truth.items():
            self.expected.asked(name, endpoint, days_between(first, last), truth)


@pytest.fixture(scope="module")
def machine(mongodb_uri: str) -> Iterator[type[Deployment]]:
    """The machine, bound to two databases."""
    # Nobody pulls a plug here, so that no write need wait for the disk.
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, w=1, journal=False) as client:
        databases = [client["test_convergence"], client["test_undisturbed"]]
        for database in databases:
            client.drop_database(database.name)
        bound = {"store": Store(databases[0]), "undisturbed": Store(databases[1])}
        yield type("BoundDeployment", (Deployment,), bound)
        for database in databases:
            client.drop_database(database.name)


@pytest.mark.timeout(7200)
def test_whatever_happens_the_documents_converge(machine: type[Deployment]) -> None:
    run_state_machine_as_test(
        machine, settings=settings(examples(short=8, deep=120), stateful_step_count=30)
    )
