"""Reads the account behind a consent that was just given, before any of it is stored."""

from fitbit_pipeline.sources.google_health.account import Account, read_account
from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.session import pooled_session
from fitbit_pipeline.sources.google_health.token_answers import TokenSet
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure


def read_new_account(client: OAuthClient, tokens: TokenSet) -> Account:
    """The account whose owner has just consented.

    Args:
        client: To whom they consented.
        tokens: What Google gave for it.

    Raises:
        SourceFailure: If the account is none of Google Health, or cannot be read.
    """
    with pooled_session(1) as session:
        api = HealthApi(client.api_url, session, _FreshToken(tokens.access_token), lambda: None)
        return read_account(api)


class _FreshToken:
    """The token that was just given out; it is not stored before the account is known."""

    def __init__(self, token: str):
        self._token = token

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:  # noqa: ARG002
        raise SourceFailure(
            FailureKind.CONSENT_LOST,
            "Google Health refuses the token that Google has just given: connect again.",
        )
