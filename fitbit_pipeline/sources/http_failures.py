"""Failures of the way to a live service: no answer, or one that broke off.

A sentence is made of words that stand here and of names that the program itself sent. What an
answer means that did arrive stands with its source.
"""

import requests
from urllib3.exceptions import TimeoutError as TookTooLong

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure


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


def _took_too_long(error: requests.RequestException) -> bool:
    """Also where the library calls it a broken connection: after retries, and within a body."""
    within = error.args[0] if error.args else None
    reason = getattr(within, "reason", within)
    return isinstance(error, requests.exceptions.Timeout) or isinstance(reason, TookTooLong)
