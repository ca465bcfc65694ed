"""What the made-up Google answers when it refuses: statuses, reasons and bodies.

The bodies of the Health API are ``google.rpc.Status``; those of OAuth have a code and a
description. Who is refused, and when, is decided elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

HEALTH_DOMAIN = "health.googleapis.com"
GOOGLE_DOMAIN = "googleapis.com"
_REALM = 'Bearer realm="https://accounts.google.com/"'
_EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""The name of a status in a body, where nothing more exact is known."""


@dataclass(eq=False)
class ApiError(Exception):
    """A refusal of the Health API.

    Attributes:
        code: The HTTP status.
        message: The sentence of the body.
        status: The name of the status, such as ``INVALID_ARGUMENT``.
        details: The messages of ``google.rpc`` that explain it.
        headers: Headers that come with it.
    """

    code: int
    message: str
    status: str
    details: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """The body."""
        error = {"code": self.code, "message": self.message, "status": self.status}
        return {"error": {**error, **({"details": list(self.details)} if self.details else {})}}


@dataclass(eq=False)
class OAuthError(Exception):
    """A refusal of the token or revocation endpoint."""

    error: str
    description: str
    code: int = HTTPStatus.BAD_REQUEST

    def document(self) -> dict[str, str]:
        """The body."""
        return {"error": self.error, "error_description": self.description}


def _reason(reason: str, domain: str = HEALTH_DOMAIN, **metadata: str) -> dict[str, Any]:
    detail = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}
    return {**detail, "domain": domain, **({"metadata": metadata} if metadata else {})}


def _violations(field_name: str, description: str) -> dict[str, Any]:
    return {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": field_name, "description": description}],
    }


def invalid(
    message: str, reason: str, field_name: str, description: str, **metadata: str
) -> ApiError:
    """A request whose content is refused: 400 with a reason and the field concerned."""
    details = (_reason(reason, **metadata), _violations(field_name, description))
    return ApiError(400, message, "INVALID_ARGUMENT", details)


def invalid_filter(detailed_reason: str, description: str, column: int) -> ApiError:
    """A filter that is refused.

    Args:
        detailed_reason: Why, such as ``INVALID_DATA_POINT_FILTER_DATA_TYPE_MEMBER``.
        description: A sentence about the place.
        column: Where in the filter, from 1.
    """
    return invalid(
        f"Invalid data point filter: {detailed_reason}, {description}",
        "INVALID_DATA_POINT_FILTER",
        "filter",
        f"{description} (at line 1, column {column})",
        detailedReasons=detailed_reason,
    )


def malformed(field_name: str, description: str) -> ApiError:
    """A request that is not the message it should be: 400 without a reason, as for bad JSON."""
    message = f"Invalid JSON payload received. {description}"
    return ApiError(400, message, "INVALID_ARGUMENT", (_violations(field_name, message),))


def unknown_name(name: str, *, place: str = "") -> ApiError:
    """A field that the request message does not have.

    Args:
        name: The field.
        place: The field that it stands in; empty at the top.
    """
    at = f" at '{place}'" if place else ""
    return malformed(place, f'Unknown name "{name}"{at}: Cannot find field.')


def unknown_parameter(name: str) -> ApiError:
    """A query parameter that the request message does not have."""
    return malformed(
        "",
        f"Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found "
        "in request message.",
    )


def time_range(description: str, field_name: str) -> ApiError:
    """A range that ends before it begins, or does not lie as the method wants it."""
    return invalid(description, "INVALID_TIME_RANGE", field_name, description)


def credentials_missing(method: str) -> ApiError:
    """A request without a bearer token."""
    return ApiError(
        401,
        f"Request is missing required authentication credential. {_EXPECTED}",
        "UNAUTHENTICATED",
        (_reason("CREDENTIALS_MISSING", GOOGLE_DOMAIN, service=HEALTH_DOMAIN, method=method),),
        {"www-authenticate": _REALM},
    )


