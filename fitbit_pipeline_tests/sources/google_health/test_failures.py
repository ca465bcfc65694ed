"""Every unhappy answer is a failure of the right kind, in a sentence that gives nothing away."""

from datetime import date
from typing import Any

import pytest

from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.sources.google_health.conftest import RETRIES, Person
from fitbit_pipeline_tests.sources.scripted_server import Reply, ScriptedServer

DAY = date(2026, 9, 21)
SECRET = "s3cret-74185"
HTML = f"<!DOCTYPE html><html><title>Error</title><p>{SECRET}</p></html>".encode()
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def body(
    code: int, status: str, reason: str | None = None, message: str = "", **metadata: str
) -> dict[str, Any]:
    """Google's envelope of an error, with a secret wherever there is room for one."""
    info = {
        "@type": ERROR_INFO,
        "reason": reason,
        "domain": "health.googleapis.com",
        "metadata": {"service": "health.googleapis.com", "planted": SECRET, **metadata},
    }
    return {
        "error": {
            "code": code,
            "message": f"{message} {SECRET}",
            "status": status,
            "details": [info] if reason else [],
        }
    }


INVALID_FILTER = {
    "error": {
        "code": 400,
        "message": f"Invalid filter: INVALID_DATA_POINT_FILTER_DATA_TYPE_MEMBER {SECRET}",
        "status": "INVALID_ARGUMENT",
        "details": [
            {
                "@type": ERROR_INFO,
                "reason": "INVALID_DATA_POINT_FILTER",
                "domain": "health.googleapis.com",
                "metadata": {"detailedReasons": "INVALID_DATA_POINT_FILTER_DATA_TYPE_MEMBER"},
            },
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [
                    {
                        "field": "filter",
                        "description": "Member 'sleep.interval.civil_start_time' is not supported "
                        f"for filtering. (at line 1, column 1) {SECRET}",
                    }
                ],
            },
        ],
    }
}
NOT_LINKED = body(
    400,
    "FAILED_PRECONDITION",
    "ACCOUNT_NOT_LINKED",
    "The account is not linked to Google Health.",
    redirect_uri="https://fitbit.google.com/auth/signup",
)
TOO_MANY = body(
    429,
    "RESOURCE_EXHAUSTED",
    "RATE_LIMIT_EXCEEDED",
    "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service "
    "'health.googleapis.com' for consumer 'project_number:1'.",
)
NEVER_MOVED = body(
    403,
    "PERMISSION_DENIED",
    None,
    "The caller does not have permission. Could not mint UberMint from GaiaMint",
)
TOO_LONG = body(400, "INVALID_ARGUMENT", "INVALID_ROLLUP_QUERY_DURATION", maxDurationDays="14")
NO_ROLL_UP = body(
    400,
    "INVALID_ARGUMENT",
    "UNSUPPORTED_DATA_TYPE_ACTION",
    "DailyRollup is not supported for data type X, but the following actions are supported: list",
)
REQUEST_REASONS = [
    "INVALID_DATA_POINT_FILTER",
    "INVALID_FILTER_FORMAT",
    "INVALID_TIME_RANGE",
    "INVALID_PARENT_DATA_TYPE_COLLECTION",
    "INVALID_PARENT_DATA_TYPE_COLLECTION_FORMAT",
    "INVALID_DATA_POINT_DATA_SOURCE_FAMILY",
]

