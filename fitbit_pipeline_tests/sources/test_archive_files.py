"""Archives as they lie on disk: what is read, and what is the same archive."""

from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import ArchiveFiles, open_archive
from fitbit_pipeline_tests.zip_files import write_folder, write_zip, zip_folder

CONTENT = {
    "Takeout/Fitbit/Global Export Data/steps-2024-06-01.json": b'[{"value": "12"}]',
    "Takeout/Fitbit/Your Profile/Profile.csv": b"timezone\nEurope/Athens\n",
    "Takeout/archive_browser.html": b"<html>",
}


def read(files: ArchiveFiles) -> dict[str, bytes]:
    """The content of every file by path; the archive is closed."""
    try:
        return {member.path: files.read(member) for member in files.members}
    finally:
        files.close()


def digest(*paths: Path) -> str:
    """The digest of everything in an archive."""
    files = open_archive(paths)
    try:
        return files.digest(files.members)
    finally:
        files.close()


class TestWhatIsRead:
    """A folder, a zip, the parts of one export, or one file."""

    def test_a_folder(self, tmp_path: Path) -> None:
        assert read(open_archive([write_folder(tmp_path / "export", CONTENT)])) == CONTENT

    def test_a_zip(self, tmp_path: Path) -> None:
        assert read(open_archive([write_zip(tmp_path / "export.zip", CONTENT)])) == CONTENT

    def test_a_zip_by_whatever_name(self, tmp_path: Path) -> None:
        assert read(open_archive([write_zip(tmp_path / "download (1)", CONTENT)])) == CONTENT

    def test_part_zips_are_one_archive(self, tmp_path: Path) -> None:
        parts = [
            write_zip(tmp_path / f"takeout-{number}.zip", {name: data})
            for number, (name, data) in enumerate(CONTENT.items())
        ]
        assert read(open_archive(parts)) == CONTENT

    def test_a_zip_and_a_folder_together(self, tmp_path: Path) -> None:
        (first, data), *others = CONTENT.items()
        zipped = write_zip(tmp_path / "1.zip", {first: data})
        assert read(open_archive([write_folder(tmp_path / "2", dict(others)), zipped])) == CONTENT

    @pytest.mark.parametrize("name", ["sleepDay_merged.csv", "sleep.JSON"])
    def test_a_single_file_without_its_neighbours(self, tmp_path: Path, name: str) -> None:
        write_folder(tmp_path, {name: b"one", "neighbour.csv": b"two"})
        assert read(open_archive([tmp_path / name])) == {name: b"one"}

    def test_folders_inside_a_zip_are_no_files(self, tmp_path: Path) -> None:
        assert read(
            open_archive([write_zip(tmp_path / "x.zip", {"a/": b"", "a/b.csv": b"1"})])
        ) == {"a/b.csv": b"1"}

    def test_a_large_file_is_streamed_whole(self, tmp_path: Path) -> None:
        large = bytes(range(256)) * 20_000
        files = open_archive([write_zip(tmp_path / "x.zip", {"large.csv": large})])
        with files.stream(files.members[0]) as stream:
            assert stream.read() == large
        files.close()

    def test_an_archive_can_be_read_again_after_it_was_closed(self, tmp_path: Path) -> None:
        files = open_archive([write_zip(tmp_path / "x.zip", CONTENT)])
        assert read(files) == read(files) == CONTENT


class TestNames:
    """Folder names are localised, base names are not."""

    def test_the_base_name_is_the_last_part_of_the_path(self, tmp_path: Path) -> None:
        files = open_archive([write_zip(tmp_path / "x.zip", {"Takeout/Données/sleep.json": b""})])
        assert [member.base_name for member in files.members] == ["sleep.json"]

    def test_a_zip_whose_paths_have_backslashes_is_read_all_the_same(self, tmp_path: Path) -> None:
        """Some programs on Windows write them, against the format."""
        files = open_archive([write_zip(tmp_path / "x.zip", {r"Export\sleepDay_merged.csv": b"1"})])
        assert [member.base_name for member in files.members] == ["sleepDay_merged.csv"]
        assert list(read(files).values()) == [b"1"]

    def test_messages_name_the_zip_and_the_path_inside(self, tmp_path: Path) -> None:
        files = open_archive([write_zip(tmp_path / "x.zip", {"a/b.csv": b""})])
        assert files.display_name(files.members[0]) == "x.zip: a/b.csv"


