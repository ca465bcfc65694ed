"""The library: imported archives, kept as they came."""

import shutil
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import ArchiveLimits, open_archive
from fitbit_pipeline.sources.fitabase import Fitabase
from fitbit_pipeline.sources.library import ArchiveLibrary
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.fitabase_tables import activity_line, activity_table, sleep_table
from fitbit_pipeline_tests.zip_files import flip_content, write_zip, zip_folder

KIND = Fitabase()


@pytest.fixture
def library(tmp_path: Path) -> ArchiveLibrary:
    """A library without any archive."""
    return ArchiveLibrary(tmp_path / "home" / "archives", ArchiveLimits())


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A folder with two tables and a file that no kind reads."""
    folder = activity_table(tmp_path / "export" / "deep", activity_line())
    sleep_table(folder.parent)
    (folder / "notes.txt").write_text("not read", encoding="utf-8")
    return folder.parent


def keep(library: ArchiveLibrary, *paths: Path) -> str:
    """Keeps an archive.

    Returns:
        Its digest.
    """
    files = open_archive(paths)
    try:
        digest = library.digest(files, KIND)
        library.keep(files, KIND, digest)
    finally:
        files.close()
    return digest


def kept(library: ArchiveLibrary, digest: str) -> dict[str, bytes]:
    """What a kept archive holds, by path."""
    files = library.open(digest)
    try:
        return {member.path: files.read(member) for member in files.members}
    finally:
        library.close()


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class TestKeeping:
    """An archive appears in the library whole, or not at all."""

    def test_a_zip_is_kept_byte_by_byte(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        zipped = zip_folder(export, tmp_path / "export.zip")
        digest = keep(library, zipped)
        found = everything(tmp_path / "home" / "archives")
        assert found == {f"{digest}/000-export.zip": zipped.read_bytes()}

    def test_a_folder_is_kept_with_the_files_that_its_kind_reads(
        self, library: ArchiveLibrary, export: Path
    ) -> None:
        found = kept(library, keep(library, export))
        original = everything(export)
        del original["deep/notes.txt"]
        assert found == original

    def test_a_single_file_is_kept_without_its_neighbours(
        self, library: ArchiveLibrary, export: Path
    ) -> None:
        digest = keep(library, export / "sleepDay_merged.csv")
        assert kept(library, digest).keys() == {"sleepDay_merged.csv"}

    def test_part_zips_of_one_name_are_all_kept(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        parts = [
            write_zip(tmp_path / f"{number}" / "part.zip", {path.name: path.read_bytes()})
            for number, path in enumerate(sorted(export.rglob("*.csv")))
        ]
        assert len(kept(library, keep(library, *parts))) == 2

    def test_a_kept_archive_is_the_same_archive(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        for source in (export, zip_folder(export, tmp_path / "export.zip")):
            digest = keep(library, source)
            assert library.digest(library.open(digest), KIND) == digest
            library.close()
            shutil.rmtree(tmp_path / "home")

    def test_what_is_kept_already_is_left_alone(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        keep(library, export)
        before = everything(tmp_path / "home")
        keep(library, zip_folder(export, tmp_path / "export.zip"))
        assert everything(tmp_path / "home") == before

    def test_the_original_is_not_touched(self, library: ArchiveLibrary, export: Path) -> None:
        before = everything(export)
        keep(library, export)
        assert everything(export) == before

    def test_nobody_else_may_look_into_the_library(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        digest = keep(library, export)
        archives = tmp_path / "home" / "archives"
        assert [path.stat().st_mode & 0o077 for path in (archives, archives / digest)] == [0, 0]

    def test_a_copy_that_fails_leaves_nothing(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        """A file vanishes after the archive was listed."""
        files = open_archive([export])
        digest = library.digest(files, KIND)
        (export / "sleepDay_merged.csv").unlink()
        with pytest.raises(UserError, match="cannot be read"):
            library.keep(files, KIND, digest)
        assert list((tmp_path / "home" / "archives").iterdir()) == []

    def test_a_library_that_cannot_be_written_is_told(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "home").write_text("a file where the home should be", encoding="utf-8")
        with pytest.raises(UserError, match="The archive cannot be kept under"):
            keep(library, export)

    def test_an_archive_that_cannot_be_read_has_no_digest(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path
    ) -> None:
        table = export / "deep" / "dailyActivity_merged.csv"
        damaged = flip_content(write_zip(tmp_path / "x.zip", {table.name: table.read_bytes()}))
        with pytest.raises(UserError, match="is damaged inside the zip"):
            keep(library, damaged)
        assert not (tmp_path / "home").exists()


class TestOpening:
    """Kept archives are opened once for everybody."""

    def test_it_is_opened_once(self, library: ArchiveLibrary, export: Path) -> None:
        digest = keep(library, export)
        assert library.open(digest) is library.open(digest)
        library.close()

    def test_after_closing_it_can_be_opened_again(
        self, library: ArchiveLibrary, export: Path
    ) -> None:
        digest = keep(library, export)
        assert kept(library, digest) == kept(library, digest)

    def test_the_original_may_be_gone(self, library: ArchiveLibrary, export: Path) -> None:
        digest = keep(library, export)
        shutil.rmtree(export)
        assert len(kept(library, digest)) == 2

    @pytest.mark.parametrize("damage", ["never kept", "deleted", "cut off"])
    def test_an_archive_that_is_no_longer_there_is_gone(
        self, library: ArchiveLibrary, export: Path, tmp_path: Path, damage: str
    ) -> None:
        digest = "0" * 64
        if damage != "never kept":
            digest = keep(library, zip_folder(export, tmp_path / "export.zip"))
        folder = tmp_path / "home" / "archives" / digest
        if damage == "deleted":
            shutil.rmtree(folder)
        if damage == "cut off":
            (folder / "000-export.zip").write_bytes(b"PK")
        with pytest.raises(SourceFailure, match="import it again") as gone:
            library.open(digest)
        assert gone.value.kind is FailureKind.SOURCE_GONE