ANSWERS: list[tuple[str, int, Any, FailureKind]] = [
    ("filter refused", 400, INVALID_FILTER, FailureKind.PERMANENT),
    ("range too long", 400, TOO_LONG, FailureKind.PERMANENT),
    ("method not supported", 400, NO_ROLL_UP, FailureKind.PERMANENT),
    *(
        (reason, 400, body(400, "INVALID_ARGUMENT", reason), FailureKind.PERMANENT)
        for reason in REQUEST_REASONS
    ),
    ("a reason unheard of", 400, body(400, "INVALID_ARGUMENT", SECRET), FailureKind.PERMANENT),
    ("HTML 400", 400, HTML, FailureKind.PERMANENT),
    ("account not linked", 400, NOT_LINKED, FailureKind.CONSENT_LOST),
    ("401 without details", 401, body(401, "UNAUTHENTICATED"), FailureKind.CONSENT_LOST),
    (
        "credentials missing",
        401,
        body(401, "UNAUTHENTICATED", "CREDENTIALS_MISSING"),
        FailureKind.CONSENT_LOST,
    ),
    (
        "scope missing",
        403,
        body(403, "PERMISSION_DENIED", "MISSING_OAUTH_SCOPE"),
        FailureKind.SCOPE_MISSING,
    ),
    (
        "scope insufficient",
        403,
        body(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        FailureKind.SCOPE_MISSING,
    ),
    (
        "scope insufficient, in words alone",
        403,
        body(403, "PERMISSION_DENIED", None, "Request had insufficient authentication scopes."),
        FailureKind.SCOPE_MISSING,
    ),
    (
        "service disabled",
        403,
        body(403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
        FailureKind.SERVICE_DISABLED,
    ),
    (
        "no permission",
        403,
        body(403, "PERMISSION_DENIED", None, "The caller does not have permission"),
        FailureKind.SERVICE_DISABLED,
    ),
    ("never moved from Fitbit", 403, NEVER_MOVED, FailureKind.CONSENT_LOST),
    (
        "quota as 403",
        403,
        {"error": {"code": 403, "errors": [{"reason": "rateLimitExceeded", "message": SECRET}]}},
        FailureKind.QUOTA,
    ),
    ("HTML 403", 403, HTML, FailureKind.TRANSIENT),
    (
        "not found",
        404,
        body(404, "NOT_FOUND", "RESOURCE_NOT_FOUND"),
        FailureKind.PERMANENT,
    ),
    ("HTML 404 of a wrong path", 404, HTML, FailureKind.PERMANENT),
    (
        "no profile",
        412,
        body(412, "FAILED_PRECONDITION", None, "Precondition check failed."),
        FailureKind.CONSENT_LOST,
    ),
    ("too many requests", 429, TOO_MANY, FailureKind.QUOTA),
    ("too many requests, HTML", 429, HTML, FailureKind.QUOTA),
    *(
        (f"{status}", status, body(status, "INTERNAL"), FailureKind.TRANSIENT)
        for status in (500, 502, 503, 504)
    ),
    ("HTML 502", 502, HTML, FailureKind.TRANSIENT),
    ("request timeout", 408, b"", FailureKind.TRANSIENT),
    ("redirect to a sign-in page", 302, HTML, FailureKind.TRANSIENT),
    ("no content", 204, b"", FailureKind.TRANSIENT),
    ("HTML 200", 200, HTML, FailureKind.TRANSIENT),
    ("JSON of another form", 400, [SECRET], FailureKind.PERMANENT),
    ("an error that is a word", 403, {"error": SECRET}, FailureKind.SERVICE_DISABLED),
    (
        "details of another form",
        400,
        {"error": {"details": {"reason": SECRET}, "errors": [SECRET]}},
        FailureKind.PERMANENT,
    ),
]


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [answer[1:] for answer in ANSWERS],
    ids=[answer[0] for answer in ANSWERS],
)
def test_an_answer_is_a_failure_of_its_kind_that_gives_nothing_away(
    server: ScriptedServer, person: Person, status: int, content: Any, kind: FailureKind
) -> None:
    headers = {"Location": f"{server.url}/{SECRET}"} if status == 302 else {}
    server.in_turn(Reply(content, status=status, headers=headers))

    found, failure = person.failing("steps", DAY, DAY)

    assert not found
    assert failure.kind is kind
    assert "steps:dailyRollUp" in failure.reason
    assert failure.reason.endswith(".")
    assert failure.reason.count(". ") == 0
    told = f"{failure.reason} {failure!r} {failure.__cause__!r} {failure.__context__!r}"
    assert SECRET not in told
    assert "token-" not in told


def test_a_known_reason_is_named(server: ScriptedServer, person: Person) -> None:
    server.in_turn(Reply(TOO_LONG, status=400))

    _, failure = person.failing("steps", DAY, DAY)

    assert "INVALID_ROLLUP_QUERY_DURATION" in failure.reason


@pytest.mark.parametrize("content", [body(403, "PERMISSION_DENIED", "SERVICE_DISABLED"), {}])
def test_a_project_without_permission_hears_that_new_ones_were_not_taken_on(
    server: ScriptedServer, person: Person, content: dict[str, Any]
) -> None:
    server.in_turn(Reply(content, status=403))

    _, failure = person.failing("steps", DAY, DAY)

    assert "new projects" in failure.reason
    assert "enable the API" in failure.reason


@pytest.mark.parametrize("status", [400, 403, 404, 412])
def test_what_is_refused_for_good_is_asked_once(
    server: ScriptedServer, person: Person, status: int
) -> None:
    server.in_turn(Reply({}, status=status))

    person.failing("steps", DAY, DAY)

    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_asked_again_a_few_times(
    server: ScriptedServer, person: Person, status: int
) -> None:
    server.in_turn(Reply({}, status=status))

    person.failing("steps", DAY, DAY)

    assert len(server.asked) == 1 + RETRIES
