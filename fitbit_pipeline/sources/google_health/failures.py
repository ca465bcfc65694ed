"""What an unhappy answer of Google's API means: a kind of failure, and one sentence.

A sentence is made of words that stand here and of names that the program itself sent. Nothing is
copied from an answer, for it may hold health data or secrets; reasons are named only if they are
on Google's own list.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from fitbit_pipeline.sources import http_failures
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure

SERVICE = "Google Health"

of_exception = partial(http_failures.of_exception, SERVICE)
body_broke = partial(http_failures.body_broke, SERVICE)
unreadable = partial(http_failures.unreadable, SERVICE)
pages_without_end = partial(http_failures.pages_without_end, SERVICE)

_SCOPE_REASONS = {"MISSING_OAUTH_SCOPE", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
_QUOTA_REASONS = {
    "RATE_LIMIT_EXCEEDED",
    "RESOURCE_EXHAUSTED",
    "QUOTA_EXCEEDED",
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
}
_PROJECT_REASONS = {
    "SERVICE_DISABLED",
    "CONSUMER_INVALID",
    "BILLING_DISABLED",
    "accessNotConfigured",
}
_REQUEST_REASONS = {
    "INVALID_DATA_POINT_FILTER",
    "INVALID_DATA_POINT_DATA_SOURCE_FAMILY",
    "INVALID_FILTER_FORMAT",
    "INVALID_PARENT_DATA_TYPE_COLLECTION",
    "INVALID_PARENT_DATA_TYPE_COLLECTION_FORMAT",
    "INVALID_ROLLUP_QUERY_DURATION",
    "INVALID_TIME_RANGE",
    "RESOURCE_NOT_FOUND",
    "UNSUPPORTED_DATA_TYPE_ACTION",
}
_ACCOUNT_NOT_LINKED = "ACCOUNT_NOT_LINKED"
_NEVER_MOVED = re.compile("GaiaMint|UberMint")
_WITHOUT_SCOPE = re.compile("insufficient authentication scopes", re.IGNORECASE)
_ASK_LATER = {407, 408, 425}


@dataclass(frozen=True, slots=True)
class _ErrorBody:
    """What is read from the body of an error; an empty one if it is not Google's envelope."""

    is_json: bool = False
    reasons: frozenset[str] = frozenset()
    message: str = field(default="", repr=False)


def of_answer(what: str, status: int, body: bytes) -> SourceFailure:
    """The failure that an answer other than 200 stands for.

    Args:
        what: What was asked for, in our own words: ``steps:dailyRollUp``.
        status: The HTTP status.
        body: The body as it came: Google's envelope, or whatever stands between sent.
    """
    error = _error_body(body)
    if status == 429 or (status == 403 and error.reasons & _QUOTA_REASONS):
        return SourceFailure(
            FailureKind.QUOTA,
            f"Google Health counted too many requests when it was asked for {what}: "
            "it will be asked again later.",
        )
    if status == 401:
        return consent_refused(what)
    if status == 403:
        return _forbidden(what, error)
    if status == 412 or (status == 400 and _ACCOUNT_NOT_LINKED in error.reasons):
        return SourceFailure(
            FailureKind.CONSENT_LOST,
            f"Google Health has no profile for this Google account and so no {what}: the "
            "participant must finish setting up the Google Health app, or connect with the "
            "account that they use there.",
        )
    if status >= 500 or status in _ASK_LATER:
        return SourceFailure(
            FailureKind.TRANSIENT,
            f"Google Health failed with status {status} when it was asked for {what}: "
            "it will be asked again.",
        )
    if status < 400:
        return SourceFailure(
            FailureKind.TRANSIENT,
            f"Something answered with status {status} when Google Health was asked for {what}: "
            "see whether a proxy or a sign-in page stands between, it will be asked again.",
        )
    named = sorted(error.reasons & _REQUEST_REASONS)
    reason = f" ({', '.join(named)})" if named else ""
    return SourceFailure(
        FailureKind.PERMANENT,
        f"Google Health refused the request for {what} with status {status}{reason}: asking "
        "again brings the same, so look for a newer version of this program or report it.",
    )


def consent_refused(what: str) -> SourceFailure:
    """A fresh access token was refused as well."""
    return SourceFailure(
        FailureKind.CONSENT_LOST,
        f"Google Health no longer accepts the participant's consent when it is asked for {what}: "
        "they must connect again.",
    )


def _forbidden(what: str, error: _ErrorBody) -> SourceFailure:
    if error.reasons & _SCOPE_REASONS or _WITHOUT_SCOPE.search(error.message):
        return SourceFailure(
            FailureKind.SCOPE_MISSING,
            f"The participant did not agree to share what {what} needs: to have it they must "
            "connect again and tick every box.",
        )
    if _NEVER_MOVED.search(error.message):
        return SourceFailure(
            FailureKind.CONSENT_LOST,
            f"Google Health has no {what} of an account that was never moved from Fitbit to "
            "Google: the participant must move it in the Google Health app, then connect again.",
        )
    if not error.is_json:
        return SourceFailure(
            FailureKind.TRANSIENT,
            f"Something other than Google Health forbade the request for {what}: see whether a "
            "proxy stands between, it will be asked again.",
        )
    if error.reasons & _PROJECT_REASONS:
        happened = f"This Google Cloud project may not use the Google Health API (for {what})"
    else:
        happened = f"Google Health gives this Google Cloud project no permission for {what}"
    return SourceFailure(
        FailureKind.SERVICE_DISABLED,
        f"{happened}: enable the API in the project that the OAuth client belongs to, and mind "
        "that in autumn 2026 Google was not taking on new projects.",
    )


def _error_body(body: bytes) -> _ErrorBody:
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _ErrorBody()
    error = parsed.get("error") if isinstance(parsed, dict) else None
    if not isinstance(error, dict):
        return _ErrorBody(is_json=isinstance(parsed, dict))
    return _ErrorBody(
        is_json=True, reasons=frozenset(_reasons(error)), message=str(error.get("message", ""))
    )


def _reasons(error: Mapping[str, Any]) -> Iterator[str]:
    """The machine-readable reasons: of today's details, and of the errors of older services."""
    yield str(error.get("status", ""))
    for name in ("details", "errors"):
        parts = error.get(name)
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                yield str(part.get("reason", ""))
