"""Importing the tutorial's collection, in every form."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.import_archive import AlreadyImportedError
from fitbit_pipeline_tests.flow.collections.imported import DAY, Document, steps
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.tutorial_collection import (
    Notebook,
    bson_file,
    json_lines,
    json_list,
    mongodump,
)
from fitbit_pipeline_tests.zip_files import zip_folder

TUTORIAL_FORMS: dict[str, Callable[[Path, list[Document]], Path]] = {
    "mongodump": lambda folder, documents: mongodump(folder, "fitbitCollection", documents),
    "its file": lambda folder, documents: bson_file(folder / "fitbitCollection.bson", documents),
    "mongodump --gzip": lambda folder, documents: bson_file(
        folder / "dump" / "fitbitCollection.bson.gz", documents
    ),
    "a zip of a dump": lambda folder, documents: zip_folder(
        mongodump(folder / "dump", "fitbitCollection", documents), folder / "dump.zip"
    ),
    "mongoexport": lambda folder, documents: json_lines(folder / "my export.json", documents),
    "mongoexport --jsonArray, packed": lambda folder, documents: json_list(
        folder / "export.json.gz", documents
    ),
    "a zip of an export": lambda folder, documents: zip_folder(
        json_lines(folder / "in" / "x.json", documents).parent, folder / "x.zip"
    ),
}


class TestTutorial:
    """One person's collection, in every form."""

    @pytest.mark.parametrize("form", TUTORIAL_FORMS)
    def test_it_is_recognised_and_its_days_are_read_from_what_is_kept(
        self, form: str, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        path = TUTORIAL_FORMS[form](tmp_path / "in", notebook.documents)
        imported = bench.run(path, time_zone="Europe/Athens")
        (tmp_path / "in").rename(tmp_path / "gone")
        assert imported.kind == bench.get("me").source == "tutorial"
        assert (imported.first_day, imported.last_day) == (DAY, DAY + timedelta(days=2))
        assert steps(bench, "me") == {"steps": [{"dateTime": "2021-05-24", "value": "4000"}]}

    def test_it_may_be_anybodys(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        bench.run(bson_file(tmp_path / "fitbitCollection.bson", notebook.documents),
                  participant="P07", time_zone="UTC")  # fmt: skip
        assert bench.get("P07").time_zone == "UTC"

    def test_the_second_time_it_is_there_already(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        folder = mongodump(tmp_path / "dump", "fitbitCollection", notebook.documents)
        bench.run(folder, time_zone="UTC")
        zipped = zip_folder(folder, tmp_path / "dump.zip")
        with bench.unchanged(), pytest.raises(AlreadyImportedError, match="me has this archive"):
            bench.run(zipped)

    def test_a_later_dump_brings_what_was_stored_since(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        """The tutorial stored the third day again, and a fourth."""
        bench.run(bson_file(tmp_path / "1" / "fitbitCollection.bson", notebook.documents),
                  time_zone="UTC")  # fmt: skip
        notebook.day(DAY + timedelta(days=2), 9000)
        notebook.day(DAY + timedelta(days=3), 4003)
        bench.run(bson_file(tmp_path / "2" / "fitbitCollection.bson", notebook.documents))
        assert bench.get("me").last_day == DAY + timedelta(days=3)
        values = [each["value"] for each in steps(bench, "me", DAY + timedelta(days=2))["steps"]]
        assert values == ["4002", "9000"]

    def test_without_a_time_zone_nothing_is_imported(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        path = bson_file(tmp_path / "fitbitCollection.bson", notebook.documents)
        with bench.unchanged(), pytest.raises(UserError, match="name it with --time-zone"):
            bench.run(path)
