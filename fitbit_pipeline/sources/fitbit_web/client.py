"""The Fitbit Web API for one participant: a request goes out with a token, whole JSON returns.

Requests are scarce, so each one that goes out is counted and waits for the quota: those that are
sent again too. What does not belong here: which requests to send (``planning``), and what an
unhappy answer means (``failures``).
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
import requests

from fitbit_pipeline.sources.fitbit_web import failures
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuota
from fitbit_pipeline.sources.outage import Outage
from fitbit_pipeline.sources.protocol import FailureKind, RequestRecord, SourceFailure
from fitbit_pipeline.sources.session import Bearer
from fitbit_pipeline.sources.tokens import AccessTokens

CONNECT_AND_READ_SECONDS = (10.0, 60.0)

PATIENCE = {FailureKind.CONSENT_LOST: 1, FailureKind.QUOTA: 1, FailureKind.TRANSIENT: 3}
"""How often a request is sent again after failures of a kind: with another token, after the wait
for another hour, after a pause. All others are final."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer.

    Attributes:
        document: The JSON object or array; whole numbers, fractions and text are as they were sent.
        request: What was asked, without the token.
    """

    document: Any = field(repr=False)
    request: RequestRecord


class FitbitApi:
    """Asks on behalf of one participant; safe to be used from several threads.

    Attributes:
        requests_sent: How many requests went out so far, whatever became of them.
    """

    def __init__(
        self,
        base_url: str,
        session: requests.Session,
        tokens: AccessTokens,
        quota: HourlyQuota,
        *,
        timeouts: tuple[float, float] = CONNECT_AND_READ_SECONDS,
        pause_seconds: float = 1.0,
        outage: Outage | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ):
        """Sends nothing yet.

        Args:
            base_url: Where the API is, without a path: ``https://api.fitbit.com``.
            session: The connections, from ``pooled_session`` with no retries of its own.
            tokens: The participant's access tokens.
            quota: What is left of the participant's hour.
            timeouts: Seconds to wait for a connection, and for the next part of an answer.
            pause_seconds: The wait before a request that failed is sent again; it doubles.
            outage: Shared by all participants; its own by default.
            sleep: Waits for a number of seconds.
        """
        self._base_url = base_url.rstrip("/")
        self._session = session
        self._tokens = tokens
        self._quota = quota
        self._timeouts = timeouts
        self._pause_seconds = pause_seconds
        self._outage = outage or Outage(service=failures.SERVICE)
        self._sleep = sleep
        self._lock = threading.Lock()
        self._is_gone = False
        self.requests_sent = 0

    def get(self, path: str, what: str, params: Mapping[str, str] | None = None) -> Answer:
        """Asks, and waits for the quota where it is used up.

        Args:
            path: Below the API's address: ``/1/user/-/profile.json``.
            what: What that is, in words, for failures.
            params: The query.

        Raises:
            SourceFailure: Of every kind that a live source has. What was switched off is not asked
                again.
        """
        if self._is_gone:
            raise failures.gone()
        self._outage.check()
        record = RequestRecord("GET", self._base_url + path, dict(params or {}))
        try:
            answer = self._patiently(record, what)
        except SourceFailure as failure:
            if failure.kind is FailureKind.TRANSIENT:
                self._outage.failed()
            else:
                self._outage.answered()
            self._is_gone = failure.kind is FailureKind.SOURCE_GONE
            raise
        self._outage.answered()
        return answer

    def _patiently(self, record: RequestRecord, what: str) -> Answer:
        met: Counter[FailureKind] = Counter()
        refused: str | None = None
        while True:
            # The wait may last an hour, so the token is taken after it.
            self._quota.wait()
            token = self._tokens.current() if refused is None else self._tokens.renewed(refused)
            result = self._once(record, what, token)
            if isinstance(result, Answer):
                return result
            if met[result.kind] >= PATIENCE.get(result.kind, 0):
                raise result
            refused = token if result.kind is FailureKind.CONSENT_LOST else None
            if result.kind is FailureKind.TRANSIENT:
                self._sleep(self._pause_seconds * 2 ** met[result.kind])
            met[result.kind] += 1

    def _once(self, record: RequestRecord, what: str, token: str) -> Answer | SourceFailure:
        """One request; failures are returned, so that none holds on to a request and its token."""
        with self._lock:
            self.requests_sent += 1
        try:
            response = self._session.get(
                record.url,
                params=record.params,
                auth=Bearer(token),
                timeout=self._timeouts,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return failures.of_exception(what, error)
        if response.status_code != HTTPStatus.OK:
            failure = failures.of_answer(what, response.status_code, response.content)
            if failure.kind is FailureKind.QUOTA:
                self._quota.refused(response.headers)
            else:
                self._quota.answered(response.headers)
            return failure
        self._quota.answered(response.headers)
        try:
            document = orjson.loads(response.content)
        except orjson.JSONDecodeError:
            return failures.body_broke(what)
        if not isinstance(document, (dict, list)):
            return failures.body_broke(what)
        return Answer(document, record)
