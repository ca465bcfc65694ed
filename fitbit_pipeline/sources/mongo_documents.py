"""Reads the documents of one MongoDB collection from a file: mongodump's BSON, mongoexport's JSON.

What does not belong here: what the documents mean (``tutorial``, ``lifesnaps``).
"""

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
_MOST_JSON = 512 * MEGABYTE
_BOM = "\ufeff"
# An instant of the year 30,000 is a bad value of its document, not of the file.
_OPTIONS: CodecOptions[Document] = CodecOptions(
    datetime_conversion=DatetimeConversion.DATETIME_AUTO
)


def collection_members(files: ArchiveFiles, collection: str) -> list[Member]:
    """The files of an archive that hold a collection, by their names."""
    names = {f"{collection}{ending}" for ending in ENDINGS}
    return [member for member in files.members if member.base_name in names]


def read_documents(files: ArchiveFiles, member: Member) -> Iterator[Document]:
    """Every document of a file, in its order; of BSON no more than one is held at a time.

    Raises:
        UserError: If the file is cut off or damaged; the sentence names it and the document.
    """
    name = files.display_name(member)
    with files.stream(member) as raw:
        is_packed = member.base_name.endswith(".gz")
        file = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if is_packed else raw
        try:
            if member.base_name.removesuffix(".gz").endswith(".bson"):
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
        except (BSONError, ValueError, OverflowError):
            # The message of the library may quote what the document says.
            raise UserError(f"{where} is damaged: dump the collection again.") from None
        yield document


def _json_documents(file: IO[bytes], name: str) -> Iterator[Document]:
    """One document after the other, or all in one list; in the extended JSON of MongoDB."""
    try:
        text = _whole(file, name).decode().removeprefix(_BOM)
    except UnicodeDecodeError:
        raise UserError(f"{name} is no UTF-8 text: export the collection again.") from None
    decoder = json.JSONDecoder(
        object_hook=lambda each: json_util.object_hook(each, json_util.DEFAULT_JSON_OPTIONS)
    )
    number, place = 0, _next(text, 0)
    is_list = text[place : place + 1] == "["
    place += is_list
    while (place := _next(text, place, ",]" if is_list else "")) < len(text):
        number += 1
        try:
            document, place = decoder.raw_decode(text, place)
        except (ValueError, TypeError, KeyError, BSONError):
            raise UserError(
                f"{name}, document {number} is no whole JSON (cut off or damaged): export the "
                "collection again with mongoexport."
            ) from None
        if not isinstance(document, dict):
            raise UserError(
                f"{name}, document {number} is none: export the collection again with mongoexport."
            )
        yield document
    if is_list and not text.rstrip().endswith("]"):
        raise UserError(f"{name} is cut off: export the collection again with mongoexport.")


def _whole(file: IO[bytes], name: str) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := file.read(CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > _MOST_JSON:
            raise UserError(
                f"{name} is larger than {_MOST_JSON // MEGABYTE} MB: dump the collection with "
                "mongodump, whose files are read in pieces."
            )
    return b"".join(chunks)


def _next(text: str, place: int, also: str = "") -> int:
    """The place of the next character that is neither blank nor one of some others."""
    while place < len(text) and (text[place].isspace() or text[place] in also):
        place += 1
    return place
