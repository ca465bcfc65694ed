"""The nightly schedule on a real store: it asks for what is missing, by what the store knows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.definitions import build_definitions
from fitbit_pipeline.resources import (
    DEPLOYMENT,
    RANGE_END_TAG,
    RANGE_START_TAG,
    deployment_resource,
)
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
YESTERDAY = date(2026, 11, 22)
ENROLLED = date(2026, 11, 1)


@pytest.fixture
def bed(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[TestBed]:
    """Nobody yet, at five in the morning; three trailing days, five days per run at most."""
    settings = settings_for(tmp_path, mongodb_uri, database_name, trailing_days=3, days_per_run=5)
    with test_bed(settings, NOW) as bed:
        yield bed


LIVE = Participant("me", "google_health", "UTC", enrolled_on=ENROLLED)


def _ask(bed: TestBed, first: date, last: date, **entry: object) -> None:
    fields = {"state": CoverageState.DATA, "settled": True, "asked_at": NOW, **entry}
    entries = {("me", day): CoverageEntry(**fields) for day in days_between(first, last)}
    coverage = bed.deployment.store.coverage
    known = coverage.entries("steps", ["me"], first, last)
    coverage.record("google_health", "steps", entries, known)


def _requests(bed: TestBed) -> list[tuple[str, str]]:
    definitions = build_definitions(bed.deployment.settings, bed.deployment.clock)
    schedule = definitions.resolve_schedule_def("nightly")
    with dg.build_schedule_context(
        instance=bed.instance,
        scheduled_execution_time=NOW,
        resources={DEPLOYMENT: deployment_resource(bed.deployment.settings, bed.deployment.clock)},
    ) as context:
        result = schedule.evaluate_tick(context)
    return [
        (request.tags[RANGE_START_TAG], request.tags[RANGE_END_TAG])
        for request in result.run_requests or []
    ]


def test_with_nobody_there_it_skips(bed: TestBed) -> None:
    assert _requests(bed) == []


def test_it_asks_for_the_trailing_days_when_all_is_well(bed: TestBed) -> None:
    bed.deployment.store.participants.save([LIVE])
    _ask(bed, ENROLLED, YESTERDAY)

    assert _requests(bed) == [("2026-11-20", "2026-11-22")]


def test_four_missed_nights_are_repaired_at_once(bed: TestBed) -> None:
    bed.deployment.store.participants.save([LIVE])
    _ask(bed, ENROLLED, YESTERDAY - timedelta(days=5))

    assert _requests(bed) == [("2026-11-18", "2026-11-22")]


def test_a_failed_day_in_the_middle_is_a_range_of_its_own(bed: TestBed) -> None:
    bed.deployment.store.participants.save([LIVE])
    _ask(bed, ENROLLED, YESTERDAY)
    failed = date(2026, 11, 10)
    _ask(bed, failed, failed, state=CoverageState.FAILED, settled=False, attempts=1, reason="x")

    assert _requests(bed) == [("2026-11-10", "2026-11-10"), ("2026-11-20", "2026-11-22")]


def test_an_unsettled_day_is_asked_for_again(bed: TestBed) -> None:
    bed.deployment.store.participants.save([LIVE])
    _ask(bed, ENROLLED, YESTERDAY)
    _ask(bed, date(2026, 11, 12), date(2026, 11, 13), settled=False)

    assert _requests(bed)[0] == ("2026-11-12", "2026-11-13")


def test_a_long_range_becomes_several_runs(bed: TestBed) -> None:
    bed.deployment.store.participants.save([LIVE])

    assert _requests(bed) == [
        ("2026-11-01", "2026-11-05"),
        ("2026-11-06", "2026-11-10"),
        ("2026-11-11", "2026-11-15"),
        ("2026-11-16", "2026-11-20"),
        ("2026-11-21", "2026-11-22"),
    ]


@pytest.mark.parametrize("status", [ParticipantStatus.LEFT, ParticipantStatus.NEEDS_CONSENT])
def test_who_is_not_active_is_not_asked(bed: TestBed, status: ParticipantStatus) -> None:
    bed.deployment.store.participants.save([replace(LIVE, status=status)])

    assert _requests(bed) == []
