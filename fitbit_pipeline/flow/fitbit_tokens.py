"""How access tokens of the Fitbit Web API are renewed, whose refresh tokens work once.

Renewals of one participant take turns, across threads and processes, by a lease in the store; the
new pair is stored before it is used. A process that dies between sending and storing loses
nothing: the service repeats its answer to the same request until the new tokens are used, and
they were not, since they were not stored.
"""

import time
import uuid
from datetime import datetime, timedelta
from functools import cached_property

from fitbit_pipeline.flow.services import FITBIT
from fitbit_pipeline.flow.stored_tokens import Stored, StoredTokens
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sources.fitbit_web.oauth import refresh
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet

LEASE = timedelta(seconds=90)
"""Longer than a request for tokens may take, with all that it waits for."""

LONGEST_WAIT_SECONDS = 120.0
SECONDS_BETWEEN_LOOKS = 0.1

TRIES = 3
"""How often one renewal is sent, where the service or the way to it fails, or another conflicts."""
SECONDS_BETWEEN_TRIES = 1.0
"""Doubled after the second."""


class FitbitTokens(StoredTokens[FitbitClient]):
    """The access tokens of one participant, renewed in turn.

    A refusal may mean that a process which lost its lease by being slow has spent the token.
    """

    service = FITBIT

    @cached_property
    def _holder(self) -> str:
        """Whose the lease is: this object's."""
        return uuid.uuid4().hex

    def _renew(self, stored: Stored) -> str:
        """Renews in turn; where another process has renewed meanwhile, its token is the answer."""
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while not self._leased():
            if time.monotonic() > deadline:
                raise SourceFailure(
                    FailureKind.TRANSIENT,
                    f"Another process has been renewing the tokens of {self._participant} for "
                    f"{LONGEST_WAIT_SECONDS:.0f} seconds: try again.",
                )
            time.sleep(SECONDS_BETWEEN_LOOKS)
        try:
            return self._renewed_under_lease(stored)
        finally:
            self._credentials.release(self._participant, self._holder)

    def _renewed_under_lease(self, stored: Stored) -> str:
        """Sends again what failed on the way: the same request brings the same answer."""
        tried = 0
        while True:
            newest = self._read()
            if not newest.same_tokens(stored):
                return newest.tokens.access_token
            try:
                return self._ask_and_keep(newest)
            except SourceFailure as failure:
                tried += 1
                if failure.kind is not FailureKind.TRANSIENT or tried == TRIES:
                    raise
                time.sleep(SECONDS_BETWEEN_TRIES * 2 ** (tried - 1))
                if not self._leased():
                    raise

    def _leased(self) -> bool:
        now = self._clock()
        return self._credentials.lease(self._participant, self._holder, now, now + LEASE)

    def _refreshed(self, client: FitbitClient, tokens: TokenSet, now: datetime) -> TokenSet:
        return refresh(client, tokens, now)
