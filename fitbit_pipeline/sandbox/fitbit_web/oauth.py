"""Fitbit's OAuth, made up: the consent page, and the endpoints for tokens.

What a consent is worth and how long tokens live is decided in ``accounts``.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from fitbit_pipeline.sandbox.delivery import HTML, Answer, bad_gateway, html_answer, json_answer
from fitbit_pipeline.sandbox.faults import Circumstance, Fault, FaultKind
from fitbit_pipeline.sandbox.fitbit_web import errors
from fitbit_pipeline.sandbox.fitbit_web.accounts import ACCESS_SECONDS, Asked, Pair
from fitbit_pipeline.sandbox.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sandbox.fitbit_web.errors import FitbitError
from fitbit_pipeline.sandbox.fitbit_web.scopes import SCOPES
from fitbit_pipeline.sandbox.pages import consent_page, refusal_page
from fitbit_pipeline.sandbox.world import Sandbox

Form = Mapping[str, Sequence[str]]
Query = Mapping[str, str]
Headers = Mapping[str, str]

_AUTHORIZE = "/oauth2/authorize"
_NO_PAGE = "#_=_"
"""Stands behind every answer to an application, and is no part of it."""
_SHORTEST_CHALLENGE = 43


class FitbitOAuth:
    """Answers requests of OAuth. Forms are fields with all their values."""

    def __init__(self, sandbox: Sandbox):
        """Begins with no consent.

        Args:
            sandbox: Whose people and accounts it speaks of.
        """
        self._sandbox = sandbox
        self._accounts = sandbox.fitbit.accounts

    def ask(self, query: Query) -> Answer:
        """The consent page for an authorization request, or why there is none."""
        if self._sandbox.fitbit.gone:
            return errors.gone()
        try:
            asked, _ = self._asked(query)
        except FitbitError as error:
            return _refused(error)
        people = [(person.key, person.name) for person in self._sandbox.population.people]
        said = {scope: SCOPES[scope] for scope in asked.scopes}
        return html_answer(consent_page(query, said, people, _AUTHORIZE, "Fitbit"))

    def decide(self, form: Form) -> Answer:
        """Sends the person back to the application, with a code or with ``access_denied``."""
        if self._sandbox.fitbit.gone:
            return errors.gone()
        query = _single(form)
        try:
            asked, client = self._asked(query)
        except FitbitError as error:
            return _refused(error)
        address = asked.redirect_uri or client.redirect_uri
        state = {"state": query["state"]} if query.get("state") else {}
        granted = tuple(scope for scope in asked.scopes if scope in form.get("granted", ()))
        person = query.get("person", "")
        known = {each.key for each in self._sandbox.population.people}
        if query.get("decision") != "allow" or not granted or person not in known:
            denied = {"error_description": "The user denied the request.", "error": "access_denied"}
            return _back(address, {**denied, **state})
        return _back(address, {"code": self._accounts.consent(asked, person, granted), **state})

    def token(self, query: Query, form: Form, headers: Headers) -> Answer:
        """Tokens for a code or for a refresh token."""
        fields = {**query, **_single(form)}
        method = "refresh" if fields.get("grant_type") == "refresh_token" else "token"
        person = self._accounts.owner(fields.get("refresh_token", ""), fields.get("code", ""))

        def tokens(fault: Fault | None) -> Answer:
            refused = fault is not None and fault.kind is FaultKind.REFUSE_REFRESH
            answer = json_answer(self._document(self._tokens(fields, headers, refused=refused)))
            return replace(answer, headers={"cache-control": "no-store"})

        return self._answer(person, method, tokens)

    def introspect(self, form: Form, headers: Headers) -> Answer:
        """Whether an access token is alive, and for what; asked with an access token."""
        token = _single(form).get("token", "")

        def state(_fault: Fault | None) -> Answer:
            kind, _, bearer = headers.get("authorization", "").partition(" ")
            if kind.lower() != "bearer" or not bearer.strip():
                raise errors.header_required()
            self._accounts.access(bearer.strip())
            if not token:
                raise errors.missing_parameters("token")
            return json_answer(self._state(token))

        return self._answer(self._accounts.owner(token), "introspect", state)

    def revoke(self, query: Query, form: Form, headers: Headers) -> Answer:
        """Takes a consent back, by any token of it."""
        fields = {**query, **_single(form)}
        token = fields.get("token", "")

        def revoked(_fault: Fault | None) -> Answer:
            client = self._client(fields, headers)
            if not token:
                raise errors.missing_parameters("token")
            if not self._accounts.revoke_token(client, token):
                raise replace(errors.invalid_token(token), code=400)
            return Answer(b"")

        return self._answer(self._accounts.owner(token), "revoke", revoked)

    def _answer(
        self, person: str | None, method: str, document: Callable[[Fault | None], Answer]
    ) -> Answer:
        """The answer of a method, with its fault if one strikes."""
        self._sandbox.requests.note(person, method)
        fault = self._sandbox.faults.strike(Circumstance(person, method))
        kind = fault.kind if fault else None
        if self._sandbox.fitbit.gone or kind is FaultKind.GONE:
            return errors.gone()
        if kind is FaultKind.HTML_ERROR:
            return bad_gateway()
        if fault and kind is FaultKind.STATUS:
            return errors.failing(fault.status, fault.retry_after)
        if fault and kind is FaultKind.GOOGLE_ERROR:
            return errors.google_shaped(fault.status)
        try:
            return replace(document(fault), fault=fault)
        except FitbitError as error:
            return replace(error.answer(), fault=fault)

    def _asked(self, query: Query) -> tuple[Asked, FitbitClient]:
        """An authorization request that may be shown to a person, and who sent it.

        Raises:
            FitbitError: If Fitbit would show an error instead.
        """
        missing = [name for name in ("client_id", "response_type", "scope") if not query.get(name)]
        if missing:
            raise errors.missing_parameters(*missing)
        client = self._accounts.client(query["client_id"])
        if client is None:
            raise errors.invalid_parameter("client_id")
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri and not client.may_redirect_to(redirect_uri):
            raise errors.redirect_refused()
        if query["response_type"] != "code":
            raise errors.invalid_parameter("response_type")
        scopes = tuple(dict.fromkeys(query["scope"].split()))
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            raise errors.scope_refused(" ".join(unknown))
        challenge = query.get("code_challenge", "")
        method = query.get("code_challenge_method") or "plain"
        if challenge and len(challenge) < _SHORTEST_CHALLENGE:
            raise errors.invalid_parameter("code_challenge")
        if method not in {"plain", "S256"}:
            raise errors.invalid_parameter("code_challenge_method")
        return Asked(client.client_id, redirect_uri, scopes, challenge, method), client

    def _tokens(self, fields: Query, headers: Headers, *, refused: bool) -> Pair:
        client = self._client(fields, headers)
        grant_type = _required(fields, "grant_type")
        if grant_type == "refresh_token":
            token = _required(fields, "refresh_token")
            if refused:
                raise errors.refresh_refused(token)
            return self._accounts.refresh(client, token)
        if grant_type != "authorization_code":
            raise errors.grant_type_refused(grant_type)
        return self._accounts.exchange(
            client,
            _required(fields, "code"),
            fields.get("redirect_uri", ""),
            fields.get("code_verifier", ""),
        )

    def _client(self, fields: Query, headers: Headers) -> FitbitClient:
        """Who asks: by the Basic header, or by name alone if it is an application of clients."""
        given = headers.get("authorization", "")
        if given:
            return self._client_of_header(given)
        client = self._accounts.client(fields.get("client_id", ""))
        if client is None or client.client_secret:
            raise errors.header_required()
        return client

    def _client_of_header(self, header: str) -> FitbitClient:
        kind, _, encoded = header.partition(" ")
        try:
            client_id, colon, secret = b64decode(encoded.strip()).decode().partition(":")
        except ValueError:
            colon = ""
        if kind.lower() != "basic" or not colon:
            raise errors.invalid_client("Invalid authorization header format.")
        client = self._accounts.client(client_id)
        if client is None:
            raise errors.invalid_client("Invalid authorization header. Client id invalid.")
        if not client.client_secret or secret != client.client_secret:
            raise errors.invalid_client("Invalid authorization header. Client secret invalid.")
        return client

    def _state(self, token: str) -> dict[str, object]:
        known = self._accounts.looked_up(token)
        if known is None:
            return {"active": False}
        person = self._sandbox.population.person(known.person)
        scopes = ", ".join(f"{scope.upper()}=READ" for scope in known.scopes)
        return {
            "active": True,
            "scope": f"{{{scopes}}}",
            "client_id": known.client_id,
            "user_id": person.legacy_user_id,
            "token_type": "access_token",
            "exp": int(known.ends.timestamp()) * 1000,
            "iat": int(known.since.timestamp()) * 1000,
        }

    def _document(self, pair: Pair) -> dict[str, object]:
        person = self._sandbox.population.person(pair.access.person)
        return {
            "access_token": pair.access.token,
            "expires_in": ACCESS_SECONDS,
            "refresh_token": pair.refresh,
            "scope": pair.scope,
            "token_type": "Bearer",
            "user_id": person.legacy_user_id,
        }


def _single(form: Form) -> dict[str, str]:
    return {name: values[-1] for name, values in form.items() if values}


def _required(fields: Query, name: str) -> str:
    if not fields.get(name):
        raise errors.missing_parameters(name)
    return fields[name]


def _back(address: str, answer: Mapping[str, str]) -> Answer:
    joiner = "&" if urlsplit(address).query else "?"
    return Answer(b"", 302, HTML, {"location": f"{address}{joiner}{urlencode(answer)}{_NO_PAGE}"})


def _refused(error: FitbitError) -> Answer:
    return html_answer(refusal_page(error.code, error.kind, error.message), error.code)
