"""A participant moves to Google Health: the history stays, and no day is counted twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.flow.migrate import Migrated, check_migration, migrate
from fitbit_pipeline.flow.new_account import read_new_account
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.schedules import known_participants
from fitbit_pipeline.sources.google_health.oauth import Consent
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.google_health.connecting import CLIENT, QUICK, connect, write_client
from fitbit_pipeline_tests.program import dump
from fitbit_pipeline_tests.sandbox_server import running_sandbox

FIRST, LAST = date(2026, 10, 20), date(2026, 11, 18)
MOVED = datetime(2026, 11, 10, 9, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)
REDIRECT = "http://127.0.0.1:53682/"


@dataclass
class Bench:
    """P07 with three weeks from the Fitbit Web API, and the sandbox with both services."""

    deployment: Deployment
    sandbox: Sandbox

    def carry(self, first: date, last: date, now: datetime) -> None:
        """Asks for a range and derives the metrics."""
        store = self.deployment.store
        self.sandbox.clock = lambda: now
        people = store.participants.all()
        for endpoint in ENDPOINT_NAMES:
            ingest(store, self.deployment.sources.open, people, endpoint, first, last, now, 2)
        for family in Family:
            derive_metrics(store, people, family, first, last, 2)

    def migrate(self, person: str = "p001", now: datetime = MOVED) -> Migrated:
        """Moves P07, with the Google account of a person."""
        deployment = self.deployment
        write_client(self.sandbox, deployment.settings.google_clients_directory)
        client = deployment.google_health.clients.get(CLIENT)
        consent = Consent(client, REDIRECT)
        code = consent.code_of(grant(consent.address, person=person))
        tokens = consent.exchange(code, now)
        return migrate(
            deployment.store,
            deployment.google_health.vault,
            client,
            tokens,
            read_new_account(client, tokens),
            "P07",
            now.date() - timedelta(days=1),
            now,
        )

    def metrics(self) -> dict[str, dict[str, Any]]:
        return {each["_id"]: each for each in self.deployment.store.metrics.find()}


@pytest.fixture
def bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    settings = settings_for(tmp_path, mongodb_uri, database_name, **QUICK)
    with (
        running_sandbox(people=2, now=MOVED, check=False) as sandbox,
        open_deployment(settings, lambda: MOVED) as deployment,
    ):
        connect_fitbit_people(deployment, sandbox, {"P07": "p001"}, FIRST)
        made = Bench(deployment, sandbox)
        made.carry(FIRST, MOVED.date() - timedelta(days=1), MOVED)
        yield made


def test_the_history_stays_as_it_was_recorded(bench: Bench) -> None:
    before = dump(bench.deployment.store.database)

    done = bench.migrate()
    bench.carry(FIRST, LAST, LATER)

    after = dump(bench.deployment.store.database)
    for collection in ("raw_responses", "metrics", "coverage"):
        history = {
            key: document
            for key, document in before[collection].items()
            if document["date"] < done.since.isoformat()
        }
        assert history
        assert history.items() <= after[collection].items()


def test_new_days_come_from_the_new_source_and_none_is_from_both(bench: Bench) -> None:
    done = bench.migrate()
    bench.carry(FIRST, LAST, LATER)

    sources: dict[str, set[str]] = {}
    for metric in bench.metrics().values():
        sources.setdefault(metric["date"], set()).add(metric["source"])
    assert sources == {
        day: {"fitbit_web" if day < done.since.isoformat() else "google_health"} for day in sources
    }
    assert {set_.copy().pop() for set_ in sources.values()} == {"fitbit_web", "google_health"}
    assert max(sources) == LAST.isoformat()


def test_a_day_that_was_not_settled_is_asked_for_anew(bench: Bench) -> None:
    coverage = bench.deployment.store.coverage.days("P07", FIRST, LAST)
    settled = {
        day for day, entries in coverage.items() if all(entry.settled for entry in entries.values())
    }

    done = bench.migrate()

    assert done.since == max(settled) + timedelta(days=1)


def test_the_same_days_as_if_google_had_been_asked_from_the_beginning(bench: Bench) -> None:
    done = bench.migrate()
    bench.carry(FIRST, LAST, LATER)
    moved = bench.metrics()
    connect(bench.deployment, bench.sandbox, {"other": "p002"}, FIRST)

    bench.carry(done.since, LAST, LATER)

    assert {key: each for key, each in bench.metrics().items() if key.startswith("P07/")} == moved


def test_nights_ask_the_new_source_for_its_own_days_alone(bench: Bench) -> None:
    done = bench.migrate()

    known = known_participants(bench.deployment.store)["P07"]

    assert known.enrolled_on == done.since


def test_the_account_of_somebody_else_is_refused_and_nothing_changes(bench: Bench) -> None:
    before = dump(bench.deployment.store.database)

    with pytest.raises(UserError, match="does not confirm that it was the Fitbit account of P07"):
        bench.migrate("p002")

    assert dump(bench.deployment.store.database) == before


def test_who_was_moved_is_not_moved_again(bench: Bench) -> None:
    done = bench.migrate()

    with pytest.raises(UserError, match=f"Google Health is asked since {done.since}"):
        check_migration(bench.deployment.store, "P07")


def test_only_participants_of_the_fitbit_web_api_are_moved(bench: Bench) -> None:
    connect(bench.deployment, bench.sandbox, {"P08": "p002"}, FIRST)

    with pytest.raises(UserError, match="P08 comes from the source google_health"):
        check_migration(bench.deployment.store, "P08")
    with pytest.raises(UserError, match="There is no participant 'P99'"):
        check_migration(bench.deployment.store, "P99")
