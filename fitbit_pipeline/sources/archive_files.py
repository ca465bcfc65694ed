"""Read-only view of an archive as it lies on disk: a folder, a zip, or several part zips.

Members are read where they are; nothing is ever unpacked to a path that the archive names. What a
member says about its own size is not believed: reading stops at the bound.
"""

import hashlib
import os
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Self

from fitbit_pipeline.errors import UserError

MEGABYTE = 1024 * 1024
CHUNK = MEGABYTE
_SINGLE_FILES = (".csv", ".json", ".json.gz", ".bson", ".bson.gz")
"""What a file is called that is an export by itself."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds against archives that are made to harm, or are not what they seem.

    Attributes:
        members: How many files an archive may have.
        member_bytes: How large one unpacked file may be.
        total_bytes: How large all unpacked files together may be.
    """

    members: int = 200_000
    member_bytes: int = 512 * MEGABYTE
    total_bytes: int = 50 * 1024 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive.

    Attributes:
        path: Its path inside the archive; some zips made on Windows have backslashes in it.
        part: The index of the folder or zip that holds it.
        size: Its unpacked size in bytes, as the archive says.
        called: The base name that tells what it holds, where a person named the file otherwise.
    """

    path: str
    part: int
    size: int
    called: str | None = None

    @property
    def base_name(self) -> str:
        """What it is known by, the last part of the path: folder names are localised."""
        return self.called or self.file_name

    @property
    def file_name(self) -> str:
        """The last part of the path, for messages."""
        return _inside(self.path).name


class ArchiveFiles:
    """The files of one archive, by path.

    Open it with ``open_archive``. It may be read from several threads.
    """

    def __init__(self, parts: Sequence[Path], members: Sequence[Member], limits: ArchiveLimits):
        """Keeps what ``open_archive`` found."""
        self.parts = tuple(parts)
        self.members = tuple(members)
        self._limits = limits
        self._zips: dict[int, zipfile.ZipFile] = {}
        self._lock = threading.Lock()

    def calling(self, names: Mapping[Member, str]) -> Self:
        """The same archive, in which some files are known by other base names."""
        members = [replace(each, called=names.get(each, each.called)) for each in self.members]
        return type(self)(self.parts, members, self._limits)

    def display_name(self, member: Member) -> str:
        """A member's name for messages: the zip or folder, and the path inside it."""
        return f"{self.parts[member.part].name}: {member.path}"

    @contextmanager
    def stream(self, member: Member) -> Iterator[IO[bytes]]:
        """Opens a member for reading, without a bound on how much is read.

        Raises:
            UserError: If the file is gone or damaged; also while reading inside the block.
        """
        part = self.parts[member.part]
        try:
            if part.is_dir():
                with (part / member.path).open("rb") as file:
                    yield file
            else:
                with self._open_zipped(member) as file:
                    yield file
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError) as error:
            raise UserError(
                f"{self.display_name(member)} is damaged inside the zip: "
                "download the archive again."
            ) from error
        except RuntimeError as error:
            raise UserError(
                f"{self.display_name(member)} is encrypted: unpack the archive with its password "
                "and import the folder."
            ) from error
        except OSError as error:
            raise UserError(
                f"{self.display_name(member)} cannot be read ({error.strerror or error}): "
                "check the file."
            ) from error

    def read(self, member: Member) -> bytes:
        """A whole member.

        Raises:
            UserError: If it is damaged, or larger than one file may be.
        """
        chunks: list[bytes] = []
        size = 0
        self.check_size(member, member.size)
        with self.stream(member) as file:
            # By pieces: to be asked for the bound at once, a file sets as much memory aside.
            while size <= self._limits.member_bytes and (chunk := file.read(CHUNK)):
                chunks.append(chunk)
                size += len(chunk)
        self.check_size(member, size)
        return b"".join(chunks)

    def check_size(self, member: Member, size: int) -> None:
        """Refuses a file that is larger than one may be that memory is to hold.

        Args:
            member: Which.
            size: As large as it says, or turns out, to be.

        Raises:
            UserError: If it is.
        """
        if size > self._limits.member_bytes:
            raise UserError(
                f"{self.display_name(member)} unpacks to more than "
                f"{self._limits.member_bytes // MEGABYTE} MB, which no Fitbit file does: "
                "check where the archive comes from."
            )

    def digest(self, members: Sequence[Member]) -> str:
        """A SHA-256 over names and contents of members, the same for a zip and its unpacked folder.

        Args:
            members: Those that count, in any order.
        """
        digest = hashlib.sha256()
        for member in sorted(members, key=lambda each: (each.base_name, each.path)):
            digest.update(f"{member.base_name}\0".encode())
            with self.stream(member) as file:
                content = hashlib.sha256()
                while chunk := file.read(CHUNK):
                    content.update(chunk)
            digest.update(content.digest())
        return digest.hexdigest()

    def close(self) -> None:
        """Closes the zips that were opened."""
        while self._zips:
            self._zips.popitem()[1].close()

    def _open_zipped(self, member: Member) -> IO[bytes]:
        try:
            return self._zip(member.part).open(member.path)
        except UnicodeDecodeError as error:
            raise zipfile.BadZipFile("a file name is not of its encoding") from error

    def _zip(self, part: int) -> zipfile.ZipFile:
        with self._lock:
            if part not in self._zips:
                self._zips[part] = zipfile.ZipFile(self.parts[part])
            return self._zips[part]


