"""Reads the account behind a consent that was just given, before any of it is stored."""

from collections.abc import Callable
from datetime import datetime

from fitbit_pipeline.sources.fitbit_web.account import Account as FitbitAccount
from fitbit_pipeline.sources.fitbit_web.account import read_account as read_fitbit_account
from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuotas
from fitbit_pipeline.sources.google_health.account import Account, read_account
from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline.sources.tokens import TokenSet


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


def read_new_fitbit_account(
    client: FitbitClient, tokens: TokenSet, clock: Callable[[], datetime]
) -> FitbitAccount:
    """The Fitbit account whose owner has just consented.

    Args:
        client: To whom they consented.
        tokens: What Fitbit gave for it.
        clock: Tells the present instant, UTC.

    Raises:
        SourceFailure: If the account cannot be read.
    """
    with pooled_session(1, retries=0) as session:
        quota = HourlyQuotas(0, clock).of("new", client.client_id)
        api = FitbitApi(client.api_url, session, _FreshToken(tokens.access_token), quota)
        return read_fitbit_account(api)


class _FreshToken:
    """The token that was just given out; it is not stored before the account is known."""

    def __init__(self, token: str):
        self._token = token

    def current(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:  # noqa: ARG002
        raise SourceFailure(
            FailureKind.CONSENT_LOST,
            "The token that was just given is refused: connect again.",
        )
