"""The embedded MongoDB server: one per home, shared by all its processes, started by the first.

A one-node replica set (transactions and retried writes need one) on 127.0.0.1. A start is guarded
by a lock, a server is believed only after it has named its data directory itself, and whatever was
killed at whatever moment, the next call finds or starts a server with everything acknowledged.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import filelock

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.loopback import LOOPBACK, Conversation
from fitbit_pipeline.store.mongod_files import Layout, Record
from fitbit_pipeline.store.mongod_process import (
    START_SECONDS,
    STOP_SECONDS,
    StartFailure,
    choose_port,
    end,
    launch,
    port_of,
    processes_of,
)

_GLANCE_SECONDS = 0.5
_PATIENT_SECONDS = 5.0
_SILENT_SECONDS = 20.0
# mongod takes 30 s to find that whoever has its former port is silent, and answers only then.
_SETTLING_SECONDS = 60.0
_PASSING_SECONDS = 5.0
_NOT_YET_INITIALIZED = 94
_INVALID_REPLICA_SET = 93


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that has answered, as primary, for this directory.

    Attributes:
        uri: Its address, for a client of the replica set.
        pid: Its process.
        started_here: True if this call started it, False if it was running already.
    """

    uri: str
    pid: int
    started_here: bool


def ensure_server(directory: Path, cache_gigabytes: float = 0.5) -> RunningServer:
    """The server of a directory, started if it is not running; it outlives its starter.

    Args:
        directory: Where its data, log and record are; created for this user alone.
        cache_gigabytes: The WiredTiger cache, if it is started here; 0.25 at least.

    Raises:
        UserError: If there is no server and none can be started.
    """
    layout = Layout(directory.resolve())
    try:
        return _by_record(layout) or _adopted_or_started(layout, cache_gigabytes)
    except StartFailure as failure:
        raise _unusable(layout, str(failure)) from None
    except OSError as error:
        raise _unusable(layout, f"of this: {error.strerror or error}") from None


def running_server(directory: Path) -> RunningServer | None:
    """The server of a directory if it is running and ready; nothing is started or written."""
    layout = Layout(directory.resolve())
    if server := _by_record(layout):
        return server
    for process in processes_of(layout):
        if (port := port_of(process)) and (pid := _pid_if_ours(layout, port, _PATIENT_SECONDS)):
            return _running(layout, Record(pid, port), started_here=False)
    return None


def stop_server(directory: Path) -> bool:
    """Shuts the server of a directory down cleanly; True if one was running.

    Raises:
        UserError: If another process is starting or stopping it and does not finish.
    """
    layout = Layout(directory.resolve())
    if not layout.directory.is_dir():
        return False
    try:
        with _locked(layout):
            processes = processes_of(layout)
            end(processes)
            return bool(processes)
    except OSError as error:
        raise _unusable(layout, f"of this: {error.strerror or error}") from None


def _by_record(layout: Layout) -> RunningServer | None:
    record = layout.read_record()
    if record is None or _pid_if_ours(layout, record.port, _GLANCE_SECONDS) != record.pid:
        return None
    if layout.shorten_log():
        with suppress(OSError), Conversation(record.port, _PATIENT_SECONDS) as server:
            server.ask({"logRotate": 1})
    return _running(layout, record, started_here=False)


def _adopted_or_started(layout: Layout, cache_gigabytes: float) -> RunningServer:
    layout.create()
    with _locked(layout):
        return _by_record(layout) or _adopt(layout) or _start(layout, cache_gigabytes)


def _adopt(layout: Layout) -> RunningServer | None:
    """Takes over a server whose starter did not live to record it; a dead one is cleared away."""
    processes = processes_of(layout)
    ports = {port for process in processes if (port := port_of(process))}
    for port in ports:
        if pid := _await_primary(layout, port):
            return _recorded(layout, Record(pid, port), started_here=False)
    end(processes)
    return None


def _start(layout: Layout, cache_gigabytes: float) -> RunningServer:
    name = layout.replica_set_name()
    record = layout.read_record()
    deadline = time.monotonic() + _PASSING_SECONDS
    while True:
        port = choose_port(record.port if record else None)
        try:
            log_offset = launch(layout, port, name, cache_gigabytes)
            break
        except StartFailure as failure:
            if not failure.may_pass or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    if pid := _await_primary(layout, port):
        return _recorded(layout, Record(pid, port), started_here=True)
    reason = layout.reason_logged_since(log_offset) or "it gave no reason"
    raise StartFailure(f"mongod stopped right after its start ({reason})")


