"""A running sandbox for tests, which checks everything that it says against Google's schemas."""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fitbit_pipeline.sandbox import consent
from fitbit_pipeline.sandbox.api_types import SCOPES
from fitbit_pipeline.sandbox.server import Sandbox, running
from fitbit_pipeline_tests.sandbox.schemas import validate

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)
REDIRECT_URI = "http://127.0.0.1:53682/"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
"""What an application shows at first, and the secret that it was made of."""
ROWS_CHECKED = 16
"""Of a long page, so many rows are checked: half of them the first, half of them the last."""

_SCHEMAS = (
    (r"/v4/users/[^/]+/identity", "Identity"),
    (r"/v4/users/[^/]+/profile", "Profile"),
    (r"/v4/users/[^/]+/settings", "Settings"),
    (r"/v4/users/[^/]+/pairedDevices", "ListPairedDevicesResponse"),
    (r"/v4/users/[^/]+/pairedDevices/[^/]+", "PairedDevice"),
    (r"/v4/.+/dataPoints", "ListDataPointsResponse"),
    (r"/v4/.+/dataPoints:reconcile", "ReconcileDataPointsResponse"),
    (r"/v4/.+/dataPoints:rollUp", "RollUpDataPointsResponse"),
    (r"/v4/.+/dataPoints:dailyRollUp", "DailyRollUpDataPointsResponse"),
    (r"/v4/.+/dataPoints/[^/]+", "DataPoint"),
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer of the sandbox."""

    verb: str
    path: str
    status: int
    body: bytes


@dataclass
class Recorder:
    """Stands around the application and keeps what it answers."""

    app: ASGIApp | None = None
    answers: list[Recorded] = field(default_factory=list)

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application with the recorder around it."""
        self.app = app
        return self._record

    async def _record(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        status = 0
        body = bytearray()

        async def keep(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            body.extend(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, keep)
        self.answers.append(Recorded(scope["method"], scope["path"], status, bytes(body)))

    def check(self) -> None:
        """Checks every good answer of the Health API against its schema.

        Raises:
            AssertionError: If one does not conform.
        """
        for answer in self.answers:
            if answer.status == 200 and answer.path.startswith("/v4/"):
                validate(_schema_of(answer.path), _thinned(json.loads(answer.body)))


@contextmanager
def running_sandbox(
    people: int = 3,
    seed: int = 1,
    now: datetime = NOW,
    first_day: date = FIRST_DAY,
    *,
    requests_per_minute: int = 1_000_000,
    testing_mode: bool = False,
    fitbit_requests_per_hour: int = 1_000_000,
    check: bool = True,
    recorder: Recorder | None = None,
) -> Iterator[Sandbox]:
    """A sandbox that is served until the block ends, and whose clock stands still.

    ``sandbox.clock = lambda: later`` moves it. At the end every good answer of its Health API is
    checked against Google's schemas.

    Args:
        people: How many people there are: ``p001``, ``p002`` and so on.
        seed: Decides who they are and what they do.
        now: The present instant, UTC.
        first_day: The first day of which there can be data.
        requests_per_minute: What one person may ask for in a minute of that clock.
        testing_mode: Whether refresh tokens live seven days only.
        fitbit_requests_per_hour: What one person may ask the Fitbit Web API for in an hour of it.
        check: Whether to check the answers; not where a test spoils them.
        recorder: Keeps the answers, for tests that want to look at them.
    """
    recorder = recorder or Recorder()
    sandbox = Sandbox(
        lambda: now,
        first_day,
        people=people,
        seed=seed,
        requests_per_minute=requests_per_minute,
        testing_mode=testing_mode,
        fitbit_requests_per_hour=fitbit_requests_per_hour,
    )
    with running(sandbox, wrap=recorder.around):
        yield sandbox
    if check:
        recorder.check()


def authorization_address(sandbox: Sandbox, **changed: str | None) -> str:
    """The address that asks for all scopes, offline; ``None`` leaves a parameter out."""
    client = sandbox.client_file()["installed"]
    parameters: dict[str, str | None] = {
        "client_id": client["client_id"],
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "access_type": "offline",
        "prompt": "consent",
        "state": "a-state",
        **changed,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{client['auth_uri']}?{urlencode(given)}"


def code_of(address: str) -> str:
    """The code in the address to which a person is sent back."""
    return parse_qs(urlsplit(address).query)["code"][0]


def ask_for_tokens(sandbox: Sandbox, **fields: str | None) -> requests.Response:
    """A request to the token endpoint with the client's name and secret; ``None`` leaves out."""
    client = sandbox.client_file()["installed"]
    form = {
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        **fields,
    }
    return requests.post(client["token_uri"], data=form, timeout=10)


def tokens_of(
    sandbox: Sandbox, person: str = "p001", scopes: tuple[str, ...] | None = None
) -> dict[str, str]:
    """The token answer for a person who consents, to all scopes or to some."""
    address = consent.grant(authorization_address(sandbox), person=person, scopes=scopes)
    answer = ask_for_tokens(
        sandbox,
        grant_type="authorization_code",
        code=code_of(address),
        redirect_uri=REDIRECT_URI,
    )
    tokens: dict[str, str] = answer.json()
    return tokens


@contextmanager
def signed_in(
    sandbox: Sandbox, person: str = "p001", scopes: tuple[str, ...] | None = None
) -> Iterator[requests.Session]:
    """A session that sends the access token of a person."""
    with requests.Session() as session:
        token = tokens_of(sandbox, person, scopes)["access_token"]
        session.headers["authorization"] = f"Bearer {token}"
        yield session


def _schema_of(path: str) -> str:
    return next(schema for pattern, schema in _SCHEMAS if re.fullmatch(pattern, path))


def _thinned(document: dict[str, object]) -> dict[str, object]:
    half = ROWS_CHECKED // 2
    return {
        name: [*value[:half], *value[half:][-half:]] if isinstance(value, list) else value
        for name, value in document.items()
    }
