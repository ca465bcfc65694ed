"""Makes zips for tests: whole ones, and ones that were made to harm."""

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

CENTRAL_RECORD = b"PK\x01\x02"
LOCAL_RECORD = b"PK\x03\x04"
FLAGS_IN_LOCAL, FLAGS_IN_CENTRAL = 6, 8
SIZE_IN_CENTRAL = 24
ENCRYPTED = 1


def write_zip(path: Path, content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip of these files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, data in content.items():
            opened.writestr(name, data)
    return path


def zip_folder(folder: Path, path: Path, top: str = "") -> Path:
    """A zip of all files of a folder, below a top folder if one is named."""
    found = sorted(each for each in folder.rglob("*") if each.is_file())
    return write_zip(
        path, {top + each.relative_to(folder).as_posix(): each.read_bytes() for each in found}
    )


def write_folder(folder: Path, content: Mapping[str, bytes]) -> Path:
    """A folder of these files."""
    for name, data in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def encrypt(path: Path) -> Path:
    """Marks the first file of a zip as encrypted."""
    data = bytearray(path.read_bytes())
    data[data.index(LOCAL_RECORD) + FLAGS_IN_LOCAL] |= ENCRYPTED
    data[data.index(CENTRAL_RECORD) + FLAGS_IN_CENTRAL] |= ENCRYPTED
    path.write_bytes(data)
    return path


def lie_about_size(path: Path, size: int) -> Path:
    """Lets the first file of a zip say another unpacked size of itself."""
    data = bytearray(path.read_bytes())
    place = data.index(CENTRAL_RECORD) + SIZE_IN_CENTRAL
    data[place : place + 4] = struct.pack("<I", size)
    path.write_bytes(data)
    return path


def rename_inside(path: Path, before: bytes, after: bytes) -> Path:
    """Gives files of a zip names that no program would write; both are of one length."""
    data = path.read_bytes()
    assert before in data
    assert len(before) == len(after)
    path.write_bytes(data.replace(before, after))
    return path


def flip_content(path: Path) -> Path:
    """Damages the content of the first file of a zip, and leaves its lists whole."""
    data = bytearray(path.read_bytes())
    middle = data.index(CENTRAL_RECORD) // 2
    for place in range(middle, middle + 8):
        data[place] ^= 0xFF
    path.write_bytes(data)
    return path


def cut(path: Path, share: float) -> Path:
    """Cuts a file off, as a broken download does."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path