def _await_primary(layout: Layout, port: int) -> int | None:
    """The pid of our server at a port once it is primary, or None if it died or fell silent.

    Raises:
        StartFailure: If it lives but does not become primary in time.
    """
    deadline = time.monotonic() + START_SECONDS
    silent_until = time.monotonic() + _SILENT_SECONDS
    while time.monotonic() < deadline:
        try:
            with Conversation(port, _PATIENT_SECONDS) as server:
                # A stranger's server must not be given a replica set.
                if not _serves(server, layout):
                    return None
                if _make_primary(server, layout.read_replica_set_name(), port):
                    return _pid_if_ours(layout, port, _PATIENT_SECONDS)
            silent_until = time.monotonic() + _SILENT_SECONDS
        except TimeoutError:
            if time.monotonic() > silent_until:
                return None
        except OSError:
            # Nobody listens: while it replays its journal, it does not yet.
            if not processes_of(layout):
                return None
        time.sleep(0.01)
    raise StartFailure(
        f"it is not ready after {START_SECONDS:.0f} seconds (it goes on in the background)"
    )


def _make_primary(server: Conversation, name: str, port: int) -> bool:
    """One step towards a primary: founds the replica set, or tells it its new port."""
    if server.ask({"hello": 1}).get("isWritablePrimary"):
        return True
    members = [{"_id": 0, "host": f"{LOOPBACK}:{port}"}]
    answer = server.ask({"replSetGetConfig": 1})
    if answer.get("code") == _NOT_YET_INITIALIZED:
        # Also said while an existing configuration is being read; then this waits and is refused.
        with Conversation(port, _SETTLING_SECONDS) as patient:
            patient.ask({"replSetInitiate": {"_id": name, "members": members}})
    elif answer.get("ok") and answer["config"]["members"][0]["host"] != members[0]["host"]:
        version = answer["config"]["version"] + 1
        config = {**answer["config"], "members": members, "version": version}
        with Conversation(port, _SETTLING_SECONDS) as patient:
            refusal = patient.ask({"replSetReconfig": config, "force": True})
        if refusal.get("code") == _INVALID_REPLICA_SET:
            raise StartFailure(f"its replica set does not fit ({refusal.get('errmsg')})")
    return False


def _pid_if_ours(layout: Layout, port: int, patience: float) -> int | None:
    """The pid of the server at a port, if it serves this data directory as primary."""
    try:
        with Conversation(port, patience) as server:
            hello = server.ask({"hello": 1})
            # The name too: in another container, the same path may be another directory.
            ours = hello.get("setName") == layout.read_replica_set_name()
            if not (ours and hello["isWritablePrimary"] and _serves(server, layout)):
                return None
            status = server.ask({"serverStatus": 1, "metrics": 0, "repl": 0, "wiredTiger": 0})
            return int(status["pid"])
    except (OSError, KeyError):
        return None


def _serves(server: Conversation, layout: Layout) -> bool:
    options: dict[str, Any] = server.ask({"getCmdLineOpts": 1}).get("parsed", {})
    return bool(options.get("storage", {}).get("dbPath") == str(layout.data))


def _recorded(layout: Layout, record: Record, *, started_here: bool) -> RunningServer:
    layout.write_record(record)
    return _running(layout, record, started_here=started_here)


def _running(layout: Layout, record: Record, *, started_here: bool) -> RunningServer:
    uri = f"mongodb://{LOOPBACK}:{record.port}/?replicaSet={layout.read_replica_set_name()}"
    return RunningServer(uri=uri, pid=record.pid, started_here=started_here)


@contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    lock = filelock.FileLock(layout.lock, timeout=START_SECONDS + STOP_SECONDS)
    try:
        with lock:
            yield
    except filelock.Timeout:
        raise _unusable(layout, "another process has been starting it for minutes") from None


def _unusable(layout: Layout, reason: str) -> UserError:
    return UserError(
        f"The embedded MongoDB server in {layout.directory} cannot be used, because {reason}: put "
        "this right, or set FITBIT_PIPELINE_MONGODB_URI to the address of a server of yours."
    )
