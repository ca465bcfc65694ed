"""The files of the embedded server: where they are, and the three that are written or read here.

The record (who serves at which port), the name of the replica set, and the log.
"""

import json
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LONGEST_LOG = 5_000_000
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Record:
    """Which process served at which port when it was last looked at; to be verified."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One embedded server's directory, resolved, so that all its users name it alike."""

    directory: Path

    @property
    def data(self) -> Path:
        """The dbPath of mongod."""
        return self.directory / "data"

    @property
    def log(self) -> Path:
        """The log, of which one older part is kept beside it as ``mongod.log.1``."""
        return self.directory / "mongod.log"

    @property
    def record(self) -> Path:
        """The file of the record; it stays when the server stops, to keep the port."""
        return self.directory / "server.json"

    @property
    def lock(self) -> Path:
        """Held by whoever starts or stops the server."""
        return self.directory / "server.lock"

    def create(self) -> None:
        """Makes the directories, for nobody but this user.

        Raises:
            OSError: If that is not possible.
        """
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)

    def read_record(self) -> Record | None:
        """The record, or None if there is none or it is damaged."""
        try:
            content = json.loads(self.record.read_bytes())
            return Record(pid=int(content["pid"]), port=int(content["port"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write_record(self, record: Record) -> None:
        """Writes the record, whole or not at all."""
        _write_whole(self.record, json.dumps({"pid": record.pid, "port": record.port}))

    def read_replica_set_name(self) -> str:
        """The name of the replica set, empty if there is none yet."""
        try:
            return self._name_file.read_text().strip()
        except FileNotFoundError:
            return ""

    def replica_set_name(self) -> str:
        """The name of the replica set, chosen at first.

        It is random, so that a client of another home's server, which had this port before, turns
        away instead of writing here: drivers compare the name.
        """
        if not (name := self.read_replica_set_name()):
            name = f"fitbit-pipeline-{secrets.token_hex(6)}"
            _write_whole(self._name_file, name)
        return name

    def shorten_log(self) -> bool:
        """Moves a long log aside, over the part moved before; True if it did."""
        try:
            if self.log.stat().st_size <= _LONGEST_LOG:
                return False
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))
        except FileNotFoundError:
            return False
        return True

    def reason_logged_since(self, offset: int) -> str:
        """The first error in the log since an offset in bytes, empty if there is none.

        The first, because what follows in a log of mongod is the wreckage: signals, backtraces.
        """
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(offset)
            for line in log:
                with suppress(ValueError):
                    entry = json.loads(line)
                    if entry["s"] in {"E", "F"}:
                        return _in_words(entry)
        return ""

    @property
    def _name_file(self) -> Path:
        # Beside the data, which know the name too: so they move and are lost together.
        return self.data / "replica_set_name"


def _in_words(entry: dict[str, Any]) -> str:
    attributes = entry.get("attr", {})
    detail = attributes.get("error", "")
    if isinstance(detail, int):
        # The storage engine: a number, and its meaning in the message.
        detail = attributes.get("message", detail)
    if isinstance(detail, dict):
        detail = detail.get("errmsg") or detail.get("error_str") or detail.get("msg", "")
    return " ".join(f"{entry['msg']}: {detail}".rstrip(": ").split())[:_LONGEST_REASON].rstrip(".")


def _write_whole(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
