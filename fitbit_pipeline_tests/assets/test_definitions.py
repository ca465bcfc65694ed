"""What Dagster is given: the shape of the asset graph, its partitions, its schedule."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from fitbit_pipeline.definitions import JOB, build_definitions
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline_tests.deployments import NOW, settings_for

ROOT = Path(__file__).parents[2]


@pytest.fixture
def definitions(tmp_path: Path) -> dg.Definitions:
    """The definitions of a deployment whose database is never touched."""
    return build_definitions(
        settings_for(tmp_path, "mongodb://127.0.0.1:1", "never", time_zone="Europe/Athens")
    )


def _keys(definitions: dg.Definitions) -> set[str]:
    graph = definitions.resolve_asset_graph()
    return {key.to_user_string() for key in graph.get_all_asset_keys()}


def test_the_definitions_are_loadable(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_there_is_one_raw_asset_per_endpoint_and_one_per_family(
    definitions: dg.Definitions,
) -> None:
    assert _keys(definitions) == {
        *(f"raw/{name}" for name in ENDPOINT_NAMES),
        *(f"metrics/{family.value}" for family in Family),
        "engagement/days",
        "engagement/summaries",
    }


def test_every_asset_has_the_same_partitions_and_backfill_policy(
    definitions: dg.Definitions,
) -> None:
    """Otherwise the daemon would split a backfill into runs of single assets."""
    graph = definitions.resolve_asset_graph()
    nodes = [graph.get(key) for key in graph.get_all_asset_keys()]

    assert len({node.partitions_def for node in nodes}) == 1
    assert {node.backfill_policy for node in nodes} == {
        dg.BackfillPolicy.multi_run(max_partitions_per_run=90)
    }


def test_the_partitions_are_civil_dates_up_to_yesterday(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    days = graph.get(dg.AssetKey(["raw", "steps"])).partitions_def
    keys = days.get_partition_keys(current_time=NOW)

    assert (keys[0], keys[-1]) == ("2026-01-01", "2026-11-22")


def test_no_day_is_lost_where_clocks_change(tmp_path: Path) -> None:
    settings = settings_for(
        tmp_path, "mongodb://127.0.0.1:1", "never", time_zone="America/Santiago"
    )
    graph = build_definitions(settings).resolve_asset_graph()
    keys = graph.get(dg.AssetKey(["raw", "steps"])).partitions_def.get_partition_keys(
        current_time=NOW
    )

    days = [date.fromisoformat(key) for key in keys]
    assert len(set(days)) == (days[-1] - days[0]).days + 1


def test_metrics_depend_on_the_raw_assets_of_their_family(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    sleep = graph.get(dg.AssetKey(["metrics", "sleep"]))

    assert {key.to_user_string() for key in sleep.parent_keys} == {"raw/sleep"}


def test_steps_run_in_one_process(definitions: dg.Definitions) -> None:
    assert definitions.executor is dg.in_process_executor
    assert definitions.resolve_job_def(JOB).executor_def is dg.in_process_executor


def test_the_night_is_at_five_in_the_configured_zone(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly")

    assert schedule.cron_schedule == "0 5 * * *"
    assert schedule.execution_timezone == "Europe/Athens"
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


def test_the_workspace_and_the_project_name_the_same_module() -> None:
    """Where both exist, one wins silently: they must agree."""
    workspace = (ROOT / "workspace.yaml").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert "module_name: fitbit_pipeline.definitions" in workspace
    assert 'module_name = "fitbit_pipeline.definitions"' in project
