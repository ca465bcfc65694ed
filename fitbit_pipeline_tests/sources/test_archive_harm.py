"""Archives that are damaged, or were made to harm: one sentence, and nothing else happens."""

import zipfile
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import ArchiveLimits, open_archive
from fitbit_pipeline_tests.zip_files import (
    cut,
    encrypt,
    flip_content,
    lie_about_size,
    rename_inside,
    write_folder,
    write_zip,
)

TEXT = b"".join(b"%d,%d\n" % (number, number * number) for number in range(200))
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]


def content_of(path: Path, limits: ArchiveLimits | None = None) -> list[bytes]:
    """Everything in a zip, read file by file."""
    files = open_archive([path], limits)
    try:
        return [files.read(member) for member in files.members]
    finally:
        files.close()


class TestDamage:
    """Broken downloads."""

    @pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.99])
    def test_a_zip_that_was_cut_off(self, tmp_path: Path, share: float) -> None:
        path = cut(write_zip(tmp_path / "x.zip", {"a.csv": TEXT, "b.csv": TEXT}), share)
        with pytest.raises(
            UserError, match=r"x\.zip is not a whole zip file \(cut off or damaged\)"
        ):
            open_archive([path])

    @pytest.mark.parametrize("method", METHODS)
    def test_a_file_that_is_damaged_inside_the_zip(self, tmp_path: Path, method: int) -> None:
        path = flip_content(write_zip(tmp_path / "x.zip", {"a/b.csv": TEXT}, method))
        with pytest.raises(UserError, match=r"x\.zip: a/b\.csv is damaged inside the zip"):
            content_of(path)

    def test_the_digest_of_a_damaged_file_is_refused_too(self, tmp_path: Path) -> None:
        files = open_archive([flip_content(write_zip(tmp_path / "x.zip", {"a.csv": TEXT}))])
        with pytest.raises(UserError, match="is damaged inside the zip"):
            files.digest(files.members)
        files.close()

    def test_an_encrypted_file(self, tmp_path: Path) -> None:
        path = encrypt(write_zip(tmp_path / "x.zip", {"a.csv": TEXT}))
        with pytest.raises(UserError, match=r"x\.zip: a\.csv is encrypted: unpack the archive"):
            content_of(path)

    def test_a_list_of_files_that_is_not_of_its_encoding(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "x.zip", {"éé.csv": TEXT})
        with pytest.raises(UserError, match="is not a whole zip file"):
            open_archive([rename_inside(path, "éé".encode(), b"\xff\xfe\xff\xfe")])

    def test_a_file_name_that_is_not_of_its_encoding(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "x.zip", {"éé.csv": TEXT})
        whole, name = path.read_bytes(), "éé".encode()
        path.write_bytes(whole.replace(name, b"\xff\xfe\xff\xfe", 1))
        with pytest.raises(UserError, match="is damaged inside the zip"):
            content_of(path)

    @pytest.mark.parametrize("method", METHODS)
    def test_whichever_byte_is_damaged_the_content_is_whole_or_refused(
        self, tmp_path: Path, method: int
    ) -> None:
        """Every byte of a zip is damaged in turn: it never gives other content, nor a crash."""
        content = {"a/steps.json": b'[{"value": 1}]' * 5, "éa/b.csv": b"x,y\n1,2\n"}
        path = write_zip(tmp_path / "x.zip", content, method)
        whole = path.read_bytes()
        refused = 0
        for place in range(len(whole)):
            for flip in (0x01, 0x08, 0x20, 0x80, 0xFF):
                damaged = bytearray(whole)
                damaged[place] ^= flip
                path.write_bytes(damaged)
                try:
                    found = content_of(path)
                except UserError as error:
                    refused += 1
                    assert "None" not in str(error)
                else:
                    assert set(found) <= {*content.values()}
        assert refused > len(whole)