def open_archive(paths: Sequence[Path], limits: ArchiveLimits | None = None) -> ArchiveFiles:
    """Lists the files of an archive without reading them.

    Args:
        paths: One folder, one file, one zip, or the part zips of one export, in any order.
        limits: Bounds; the defaults are far above every real archive.

    Raises:
        UserError: If a path is missing, is no folder, zip, or file of one export, is damaged,
            climbs out, or is larger than the bounds.
    """
    limits = limits or ArchiveLimits()
    parts: list[Path] = []
    members: list[Member] = []
    for path in sorted(paths):
        if not path.exists():
            raise UserError(f"{path} does not exist: check the path of the archive.")
        if path.is_dir():
            found = list(_folder_members(path, len(parts)))
        elif zipfile.is_zipfile(path):
            found = list(_zip_members(path, len(parts)))
        elif path.suffix.lower() == ".zip":
            raise UserError(
                f"{path} is not a whole zip file (cut off or damaged): download it again."
            )
        elif path.name.lower().endswith(_SINGLE_FILES):
            found = [Member(path.name, len(parts), path.stat().st_size)]
            path = path.parent
        else:
            raise UserError(
                f"{path} is neither a folder nor a zip: name the export as it was downloaded."
            )
        parts.append(path)
        members.extend(found)
        _check_bounds(path, members, limits)
    return ArchiveFiles(parts, members, limits)


def _folder_members(folder: Path, part: int) -> Iterator[Member]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(root) / name
            if path.is_file() and not path.is_symlink():
                yield Member(path.relative_to(folder).as_posix(), part, path.stat().st_size)


def _zip_members(path: Path, part: int) -> Iterator[Member]:
    try:
        with zipfile.ZipFile(path) as opened:
            entries = opened.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError) as error:
        raise UserError(
            f"{path} is not a whole zip file (cut off or damaged): download it again."
        ) from error
    for entry in entries:
        if entry.filename.endswith("/"):
            continue
        inside = _inside(entry.filename)
        if (
            not inside.name
            or inside.is_absolute()
            or ".." in inside.parts
            or ":" in inside.parts[0]
        ):
            raise UserError(
                f"{path} holds a file whose path climbs out of the archive: do not use it, "
                "and check where it comes from."
            )
        yield Member(entry.filename, part, entry.file_size)


def _inside(path: str) -> PurePosixPath:
    """A path inside an archive; some programs on Windows write backslashes into zips."""
    return PurePosixPath(path.replace("\\", "/"))


def _check_bounds(path: Path, members: Sequence[Member], limits: ArchiveLimits) -> None:
    if len(members) > limits.members:
        raise UserError(
            f"{path} holds more than {limits.members} files: name the folder of the export itself."
        )
    if sum(member.size for member in members) > limits.total_bytes:
        raise UserError(
            f"{path} unpacks to more than {limits.total_bytes // (1024 * MEGABYTE)} GB: "
            "check where it comes from, or raise FITBIT_PIPELINE_ARCHIVE_LIMIT_GB."
        )
