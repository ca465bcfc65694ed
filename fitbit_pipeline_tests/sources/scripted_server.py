"""An HTTP server on loopback that answers by a script and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Tokens:
    """Tokens in a row; ``renewed`` gives the next."""

    names: list[str] = field(default_factory=lambda: ["token-1", "token-2", "token-3"])
    refused: list[str] = field(default_factory=list)

    def current(self) -> str:
        return self.names[0]

    def renewed(self, refused: str) -> str:
        self.refused.append(refused)
        self.names.pop(0)
        return self.names[0]


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    params: Mapping[str, str]
    body: Mapping[str, Any] | None
    headers: Mapping[str, str]
    port: int
    """Of the client: the same for all requests of one connection."""

    @property
    def key(self) -> str:
        """The read: ``steps:dailyRollUp``."""
        return self.path.removeprefix("/v4/users/me/dataTypes/").replace("/dataPoints", "")

    @property
    def page_token(self) -> str:
        return str({**self.params, **(self.body or {})}.get("pageToken", ""))

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        content: JSON, or bytes as they are.
        status: The HTTP status.
        headers: More headers.
        sent_bytes: After so many bytes of the body nothing more comes.
        stalls: Then the connection stays open, silent; else it is closed.
    """

    content: Any = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_bytes: int | None = None
    stalls: bool = False


Script = Callable[[Asked], Reply]


class ScriptedServer:
    """Answers by ``script``, which a test may change at any time."""

    def __init__(self) -> None:
        self.script: Script = lambda asked: Reply()
        self.asked: list[Asked] = []
        self.url = ""
        self._lock = threading.Lock()
        self._over = threading.Event()

    def in_turn(self, *replies: Reply) -> None:
        """Answers with one reply after the other; the last is repeated."""
        left = list(replies)

        def script(asked: Asked) -> Reply:
            return left.pop(0) if len(left) > 1 else left[0]

        self.script = script

    def by_read(self, rows: Mapping[str, Sequence[Any]]) -> None:
        """Answers reads by their key with rows, all on one page, whatever the range."""

        def script(asked: Asked) -> Reply:
            name = "dataPoints" if asked.key.endswith(":reconcile") else "rollupDataPoints"
            return Reply({name: list(rows[asked.key])} if rows.get(asked.key) else {})

        self.script = script

    @property
    def keys(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.key for asked in self.asked]

    @contextmanager
    def running(self) -> Iterator["ScriptedServer"]:
        handler = type("_Bound", (_Handler,), {"scripted": self})
        server = _QuietServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            self._over.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def reply_to(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            return self.script(asked)

    def stall(self) -> None:
        """Until the test is over."""
        self._over.wait()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    scripted: ScriptedServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        sent = self.rfile.read(length)
        parts = urlsplit(self.path)
        reply = self.scripted.reply_to(
            Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {},
                json.loads(sent) if sent else None,
                dict(self.headers),
                self.client_address[1],
            )
        )
        body = reply.content
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: reply.sent_bytes])
        self.wfile.flush()
        if reply.stalls:
            self.scripted.stall()
        if reply.sent_bytes is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing on the console."""
