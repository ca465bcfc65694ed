"""What an unhappy answer of the Fitbit Web API means: a kind of failure, and one sentence.

A sentence is made of words that stand here and of names that the program itself sent. Nothing is
copied from an answer, for the API writes tokens into its messages. What does not belong here: the
answers of the token address (``token_answers``).
"""

from functools import partial

from fitbit_pipeline.sources import http_failures
from fitbit_pipeline.sources.fitbit_web.error_bodies import ErrorBody, read_error
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure

SERVICE = "Fitbit"

of_exception = partial(http_failures.of_exception, SERVICE)
body_broke = partial(http_failures.body_broke, SERVICE)
unreadable = partial(http_failures.unreadable, SERVICE)
pages_without_end = partial(http_failures.pages_without_end, SERVICE)

EVERY_MINUTE = "heart rate of every minute"
"""What is asked for where an application needs approval for it."""

_SCOPE_NAMES = {"insufficient_scope", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "MISSING_OAUTH_SCOPE"}
_QUOTA_NAMES = {"RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"}


def of_answer(what: str, status: int, body: bytes) -> SourceFailure:
    """The failure that an answer other than 200 stands for.

    Args:
        what: What was asked for, in our own words: ``steps``.
        status: The HTTP status.
        body: The body as it came: either form of error, or whatever stands between sent.
    """
    error = read_error(body)
    if status == 410:
        return gone()
    if status == 429 or error.names & _QUOTA_NAMES:
        return SourceFailure(
            FailureKind.QUOTA,
            f"Fitbit counted too many requests in this hour when it was asked for {what}: "
            "it will be asked again later.",
        )
    if "invalid_client" in error.names:
        return SourceFailure(
            FailureKind.SERVICE_DISABLED,
            f"Fitbit does not know the application that asks for {what}: check the file of the "
            "Fitbit client.",
        )
    if status == 401 or "invalid_grant" in error.names:
        return http_failures.consent_refused(SERVICE, what)
    if status == 403:
        return _forbidden(what, error)
    if status == 409:
        return http_failures.failed(SERVICE, what, status)
    return http_failures.of_status(SERVICE, what, status, error.names)


def gone() -> SourceFailure:
    """The API was switched off, for good, and with it whatever was asked for."""
    return SourceFailure(
        FailureKind.SOURCE_GONE,
        "The Fitbit Web API was switched off on 2 November 2026: go on with Google Health "
        "(fitbit-pipeline migrate for a participant who has days already, fitbit-pipeline connect "
        "for a new one), or take in an archive with fitbit-pipeline import.",
    )


def not_approved(what: str) -> SourceFailure:
    """The application, by its type, is not given what was asked for."""
    if what == EVERY_MINUTE:
        to_do = (
            "it was not approved for values within a day, so wear time cannot be measured; a "
            "personal application of the participant's own has them"
        )
    else:
        to_do = "check what the application was registered for at dev.fitbit.com"
    return SourceFailure(
        FailureKind.NOT_SERVED, f"Fitbit gives this application no {what}: {to_do}."
    )


def _forbidden(what: str, error: ErrorBody) -> SourceFailure:
    if error.names & _SCOPE_NAMES:
        return http_failures.scope_needed(what)
    if "insufficient_permissions" in error.names:
        return not_approved(what)
    if not error.is_json:
        return http_failures.forbidden_between(SERVICE, what)
    return SourceFailure(
        FailureKind.SERVICE_DISABLED,
        f"Fitbit gives this application no permission for {what}: check at dev.fitbit.com that it "
        "is still registered.",
    )
