"""Catches the answer of a consent: the address on this machine to which the browser is sent.

The listener takes what comes to its own path alone, from this machine alone, and goes on waiting
when somebody else's request arrives: browsers open connections ahead and ask for icons.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from fitbit_pipeline.errors import UserError

HTTP_PORT = 80
LOOPBACK = "127.0.0.1"
IDLE_SECONDS = 10

PAGE = """<!doctype html><meta charset="utf-8"><title>fitbit-pipeline</title>
<p style="font: 1.2em sans-serif; margin: 3em">{sentence}</p>"""
TAKEN = PAGE.format(sentence="Thank you. The rest is told in the terminal; close this window.")
NOT_TAKEN = PAGE.format(
    sentence="This answer belongs to another consent; the terminal still waits for its own."
)


class RedirectListener:
    """Waits for one answer.

    Attributes:
        redirect_uri: Where the browser is to be sent.
    """

    def __init__(self, redirect_uri: str, answers: "queue.Queue[str]"):
        """Binds the parts; made by ``listening``."""
        self.redirect_uri = redirect_uri
        self._answers = answers
        self._belongs: Callable[[str], bool] = lambda _answer: False

    def accept(self, belongs: Callable[[str], bool]) -> None:
        """Says which answers to take.

        Args:
            belongs: Whether an address is the answer to the consent that was asked for.
        """
        self._belongs = belongs

    def offer(self, answer: str) -> bool:
        """Takes an address that was called, if it is the answer."""
        if not self._belongs(answer):
            return False
        self._answers.put(answer)
        return True

    def wait(self, seconds: float) -> str:
        """The address that the browser called.

        Raises:
            UserError: If it did not within the time.
        """
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            raise UserError(
                f"Nobody consented within {seconds / 60:.0f} minutes: connect again, or with "
                "--no-browser where the browser runs on another machine."
            ) from None


@contextmanager
def listening(registered: str | None = None) -> Iterator[RedirectListener]:
    """Listens on this machine inside the block.

    Args:
        registered: The redirect address that the client is registered with; None means that any
            port of this machine will do.

    Raises:
        UserError: If the port is taken.
    """
    parts = urlsplit(registered or f"http://{LOOPBACK}:0/")
    port = HTTP_PORT if parts.port is None else parts.port
    path = parts.path or "/"

    class Handler(BaseHTTPRequestHandler):
        timeout = IDLE_SECONDS

        def do_GET(self) -> None:
            called = urlsplit(self.path)
            if called.path != path or not called.query:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            taken = listener.offer(f"{listener.redirect_uri}?{called.query}")
            page = (TAKEN if taken else NOT_TAKEN).encode()
            self.send_response(HTTPStatus.OK if taken else HTTPStatus.BAD_REQUEST)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            # The address holds the code.
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_args: object) -> None:
            """Nothing: the line would hold the code."""

    try:
        server = ThreadingHTTPServer((LOOPBACK, port), Handler)
    except OSError as error:
        raise UserError(
            f"Port {port} of this machine cannot be listened on ({error.strerror}): end what uses "
            "it, or connect with --no-browser."
        ) from None
    listener = RedirectListener(
        registered or f"http://{LOOPBACK}:{server.server_port}/", queue.Queue()
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
