"""Every unhappy answer is a failure of the right kind, in a sentence that gives nothing away.

The bodies here are ours, in the documented forms, with a token wherever the API writes one. Those
that people wrote down when the API was alive are not part of this project (``fitbit_samples``).
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.sources.fitbit_web.failures import of_answer
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.fitbit_samples import HAS_DATA, MISSING, error_bodies
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person
from fitbit_pipeline_tests.sources.fitbit_web.recorded import PROFILE
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

DAY = date(2023, 6, 1)
SECRET = "eyJhbGciOi-s3cret-74185"
HTML = f"<!DOCTYPE html><html><title>Error</title><p>{SECRET}</p></html>".encode()
MORE = "Visit https://dev.fitbit.com/docs/oauth2 for more information."


def listed(error_type: str, message: str = "", **more: Any) -> dict[str, Any]:
    """Fitbit's form, with a secret in the message."""
    error = {"errorType": error_type, "message": f"{message} {SECRET}. {MORE}", **more}
    return {"errors": [error], "success": False}


def of_google(code: int, status: str, reason: str | None = None) -> dict[str, Any]:
    """The form of the front end of 2026."""
    error: dict[str, Any] = {"code": code, "message": f"No. {SECRET}", "status": status}
    if reason:
        error["details"] = [{"reason": reason, "metadata": {"planted": SECRET}}]
    return {"error": error}


APPLICATION = "API client is not authorized by Fitbit to access the resource requested."

