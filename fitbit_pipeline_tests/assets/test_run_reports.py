"""What a run leaves in ``runs``, in real Dagster, on a real database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from fitbit_pipeline.assets.raw import raw_key
from fitbit_pipeline.cli.runs import materialise
from fitbit_pipeline.definitions import JOB, build_definitions
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.resources import (
    BACKFILL_TAG,
    DEPLOYMENT,
    KIND_TAG,
    NIGHT_TAG,
    deployment_resource,
    range_tags,
)
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.runs import Run, RunKind
from fitbit_pipeline_tests.deployments import NOW, QUIET, TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitabase_archive import write_export

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 4)
DAYS = [FIRST + timedelta(days=offset) for offset in range(4)]
FIVE = datetime(2026, 3, 5, 5, tzinfo=UTC)


@pytest.fixture
def bed(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[TestBed]:
    """Two people of four days; the second lacks the third of March. Nothing has run."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        write_export(
            tmp_path / "export",
            {"1": dict.fromkeys(DAYS, 5000), "2": dict.fromkeys(DAYS[:2] + DAYS[3:], 6000)},
        )
        bed.import_folder(tmp_path / "export")
        yield bed


def _run(bed: TestBed, tags: dict[str, str] | None = None, **arguments: Any) -> Run:
    """One run, by a clock that goes on a second each time it is asked; what was left of it."""
    ticks = count()
    definitions = build_definitions(
        bed.deployment.settings, lambda: NOW + timedelta(seconds=next(ticks))
    )
    result = definitions.resolve_job_def(JOB).execute_in_process(
        instance=bed.instance,
        run_config=QUIET,
        tags={**range_tags(FIRST, LAST), **(tags or {})},
        raise_on_error=False,
        **arguments,
    )
    return next(
        run for run in bed.deployment.store.runs.newest(9) if run.identity.id == result.run_id
    )


def test_a_run_leaves_what_it_asked_and_what_came_of_it(bed: TestBed) -> None:
    run = _run(bed)

    assert (run.first, run.last) == (FIRST, LAST)
    assert set(run.endpoints) == set(ENDPOINT_NAMES)
    steps = run.endpoints["steps"]
    assert (steps.asked, steps.requests, steps.told) == (2, 2, 0)
    assert steps.states == {"data": 7, "empty": 1}
    assert steps.seconds > 0
    heart_rate = run.endpoints["heart_rate"]
    assert (heart_rate.asked, heart_rate.states) == (0, {"forbidden": 8})
    assert run.started_at < run.reported_at
    assert run.finished_at == run.reported_at


def test_it_names_nobody(bed: TestBed, tmp_path: Path) -> None:
    bed.deployment.settings.archives_directory.rename(tmp_path / "elsewhere")
    run = _run(bed)

    steps = run.endpoints["steps"]
    assert (steps.told, steps.states) == (2, {"failed": 8})
    (document,) = bed.deployment.store.database["runs"].find()
    assert "P1" not in str(document)
    assert "P2" not in str(document)


def test_a_run_of_some_assets_alone_does_not_count_as_finished(bed: TestBed) -> None:
    run = _run(bed, asset_selection=[raw_key("steps")])

    assert set(run.endpoints) == {"steps"}
    assert run.finished_at is None


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({}, RunKind.MANUAL),
        ({NIGHT_TAG: FIVE.isoformat()}, RunKind.NIGHTLY),
        ({BACKFILL_TAG: "abcdefgh"}, RunKind.BACKFILL),
        ({KIND_TAG: "import"}, RunKind.IMPORT),
        ({KIND_TAG: "backfill"}, RunKind.BACKFILL),
    ],
)
def test_its_tags_tell_why_it_took_place(bed: TestBed, tags: dict[str, str], kind: RunKind) -> None:
    run = _run(bed, tags, asset_selection=[raw_key("steps")])

    assert run.identity.kind is kind
    assert run.identity.night == (FIVE if kind is RunKind.NIGHTLY else None)


def test_a_run_that_is_executed_again_replaces_its_own_entries(bed: TestBed) -> None:
    identifier = "3f2d7f3a-6c7e-4a38-9c0a-0d7f7e0f2f10"
    before = _run(bed, run_id=identifier)
    with dg.DagsterInstance.ephemeral() as another:
        again = _run(replace(bed, instance=another), run_id=identifier)

    assert bed.deployment.store.database["runs"].count_documents({}) == 1
    assert again.endpoints["steps"].states == before.endpoints["steps"].states
    assert again.finished_at is not None


def test_the_schedule_gives_all_runs_of_a_night_the_same_night(bed: TestBed) -> None:
    zone = "Europe/Athens"
    settings = bed.deployment.settings.model_copy(update={"days_per_run": 3, "time_zone": zone})
    live = Participant("me", "google_health", "UTC", date(2026, 11, 15))
    bed.deployment.store.participants.save([live])
    schedule = build_definitions(settings).resolve_schedule_def("nightly")
    with dg.build_schedule_context(
        instance=bed.instance,
        scheduled_execution_time=NOW,
        resources={DEPLOYMENT: deployment_resource(settings, bed.deployment.clock)},
    ) as context:
        requests = schedule.evaluate_tick(context).run_requests or []

    assert len(requests) == 3
    assert {request.tags[NIGHT_TAG] for request in requests} == {NOW.isoformat()}


def test_the_command_line_says_why_its_runs_take_place(
    bed: TestBed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    materialise(bed.deployment.settings, FIRST, FIRST, clock=bed.deployment.clock)
    materialise(
        bed.deployment.settings, FIRST, FIRST, clock=bed.deployment.clock, kind=RunKind.IMPORT
    )

    kinds = {run.identity.kind for run in bed.deployment.store.runs.newest(5)}
    assert kinds == {RunKind.BACKFILL, RunKind.IMPORT}
