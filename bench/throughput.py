"""How fast days go through the assets, against plain MongoDB writes and an empty asset graph.

The limits hold against what others made, MongoDB and Dagster as they come: against the empty graph
in this project's own event log, a backfill would look the worse the better that log became.
"""

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from pymongo import InsertOne, ReplaceOne
from pymongo.database import Database

from bench.figure import Figure, Outcome
from bench.people import write_export
from fitbit_pipeline.cli.dagster_home import dagster_instance
from fitbit_pipeline.cli.runs import parts_of
from fitbit_pipeline.definitions import JOB, build_definitions
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.import_archive import ImportRequest, import_archive
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.resources import DEPLOYMENT, range_tags
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.store import Store

Document = dict[str, Any]

WRITTEN = ("raw_responses", "coverage", "metrics")
DOCUMENTS_PER_BATCH = 5000
LEAST_ASSET_RATIO = 0.5
MOST_BACKFILL_RATIO = 1.0
PLAIN_DAGSTER = "telemetry:\n  enabled: false\n"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, slots=True)
class Throughput:
    """What was measured.

    Attributes:
        people: How many people.
        days: How many days each.
        documents: Documents in the collections that raw and metrics assets write.
        assets_seconds: Raw and metrics assets, without Dagster around them.
        upsert_seconds: ``bulk_write`` of the same documents by pymongo alone, as upserts, which may
            be repeated as the assets may.
        insert_seconds: The same as plain inserts, which may not.
        backfill_seconds: The whole backfill through Dagster.
        plain_seconds: The same asset graph, checks included, with empty bodies, in the event log
            that Dagster uses unless it is told of another.
        empty_seconds: The same in this project's event log.
    """

    people: int
    days: int
    documents: int
    assets_seconds: float
    upsert_seconds: float
    insert_seconds: float
    backfill_seconds: float
    plain_seconds: float
    empty_seconds: float

    def outcome(self) -> Outcome:
        """The figures."""
        rate, upserts, inserts = (
            self.documents / seconds
            for seconds in (self.assets_seconds, self.upsert_seconds, self.insert_seconds)
        )
        of = f"{self.people:,} people × {self.days} days"
        return Outcome(
            [
                Figure(
                    f"raw and metrics assets of {of}, against plain `bulk_write` of upserts",
                    rate,
                    upserts,
                    "documents/s",
                    least=LEAST_ASSET_RATIO,
                    quoted=True,
                ),
                Figure(
                    "the same, against plain `bulk_write` of inserts, which may not be repeated",
                    rate,
                    inserts,
                    "documents/s",
                ),
                Figure(
                    f"backfill of {of}, against the same asset graph, empty, in plain Dagster",
                    self.backfill_seconds,
                    self.plain_seconds,
                    "s",
                    digits=1,
                    most=MOST_BACKFILL_RATIO,
                    quoted=True,
                ),
                Figure(
                    "the same, against the same asset graph, empty, in the project's event log",
                    self.backfill_seconds,
                    self.empty_seconds,
                    "s",
                    digits=1,
                ),
            ]
        )


def measure_throughput(folder: Path, people: int, days: int) -> Throughput:
    """Measures everything once, in embedded MongoDB servers.

    Args:
        folder: An empty folder for the home and the made archive.
        people: How many people.
        days: How many days each.
    """
    first = date(2025, 1, 1)
    last = first + timedelta(days=days - 1)
    write_export(folder / "export", people, first, days)
    ranges = parts_of(first, last, Settings().days_per_run)
    with _imported(folder, "assets", first) as deployment:
        assets_seconds = _assets(deployment, ranges)
        written = {name: list(deployment.store.database[name].find()) for name in WRITTEN}
        documents = sum(len(each) for each in written.values())
        upsert_seconds = _bulk(deployment.store, written, _upsert)
        insert_seconds = _bulk(deployment.store, written, InsertOne)
        written.clear()
    # In a database of its own: what was deleted before would still be on the server's hands.
    with _imported(folder, "backfill", first) as deployment:
        definitions = build_definitions(deployment.settings)
        backfill_seconds = _backfill(deployment.settings, definitions, ranges)
    emptied = _emptied(definitions)
    plain_seconds = _backfill(_plain(folder / "plain", first), emptied, ranges)
    empty_seconds = _backfill(Settings(home=folder / "empty", start_date=first), emptied, ranges)
    return Throughput(
        people,
        days,
        documents,
        assets_seconds,
        upsert_seconds,
        insert_seconds,
        backfill_seconds,
        plain_seconds,
        empty_seconds,
    )


