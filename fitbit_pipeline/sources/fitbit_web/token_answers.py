"""The answers of Fitbit's token address: tokens, or a refusal and what it means.

Requests are not made here (``oauth``). A refusal carries names that stand in this program at most:
Fitbit writes the very tokens into its messages.
"""

from datetime import datetime, timedelta
from typing import Any

import orjson

from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sources.fitbit_web.error_bodies import read_error
from fitbit_pipeline.sources.fitbit_web.failures import gone
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet

LONGEST_SECONDS = 366 * 24 * 3600
EIGHT_HOURS = 8 * 3600
_CONSENT_NAMES = {"invalid_grant", "invalid_token", "expired_token"}


def token_set(
    content: bytes, now: datetime, scopes: frozenset[str], user_id: str | None
) -> TokenSet | None:
    """The tokens in an answer.

    Args:
        content: The body of an answer with status 200.
        now: The instant of asking, UTC.
        scopes: What was granted, where the answer does not say.
        user_id: Whose account it is, where the answer does not say.

    Returns:
        None if it holds no access token or no refresh token: each is given anew every time, and
        without the new one there would be none.
    """
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(answer, dict):
        return None
    access_token, refresh_token = answer.get("access_token"), answer.get("refresh_token")
    if not (isinstance(access_token, str) and access_token):
        return None
    if not (isinstance(refresh_token, str) and refresh_token):
        return None
    granted, owner = answer.get("scope"), answer.get("user_id")
    return TokenSet(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_at=now + timedelta(seconds=_seconds(answer.get("expires_in"))),
        scopes=frozenset(granted.split()) if isinstance(granted, str) else scopes,
        user_id=owner if isinstance(owner, str) and owner else user_id,
    )


def refusal(status: int, content: bytes, client: FitbitClient) -> SourceFailure:
    """What an answer without tokens means, and what to do.

    Args:
        status: Of the HTTP answer.
        content: Its body, whatever it is.
        client: Whose request it answers.
    """
    names = read_error(content).names
    if status == 410:
        return gone()
    if status == 429:
        return SourceFailure(
            FailureKind.QUOTA, "Fitbit gives out no more tokens for now: try again later."
        )
    if status == 409:
        return SourceFailure(
            FailureKind.TRANSIENT,
            "Another process renews the participant's tokens at this moment: it will be asked "
            "again.",
        )
    if "invalid_client" in names or (status == 401 and not names & _CONSENT_NAMES):
        return SourceFailure(
            FailureKind.SERVICE_DISABLED,
            f"Fitbit refuses the client {client.name}: check that its client_id, its secret and "
            "its kind are those of the application at dev.fitbit.com.",
        )
    if names & _CONSENT_NAMES:
        return SourceFailure(
            FailureKind.CONSENT_LOST,
            "Fitbit no longer accepts the consent: it was withdrawn, or another consent has taken "
            "its place.",
        )
    if status >= 500 or status == 200:
        return SourceFailure(
            FailureKind.TRANSIENT,
            f"Fitbit gave no tokens (HTTP {status}): see whether something else answers in its "
            "place, such as a sign-in page, and try again later.",
        )
    named = f" ({', '.join(sorted(names))})" if names else ""
    return SourceFailure(
        FailureKind.PERMANENT,
        f"Fitbit refuses a request for tokens of the client {client.name} with status "
        f"{status}{named}: check its file, and look for a newer version of this program.",
    )


def unreachable() -> SourceFailure:
    """Fitbit's token address did not answer."""
    return SourceFailure(
        FailureKind.TRANSIENT,
        "Fitbit's token address cannot be reached: check the network, and try again.",
    )


def _seconds(value: Any) -> int:
    try:
        return min(max(int(value), 0), LONGEST_SECONDS)
    except (TypeError, ValueError, OverflowError):
        return EIGHT_HOURS
