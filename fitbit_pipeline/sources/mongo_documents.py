"""Reads the documents of one MongoDB collection from a file: mongodump's BSON, mongoexport's JSON.

What does not belong here: what the documents mean (``tutorial``, ``lifesnaps``).
"""

import codecs
import gzip
import json
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

import bson
from bson import json_util
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.errors import BSONError

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import CHUNK, MEGABYTE, ArchiveFiles, Member

Document = dict[str, Any]

ENDINGS = (".bson", ".bson.gz", ".json", ".json.gz")
"""How the files of a dump or an export of one collection end; mongodump packs when asked to."""

_LENGTH = struct.Struct("<i")
_SMALLEST = 5
_LARGEST = 17 * MEGABYTE
"""MongoDB keeps no document of more than 16 MB and a little of its own."""
_LARGEST_JSON = 4 * _LARGEST
"""In extended JSON a document is several times as long as in BSON."""
# An instant of the year 30,000 is a bad value of its document, not of the file.
_OPTIONS: CodecOptions[Document] = CodecOptions(
    datetime_conversion=DatetimeConversion.DATETIME_AUTO
)


def collection_members(files: ArchiveFiles, collection: str) -> list[Member]:
    """The files of an archive that hold a collection, by their names."""
    names = {f"{collection}{ending}" for ending in ENDINGS}
    return [member for member in files.members if member.base_name in names]


def read_documents(files: ArchiveFiles, member: Member) -> Iterator[Document]:
    """Every document of a file, in its order; no more than one and a little is held at a time.

    Raises:
        UserError: If the file is cut off or damaged; the sentence names it and the document.
    """
    name = files.display_name(member)
    with files.stream(member) as raw:
        ending = member.base_name.lower()
        is_packed = ending.endswith(".gz")
        file = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if is_packed else raw
        try:
            if ending.removesuffix(".gz").endswith(".bson"):
                yield from _bson_documents(file, name)
            else:
                yield from _json_documents(file, name)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UserError(f"{name} is cut off or damaged: dump the collection again.") from error


def _bson_documents(file: IO[bytes], name: str) -> Iterator[Document]:
    number = 0
    while head := file.read(_LENGTH.size):
        number += 1
        where = f"{name}, document {number}"
        length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else _SMALLEST
        if not _SMALLEST <= length <= _LARGEST:
            raise UserError(f"{where} is no BSON: dump the collection again with mongodump.")
        content = head + file.read(length - len(head))
        if len(content) < length:
            raise UserError(f"{where}: the file is cut off here; dump the collection again.")
        try:
            document = bson.decode(content, _OPTIONS)
        except (BSONError, ValueError, ArithmeticError, RecursionError):
            # The message of the library may quote what the document says.
            raise UserError(f"{where} is damaged: dump the collection again.") from None
        yield document


def _json_documents(file: IO[bytes], name: str) -> Iterator[Document]:
    """One document after the other, or all in one list; in the extended JSON of MongoDB."""
    text = _Text(file, name)
    number = 0
    is_list = text.next() == "["
    if is_list:
        text.skip()
    while (found := text.next(",]" if is_list else "")) is not None:
        number += 1
        document = text.document() if found == "{" else None
        if document is None:
            raise UserError(
                f"{name}, document {number} is no whole document in JSON (cut off or damaged): "
                "export the collection again with mongoexport."
            )
        yield document
    if is_list and not text.has_ended:
        raise UserError(f"{name} is cut off: export the collection again with mongoexport.")


class _Text:
    """A text that is read in pieces, of which no more is held than one document and a piece."""

    def __init__(self, file: IO[bytes], name: str):
        self._file = file
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(object_hook=_extended)
        self._text = ""
        self._place = 0
        self._is_whole = False
        self.has_ended = False

    def next(self, also: str = "") -> str | None:
        """The next character that is neither blank nor one of some others; None at the end."""
        while True:
            while self._place < len(self._text):
                character = self._text[self._place]
                if not character.isspace():
                    if character not in also:
                        return character
                    self.has_ended = character == "]"
                self._place += 1
            if not self._more(CHUNK):
                return None

    def skip(self) -> None:
        """Goes on behind a character."""
        self._place += 1

    def document(self) -> Document | None:
        """The document that begins here; None where none that is whole does."""
        size = CHUNK
        while True:
            try:
                document, self._place = self._json.raw_decode(self._text, self._place)
            except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError, BSONError):
                # Perhaps the rest of it is still to come; by doubling, it is not read too often.
                if len(self._text) - self._place > _LARGEST_JSON or not self._more(size):
                    return None
                size *= 2
            else:
                return document if isinstance(document, dict) else None

    def _more(self, size: int) -> bool:
        if self._is_whole:
            return False
        data = self._file.read(size)
        self._is_whole = not data
        try:
            more = self._decoder.decode(data, final=self._is_whole)
        except UnicodeDecodeError:
            raise UserError(
                f"{self._name} is no UTF-8 text: export the collection again."
            ) from None
        self._text = self._text[self._place :] + more
        self._place = 0
        return not self._is_whole


def _extended(value: Document) -> Any:
    return json_util.object_hook(value, json_util.DEFAULT_JSON_OPTIONS)