class TestSymlinks:
    """Whatever a link points to is no part of the archive."""

    def test_a_link_to_a_file_is_not_read(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret.csv"
        secret.write_bytes(b"secret")
        folder = write_folder(tmp_path / "export", {"a.csv": b"1"})
        (folder / "link.csv").symlink_to(secret)
        (folder / "broken.csv").symlink_to(tmp_path / "nowhere")
        assert read(open_archive([folder])) == {"a.csv": b"1"}

    def test_a_link_to_a_folder_is_not_followed(self, tmp_path: Path) -> None:
        write_folder(tmp_path / "elsewhere", {"secret.csv": b"secret"})
        folder = write_folder(tmp_path / "export", {"a.csv": b"1"})
        (folder / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
        (folder / "circle").symlink_to(folder, target_is_directory=True)
        assert read(open_archive([folder])) == {"a.csv": b"1"}


class TestDigest:
    """The same files are the same archive, however they are packed."""

    def test_a_zip_and_its_unpacked_folder_are_the_same(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "export", CONTENT)
        assert digest(zip_folder(folder, tmp_path / "export.zip")) == digest(folder)

    def test_a_top_folder_makes_no_difference(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "export", CONTENT)
        assert digest(zip_folder(folder, tmp_path / "export.zip", "export/")) == digest(folder)

    def test_parts_and_the_whole_are_the_same(self, tmp_path: Path) -> None:
        whole = write_zip(tmp_path / "whole.zip", CONTENT)
        parts = [
            write_zip(tmp_path / f"part-{number}.zip", {name: data})
            for number, (name, data) in enumerate(CONTENT.items())
        ]
        assert digest(*parts) == digest(*reversed(parts)) == digest(whole)

    def test_the_order_of_files_inside_a_zip_makes_no_difference(self, tmp_path: Path) -> None:
        backwards = dict(reversed(CONTENT.items()))
        first = write_zip(tmp_path / "1.zip", CONTENT)
        assert digest(first) == digest(write_zip(tmp_path / "2.zip", backwards))

    @pytest.mark.parametrize(
        "other",
        [
            {"a.csv": b"1", "b.csv": b"3"},
            {"a.csv": b"1", "c.csv": b"2"},
            {"a.csv": b"1"},
            {"a.csv": b"2", "b.csv": b"1"},
            {"a.csv": b"1", "b.csv": b"2", "c.csv": b""},
        ],
    )
    def test_another_name_or_content_is_another_archive(
        self, tmp_path: Path, other: dict[str, bytes]
    ) -> None:
        first = write_zip(tmp_path / "1.zip", {"a.csv": b"1", "b.csv": b"2"})
        assert digest(first) != digest(write_zip(tmp_path / "2.zip", other))

    def test_only_the_files_that_count_are_in_it(self, tmp_path: Path) -> None:
        files = open_archive([write_folder(tmp_path / "export", CONTENT)])
        data = [each for each in files.members if each.base_name.endswith(".json")]
        before = files.digest(data)
        (tmp_path / "export" / "Takeout" / "archive_browser.html").write_bytes(b"another")
        assert files.digest(data) == before


class TestWhatIsNotThere:
    """Paths that are no archive."""

    def test_a_path_that_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"export\.zip does not exist: check the path"):
            open_archive([tmp_path / "export.zip"])

    def test_one_missing_part_of_several(self, tmp_path: Path) -> None:
        whole = write_zip(tmp_path / "1.zip", CONTENT)
        with pytest.raises(UserError, match=r"2\.zip does not exist"):
            open_archive([whole, tmp_path / "2.zip"])

    @pytest.mark.parametrize("name", ["export.rar", "export.tgz", "notes.txt", "export"])
    def test_a_file_of_another_kind(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"Rar!")
        with pytest.raises(UserError, match="is neither a folder nor a zip"):
            open_archive([tmp_path / name])

    @pytest.mark.parametrize("content", [b"", b"<html>Sign in</html>"])
    def test_a_zip_that_is_none(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "export.zip").write_bytes(content)
        with pytest.raises(UserError, match="is not a whole zip file"):
            open_archive([tmp_path / "export.zip"])

    def test_a_file_that_vanishes_between_listing_and_reading(self, tmp_path: Path) -> None:
        files = open_archive([write_folder(tmp_path / "export", {"a.csv": b"1"})])
        (tmp_path / "export" / "a.csv").unlink()
        with pytest.raises(UserError, match=r"export: a\.csv cannot be read \(No such file"):
            files.read(files.members[0])
