"""What can be told of the body of an error: the names of its kind, if they are known names.

Fitbit lists errors by type; since spring 2026 Google's front end answers in Google's form; OAuth's
own form is understood as well. Messages are not read: the API writes tokens into them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

FITBIT_TYPES = frozenset(
    {
        "authorization",
        "expired_token",
        "insufficient_permissions",
        "insufficient_scope",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "invalid_token",
        "not_found",
        "oauth",
        "request",
        "system",
        "unauthorized_client",
        "unsupported_grant_type",
        "validation",
    }
)
GOOGLE_REASONS = frozenset(
    {
        "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "MISSING_OAUTH_SCOPE",
        "PERMISSION_DENIED",
        "RATE_LIMIT_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "UNAUTHENTICATED",
    }
)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What is read from the body of an error.

    Attributes:
        is_json: Whether it is a JSON object, and so from an API and no page for people.
        names: The known names of kinds in it, of whichever form.
    """

    is_json: bool
    names: frozenset[str]


def read_error(body: bytes) -> ErrorBody:
    """Reads the body of an error; whatever it is, that is no failure.

    Args:
        body: As it came: either form of JSON, HTML, or nothing.
    """
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        return ErrorBody(is_json=False, names=frozenset())
    said = frozenset(name for name in _names(parsed) if isinstance(name, str))
    return ErrorBody(is_json=True, names=said & (FITBIT_TYPES | GOOGLE_REASONS))


def _names(parsed: Mapping[str, Any]) -> Iterator[Any]:
    for each in _objects(parsed.get("errors")):
        yield each.get("errorType")
    error = parsed.get("error")
    if not isinstance(error, dict):
        yield error
        return
    yield error.get("status")
    for each in (*_objects(error.get("details")), *_objects(error.get("errors"))):
        yield each.get("reason")


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
