"""Opening the source of a participant, whatever kind it is."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline_tests.fitabase_tables import activity_line, activity_table
from fitbit_pipeline_tests.flow.importing import ImportBench

SOMEBODY = Participant("me", "fitabase", "UTC", date(2026, 3, 1))


@pytest.fixture
def bench(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[ImportBench]:
    """One person was imported."""
    with ImportBench.open(mongodb_uri, database_name, tmp_path / "home") as bench:
        bench.run(activity_table(tmp_path / "study", activity_line(Id="42")), shift_days=7)
        yield bench


class TestOpening:
    """It is there, or it is gone."""

    def test_a_moved_archive_is_asked_by_its_own_dates(self, bench: ImportBench) -> None:
        assert bench.steps("P42", date(2016, 4, 19), date(2016, 4, 19)) == ["13162"]

    def test_the_archive_is_read_once_for_all_who_ask(
        self, bench: ImportBench, tmp_path: Path
    ) -> None:
        before = bench.steps("P42", date(2016, 4, 19), date(2016, 4, 19))
        shutil.rmtree(bench.directory)
        assert bench.steps("P42", date(2016, 4, 19), date(2016, 4, 19)) == before

    def test_after_a_restart_an_archive_that_was_deleted_is_gone(self, bench: ImportBench) -> None:
        shutil.rmtree(bench.directory)
        restarted = SourceOpener(bench.directory, archive_limit_gb=1)
        with pytest.raises(SourceFailure, match="import it again") as gone:
            restarted.open(bench.get("P42"))
        assert gone.value.kind is FailureKind.SOURCE_GONE

    @pytest.mark.parametrize("source", ["fitabase", "fitbit_web", ""])
    def test_a_source_that_is_not_known_here_is_gone(self, tmp_path: Path, source: str) -> None:
        opener = SourceOpener(tmp_path, archive_limit_gb=1)
        with pytest.raises(SourceFailure, match="import an archive") as gone:
            opener.open(replace(SOMEBODY, source=source))
        assert gone.value.kind is FailureKind.SOURCE_GONE

    def test_the_bound_is_the_one_of_the_settings(self, tmp_path: Path) -> None:
        assert SourceOpener(tmp_path, archive_limit_gb=3).limits.total_bytes == 3 * 1024**3
