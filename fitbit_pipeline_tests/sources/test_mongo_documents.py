"""Files of one MongoDB collection: whole ones are read in every form, others are refused."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from bson import Int64, ObjectId

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import CHUNK, open_archive
from fitbit_pipeline.sources.mongo_documents import collection_members, read_documents
from fitbit_pipeline_tests.tutorial_collection import bson_file, json_lines, json_list
from fitbit_pipeline_tests.zip_files import write_zip

DOCUMENTS: list[dict[str, Any]] = [
    {
        "_id": ObjectId(f"{number:024x}"),
        "type": "steps",
        "data": {"dateTime": "2026-03-01", "value": "12", "count": number, "name": "Zoë, {[\"'"},
    }
    for number in range(3)
]

FORMS: dict[str, Callable[[Path], Path]] = {
    "mongodump": lambda folder: bson_file(folder / "things.bson", DOCUMENTS),
    "mongodump --gzip": lambda folder: bson_file(folder / "things.bson.gz", DOCUMENTS),
    "mongoexport": lambda folder: json_lines(folder / "things.json", DOCUMENTS),
    "mongoexport, packed": lambda folder: json_lines(folder / "things.json.gz", DOCUMENTS),
    "mongoexport --jsonArray": lambda folder: json_list(folder / "things.json", DOCUMENTS),
    "mongoexport --jsonArray --pretty": lambda folder: json_list(
        folder / "things.json", DOCUMENTS, indent=2
    ),
    "a zip of a dump": lambda folder: write_zip(
        folder / "x.zip",
        {"dump/db/things.bson": bson_file(folder / "x.bson", DOCUMENTS).read_bytes()},
    ),
}


def read(path: Path) -> list[dict[str, Any]]:
    """Every document of the collection ``things``."""
    return list(stream(path))


def stream(path: Path) -> Iterator[dict[str, Any]]:
    """The documents one by one."""
    files = open_archive([path])
    try:
        (member,) = collection_members(files, "things")
        yield from read_documents(files, member)
    finally:
        files.close()


def written(path: Path, content: bytes) -> Path:
    """A file with this content."""
    path.write_bytes(content)
    return path


class TestForms:
    """All that the tools of MongoDB write."""

    @pytest.mark.parametrize("form", FORMS)
    def test_every_form_gives_the_same_documents(self, form: str, tmp_path: Path) -> None:
        assert read(FORMS[form](tmp_path)) == DOCUMENTS

    @pytest.mark.parametrize("ending", [".bson", ".json"])
    def test_an_empty_collection_has_no_document(self, ending: str, tmp_path: Path) -> None:
        assert read(written(tmp_path / f"things{ending}", b"")) == []

    def test_an_empty_list_has_no_document(self, tmp_path: Path) -> None:
        assert read(json_list(tmp_path / "things.json", [])) == []

    def test_extended_json_is_understood(self, tmp_path: Path) -> None:
        content = (
            b'{"_id":{"$oid":"' + b"a" * 24 + b'"},"n":{"$numberLong":"7"},'
            b'"at":{"$date":"2026-03-01T00:00:00Z"}}'
        )
        (document,) = read(written(tmp_path / "things.json", content))
        assert document["_id"] == ObjectId("a" * 24)
        assert document["n"] == Int64(7)
        assert document["at"].replace(tzinfo=None) == datetime(2026, 3, 1)  # noqa: DTZ001

    def test_a_mark_of_utf_8_before_the_text_is_no_harm(self, tmp_path: Path) -> None:
        """Windows' PowerShell writes one when output is sent to a file."""
        path = json_lines(tmp_path / "things.json", DOCUMENTS)
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert read(path) == DOCUMENTS

    @pytest.mark.parametrize("write", [json_lines, json_list])
    def test_a_text_is_read_over_the_bounds_of_its_pieces(
        self, write: Callable[[Path, list[dict[str, Any]]], Path], tmp_path: Path
    ) -> None:
        """Some documents are larger than a piece, and letters of two bytes stand at each bound."""
        sizes = (CHUNK // 7, 3 * CHUNK, 5, CHUNK, 2 * CHUNK + 1)
        documents = [{"number": place, "text": "ë" * size} for place, size in enumerate(sizes)]
        assert read(write(tmp_path / "things.json", documents)) == documents

    def test_an_instant_that_python_has_no_name_for_is_no_damage(self, tmp_path: Path) -> None:
        length, milliseconds = (17).to_bytes(4, "little"), (2**62).to_bytes(8, "little")
        content = length + b"\x09at\x00" + milliseconds + b"\x00"
        assert len(read(written(tmp_path / "things.bson", content))) == 1


class TestDamage:
    """One sentence that names file and document, and holds nothing of what they say."""

    @pytest.mark.parametrize("form", FORMS)
    def test_a_file_that_was_cut_off_is_told(self, form: str, tmp_path: Path) -> None:
        """Wherever it was cut: what was read until then is not taken for the whole."""
        path = FORMS[form](tmp_path)
        content = path.read_bytes()
        whole = content.rstrip()
        for end in (len(whole) - 1, len(whole) - 20, len(whole) // 2 + 3):
            path.write_bytes(whole[:end])
            with pytest.raises(UserError) as told:
                read(path)
            assert str(told.value).endswith(".")
            assert "Zoë" not in str(told.value)

    def test_the_document_is_named_at_which_a_dump_ends(self, tmp_path: Path) -> None:
        path = bson_file(tmp_path / "things.bson", DOCUMENTS)
        path.write_bytes(path.read_bytes()[:-5])
        with pytest.raises(UserError, match=r"things\.bson, document 3: the file is cut off here"):
            read(path)

    def test_the_documents_before_the_damage_were_read(self, tmp_path: Path) -> None:
        path = bson_file(tmp_path / "things.bson", DOCUMENTS)
        path.write_bytes(path.read_bytes()[:-5])
        documents = stream(path)
        assert [next(documents), next(documents)] == DOCUMENTS[:2]

    @pytest.mark.parametrize(
        "content",
        [
            b"\x04\x00\x00\x00\x00",
            b"\xff\xff\xff\xff\x00",
            b"\xff\xff\xff\x7f\x00",
            b"not a dump",
            b"\x07\x00\x00\x00\x99x\x00",
            b"\x00\x00",
        ],
        ids=["shorter than any", "negative", "of 2 GB", "text", "of no type", "half a length"],
    )
    def test_what_is_no_bson_is_told(self, content: bytes, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"things\.bson, document 1"):
            read(written(tmp_path / "things.bson", content))

    @pytest.mark.parametrize(
        "content",
        [
            b'{"a": 1}\n{"a": }\n{"a": 3}\n',
            b'[{"a": 1} 7]',
            b'{"a": 1}\n"text"\n',
            b'{"a": 1}\n{"_id": {"$oid": "short"}}',
            b'{"a": 1}\n' + b'{"a":' * 100_000,
            b'{"a": 1}\n{"a": ' + b"9" * 10_000 + b"}",
        ],
        ids=["no value", "a number", "a text", "no key", "a deep nest", "an endless number"],
    )
    def test_what_is_no_document_in_json_is_told(self, content: bytes, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"things\.json, document 2 is no whole document"):
            read(written(tmp_path / "things.json", content))

    def test_a_list_without_its_end_is_cut_off(self, tmp_path: Path) -> None:
        """All of its documents are whole."""
        with pytest.raises(UserError, match=r"things\.json is cut off"):
            read(written(tmp_path / "things.json", b'[{"a": 1},{"a": 2}'))

    def test_another_encoding_is_told(self, tmp_path: Path) -> None:
        content = '{"a": "Zoë"}'.encode("utf-16")
        with pytest.raises(UserError, match=r"things\.json is no UTF-8 text"):
            read(written(tmp_path / "things.json", content))

    def test_a_packed_file_that_is_none_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"things\.json\.gz is cut off or damaged"):
            read(written(tmp_path / "things.json.gz", b'{"a": 1}'))

    def test_a_packed_file_with_a_flipped_byte_is_told(self, tmp_path: Path) -> None:
        path = bson_file(tmp_path / "things.bson.gz", DOCUMENTS)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        with pytest.raises(UserError, match="things"):
            read(path)
