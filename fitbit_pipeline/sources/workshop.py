"""Folders for what is under way: gone when it is done, or when the next import begins.

A collection that is copied or split takes as much room as the collection itself, so what a process
that was killed has left is swept away.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from fitbit_pipeline.errors import UserError

_PREFIX = "workshop-"
_IN_USE = ".in-use"


@contextmanager
def workshop(directory: Path) -> Iterator[Path]:
    """A folder below a directory, gone when the block ends.

    Raises:
        UserError: If it cannot be made.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(directory)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=directory))
        in_use = filelock.FileLock(folder / _IN_USE, timeout=0)
        in_use.acquire()
    except OSError as error:
        raise UserError(
            f"There is no room for an import under {directory} ({error.strerror}): "
            "make room or mend the permissions, and import it again."
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        in_use.release()


def _sweep(directory: Path) -> None:
    """Removes the folders whose processes have ended; their locks ended with them."""
    for folder in directory.glob(f"{_PREFIX}*"):
        # One without a lock is being made at this moment.
        if not (folder / _IN_USE).exists():
            continue
        in_use = filelock.FileLock(folder / _IN_USE, timeout=0)
        try:
            with in_use:
                shutil.rmtree(folder, ignore_errors=True)
        except filelock.Timeout:
            continue
