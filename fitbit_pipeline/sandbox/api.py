"""The gate of the made-up Health API: who is let in, and the methods about the person themselves.

The checks are the real service's, in its order: token, quota, resource, scope, request. How
requests arrive and answers leave is not known here; data points are read in ``api_reading``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from fitbit_pipeline.sandbox import errors
from fitbit_pipeline.sandbox.accounts import AccessToken
from fitbit_pipeline.sandbox.api_pages import PageTokens, page_number, page_of_rows
from fitbit_pipeline.sandbox.api_points import Points
from fitbit_pipeline.sandbox.api_reading import Asking, Reading
from fitbit_pipeline.sandbox.api_requests import page_size_of, page_token_of, read_query
from fitbit_pipeline.sandbox.api_types import (
    DAILY_ROLL_UP,
    DATA_TYPES,
    GET,
    LIST,
    PROFILE,
    READABLE_DATA,
    RECONCILE,
    ROLL_UP,
    SCOPES,
    SETTINGS,
    DataType,
)
from fitbit_pipeline.sandbox.delivery import Answer, bad_gateway, json_answer
from fitbit_pipeline.sandbox.errors import ApiError
from fitbit_pipeline.sandbox.faults import Circumstance, Fault, FaultKind
from fitbit_pipeline.sandbox.world import PROJECT, Sandbox

_SCOPES_OF: dict[str, tuple[str, ...]] = {
    "identity": tuple(SCOPES),
    "profile": (PROFILE,),
    "settings": (SETTINGS,),
    "pairedDevices": (SETTINGS,),
}
_ACTION_NAMES = {
    LIST: "List",
    GET: "Get",
    RECONCILE: "Reconcile",
    ROLL_UP: "Rollup",
    DAILY_ROLL_UP: "DailyRollup",
}
_REFUSALS: dict[FaultKind, Callable[[Fault], ApiError]] = {
    FaultKind.STATUS: lambda fault: errors.failing(fault.status, fault.retry_after),
    FaultKind.ACCOUNT_NOT_LINKED: lambda _: errors.account_not_linked(),
    FaultKind.PRECONDITION: lambda _: errors.precondition_failed(),
    FaultKind.NOT_MIGRATED: lambda _: errors.not_migrated(),
    FaultKind.SERVICE_DISABLED: lambda _: errors.service_disabled(PROJECT),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A request of the Health API.

    Attributes:
        method: ``identity``, ``profile``, ``settings``, ``pairedDevices`` or an action of data
            points.
        path: The variable parts of the address: ``user``, and where there is one ``data_type``
            and ``name``.
        query: The query parameters.
        headers: The headers, in lower case.
        body: The bytes of the body.
    """

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class HealthApi:
    """Answers calls."""

    def __init__(self, sandbox: Sandbox):
        """Begins with no page given out.

        Args:
            sandbox: Whose people and accounts it speaks of.
        """
        self._sandbox = sandbox
        self._tokens = PageTokens()
        self._reading = Reading(Points(sandbox), self._tokens)

    def answer(self, call: Call) -> Answer:
        """The answer to a call, with its fault if one strikes."""
        fault: Fault | None = None
        try:
            token = self._token(call)
            fault = self._noted(call, token)
            if fault and fault.kind is FaultKind.HTML_ERROR:
                return bad_gateway()
            if fault and fault.kind in _REFUSALS:
                raise _REFUSALS[fault.kind](fault)
            return json_answer(self._document(call, token, fault), fault=fault)
        except ApiError as error:
            answer = json_answer(error.document(), error.code, fault)
            return replace(answer, headers=error.headers)

    def _token(self, call: Call) -> AccessToken:
        kind, _, given = call.headers.get("authorization", "").partition(" ")
        token = self._sandbox.accounts.access(given.strip())
        if token is not None and kind.lower() == "bearer":
            return token
        self._sandbox.requests.note(None, call.method, call.path.get("data_type"))
        if kind.lower() != "bearer" or not given.strip():
            raise errors.credentials_missing(_rpc(call.method))
        raise errors.invalid_token()

    def _noted(self, call: Call, token: AccessToken) -> Fault | None:
        data_type = call.path.get("data_type")
        self._sandbox.requests.note(token.person, call.method, data_type)
        page = page_number(page_token_of(call.query, call.body))
        return self._sandbox.faults.strike(Circumstance(token.person, call.method, data_type, page))

    def _document(self, call: Call, token: AccessToken, fault: Fault | None) -> object:
        if not self._sandbox.quota.take(token.person):
            raise errors.rate_limited(PROJECT, self._sandbox.quota.per_minute)
        user_ids = ("me", self._sandbox.population.person(token.person).health_user_id)
        if call.path["user"] not in user_ids:
            raise errors.not_permitted(".")
        opening = _SCOPES_OF.get(call.method, READABLE_DATA)
        if not set(opening) & set(token.scopes):
            raise errors.scope_insufficient(_rpc(call.method), opening)
        if call.method in _SCOPES_OF:
            return self._of_the_person(call, token.person)
        data_type = _data_type(call)
        if data_type.scope not in token.scopes:
            raise errors.missing_scope(data_type.scope)
        name = call.path.get("name", "")
        return self._reading.document(
            Asking(
                call.method, token.person, user_ids, data_type, name, call.query, call.body, fault
            )
        )

    def _of_the_person(self, call: Call, person: str) -> object:
        population = self._sandbox.population
        if call.method == "pairedDevices":
            return self._devices(call, person)
        read_query(call.query)
        if call.method == "identity":
            return population.identity(person)
        return (
            population.profile(person) if call.method == "profile" else population.settings(person)
        )

    def _devices(self, call: Call, person: str) -> object:
        devices = self._sandbox.population.paired_devices(person)
        if "name" in call.path:
            read_query(call.query)
            for device in devices:
                if str(device["name"]).rpartition("/")[2] == call.path["name"]:
                    return device
            raise errors.not_found(f"users/{call.path['user']}/pairedDevices/{call.path['name']}")
        known = read_query(call.query, "pageSize", "pageToken")
        request = [call.method, person]
        place = self._tokens.read(known["pageToken"], request)
        rows, following = page_of_rows(devices, place, page_size_of(known["pageSize"], 5, 100))
        page: dict[str, object] = {"pairedDevices": rows} if rows else {}
        if following is not None:
            page["nextPageToken"] = self._tokens.write(following, request)
        return page


def _data_type(call: Call) -> DataType:
    name = call.path["data_type"]
    data_type = DATA_TYPES.get(name)
    if data_type is None:
        raise errors.invalid(
            f"Invalid data type ID referenced in the parent data type collection: {name}",
            "INVALID_PARENT_DATA_TYPE_COLLECTION",
            "parent",
            f"The data type ID '{name}' is not supported.",
        )
    if call.method not in data_type.actions:
        known = ", ".join(_lower_first(_ACTION_NAMES[action]) for action in data_type.actions)
        sentence = (
            f"{_ACTION_NAMES[call.method]} is not supported for data type {name}, but the "
            f"following actions are supported: {known}"
        )
        raise errors.invalid(sentence, "UNSUPPORTED_DATA_TYPE_ACTION", "parent", sentence)
    return data_type


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _rpc(method: str) -> str:
    service = "google.devicesandservices.health.v4"
    if method in _SCOPES_OF:
        return f"{service}.HealthProfileService.Get{method[:1].upper()}{method[1:]}"
    return f"{service}.DataPointsService.{method[:1].upper()}{method[1:]}DataPoints"