def _plain(home: Path, first: date) -> Settings:
    """A deployment whose Dagster is as it comes; a ``dagster.yaml`` that is there is left alone."""
    settings = Settings(home=home, start_date=first)
    settings.dagster_directory.mkdir(parents=True)
    (settings.dagster_directory / "dagster.yaml").write_text(PLAIN_DAGSTER, encoding="utf-8")
    return settings


@contextmanager
def _imported(folder: Path, name: str, first: date) -> Iterator[Deployment]:
    """A deployment of its own in which everybody is registered and nothing is materialised."""
    settings = Settings(home=folder / name, start_date=first)
    with open_deployment(settings, keep_server=False) as deployment:
        request = ImportRequest([folder / "export"], None, None, "UTC")
        import_archive(deployment.store, deployment.sources, request, deployment.clock())
        yield deployment


def _assets(deployment: Deployment, ranges: Sequence[tuple[date, date]]) -> float:
    with _stopwatch() as seconds:
        participants = deployment.store.participants.all()
        for first, last in ranges:
            for endpoint in ENDPOINT_NAMES:
                ingest(
                    deployment.store,
                    deployment.sources.open,
                    participants,
                    endpoint,
                    first,
                    last,
                    deployment.clock(),
                    deployment.settings.participants_at_once,
                )
            for family in Family:
                derive_metrics(
                    deployment.store,
                    participants,
                    family,
                    first,
                    last,
                    deployment.settings.participants_at_once,
                )
    return seconds[0]


def _bulk(
    store: Store,
    written: dict[str, list[Document]],
    operation: Callable[[Document], InsertOne[Document] | ReplaceOne[Document]],
) -> float:
    database: Database[Document] = store.database.client["bench_bulk"]
    database = database.with_options(write_concern=store.database.write_concern)
    Store(database).ensure_indexes()
    with _stopwatch() as seconds:
        for name, documents in written.items():
            for start in range(0, len(documents), DOCUMENTS_PER_BATCH):
                batch = documents[start : start + DOCUMENTS_PER_BATCH]
                database[name].bulk_write([operation(each) for each in batch], ordered=False)
    database.client.drop_database("bench_bulk")
    return seconds[0]


def _upsert(document: Document) -> ReplaceOne[Document]:
    return ReplaceOne({"_id": document["_id"]}, document, upsert=True)


def _backfill(
    settings: Settings, definitions: dg.Definitions, ranges: Sequence[tuple[date, date]]
) -> float:
    job = definitions.resolve_job_def(JOB)
    with dagster_instance(settings) as instance, _stopwatch() as seconds:
        for first, last in ranges:
            job.execute_in_process(
                instance=instance, run_config=QUIET, tags=range_tags(first, last)
            )
    return seconds[0]


def _emptied(definitions: dg.Definitions) -> dg.Definitions:
    """The same assets and checks, by key, dependency and partition, that do nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        assets = [_empty_asset(asset) for asset in definitions.assets or ()]
    checks = [_empty_check(check) for check in definitions.asset_checks or ()]
    return dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=[dg.define_asset_job(JOB, selection=dg.AssetSelection.all())],
        resources={DEPLOYMENT: dg.ResourceDefinition.none_resource()},
        executor=dg.in_process_executor,
    )


def _empty_asset(asset: Any) -> dg.AssetsDefinition:
    (spec,) = asset.specs

    @dg.asset(
        key=spec.key,
        deps=list(spec.deps),
        partitions_def=spec.partitions_def,
        backfill_policy=asset.backfill_policy,
    )
    def empty() -> None:
        return None

    return empty


def _empty_check(check: Any) -> dg.AssetChecksDefinition:
    (spec,) = check.check_specs

    @dg.asset_check(asset=spec.asset_key, name=spec.name)
    def empty() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    return empty


@contextmanager
def _stopwatch() -> Iterator[list[float]]:
    seconds = [0.0]
    begun = time.perf_counter()
    yield seconds
    seconds[0] = time.perf_counter() - begun
