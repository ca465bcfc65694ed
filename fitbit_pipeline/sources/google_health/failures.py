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
        return http_failures.consent_refused(SERVICE, what)
    if status == 403:
        return _forbidden(what, error)
    if status == 412 or (status == 400 and _ACCOUNT_NOT_LINKED in error.reasons):
        return SourceFailure(
            FailureKind.CONSENT_LOST,
            f"Google Health has no profile for this Google account and so no {what}: the "
            "participant must finish setting up the Google Health app, or connect with the "
            "account that they use there.",
        )
    return http_failures.of_status(SERVICE, what, status, error.reasons & _REQUEST_REASONS)


def _forbidden(what: str, error: _ErrorBody) -> SourceFailure:
    if error.reasons & _SCOPE_REASONS or _WITHOUT_SCOPE.search(error.message):
        return http_failures.scope_needed(what)
    if _NEVER_MOVED.search(error.message):
        return SourceFailure(
            FailureKind.CONSENT_LOST,
            f"Google Health has no {what} of an account that was never moved from Fitbit to "
            "Google: the participant must move it in the Google Health app, then connect again.",
        )
    if not error.is_json:
        return http_failures.forbidden_between(SERVICE, what)
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
