"""Misbehaviour on request: what should go wrong, for whom, and how often.

Here is decided which request a fault strikes; what a fault does to an answer stands in ``api``,
``oauth`` and ``delivery``, and in ``fitbit_web`` where it is of the Fitbit Web API.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter, ValidationError

from fitbit_pipeline.errors import UserError


class FaultKind(StrEnum):
    """What goes wrong."""

    STATUS = "status"
    """An HTTP status (``Fault.status``), with ``Fault.retry_after`` if that is given."""
    HTML_ERROR = "html_error"
    """A 502 with an HTML page, as a proxy gives it."""
    TRUNCATED_JSON = "truncated_json"
    """A complete answer whose JSON ends in the middle."""
    CUT_BODY = "cut_body"
    """An answer that promises more bytes than it brings before the connection ends."""
    SLOW_BODY = "slow_body"
    """An answer whose second half comes ``Fault.seconds`` later."""
    DROPPED_CONNECTION = "dropped_connection"
    """No answer: the connection ends."""
    REPEATED_PAGE_TOKEN = "repeated_page_token"  # noqa: S105
    """A page whose token leads to the same page again."""
    EMPTY_PAGE_WITH_TOKEN = "empty_page_with_token"  # noqa: S105
    """A page without rows before the one that was asked for; nothing is lost."""
    ACCOUNT_NOT_LINKED = "account_not_linked"
    """A Google account without a health profile: 400."""
    PRECONDITION = "precondition"
    """The same, as 412."""
    NOT_MIGRATED = "not_migrated"
    """An old Fitbit account that was not moved to Google: 403."""
    SERVICE_DISABLED = "service_disabled"
    """A project for which the API is not enabled: 403."""
    REFUSE_REFRESH = "refuse_refresh"
    """``invalid_grant`` for a refresh token."""
    ROTATE_REFRESH_TOKEN = "rotate_refresh_token"  # noqa: S105
    """A new refresh token with the access token; the old one ends."""
    GONE = "gone"
    """The Fitbit Web API was switched off, its OAuth too: 410."""
    GOOGLE_ERROR = "google_error"
    """A status (``Fault.status``) of the Fitbit Web API in the shape of Google's refusals."""
    EXPIRED_TOKEN = "expired_token"  # noqa: S105
    """401 of the Fitbit Web API, as for a token of yesterday."""
    INVALID_TOKEN = "invalid_token"  # noqa: S105
    """401 of the Fitbit Web API, as for a token that is none."""
    INSUFFICIENT_PERMISSIONS = "insufficient_permissions"
    """403 of the Fitbit Web API, as for an application that is not approved."""
    NO_RATE_HEADERS = "no_rate_headers"
    """An answer of the Fitbit Web API that does not tell what is left of the quota."""


_OF_REFRESHING = {FaultKind.REFUSE_REFRESH, FaultKind.ROTATE_REFRESH_TOKEN}
_OF_PAGES = {FaultKind.REPEATED_PAGE_TOKEN, FaultKind.EMPTY_PAGE_WITH_TOKEN}
_PAGED = {"list", "reconcile", "rollUp", "dailyRollUp", "fitbit"}
OAUTH_METHODS = frozenset({"token", "refresh", "revoke", "introspect"})


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A request, as far as faults distinguish them."""

    person: str | None
    method: str
    data_type: str | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong, for the requests that fit all that is given.

    Attributes:
        kind: What goes wrong.
        status: The HTTP status, for ``STATUS``.
        retry_after: Seconds of a ``Retry-After`` header, for ``STATUS``.
        seconds: How much later the second half comes, for ``SLOW_BODY``.
        person: Whom it strikes; None means everybody.
        data_type: For which data type or resource, such as ``steps``; None means all.
        method: For which method (``list``, ``get``, ``reconcile``, ``rollUp``, ``dailyRollUp``,
            ``identity``, ``profile``, ``settings``, ``pairedDevices``, ``fitbit`` for all reads of
            the Fitbit Web API, ``token``, ``refresh``, ``revoke``, ``introspect``); None means
            every read, for the faults of refreshing ``refresh``, and for the end of the API all.
        page: On which page, from 1; None means all.
        after: How many fitting requests go well before.
        times: How many times it strikes; None means for ever.
    """

    kind: FaultKind
    status: int = 503
    retry_after: int | None = None
    seconds: float = 30.0
    person: str | None = None
    data_type: str | None = None
    method: str | None = None
    page: int | None = None
    after: int = 0
    times: int | None = None

    def __post_init__(self) -> None:
        if self.status not in set(HTTPStatus) or self.status < HTTPStatus.BAD_REQUEST:
            raise ValueError("a fault's status is one of HTTP's errors")

    def fits(self, request: Circumstance) -> bool:
        """Whether a request is one of those that the fault is about."""
        return (
            self._fits_method(request.method)
            and self.person in (None, request.person)
            and self.data_type in (None, request.data_type)
            and self.page in (None, request.page)
        )

    def _fits_method(self, method: str) -> bool:
        if self.kind in _OF_REFRESHING:
            return method == "refresh"
        if self.kind in _OF_PAGES and method not in _PAGED:
            return False
        if self.kind is FaultKind.GONE and self.method is None:
            return True
        return method not in OAUTH_METHODS if self.method is None else method == self.method


_FAULT = TypeAdapter(Fault)


def fault_from(document: object) -> Fault:
    """A fault as it comes over HTTP: an object with the attributes of ``Fault``.

    Raises:
        UserError: If it is none.
    """
    try:
        if isinstance(document, Mapping) and set(document) - set(Fault.__slots__):
            raise UserError(f"A fault has no other attributes than {', '.join(Fault.__slots__)}.")
        return _FAULT.validate_python(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "body"
        raise UserError(f"This is no fault: {place}: {first['msg']}.") from None


@dataclass(slots=True)
class _Standing:
    fault: Fault
    fitted: int = 0
    struck: int = 0


class Faults:
    """The faults in force. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begins without any."""
        self._standing: list[_Standing] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Puts a fault in force; of several that fit a request the first one strikes."""
        with self._lock:
            self._standing.append(_Standing(fault))

    def clear(self) -> None:
        """Ends all misbehaviour."""
        with self._lock:
            self._standing.clear()

    def strike(self, request: Circumstance) -> Fault | None:
        """The fault that strikes a request, if one does; it is counted."""
        struck: Fault | None = None
        with self._lock:
            for each in self._standing:
                if not each.fault.fits(request):
                    continue
                each.fitted += 1
                due = each.fitted > each.fault.after
                left = each.fault.times is None or each.struck < each.fault.times
                if struck is None and due and left:
                    each.struck += 1
                    struck = each.fault
        return struck

    def document(self) -> list[dict[str, Any]]:
        """All faults as JSON, each with how often it fitted and struck."""
        with self._lock:
            return [
                {
                    **{name: getattr(each.fault, name) for name in Fault.__slots__},
                    "fitted": each.fitted,
                    "struck": each.struck,
                }
                for each in self._standing
            ]
