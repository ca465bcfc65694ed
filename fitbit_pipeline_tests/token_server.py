"""A server on this machine in the place of Google's token address: it says what a test tells it.

What Google's services do when all goes well is the sandbox's to play; this one is for their
refusals, and for counting who asked for what.
"""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fitbit_pipeline.sources.google_health.clients import OAuthClient, read_client

Form = dict[str, str]
Answer = tuple[int, Any]
"""A status, and a body: bytes as they are, anything else as JSON."""


@dataclass
class Asked:
    """One request.

    Attributes:
        path: Its path, with the query.
        form: Its body, read as a form.
        headers: Its headers, names in lower case.
    """

    path: str
    form: Form
    headers: Mapping[str, str]


@dataclass
class TokenServer:
    """The server of one test.

    Attributes:
        url: Its address.
        answer: What it answers to a form; may be replaced at any time.
        asked: The requests until now.
    """

    url: str = ""
    answer: Callable[[Form], Answer] = lambda _form: (500, {})
    asked: list[Asked] = field(default_factory=list)

    def always(self, status: int, body: Any) -> None:
        """Answers everything alike."""
        self.answer = lambda _form: (status, body)

    def client_file(self, folder: Path, name: str = "study", **changes: Any) -> Path:
        """Writes the file of a client whose token address is this server."""
        part = {
            "client_id": f"{name}.apps.example",
            "client_secret": "SECRET-client",
            "project_id": f"project-of-{name}",
            "auth_uri": f"{self.url}/auth",
            "token_uri": f"{self.url}/token",
            "revoke_uri": f"{self.url}/revoke",
            "api_url": self.url,
            "redirect_uris": ["http://localhost"],
            **changes,
        }
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.json"
        path.write_text(json.dumps({"installed": part}))
        return path

    def client(self, folder: Path) -> OAuthClient:
        """A client whose token address is this server."""
        return read_client(self.client_file(folder))


def tokens(number: int, **more: Any) -> dict[str, Any]:
    """A good answer; its tokens are told apart by a number."""
    return {
        "access_token": f"SECRET-access-{number}",
        "expires_in": 3599,
        "token_type": "Bearer",
        **more,
    }


@contextmanager
def token_server() -> Iterator[TokenServer]:
    """Runs one."""
    state = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(
                parse_qsl(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            )
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.asked.append(Asked(self.path, form, headers))
            status, body = state.answer(form)
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
