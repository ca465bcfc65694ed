"""The gate of the made-up Fitbit Web API: who is let in, and which module answers.

The checks come in this order: the end of the API, token, quota, address, scope, approval, days. How
requests arrive and answers leave is not known here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fitbit_pipeline.sandbox.delivery import Answer, bad_gateway, json_answer
from fitbit_pipeline.sandbox.faults import Circumstance, Fault, FaultKind
from fitbit_pipeline.sandbox.fitbit_web import (
    activity,
    body,
    errors,
    exercises,
    heart,
    intraday,
    lists,
    nights,
    people,
    sleeps,
)
from fitbit_pipeline.sandbox.fitbit_web.accounts import AccessToken
from fitbit_pipeline.sandbox.fitbit_web.errors import FitbitError
from fitbit_pipeline.sandbox.fitbit_web.paths import Address, Span, days_of, find
from fitbit_pipeline.sandbox.fitbit_web.resources import Kind, Resource
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.units import Units, units_of
from fitbit_pipeline.sandbox.world import Sandbox

METHOD = "fitbit"
"""What all reads are counted as, and what faults name them by."""

_OF_DAYS: dict[Kind, Callable[[Synced, Resource, Span, Units], Any]] = {
    Kind.ACTIVITY: activity.series,
    Kind.SUMMARY: activity.summary,
    Kind.CREDITS: activity.credited,
    Kind.HEART: heart.series,
    Kind.NIGHT: nights.rows,
    Kind.LOG: body.logs,
    Kind.BODY: body.series,
}
_REFUSALS: dict[FaultKind, Callable[[str], FitbitError]] = {
    FaultKind.EXPIRED_TOKEN: errors.expired_token,
    FaultKind.INVALID_TOKEN: errors.invalid_token,
    FaultKind.INSUFFICIENT_PERMISSIONS: lambda _: errors.insufficient_permissions(),
}


@dataclass(frozen=True, slots=True)
class FitbitCall:
    """A request of the Fitbit Web API.

    Attributes:
        verb: The HTTP method.
        version: The version in the path, such as ``1.2``.
        user: ``-`` or Fitbit's identifier of the person.
        path: The path behind the user.
        query: The query parameters.
        headers: The headers, in lower case.
    """

    verb: str
    version: str
    user: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class FitbitApi:
    """Answers calls."""

    def __init__(self, sandbox: Sandbox):
        """Looks at nothing yet.

        Args:
            sandbox: Whose people and accounts it speaks of.
        """
        self._sandbox = sandbox

    def answer(self, call: FitbitCall) -> Answer:
        """The answer to a call, with its fault if one strikes."""
        address = find(call.version, call.path)
        name = address.name if address else None
        try:
            token = self._token(call)
        except FitbitError as error:
            self._sandbox.requests.note(None, METHOD, name)
            return errors.gone() if self._sandbox.fitbit.gone else error.answer()
        self._sandbox.requests.note(token.person, METHOD, name)
        page = lists.page_of(call.query)
        fault = self._sandbox.faults.strike(Circumstance(token.person, METHOD, name, page))
        if self._sandbox.fitbit.gone or (fault and fault.kind is FaultKind.GONE):
            return errors.gone()
        quota, key = self._sandbox.fitbit.quota, (token.person, token.client_id)
        if quota.take(key):
            answer = self._struck(call, address, token, fault)
        else:
            # What the real one told here was inaccurate.
            answer = errors.too_many_requests(quota.seconds_to_reset() // 2).answer()
        told = {} if fault and fault.kind is FaultKind.NO_RATE_HEADERS else quota.headers(key)
        return replace(answer, headers={**answer.headers, **told})

    def _token(self, call: FitbitCall) -> AccessToken:
        kind, _, given = call.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not given.strip():
            raise errors.header_required()
        return self._sandbox.fitbit.accounts.access(given.strip())

    def _struck(
        self, call: FitbitCall, address: Address | None, token: AccessToken, fault: Fault | None
    ) -> Answer:
        kind = fault.kind if fault else None
        if fault and kind is FaultKind.STATUS:
            return _failing(fault)
        if kind is FaultKind.HTML_ERROR:
            return bad_gateway()
        if fault and kind is FaultKind.GOOGLE_ERROR:
            return errors.google_shaped(fault.status)
        try:
            if kind in _REFUSALS:
                raise _REFUSALS[kind](token.token)
            return json_answer(self._document(call, address, token, kind), fault=fault)
        except FitbitError as error:
            return replace(error.answer(), fault=fault)

    def _document(
        self, call: FitbitCall, address: Address | None, token: AccessToken, fault: FaultKind | None
    ) -> object:
        sandbox = self._sandbox
        if call.verb != "GET":
            raise errors.read_only()
        synced = Synced.of(sandbox.population, token.person, sandbox.now())
        if address is None or call.user not in ("-", synced.person.legacy_user_id):
            raise errors.not_found()
        resource = address.resource
        if resource.scope not in token.scopes:
            raise errors.insufficient_scope(resource.scope)
        client = sandbox.fitbit.accounts.client(token.client_id)
        is_approved = sandbox.fitbit.intraday or (client and client.kind == "personal")
        if address.level and not is_approved:
            raise errors.insufficient_permissions()
        units = units_of(call.headers.get("accept-language", ""))
        if call.query.get("timezone"):
            raise errors.invalid("timezone", "This server tells the wall clock alone.")
        if not address.days:
            return self._undated(call, resource, synced, units, fault)
        return _dated(synced, address, units)

    def _undated(
        self,
        call: FitbitCall,
        resource: Resource,
        synced: Synced,
        units: Units,
        fault: FaultKind | None,
    ) -> object:
        if resource.kind is Kind.PERSON:
            if resource.name == "devices":
                return people.devices(synced)
            return people.profile(synced, units)
        listing = lists.read_listing(call.query)
        first, last = listing.days(synced.person.joined, synced.today_somewhere)
        if resource.kind is Kind.SLEEP:
            # A sleep is listed by its start, and found by its end.
            logs = sleeps.logs(synced, first, synced.today_somewhere)[::-1]
        else:
            logs = exercises.logs(synced, first, last, units)
        address = f"{self._sandbox.base_url}/{call.version}/user/-/{call.path}"
        return lists.page(address, resource.key, listing, logs, fault)


def _dated(synced: Synced, address: Address, units: Units) -> object:
    resource, span = address.resource, days_of(address, synced.today)
    if address.level:
        read = intraday.heart if resource.kind is Kind.HEART else intraday.activity
        return read(synced, address, span, units)
    if resource.kind is Kind.SLEEP:
        return sleeps.of_day(synced, span) if span.single else sleeps.of_range(synced, span)
    return _OF_DAYS[resource.kind](synced, resource, span, units)


def _failing(fault: Fault) -> Answer:
    return errors.failing(fault.status, fault.retry_after)
