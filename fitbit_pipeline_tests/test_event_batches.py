"""Events of assets that Dagster hands over together say what they say one by one."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.events import ASSET_EVENTS
from dagster._core.storage.event_log.base import AssetEntry

from fitbit_pipeline.cli.dagster_home import dagster_instance
from fitbit_pipeline.dagster_events import BATCH_SIZE
from fitbit_pipeline.resources import range_tags
from fitbit_pipeline.settings import Settings

FIRST, DAYS = date(2026, 1, 1), 6
STEPS, SLEEP = dg.AssetKey(["raw", "steps"]), dg.AssetKey(["raw", "sleep"])
CHECK = dg.AssetCheckKey(STEPS, "there")


def _asset(key: dg.AssetKey) -> dg.AssetsDefinition:
    """An asset over any range of days, with something to say of every day."""

    @dg.asset(
        key=key,
        partitions_def=dg.DailyPartitionsDefinition(FIRST.isoformat()),
        backfill_policy=dg.BackfillPolicy.single_run(),
        tags={"of": key.path[-1]},
    )
    def asset(context: dg.AssetExecutionContext) -> None:
        for day in context.partition_keys:
            context.add_asset_metadata({"day": day}, partition_key=day)

    return asset


@dg.asset_check(asset=STEPS, name=CHECK.name)
def _there() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


def _of_run(instance: dg.DagsterInstance, run: str) -> Iterator[tuple[Any, ...]]:
    """What the file of the run says of assets."""
    for record in instance.get_records_for_run(run).records:
        event = record.event_log_entry.dagster_event
        if event and event.event_type in ASSET_EVENTS:
            yield event.event_type, event.asset_key, event.partition, event.message


def _of_asset(instance: dg.DagsterInstance, key: dg.AssetKey) -> Iterator[tuple[Any, ...]]:
    """What the file that all runs share says of an asset's days, in the order of storing."""
    records = instance.fetch_materializations(key, limit=100, ascending=True).records
    for record in records:
        materialised = record.asset_materialization
        assert materialised is not None
        yield materialised.partition, materialised.metadata["day"].value


def _entry(instance: dg.DagsterInstance, key: dg.AssetKey) -> AssetEntry:
    """The row of an asset in the table of assets."""
    (record,) = instance.get_asset_records([key])
    return record.asset_entry


def _left_by_a_run(home: Path, events_per_batch: int) -> dict[str, Any]:
    """Everything that the event log says of assets after a run of some days."""
    definitions = dg.Definitions(
        assets=[_asset(STEPS), _asset(SLEEP)],
        asset_checks=[_there],
        jobs=[dg.define_asset_job("days")],
        executor=dg.in_process_executor,
    )
    last = FIRST + timedelta(days=DAYS - 1)
    with (
        pytest.MonkeyPatch.context() as patch,
        dagster_instance(Settings(home=home, start_date=FIRST)) as instance,
    ):
        patch.setenv(BATCH_SIZE, str(events_per_batch))
        run = definitions.resolve_job_def("days").execute_in_process(
            instance=instance, tags=range_tags(FIRST, last)
        )
        checked = instance.event_log_storage.get_asset_check_execution_history(CHECK, limit=100)
        left: dict[str, Any] = {
            "events": list(_of_run(instance, run.run_id)),
            "checked": [each.status for each in checked],
        }
        for key in (STEPS, SLEEP):
            entry = _entry(instance, key)
            assert entry.last_run_id == run.run_id
            assert entry.last_materialization_record is not None
            left[key.to_string()] = (
                list(_of_asset(instance, key)),
                instance.get_materialized_partitions(key),
                entry.last_materialization_record.partition_key,
            )
            newest = instance.fetch_materializations(key, limit=1).records[0]
            assert entry.last_materialization_storage_id == newest.storage_id
        return left


@pytest.mark.filterwarnings("ignore::dagster.BetaWarning")
@pytest.mark.parametrize("events_per_batch", [2, 5, 500])
def test_events_stored_together_say_what_they_say_one_by_one(
    tmp_path: Path, events_per_batch: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Dagster stores them one by one where storing them together fails, and only says so."""
    one_by_one = _left_by_a_run(tmp_path / "one by one", 0)

    assert _left_by_a_run(tmp_path / "together", events_per_batch) == one_by_one
    assert "batch" not in capfd.readouterr().err
    assert len(one_by_one["events"]) == 2 * 2 * DAYS


def test_whoever_uses_this_event_log_is_handed_events_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BATCH_SIZE, "")
    monkeypatch.delenv(BATCH_SIZE)

    with dagster_instance(Settings(home=tmp_path, start_date=FIRST)) as instance:
        assert instance._is_batch_writing_enabled()


def test_one_who_wants_other_batches_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BATCH_SIZE, "7")

    with dagster_instance(Settings(home=tmp_path, start_date=FIRST)) as instance:
        assert instance._get_event_batch_size() == 7
