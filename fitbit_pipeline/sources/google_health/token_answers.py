"""The answers of Google's token address: tokens, or a refusal and what it means.

Requests are not made here (``oauth``). A refusal carries the code of Google's answer at most: never
a token, a secret, or anything else that it says.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet

CLIENT_REFUSED = frozenset(
    {"invalid_client", "disabled_client", "deleted_client", "unauthorized_client", "org_internal"}
)
TRANSIENT_CODES = frozenset({"server_error", "internal_failure", "temporarily_unavailable"})
LONGEST_SECONDS = 366 * 24 * 3600
ERROR_CODE = re.compile(r"[a-z_]{1,40}")


def checked_answer(status: int, content: bytes, client: OAuthClient) -> Mapping[str, Any]:
    """The answer of the token address, if it holds a token.

    Args:
        status: Of the HTTP answer.
        content: Its body.
        client: Whose request it answers.

    Raises:
        SourceFailure: If it holds none.
    """
    answer = json_object(content)
    if status != HTTPStatus.OK or not isinstance(answer.get("access_token"), str):
        raise refusal(status, answer, client)
    return answer


def token_set(
    answer: Mapping[str, Any], refresh_token: str, now: datetime, otherwise: frozenset[str]
) -> TokenSet:
    """The tokens in an answer.

    Args:
        answer: As ``checked_answer`` gave it.
        refresh_token: The refresh token from now on.
        now: The instant of asking, UTC.
        otherwise: What was granted, where the answer does not say.
    """
    said = answer.get("scope")
    scopes = frozenset(said.split()) if isinstance(said, str) else otherwise
    return TokenSet(
        access_token=answer["access_token"],
        refresh_token=refresh_token,
        expires_at=now + timedelta(seconds=_seconds(answer.get("expires_in")) or 0),
        scopes=scopes,
        consent_seconds=_seconds(answer.get("refresh_token_expires_in")),
    )


def refusal(status: int, answer: Mapping[str, Any], client: OAuthClient) -> SourceFailure:
    """What a refusal means, and what to do.

    Args:
        status: Of the HTTP answer.
        answer: Its body, empty if that was no JSON object.
        client: Whose request it answers.
    """
    code = error_code(answer)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return SourceFailure(
            FailureKind.QUOTA, "Google gives out no more tokens for now: try again later."
        )
    if code == "invalid_grant":
        return SourceFailure(
            FailureKind.CONSENT_LOST,
            "Google no longer accepts the consent: it was withdrawn, has ended, or was not used "
            "for six months.",
        )
    if code in CLIENT_REFUSED:
        return SourceFailure(
            FailureKind.SERVICE_DISABLED,
            f"Google refuses the OAuth client {client.name} ({code}): check in Google's console "
            "that it exists and is enabled, and download its file again.",
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in TRANSIENT_CODES:
        return SourceFailure(
            FailureKind.TRANSIENT, f"Google gave no token (HTTP {status}): try again later."
        )
    if status == HTTPStatus.OK:
        return SourceFailure(
            FailureKind.TRANSIENT,
            "What answered in Google's place gave no token: check the network, such as a login "
            "page in front of it, and try again.",
        )
    return SourceFailure(
        FailureKind.SERVICE_DISABLED,
        f"Google refuses a request of the OAuth client {client.name} "
        f"({code or f'HTTP {status}'}): check its file and its settings in Google's console.",
    )


def unreachable() -> SourceFailure:
    """That there was no answer."""
    return SourceFailure(
        FailureKind.TRANSIENT, "Google cannot be reached: check the network, and try again."
    )


def json_object(content: bytes) -> Mapping[str, Any]:
    """The JSON object in a body; empty if it is something else."""
    try:
        answer = json.loads(content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def error_code(answer: Mapping[str, Any]) -> str | None:
    """The error's code; anything that does not look like one is not repeated."""
    code = answer.get("error")
    return code if isinstance(code, str) and ERROR_CODE.fullmatch(code) else None


def _seconds(value: Any) -> int | None:
    try:
        return min(max(int(value), 0), LONGEST_SECONDS)
    except (TypeError, ValueError, OverflowError):
        return None
