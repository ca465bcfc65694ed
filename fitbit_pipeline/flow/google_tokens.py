"""How access tokens of Google Health are renewed.

Several threads renew once, several processes may renew at once, and one result is stored that all
of them use.
"""

from datetime import datetime

from fitbit_pipeline.flow.services import GOOGLE
from fitbit_pipeline.flow.stored_tokens import Stored, StoredTokens
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.oauth import refresh
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet


class GoogleTokens(StoredTokens[OAuthClient]):
    """The access tokens of one participant; a consent that is gone is not asked about again."""

    service = GOOGLE
    _refused: tuple[Stored, SourceFailure] | None = None

    def _renew(self, stored: Stored) -> str:
        if self._refused is not None and self._refused[0].same_tokens(stored):
            raise self._refused[1]
        try:
            return self._ask_and_keep(stored)
        except SourceFailure as failure:
            if failure.kind is FailureKind.CONSENT_LOST:
                self._refused = stored, failure
            raise

    def _refreshed(self, client: OAuthClient, tokens: TokenSet, now: datetime) -> TokenSet:
        return refresh(client, tokens, now)
