"""Google's API for one participant: a request goes out with a token, a whole JSON object returns.

What does not belong here: which requests to send (``planning``), following pages (``paging``),
and connections (``session``).
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
import requests

from fitbit_pipeline.sources.google_health import failures
from fitbit_pipeline.sources.outage import Outage
from fitbit_pipeline.sources.protocol import FailureKind, RequestRecord, SourceFailure
from fitbit_pipeline.sources.session import Bearer
from fitbit_pipeline.sources.tokens import AccessTokens

API_URL = "https://health.googleapis.com"
"""Where the API is, unless a client's file names another place."""
USER = "/v4/users/me/"
CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
BODY_TRIES = 3

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer.

    Attributes:
        document: The JSON object; whole numbers, fractions and text are as they were sent.
        request: What was asked, without token and page token.
    """

    document: Document = field(repr=False)
    request: RequestRecord


@dataclass(frozen=True, slots=True)
class _Question:
    """One request but for its token."""

    method: str
    url: str
    what: str
    params: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None

    def record(self) -> RequestRecord:
        said = dict(self.params or {})
        for name, value in (self.body or {}).items():
            said[name] = value if isinstance(value, str) else orjson.dumps(value).decode()
        said.pop("pageToken", None)
        return RequestRecord(self.method, self.url, said)


class HealthApi:
    """Asks on behalf of one participant; safe to be used from several threads.

    Attributes:
        requests_sent: How many requests went out so far, pages included; not those that the
            connections sent again by themselves.
    """

    def __init__(
        self,
        base_url: str,
        session: requests.Session,
        tokens: AccessTokens,
        wait: Callable[[], None],
        *,
        timeouts: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
        pause_seconds: float = 1.0,
        outage: Outage | None = None,
    ):
        """Sends nothing yet.

        Args:
            base_url: Where the API is, without a path: ``https://health.googleapis.com``.
            session: The connections, from ``pooled_session``.
            tokens: The participant's access tokens.
            wait: Called before each request; returns once it may be sent.
            timeouts: Seconds to wait for a connection, and for the next part of an answer.
            pause_seconds: The wait before a body that broke off is asked for again; it doubles.
            outage: Shared by all participants; its own by default.
        """
        self._base_url = base_url.rstrip("/")
        self._session = session
        self._tokens = tokens
        self._wait = wait
        self._timeouts = timeouts
        self._pause_seconds = pause_seconds
        self._outage = outage or Outage()
        self._lock = threading.Lock()
        self.requests_sent = 0

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Asks with ``GET``.

        Args:
            path: Below the API's address: ``/v4/users/me/profile``.
            params: The query.

        Raises:
            SourceFailure: Of every kind that a live source has.
        """
        return self._ask(_Question("GET", self._base_url + path, named(path), params=params))

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Asks with ``POST``: roll-ups read, they change nothing.

        Args:
            path: Below the API's address.
            body: Sent as JSON.

        Raises:
            SourceFailure: As ``get``.
        """
        return self._ask(_Question("POST", self._base_url + path, named(path), body=body))

    def _ask(self, question: _Question) -> Answer:
        self._outage.check()
        try:
            status, content = self._with_token(question)
        except SourceFailure as failure:
            if failure.kind is FailureKind.TRANSIENT:
                self._outage.failed()
            raise
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._outage.failed()
        else:
            self._outage.answered()
        if isinstance(content, bytes):
            raise failures.of_answer(question.what, status, content)
        return Answer(content, question.record())

    def _with_token(self, question: _Question) -> tuple[int, bytes | Document]:
        token = self._tokens.current()
        status, content = self._whole(question, token)
        if status == HTTPStatus.UNAUTHORIZED:
            return self._whole(question, self._tokens.renewed(token))
        return status, content

    def _whole(self, question: _Question, token: str) -> tuple[int, bytes | Document]:
        """Status and body, parsed if the answer is good; one that broke off is asked for again."""
        broken: SourceFailure | None = None
        for attempt in range(BODY_TRIES):
            if attempt:
                time.sleep(self._pause_seconds * 2 ** (attempt - 1))
            response = self._begin(question, token)
            try:
                content = response.content
            except requests.RequestException as error:
                broken = failures.of_exception(question.what, error)
                continue
            finally:
                response.close()
            if response.status_code != 200:
                return response.status_code, content
            document = _json_object(content)
            if document is not None:
                return response.status_code, document
            broken = failures.body_broke(question.what)
        raise broken or failures.body_broke(question.what)

    def _begin(self, question: _Question, token: str) -> requests.Response:
        """An answer whose body is still to be read: what fails there is not asked again below."""
        self._wait()
        with self._lock:
            self.requests_sent += 1
        try:
            return self._session.request(
                question.method,
                question.url,
                params=question.params,
                data=None if question.body is None else orjson.dumps(question.body),
                headers={"Content-Type": "application/json"} if question.body is not None else None,
                auth=Bearer(token),
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as error:
            failure = failures.of_exception(question.what, error)
        raise failure


def named(path: str) -> str:
    """What a path asks for, in few words: ``steps:dailyRollUp``, ``profile``."""
    return path.removeprefix(USER).removeprefix("dataTypes/").replace("/dataPoints", "")


def _json_object(content: bytes) -> Document | None:
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return parsed if isinstance(parsed, dict) else None
