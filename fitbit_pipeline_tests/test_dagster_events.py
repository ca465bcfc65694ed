"""Dagster's event log, as this project keeps it."""

import threading
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import text

from fitbit_pipeline.cli.dagster_home import dagster_instance
from fitbit_pipeline.dagster_events import EventLogStorage
from fitbit_pipeline.settings import Settings

RUN = "a-run"
PATIENCE_SECONDS = 30


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, start_date=date(2026, 1, 1))


def _tell(instance: dg.DagsterInstance, sentence: str) -> None:
    instance.report_engine_event(sentence, run_id=RUN, job_name="a-job")


def test_a_run_can_be_followed_while_it_goes_on(settings: Settings) -> None:
    """As the Dagster UI does it, which is another process than the run's."""
    told = threading.Event()

    def follow(entry: dg.EventLogEntry, _cursor: str) -> None:
        if entry.dagster_event and entry.dagster_event.message == "The run goes on.":
            told.set()

    with dagster_instance(settings) as run:
        _tell(run, "The run begins.")
        with dagster_instance(settings) as ui:
            assert isinstance(ui.event_log_storage, EventLogStorage)
            ui.event_log_storage.watch(RUN, None, follow)
            _tell(run, "The run goes on.")

            assert told.wait(PATIENCE_SECONDS)


def test_what_one_process_stores_another_finds_at_once(settings: Settings) -> None:
    key = dg.AssetKey(["raw", "steps"])
    with dagster_instance(settings) as one, dagster_instance(settings) as other:
        for partition in ("2026-01-01", "2026-01-02"):
            materialised = dg.AssetMaterialization(key, partition=partition)
            one.report_runless_asset_event(materialised)

            assert partition in other.get_materialized_partitions(key)


def test_what_was_stored_is_there_after_it_was_closed(settings: Settings) -> None:
    key = dg.AssetKey(["raw", "steps"])
    with dagster_instance(settings) as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization(key, partition="2026-01-01"))

    assert not list(settings.dagster_directory.rglob("index.db-wal"))
    with dagster_instance(settings) as instance:
        assert instance.get_materialized_partitions(key) == {"2026-01-01"}


def test_a_table_is_looked_for_until_it_is_there(settings: Settings) -> None:
    """As after a new version of Dagster, whose migration adds one while others keep running."""
    with dagster_instance(settings) as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, EventLogStorage)
        assert storage.has_table("asset_event_tags")
        assert not storage.has_table("of_a_newer_version")

        with storage.index_connection() as connection:
            connection.execute(text("CREATE TABLE of_a_newer_version (id INTEGER)"))

        assert storage.has_table("of_a_newer_version")