def invalid_token() -> ApiError:
    """A bearer token that is unknown, expired or revoked."""
    return ApiError(
        401,
        f"Request had invalid authentication credentials. {_EXPECTED}",
        "UNAUTHENTICATED",
        (),
        {"www-authenticate": f'{_REALM}, error="invalid_token"'},
    )


def scope_insufficient(method: str, wanted: Sequence[str]) -> ApiError:
    """A token whose scopes do not open the method at all."""
    metadata = {"service": HEALTH_DOMAIN, "method": method}
    challenge = f'{_REALM}, error="insufficient_scope", scope="{" ".join(wanted)}"'
    return ApiError(
        403,
        "Request had insufficient authentication scopes.",
        "PERMISSION_DENIED",
        (_reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT", GOOGLE_DOMAIN, **metadata),),
        {"www-authenticate": challenge},
    )


def missing_scope(scope: str) -> ApiError:
    """A token that opens the method, but not for this data type."""
    return ApiError(
        403,
        f"The request is missing a required OAuth scope: {scope}",
        "PERMISSION_DENIED",
        (_reason("MISSING_OAUTH_SCOPE", requiredScopes=scope),),
    )


def not_permitted(cause: str = "") -> ApiError:
    """A caller who may not see this."""
    return ApiError(403, f"The caller does not have permission{cause}", "PERMISSION_DENIED", (), {})


def not_migrated() -> ApiError:
    """An account of the old kind, that was never moved to Google."""
    return not_permitted(". Could not mint UberMint from GaiaMint")


def not_found(name: str) -> ApiError:
    """A resource that is not there."""
    message = f"Resource not found: {name}"
    return ApiError(404, message, "NOT_FOUND", (_reason("RESOURCE_NOT_FOUND"),))


def account_not_linked() -> ApiError:
    """A Google account without a health profile."""
    return ApiError(
        400,
        "The account is not linked to Google Health.",
        "FAILED_PRECONDITION",
        (_reason("ACCOUNT_NOT_LINKED", redirect_uri="https://fitbit.google.com/auth/signup"),),
    )


def precondition_failed() -> ApiError:
    """The other answer to an account without a health profile."""
    return ApiError(412, "Precondition check failed.", "FAILED_PRECONDITION")


def service_disabled(project: str) -> ApiError:
    """A project for which the API is not enabled."""
    return ApiError(
        403,
        f"Google Health API has not been used in project {project} before or it is disabled.",
        "PERMISSION_DENIED",
        (
            _reason(
                "SERVICE_DISABLED",
                GOOGLE_DOMAIN,
                service=HEALTH_DOMAIN,
                consumer=f"projects/{project}",
            ),
        ),
    )


def rate_limited(project: str, limit: int) -> ApiError:
    """Too many requests of one person in a minute; says nothing of when to come back."""
    description = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of "
        f"service '{HEALTH_DOMAIN}' for consumer 'project_number:{project}'."
    )
    metadata = {
        "service": HEALTH_DOMAIN,
        "consumer": f"projects/{project}",
        "quota_limit": "QueriesPerMinutePerUser",
        "quota_limit_value": str(limit),
    }
    failure = {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{"subject": f"project_number:{project}", "description": description}],
    }
    return ApiError(
        429,
        description,
        "RESOURCE_EXHAUSTED",
        (_reason("RATE_LIMIT_EXCEEDED", GOOGLE_DOMAIN, **metadata), failure),
    )


def failing(code: int, retry_after: int | None = None) -> ApiError:
    """A status on request, with the body that usually comes with it.

    Args:
        code: The HTTP status.
        retry_after: Seconds for a ``Retry-After`` header; None leaves it out.
    """
    messages = {503: "The service is currently unavailable.", 500: "Internal error encountered."}
    return ApiError(
        code,
        messages.get(code, HTTPStatus(code).phrase),
        STATUS_NAMES.get(code, "UNKNOWN"),
        (),
        {} if retry_after is None else {"retry-after": str(retry_after)},
    )
