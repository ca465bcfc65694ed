"""A collection is recognised by its documents, whatever its file is called."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.sources.archive_files import ArchiveLimits, open_archive
from fitbit_pipeline.sources.collection_files import known_by_content
from fitbit_pipeline.sources.library import ArchiveLibrary
from fitbit_pipeline.sources.tutorial import Tutorial
from fitbit_pipeline_tests.lifesnaps_collection import ANN, document, ordinary_day, steps
from fitbit_pipeline_tests.tutorial_collection import (
    Notebook,
    bson_file,
    json_lines,
    json_list,
    mongodump,
)
from fitbit_pipeline_tests.zip_files import zip_folder

DAY = date(2021, 5, 24)
LIFESNAPS = ordinary_day(ANN, DAY, 900)


@pytest.fixture
def tutorial() -> list[dict[str, Any]]:
    """What the tutorial wrote of one day."""
    notebook = Notebook()
    notebook.day(DAY, 900)
    return notebook.documents


def names(path: Path) -> list[str]:
    """What the files of an archive are known by."""
    return [member.base_name for member in known_by_content(open_archive([path])).members]


class TestNames:
    """What a file is known by."""

    @pytest.mark.parametrize(
        ("write", "called", "known"),
        [
            (json_lines, "export.json", "fitbitCollection.json"),
            (json_list, "my data.json.gz", "fitbitCollection.json.gz"),
            (bson_file, "people.bson", "fitbitCollection.bson"),
            (json_lines, "Export.JSON", "fitbitCollection.json"),
            (json_lines, "fitbit.json", "fitbitCollection.json"),
        ],
    )
    def test_the_tutorial_s_documents(
        self,
        write: Callable[[Path, list[dict[str, Any]]], Path],
        called: str,
        known: str,
        tutorial: list[dict[str, Any]],
        tmp_path: Path,
    ) -> None:
        assert names(write(tmp_path / called, tutorial)) == [known]

    @pytest.mark.parametrize("called", ["study.bson", "fitbitCollection.bson"])
    def test_documents_of_lifesnaps(self, called: str, tmp_path: Path) -> None:
        assert names(bson_file(tmp_path / called, LIFESNAPS)) == ["fitbit.bson"]

    def test_steps_of_a_minute_are_of_lifesnaps_and_of_a_day_the_tutorial_s(
        self, tmp_path: Path
    ) -> None:
        noon = datetime(2021, 5, 24, 12, 0)  # noqa: DTZ001
        minute = bson_file(tmp_path / "a.bson", steps(ANN, [(noon, 3)]))
        notebook = Notebook()
        notebook.steps(DAY, 3)
        day = bson_file(tmp_path / "b.bson", notebook.documents)
        assert (names(minute), names(day)) == (["fitbit.bson"], ["fitbitCollection.bson"])

    def test_documents_that_tell_nothing_are_passed_over(
        self, tutorial: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        odd = [{"a": 1}, {"type": 7}, document(ANN, "badge", {"name": "x"}), {"type": "steps"}]
        assert names(bson_file(tmp_path / "x.bson", odd + tutorial)) == ["fitbitCollection.bson"]

    def test_the_neighbours_in_a_dump_are_left_alone(self, tmp_path: Path) -> None:
        """LifeSnaps came with two more collections, and a dump has a description of each."""
        folder = mongodump(tmp_path / "dump", "fitbit", LIFESNAPS)
        mongodump(folder, "sema", [{"user_id": ANN, "type": "steps", "data": {}}])
        assert names(folder) == [
            "fitbit.bson", "fitbit.metadata.json", "sema.bson", "sema.metadata.json",
        ]  # fmt: skip

    def test_a_file_that_cannot_be_read_keeps_its_name(self, tmp_path: Path) -> None:
        """Whoever reads it in earnest says what is wrong with it."""
        (tmp_path / "fitbitCollection.bson").write_bytes(b"no dump")
        assert names(tmp_path / "fitbitCollection.bson") == ["fitbitCollection.bson"]

    def test_other_json_keeps_its_name(self, tmp_path: Path) -> None:
        assert names(json_list(tmp_path / "holiday.json", [{"type": "beach"}])) == ["holiday.json"]


class TestKeeping:
    """The library keeps it under the name by which it is known when it is opened again."""

    @pytest.mark.parametrize("is_zipped", [False, True])
    def test_a_file_of_another_name(
        self, is_zipped: bool, tutorial: list[dict[str, Any]], tmp_path: Path
    ) -> None:
        path = json_lines(tmp_path / "in" / "export.json", tutorial)
        original = path.read_bytes()
        if is_zipped:
            path = zip_folder(path.parent, tmp_path / "x.zip")
        library, kind = ArchiveLibrary(tmp_path / "library", ArchiveLimits()), Tutorial()
        files = known_by_content(open_archive([path]))
        digest = library.digest(files, kind)
        library.keep(files, kind, digest)
        kept = library.open(digest)
        assert kind.recognises(kept)
        assert [kept.read(member) for member in kept.members] == [original]
        assert library.digest(kept, kind) == digest
