"""Serves a sandbox on loopback, in a thread of this process."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Scope

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sandbox.application import application
from fitbit_pipeline.sandbox.world import Sandbox

__all__ = ["Sandbox", "running"]

HOST = "127.0.0.1"
_LONGEST_STOP = 5


def _unchanged(app: ASGIApp) -> ASGIApp:
    return app


@contextmanager
def running(
    sandbox: Sandbox, port: int = 0, wrap: Callable[[ASGIApp], ASGIApp] = _unchanged
) -> Iterator[Sandbox]:
    """Serves a sandbox until the block ends; its ``base_url`` says where.

    Args:
        sandbox: What to serve.
        port: Where; 0 takes any that is free.
        wrap: Puts something around the application, such as a recorder.

    Raises:
        UserError: If the port is taken.
    """
    listening = _listen(port)
    sandbox.base_url = f"http://{HOST}:{listening.getsockname()[1]}"
    connections = _Connections()
    config = uvicorn.Config(
        wrap(application(sandbox, connections.drop)),
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        lifespan="off",
        interface="asgi3",
        ws="none",
        loop="asyncio",
        http="h11",
        # A client may pause between two requests for as long as at Google.
        timeout_keep_alive=240,
        timeout_graceful_shutdown=1,
    )
    server = connections.server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), name="sandbox", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield sandbox
    finally:
        server.should_exit = True
        thread.join(_LONGEST_STOP)
        listening.close()
        sandbox.base_url = ""


class _Connections:
    """Finds the connection of a request, to end it."""

    server: uvicorn.Server

    def drop(self, scope: Scope) -> None:
        client = tuple(scope["client"])
        for connection in list(self.server.server_state.connections):
            transport = connection.transport
            if transport.get_extra_info("peername") == client:
                transport.close()


def _listen(port: int) -> socket.socket:
    # Only with its protocol named does asyncio send small answers without delay.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
    except (OSError, OverflowError):
        listening.close()
        raise UserError(
            f"Port {port} is taken by another program, or is none: name another one with --port."
        ) from None
    return listening