ANSWERS: list[tuple[str, int, Any, FailureKind]] = [
    ("range refused", 400, listed("validation", fieldName="end-date"), FailureKind.PERMANENT),
    ("over 24 hours", 400, listed("request", fieldName="n/a"), FailureKind.PERMANENT),
    ("no success told", 422, {"errors": [{"errorType": "validation"}]}, FailureKind.PERMANENT),
    ("a type unheard of", 400, listed(SECRET), FailureKind.PERMANENT),
    ("missing parameters", 400, listed("invalid_request"), FailureKind.PERMANENT),
    ("HTML 400", 400, HTML, FailureKind.PERMANENT),
    (
        "no consent",
        400,
        listed("invalid_grant", "Refresh token invalid:"),
        FailureKind.CONSENT_LOST,
    ),
    ("expired", 401, listed("expired_token", "Access token expired:"), FailureKind.CONSENT_LOST),
    ("invalid", 401, listed("invalid_token", "Access token invalid:"), FailureKind.CONSENT_LOST),
    ("Google's 401", 401, of_google(401, "UNAUTHENTICATED"), FailureKind.CONSENT_LOST),
    ("empty 401", 401, b"", FailureKind.CONSENT_LOST),
    ("unknown application", 401, listed("invalid_client"), FailureKind.SERVICE_DISABLED),
    ("scope", 403, listed("insufficient_scope"), FailureKind.SCOPE_MISSING),
    (
        "Google's scope",
        403,
        of_google(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        FailureKind.SCOPE_MISSING,
    ),
    (
        "application type",
        403,
        listed("insufficient_permissions", APPLICATION),
        FailureKind.NOT_SERVED,
    ),
    ("Google's 403", 403, of_google(403, "PERMISSION_DENIED"), FailureKind.SERVICE_DISABLED),
    ("an error that is a word", 403, {"error": SECRET}, FailureKind.SERVICE_DISABLED),
    ("HTML 403", 403, HTML, FailureKind.TRANSIENT),
    ("not found", 404, listed("not_found"), FailureKind.PERMANENT),
    ("conflict", 409, listed("request"), FailureKind.TRANSIENT),
    ("switched off", 410, b"", FailureKind.SOURCE_GONE),
    ("switched off, HTML", 410, HTML, FailureKind.SOURCE_GONE),
    ("switched off, Google's form", 410, of_google(410, "GONE"), FailureKind.SOURCE_GONE),
    ("length required", 411, HTML, FailureKind.PERMANENT),
    ("too many", 429, listed("system", fieldName="n/a"), FailureKind.QUOTA),
    ("too many, of old", 429, listed("request", "Rate limit exceeded"), FailureKind.QUOTA),
    ("too many, HTML", 429, HTML, FailureKind.QUOTA),
    ("Google's quota", 403, of_google(403, "RESOURCE_EXHAUSTED"), FailureKind.QUOTA),
    ("failed", 500, listed("request", "Error id:", fieldName="500"), FailureKind.TRANSIENT),
    ("HTML 502", 502, HTML, FailureKind.TRANSIENT),
    ("empty 503", 503, b"", FailureKind.TRANSIENT),
    ("empty 504", 504, b"", FailureKind.TRANSIENT),
    ("Google's 503", 503, of_google(503, "UNAVAILABLE"), FailureKind.TRANSIENT),
    ("Google's 429", 429, of_google(429, "RESOURCE_EXHAUSTED"), FailureKind.QUOTA),
    ("redirect to a sign-in page", 302, HTML, FailureKind.TRANSIENT),
    ("HTML 200", 200, HTML, FailureKind.TRANSIENT),
    ("JSON of another form", 400, [SECRET], FailureKind.PERMANENT),
    ("errors of another form", 400, {"errors": {"errorType": SECRET}}, FailureKind.PERMANENT),
    ("types of another form", 400, {"errors": [SECRET, {"errorType": []}]}, FailureKind.PERMANENT),
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
    refusal = Reply(content, status=status, headers=headers)
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else refusal

    found, failure = person.failing("steps", DAY, DAY)

    assert not found
    assert failure.kind is kind
    assert ("steps" in failure.reason) is (kind is not FailureKind.SOURCE_GONE)
    assert failure.reason.endswith(".")
    assert failure.reason.count(". ") == 0
    told = f"{failure.reason} {failure!r} {failure.__cause__!r} {failure.__context__!r}"
    assert SECRET not in told
    assert "token-" not in told


def test_what_was_switched_off_names_the_two_ways_on() -> None:
    reason = of_answer("steps", 410, b"").reason

    assert "switched off on 2 November 2026" in reason
    assert "Google Health" in reason
    assert "fitbit-pipeline connect" in reason
    assert "fitbit-pipeline migrate for a participant who has days already" in reason
    assert "fitbit-pipeline import" in reason


def test_a_known_type_is_named() -> None:
    body = json.dumps(listed("validation")).encode()

    assert "(validation)" in of_answer("steps", 400, body).reason


def test_without_approval_for_minutes_it_is_said_that_the_application_needs_it(
    server: ScriptedServer, person: Person
) -> None:
    body = listed("insufficient_permissions", APPLICATION)

    def script(asked: Asked) -> Reply:
        return Reply({"user": {}}) if asked.path == PROFILE else Reply(body, status=403)

    server.script = script

    _, failure = person.failing("heart_rate", DAY, date(2023, 6, 30))

    assert failure.kind is FailureKind.NOT_SERVED
    assert "not approved for values within a day" in failure.reason
    assert len(server.asked) == 2


KINDS = {
    "expired_token.401": FailureKind.CONSENT_LOST,
    "google_shape_permission_denied.403": FailureKind.SERVICE_DISABLED,
    "insufficient_permissions_intraday.403": FailureKind.NOT_SERVED,
    "insufficient_scope.403": FailureKind.SCOPE_MISSING,
    "invalid_grant.400": FailureKind.CONSENT_LOST,
    "invalid_request_missing_refresh.400": FailureKind.PERMANENT,
    "invalid_token.401": FailureKind.CONSENT_LOST,
    "request_range_24h.400": FailureKind.PERMANENT,
    "server_error.500": FailureKind.TRANSIENT,
    "too_many_requests.429": FailureKind.QUOTA,
    "validation_too_many_points.422": FailureKind.PERMANENT,
}


@pytest.mark.skipif(not HAS_DATA, reason=MISSING)
@pytest.mark.parametrize("path", error_bodies(), ids=lambda path: path.stem)
def test_a_recorded_error_leads_to_its_failure(
    server: ScriptedServer, person: Person, path: Path
) -> None:
    """Over the wire, on the endpoint itself; a file that is added needs its kind named here."""
    refusal = Reply(path.read_bytes(), status=int(path.stem.rsplit(".", 1)[1]))
    server.script = lambda asked: Reply({"user": {}}) if asked.path == PROFILE else refusal

    _, failure = person.failing("heart_rate", DAY, DAY)

    assert failure.kind is KINDS[path.stem]
    assert "<token>" not in failure.reason
    assert failure.reason.endswith(".")
