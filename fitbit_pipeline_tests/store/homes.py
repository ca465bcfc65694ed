"""What is done to an embedded server, and to its home, in tests."""

import subprocess
import sys
from pathlib import Path

import psutil
from pymongo import MongoClient, WriteConcern

from fitbit_pipeline.store import mongod_process
from fitbit_pipeline.store.embedded import RunningServer
from fitbit_pipeline.store.mongod_files import Layout
from fitbit_pipeline.store.mongod_process import processes_of

START = (
    "import sys; from pathlib import Path; from fitbit_pipeline.store.embedded import *; "
    "server = ensure_server(Path(sys.argv[1])); print(server.pid, server.started_here, flush=True)"
)


def port_of(server: RunningServer) -> int:
    """The port in a server's address."""
    return int(server.uri.split(":")[2].partition("/")[0])


def write(server: RunningServer, key: str) -> None:
    """Writes one thing with the promises of the pipeline."""
    with MongoClient(server.uri) as client:
        acknowledged = WriteConcern(w="majority", j=True)
        things = client["test"].get_collection("things", write_concern=acknowledged)
        things.insert_one({"_id": key})


def written(server: RunningServer) -> set[str]:
    """The keys of all things written."""
    with MongoClient(server.uri) as client:
        return {thing["_id"] for thing in client["test"]["things"].find()}


def kill(server: RunningServer) -> None:
    """As the out-of-memory killer would; returns when port and data are free."""
    process = psutil.Process(server.pid)
    process.kill()
    assert not mongod_process._remaining_after([process], 10)


def one_process_serves(home: Path) -> bool:
    """Whether a single mongod has this home's data."""
    return len(processes_of(Layout(home.resolve()))) == 1


def spawn_starter(home: Path) -> "subprocess.Popen[str]":
    """A process that starts the server and says its pid, and whether it was the one."""
    return subprocess.Popen(
        [sys.executable, "-c", START, str(home)],
        stdout=subprocess.PIPE,
        text=True,
    )
