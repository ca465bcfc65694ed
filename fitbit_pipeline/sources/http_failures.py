"""Failures of a live service: no answer, one that broke off, and what any service's status means.

A sentence is made of words that stand here and of names that the program itself sent. What a
service means by its own reasons stands with it.
"""

from collections.abc import Iterable

import requests
from urllib3.exceptions import TimeoutError as TookTooLong

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure

ASK_LATER = frozenset({407, 408, 425})


def of_exception(service: str, what: str, error: requests.RequestException) -> SourceFailure:
    """The failure that an exception of the HTTP library stands for.

    Args:
        service: The service's name, for people.
        what: What was asked for, in our own words.
        error: Raised instead of an answer, or while its body was read.
    """
    if isinstance(
        error,
        requests.exceptions.InvalidURL
        | requests.exceptions.InvalidSchema
        | requests.exceptions.MissingSchema,
    ):
        return SourceFailure(
            FailureKind.PERMANENT,
            f"The address at which {service} was to be asked for {what} is no address: "
            "correct the API's address in the file of the OAuth client.",
        )
    if isinstance(error, requests.exceptions.SSLError):
        happened = "showed no certificate that this machine trusts"
    elif _took_too_long(error):
        happened = "did not answer in time"
    else:
        happened = "could not be reached, or the connection broke,"
    return SourceFailure(
        FailureKind.TRANSIENT,
        f"{service} {happened} when it was asked for {what}: it will be asked again.",
    )


def body_broke(service: str, what: str) -> SourceFailure:
    """The body of a good answer ended too early, or was not JSON, several times over."""
    return SourceFailure(
        FailureKind.TRANSIENT,
        f"{service}'s answer for {what} broke off or was not JSON, several times over: "
        "it will be asked again.",
    )


def unreadable(service: str, what: str) -> SourceFailure:
    """An answer in which rows, or the days they belong to, are not where they are documented."""
    return SourceFailure(
        FailureKind.DAMAGED,
        f"{service}'s answer for {what} has a form that is not documented: look for a newer "
        "version of this program or report it.",
    )


def pages_without_end(service: str, what: str) -> SourceFailure:
    """The pages of an answer lead in a circle."""
    return SourceFailure(
        FailureKind.TRANSIENT,
        f"{service}'s pages for {what} lead in a circle, so none of them can be trusted: "
        "it will be asked again.",
    )


def of_status(service: str, what: str, status: int, reasons: Iterable[str]) -> SourceFailure:
    """The failure that a status other than 200 stands for, where no reason says more.

    Args:
        service: The service's name, for people.
        what: What was asked for, in our own words.
        status: The HTTP status.
        reasons: The answer's reasons that may be named: names that stand in this program.
    """
    if status >= 500 or status in ASK_LATER:
        return failed(service, what, status)
    if status < 400:
        return SourceFailure(
            FailureKind.TRANSIENT,
            f"Something answered with status {status} when {service} was asked for {what}: "
            "see whether a proxy or a sign-in page stands between, it will be asked again.",
        )
    names = ", ".join(sorted(reasons))
    named = f" ({names})" if names else ""
    return SourceFailure(
        FailureKind.PERMANENT,
        f"{service} refused the request for {what} with status {status}{named}: asking again "
        "brings the same, so look for a newer version of this program or report it.",
    )


def failed(service: str, what: str, status: int) -> SourceFailure:
    """The service failed, and may have recovered when it is asked again."""
    return SourceFailure(
        FailureKind.TRANSIENT,
        f"{service} failed with status {status} when it was asked for {what}: "
        "it will be asked again.",
    )


def consent_refused(service: str, what: str) -> SourceFailure:
    """A fresh access token was refused as well."""
    return SourceFailure(
        FailureKind.CONSENT_LOST,
        f"{service} no longer accepts the participant's consent when it is asked for {what}: "
        "they must connect again.",
    )


def scope_needed(what: str) -> SourceFailure:
    """The service says that what was asked for was not granted."""
    return SourceFailure(
        FailureKind.SCOPE_MISSING,
        f"The participant did not agree to share what {what} needs: to have it they must "
        "connect again and tick every box.",
    )


def forbidden_between(service: str, what: str) -> SourceFailure:
    """What stands between forbade the request, and not the service."""
    return SourceFailure(
        FailureKind.TRANSIENT,
        f"Something other than {service} forbade the request for {what}: see whether a proxy "
        "stands between, it will be asked again.",
    )


def _took_too_long(error: requests.RequestException) -> bool:
    """Also where the library calls it a broken connection: after retries, and within a body."""
    within = error.args[0] if error.args else None
    reason = getattr(within, "reason", within)
    return isinstance(error, requests.exceptions.Timeout) or isinstance(reason, TookTooLong)
