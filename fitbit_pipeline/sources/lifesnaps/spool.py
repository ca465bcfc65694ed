"""Appends lines to thousands of files, with one of them open at a time and little in memory.

What does not belong here: which line goes where (``splitting``).
"""

from pathlib import Path

_OVERHEAD = 200
"""What a buffer takes beside its bytes."""


class Spool:
    """Lines that wait in memory until there are so many that all are written."""

    def __init__(self, most_bytes: int):
        """Starts empty.

        Args:
            most_bytes: How much may wait in memory.
        """
        self._most_bytes = most_bytes
        self._buffers: dict[Path, bytearray] = {}
        self._bytes = 0

    def add(self, path: Path, line: bytes) -> None:
        """Takes a line for a file, whose folder is made when it is needed."""
        buffer = self._buffers.get(path)
        if buffer is None:
            buffer = self._buffers[path] = bytearray()
            self._bytes += _OVERHEAD
        buffer += line
        buffer += b"\n"
        self._bytes += len(line) + 1
        if self._bytes > self._most_bytes:
            self.flush()

    def flush(self) -> None:
        """Writes what waits."""
        for path, buffer in self._buffers.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(buffer)
        self._buffers.clear()
        self._bytes = 0
