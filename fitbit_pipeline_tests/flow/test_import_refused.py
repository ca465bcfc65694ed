"""Archives that cannot be imported leave the database and the library as they were."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline_tests.fitabase_tables import (
    DEMO_DATA,
    activity_line,
    activity_table,
    sleep_line,
    sleep_table,
)
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.zip_files import (
    cut,
    encrypt,
    flip_content,
    lie_about_size,
    write_folder,
    write_zip,
    zip_folder,
)

TABLE = "dailyActivity_merged.csv"
CONTENT = (DEMO_DATA / "sleepDay_merged.csv").read_bytes()


def without_a_column(folder: Path) -> Path:
    """A table whose export was older, or was cut."""
    activity_table(folder, activity_line())
    path = folder / TABLE
    path.write_text(path.read_text(encoding="utf-8").replace(",Calories", ""), encoding="utf-8")
    return folder


def damaged_second_table(folder: Path) -> Path:
    """The first table is fine, the second is damaged."""
    activity_table(folder, activity_line())
    whole = zip_folder(sleep_table(folder / "b", sleep_line()), folder.parent / "x.zip")
    return flip_content(whole)


BAD_ARCHIVES: dict[str, Callable[[Path], Path]] = {
    "missing": lambda folder: folder / "nowhere.zip",
    "of another kind": lambda folder: write_folder(folder, {"x.rar": b"Rar!"}) / "x.rar",
    "an empty folder": lambda folder: write_folder(folder, {"a/notes.txt": b""}),
    "of no known kind": lambda folder: write_zip(folder / "x.zip", {"photo.jpg": b"1"}),
    "cut off": lambda folder: cut(zip_folder(DEMO_DATA, folder / "x.zip"), 0.7),
    "damaged": lambda folder: flip_content(
        write_zip(folder / "x.zip", {"sleepDay_merged.csv": CONTENT})
    ),
    "damaged in the second table": damaged_second_table,
    "encrypted": lambda folder: encrypt(
        write_zip(folder / "x.zip", {"sleepDay_merged.csv": CONTENT})
    ),
    "climbing": lambda folder: write_zip(
        folder / "x.zip", {"sleepDay_merged.csv": CONTENT, "../../x.csv": b""}
    ),
    "too large": lambda folder: lie_about_size(
        write_zip(folder / "x.zip", {"sleepDay_merged.csv": CONTENT}), 2**31
    ),
    "an empty table": lambda folder: write_folder(folder, {TABLE: b""}),
    "a table without records": activity_table,
    "a table without a column": without_a_column,
    "a table that is no text": lambda folder: write_folder(folder, {TABLE: b"Id,\xff\xfe\n"}),
    "only damaged records": lambda folder: activity_table(folder, activity_line(TotalSteps="x")),
}


@pytest.fixture
def bench(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[ImportBench]:
    """A deployment in use: one study was imported."""
    with ImportBench.open(mongodb_uri, database_name, tmp_path / "home") as bench:
        bench.run(activity_table(tmp_path / "study", activity_line(Id="42")))
        yield bench


class TestRefused:
    """One sentence, and nothing else happens."""

    @pytest.mark.parametrize("kind", BAD_ARCHIVES)
    def test_a_bad_archive_changes_nothing(
        self, bench: ImportBench, tmp_path: Path, kind: str
    ) -> None:
        path = BAD_ARCHIVES[kind](tmp_path / "in" / "export")
        with bench.unchanged(), pytest.raises(UserError) as refused:
            bench.run(path)
        sentence = str(refused.value)
        assert sentence.endswith(".")
        assert "\n" not in sentence

    def test_a_good_part_does_not_save_a_bad_one(self, bench: ImportBench, tmp_path: Path) -> None:
        good = zip_folder(DEMO_DATA, tmp_path / "1.zip")
        bad = cut(zip_folder(DEMO_DATA, tmp_path / "2.zip"), 0.5)
        with bench.unchanged(), pytest.raises(UserError, match=r"2\.zip is not a whole zip file"):
            bench.run(good, bad)

    def test_one_person_who_cannot_be_extended_stops_the_whole_import(
        self, bench: ImportBench, tmp_path: Path
    ) -> None:
        """Somebody new stands before them in the table."""
        folder = activity_table(tmp_path / "next", activity_line(Id="1"), activity_line(Id="42"))
        with bench.unchanged(), pytest.raises(UserError, match="P42 lives in UTC"):
            bench.run(folder, time_zone="Europe/Athens")

    def test_a_library_that_cannot_be_written_leaves_the_database_as_it_was(
        self, bench: ImportBench, tmp_path: Path
    ) -> None:
        bench.directory.rename(tmp_path / "elsewhere")
        bench.directory.write_text("a file where the library should be", encoding="utf-8")
        with bench.unchanged(), pytest.raises(UserError, match="The archive cannot be kept under"):
            bench.run(activity_table(tmp_path / "next", activity_line(Id="1")))
