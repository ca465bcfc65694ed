"""What the made-up Fitbit answers when it refuses: statuses, types and sentences.

Tokens stand in some of the sentences, as they did in the real ones. Who is refused, and when, is
decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from fitbit_pipeline.sandbox.delivery import Answer, html_answer, json_answer
from fitbit_pipeline.sandbox.errors import STATUS_NAMES

_VISIT = (
    " Visit https://dev.fitbit.com/docs/oauth2 for more information on the Fitbit Web API "
    "authorization process."
)
_NO_FIELD = "n/a"


@dataclass(eq=False)
class FitbitError(Exception):
    """A refusal.

    Attributes:
        code: The HTTP status.
        kind: The ``errorType``.
        message: The sentence of the body.
        field_name: The ``fieldName``; None where there is none.
        says_success: Whether the body has ``success``, which some refusals leave out.
        headers: Headers that come with it.
    """

    code: int
    kind: str
    message: str
    field_name: str | None = None
    says_success: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self) -> Answer:
        """The refusal as an answer."""
        error = {"errorType": self.kind, "message": self.message}
        if self.field_name is not None:
            error["fieldName"] = self.field_name
        success = {"success": False} if self.says_success else {}
        answer = json_answer({"errors": [error], **success}, self.code)
        return replace(answer, headers=self.headers)


def header_required() -> FitbitError:
    """Neither token nor secret came along."""
    return FitbitError(401, "invalid_request", "Authorization header required.")


def expired_token(token: str) -> FitbitError:
    """An access token whose eight hours are over."""
    return FitbitError(401, "expired_token", f"Access token expired: {token}.{_VISIT}")


def invalid_token(token: str) -> FitbitError:
    """An access token that is none, or was revoked."""
    return FitbitError(401, "invalid_token", f"Access token invalid: {token}.{_VISIT}")


def invalid_client(fault: str) -> FitbitError:
    """An application that does not prove who it is."""
    return FitbitError(401, "invalid_client", f"{fault}{_VISIT}")


def code_refused(code: str) -> FitbitError:
    """A code that is none, was used, or is too old."""
    return FitbitError(400, "invalid_grant", f"Authorization code invalid: {code}{_VISIT}")


def refresh_refused(token: str) -> FitbitError:
    """A refresh token that is none, was spent, or was revoked."""
    return FitbitError(400, "invalid_grant", f"Refresh token invalid: {token}.{_VISIT}")


def verifier_refused() -> FitbitError:
    """A code verifier that does not belong to the challenge."""
    return FitbitError(400, "invalid_grant", "Invalid code_verifier parameter value." + _VISIT)


def redirect_refused() -> FitbitError:
    """A redirect address that is not the one of the consent, or of the application."""
    return FitbitError(400, "invalid_request", "Invalid redirect_uri parameter value" + _VISIT)


def missing_parameters(*names: str) -> FitbitError:
    """Parameters of OAuth that are not there."""
    return FitbitError(400, "invalid_request", f"Missing parameters: {', '.join(names)}.{_VISIT}")


def invalid_parameter(name: str) -> FitbitError:
    """A parameter of OAuth that says something else than it may."""
    return FitbitError(400, "invalid_request", f"Invalid {name} parameter value.{_VISIT}")


def scope_refused(scopes: str) -> FitbitError:
    """Scopes that there are not."""
    return FitbitError(400, "invalid_scope", f"Invalid scope: {scopes}.{_VISIT}")


def grant_type_refused(grant_type: str) -> FitbitError:
    """A grant type that there is not."""
    return FitbitError(
        400, "unsupported_grant_type", f"Unsupported grant type: {grant_type}.{_VISIT}"
    )


def insufficient_scope(scope: str) -> FitbitError:
    """A resource for which the person did not give consent."""
    return FitbitError(
        403,
        "insufficient_scope",
        "This application does not have permission to access "
        f"{scope.replace('_', ' ')} data.{_VISIT}",
    )


def insufficient_permissions() -> FitbitError:
    """An application that Fitbit has not approved for readings within the day."""
    return FitbitError(
        403,
        "insufficient_permissions",
        f"API client is not authorized by Fitbit to access the resource requested.{_VISIT}",
    )


def read_only() -> FitbitError:
    """An attempt to change something."""
    return FitbitError(
        403,
        "insufficient_permissions",
        "Read-only API client is not authorized to update resources.",
    )


def not_found() -> FitbitError:
    """An address that is none."""
    return FitbitError(
        404, "not_found", "The API you are requesting could not be found.", _NO_FIELD
    )


def invalid(field_name: str, message: str) -> FitbitError:
    """A part of the address that says something else than it may."""
    return FitbitError(400, "validation", message, field_name)


def too_many_points() -> FitbitError:
    """A series that is longer than one request may ask for."""
    return FitbitError(
        422,
        "validation",
        "The number of data points queried exceeds limit.",
        "Request",
        says_success=False,
    )


def longer_than_a_day() -> FitbitError:
    """Readings within more than a day."""
    return FitbitError(400, "request", "Time range should not be bigger than 24 hours.", _NO_FIELD)


def too_many_requests(retry_after: int | None = None) -> FitbitError:
    """More requests than an hour may have."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return FitbitError(429, "system", "Too Many Requests", _NO_FIELD, headers=headers)


def gone() -> Answer:
    """What is left of an API that was switched off; how the real one words it is not known."""
    return html_answer(
        "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Error 410 (Gone)!!1</title>"
        "<p><b>410.</b> <ins>That’s an error.</ins><p>The requested URL is no longer available. "
        "<ins>That’s all we know.</ins>",
        410,
    )


def google_shaped(status: int) -> Answer:
    """A refusal by the front end that stood before the API in its last year."""
    message = {
        403: "The caller does not have permission",
        429: "Resource has been exhausted (e.g. check quota).",
    }.get(status, HTTPStatus(status).phrase)
    error = {"code": status, "message": message, "status": STATUS_NAMES.get(status, "UNKNOWN")}
    return json_answer({"error": error}, status)


def failing(status: int, retry_after: int | None = None) -> Answer:
    """What is answered with a status on request: its documented body, or none."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}:
        return Answer(b"", status, headers=headers)
    if status == HTTPStatus.GONE:
        return gone()
    error = _DOCUMENTED.get(status)
    if error is None:
        error = FitbitError(status, "request", HTTPStatus(status).phrase, _NO_FIELD)
    return replace(error.answer(), headers=headers)


_DOCUMENTED = {
    400: invalid("date", "Invalid date"),
    401: invalid_token("eyJhbGciOiJIUzI1NiJ9.a-token-that-nobody-has"),
    403: insufficient_permissions(),
    404: not_found(),
    409: FitbitError(
        409,
        "request",
        "Request conflict due to multiple clients attempting to refresh the same access token.",
        _NO_FIELD,
    ),
    422: too_many_points(),
    429: too_many_requests(),
    500: FitbitError(
        500,
        "request",
        "An error occurred with the Fitbit Web API while processing the request. Error id: "
        "00000000-0000-0000-0000-000000000000",
        "500",
    ),
}
