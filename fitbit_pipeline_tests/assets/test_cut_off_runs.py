"""Days bear the mark of a run until everything is derived from what it brought."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.assets.engagement import DAYS, SUMMARIES
from fitbit_pipeline.assets.raw import raw_key
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitabase_archive import write_export

FIRST = date(2026, 3, 1)
LAST = date(2026, 3, 4)
ALL_DAYS = [FIRST + timedelta(days=offset) for offset in range(4)]


@pytest.fixture
def bed(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[TestBed]:
    """One person of four days. Nothing has run."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        write_export(tmp_path / "export", {"1": dict.fromkeys(ALL_DAYS, 4000)})
        bed.import_folder(tmp_path / "export")
        yield bed


def _marked(bed: TestBed) -> list[date]:
    return sorted(bed.deployment.store.underived.days())


def test_a_run_that_got_through_leaves_no_mark(bed: TestBed) -> None:
    assert bed.run(FIRST, LAST).success

    assert _marked(bed) == []


def test_a_run_that_only_asked_leaves_its_days_marked_and_the_next_whole_one_clears_them(
    bed: TestBed,
) -> None:
    assert bed.run(FIRST, LAST, asset_selection=[raw_key("steps")]).success
    assert _marked(bed) == ALL_DAYS

    assert bed.run(FIRST, date(2026, 3, 2)).success

    assert _marked(bed) == ALL_DAYS[2:], "the days that it did not cover"


def test_a_run_that_derives_a_part_alone_clears_nothing(bed: TestBed) -> None:
    """It cannot know whether the rest was derived."""
    assert bed.run(FIRST, LAST, asset_selection=[raw_key("steps"), DAYS, SUMMARIES]).success

    assert _marked(bed) == ALL_DAYS


def test_what_another_run_brought_meanwhile_stays_marked(bed: TestBed) -> None:
    """A run clears its own marks and those that it took up, not those of a run still asking."""
    store = bed.deployment.store
    bed.run(FIRST, LAST, asset_selection=[raw_key("steps")])
    store.underived.take_up("a night", ["P1"], FIRST, LAST)
    store.underived.take_up("a backfill", ["P1"], LAST, LAST)

    store.underived.derived("a night", FIRST, LAST)

    assert _marked(bed) == [LAST]