class TestPaths:
    """Paths that climb out of the archive."""

    @pytest.mark.parametrize(
        "name",
        [
            "../x.csv",
            "a/../../x.csv",
            "a/..",
            "/etc/passwd",
            r"..\x.csv",
            r"a\..\..\x.csv",
            r"\x.csv",
            r"\\server\share\x.csv",
            r"C:\x.csv",
            "C:/x.csv",
            "C:x.csv",
            ".",
        ],
    )
    def test_a_path_that_climbs_out_makes_the_whole_zip_unusable(
        self, tmp_path: Path, name: str
    ) -> None:
        path = write_zip(tmp_path / "x.zip", {"fine.csv": b"1", name: b"2"})
        with pytest.raises(UserError, match="whose path climbs out of the archive"):
            open_archive([path])

    def test_a_file_without_a_name(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "x.zip", {"ab": b"1"})
        with pytest.raises(UserError, match="whose path climbs out of the archive"):
            open_archive([rename_inside(path, b"ab", b"\0b")])

    @pytest.mark.parametrize("name", ["a..b.csv", "..a/b.csv", "a/.hidden.csv", "a/12:30.csv"])
    def test_a_path_that_only_looks_like_it_is_fine(self, tmp_path: Path, name: str) -> None:
        assert content_of(write_zip(tmp_path / "x.zip", {name: b"1"})) == [b"1"]

    def test_nothing_is_unpacked_beside_the_zip(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "in" / "x.zip", {"a/b.csv": TEXT})
        content_of(path)
        assert sorted(tmp_path.rglob("*")) == [tmp_path / "in", path]


class TestBounds:
    """More than any export has."""

    def test_as_many_files_as_the_bound_are_fine(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "x.zip", {f"{number}.csv": b"" for number in range(5)})
        assert len(content_of(path, ArchiveLimits(members=5))) == 5

    def test_more_files_than_the_bound(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "x.zip", {f"{number}.csv": b"" for number in range(6)})
        with pytest.raises(UserError, match="holds more than 5 files"):
            open_archive([path], ArchiveLimits(members=5))

    def test_files_of_all_parts_count_together(self, tmp_path: Path) -> None:
        parts = [
            write_folder(tmp_path / f"{part}", {f"{number}.csv": b"" for number in range(3)})
            for part in range(2)
        ]
        with pytest.raises(UserError, match="holds more than 5 files"):
            open_archive(parts, ArchiveLimits(members=5))

    def test_a_zip_bomb_is_refused_before_it_is_read(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "bomb.zip", {"a.csv": bytes(50_000_000)})
        assert path.stat().st_size < 100_000
        with pytest.raises(UserError, match="FITBIT_PIPELINE_ARCHIVE_LIMIT_GB"):
            open_archive([path], ArchiveLimits(total_bytes=40_000_000))

    def test_one_file_that_is_larger_than_one_file_may_be(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "bomb.zip", {"a.csv": bytes(3 * 1024 * 1024)})
        limits = ArchiveLimits(member_bytes=2 * 1024 * 1024)
        with pytest.raises(UserError, match=r"bomb\.zip: a\.csv unpacks to more than 2 MB"):
            content_of(path, limits)

    def test_one_file_as_large_as_the_bound_is_fine(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "x.zip", {"a.csv": bytes(2000)})
        assert content_of(path, ArchiveLimits(member_bytes=2000)) == [bytes(2000)]

    def test_all_files_together_as_large_as_the_bound_are_fine(self, tmp_path: Path) -> None:
        path = write_zip(tmp_path / "x.zip", {"a.csv": bytes(2000), "b.csv": bytes(1000)})
        assert len(content_of(path, ArchiveLimits(total_bytes=3000))) == 2

    def test_a_folder_is_bounded_too(self, tmp_path: Path) -> None:
        folder = write_folder(tmp_path / "x", {"a.csv": bytes(2000)})
        with pytest.raises(UserError, match="x unpacks to more than"):
            open_archive([folder], ArchiveLimits(total_bytes=1999))

    @pytest.mark.parametrize("method", METHODS)
    def test_a_file_that_says_it_is_small_does_not_unpack_to_more(
        self, tmp_path: Path, method: int
    ) -> None:
        path = lie_about_size(write_zip(tmp_path / "x.zip", {"a.csv": bytes(100_000)}, method), 10)
        with pytest.raises(UserError, match="is damaged inside the zip"):
            content_of(path, ArchiveLimits(total_bytes=1000))

    def test_a_file_that_says_it_is_large_counts_as_large(self, tmp_path: Path) -> None:
        path = lie_about_size(write_zip(tmp_path / "x.zip", {"a.csv": TEXT}), 2_000_000_000)
        with pytest.raises(UserError, match="unpacks to more than"):
            open_archive([path], ArchiveLimits(total_bytes=1_000_000_000))
