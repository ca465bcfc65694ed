"""Google's OAuth, made up: the consent page, and the endpoints for tokens and their revocation.

What a consent is worth and how long tokens live is decided in ``accounts``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from fitbit_pipeline.sandbox.accounts import (
    ACCESS_SECONDS,
    AccessToken,
    Asked,
    OAuthClient,
    RefreshToken,
)
from fitbit_pipeline.sandbox.api_types import SCOPES
from fitbit_pipeline.sandbox.delivery import Answer, bad_gateway, html_answer, json_answer
from fitbit_pipeline.sandbox.errors import OAuthError
from fitbit_pipeline.sandbox.faults import Circumstance, Fault, FaultKind
from fitbit_pipeline.sandbox.pages import consent_page, refusal_page
from fitbit_pipeline.sandbox.world import Sandbox

Form = Mapping[str, Sequence[str]]

_AUTHORIZE = "/o/oauth2/v2/auth"


class OAuth:
    """Answers requests of OAuth. Forms are fields with all their values."""

    def __init__(self, sandbox: Sandbox):
        """Begins with no consent.

        Args:
            sandbox: Whose people and accounts it speaks of.
        """
        self._sandbox = sandbox

    def ask(self, query: Mapping[str, str]) -> Answer:
        """The consent page for an authorization request, or why there is none."""
        try:
            asked = self._asked(query)
        except OAuthError as error:
            return html_answer(refusal_page(error.code, error.error, error.description), error.code)
        people = [(person.key, person.name) for person in self._sandbox.population.people]
        said = {scope: SCOPES[scope] for scope in asked.scopes}
        return html_answer(consent_page(query, said, people, _AUTHORIZE, "Google"))

    def decide(self, form: Form) -> Answer:
        """Sends the person back to the app, with a code or with ``access_denied``."""
        query = {name: values[-1] for name, values in form.items() if values}
        try:
            asked = self._asked(query)
        except OAuthError as error:
            return html_answer(refusal_page(error.code, error.error, error.description), error.code)
        granted = tuple(scope for scope in asked.scopes if scope in form.get("granted", ()))
        person = query.get("person", "")
        known = {each.key for each in self._sandbox.population.people}
        if query.get("decision") != "allow" or not granted or person not in known:
            return _back(asked, {"error": "access_denied"}, query)
        code, scope = self._sandbox.accounts.consent(asked, person, granted)
        return _back(asked, {"code": code, "scope": scope}, query)

    def token(self, form: Form) -> Answer:
        """Tokens for a code or for a refresh token."""
        fields = _single(form)
        method = "refresh" if fields.get("grant_type") == "refresh_token" else "token"
        person = self._sandbox.accounts.owner(
            fields.get("refresh_token") or "", fields.get("code") or ""
        )
        self._sandbox.requests.note(person, method)
        fault = self._sandbox.faults.strike(Circumstance(person, method))
        if fault and fault.kind is FaultKind.HTML_ERROR:
            return bad_gateway()
        if fault and fault.kind is FaultKind.STATUS:
            return _failing(fault)
        try:
            tokens = self._tokens(fields, fault)
        except OAuthError as error:
            return json_answer(error.document(), error.code, fault)
        return replace(json_answer(tokens, fault=fault), headers={"cache-control": "no-store"})

    def revoke(self, query: Mapping[str, str], form: Form) -> Answer:
        """Takes a consent back, by any token of it."""
        token = query.get("token") or _single(form).get("token", "")
        owner = self._sandbox.accounts.owner(token)
        self._sandbox.requests.note(owner, "revoke")
        fault = self._sandbox.faults.strike(Circumstance(owner, "revoke"))
        if fault and fault.kind is FaultKind.STATUS:
            return _failing(fault)
        if not token:
            refusal = OAuthError("invalid_request", "Missing required parameter: token")
            return json_answer(refusal.document(), refusal.code, fault)
        if not self._sandbox.accounts.revoke_token(token):
            refusal = OAuthError("invalid_token", "Token expired or revoked")
            return json_answer(refusal.document(), refusal.code, fault)
        return json_answer({}, fault=fault)

    def _asked(self, query: Mapping[str, str]) -> Asked:
        """An authorization request that may be shown to a person.

        Raises:
            OAuthError: If Google would show an error instead.
        """
        for name in ("client_id", "redirect_uri", "response_type", "scope"):
            if not query.get(name):
                raise OAuthError("invalid_request", f"Missing required parameter: {name}")
        client = self._sandbox.accounts.client(query["client_id"])
        if client is None:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if not client.may_redirect_to(query["redirect_uri"]):
            raise OAuthError(
                "redirect_uri_mismatch", "This app's request did not comply with OAuth 2.0 policy."
            )
        if query["response_type"] != "code":
            raise OAuthError("unsupported_response_type", "Only response_type=code is supported.")
        scopes = tuple(dict.fromkeys(query["scope"].split()))
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown:
            raise OAuthError("invalid_scope", f"Some requested scopes were invalid: {unknown}")
        challenge = query.get("code_challenge", "")
        challenge_method = query.get("code_challenge_method") or "plain"
        if challenge_method not in {"plain", "S256"} or (challenge and len(challenge) < 43):
            raise OAuthError("invalid_request", "Invalid code_challenge or code_challenge_method.")
        return Asked(
            client.client_id,
            query["redirect_uri"],
            scopes,
            offline=query.get("access_type") == "offline",
            prompted="consent" in query.get("prompt", "").split(),
            include_granted=query.get("include_granted_scopes") == "true",
            code_challenge=challenge,
            challenge_method=challenge_method,
        )

    def _tokens(self, fields: Mapping[str, str], fault: Fault | None) -> dict[str, object]:
        grant_type = _required(fields, "grant_type")
        if grant_type not in {"authorization_code", "refresh_token"}:
            raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
        client = self._client(fields)
        accounts = self._sandbox.accounts
        if grant_type == "authorization_code":
            access, refresh = accounts.exchange(
                client,
                _required(fields, "code"),
                _required(fields, "redirect_uri"),
                fields.get("code_verifier"),
            )
        else:
            token = _required(fields, "refresh_token")
            if fault and fault.kind is FaultKind.REFUSE_REFRESH:
                raise OAuthError("invalid_grant", "Token has been expired or revoked.")
            rotate = fault is not None and fault.kind is FaultKind.ROTATE_REFRESH_TOKEN
            scopes = tuple(fields.get("scope", "").split())
            access, refresh = accounts.refresh(client, token, scopes, rotate=rotate)
        return self._answer(access, refresh)

    def _client(self, fields: Mapping[str, str]) -> OAuthClient:
        client_id = fields.get("client_id")
        if not client_id:
            raise OAuthError("invalid_request", "Could not determine client ID from request.")
        client = self._sandbox.accounts.client(client_id)
        if client is None:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if "client_secret" not in fields:
            raise OAuthError("invalid_request", "client_secret is missing.")
        if fields["client_secret"] != client.client_secret:
            raise OAuthError("invalid_client", "The provided client secret is invalid.", 401)
        return client

    def _answer(self, access: AccessToken, refresh: RefreshToken | None) -> dict[str, object]:
        answer: dict[str, object] = {
            "access_token": access.token,
            "expires_in": ACCESS_SECONDS,
            "scope": " ".join(access.scopes),
            "token_type": "Bearer",
        }
        if refresh is not None:
            answer["refresh_token"] = refresh.token
            if refresh.ends is not None:
                left = refresh.ends - self._sandbox.now()
                answer["refresh_token_expires_in"] = round(left.total_seconds())
        return answer


def _single(form: Form) -> dict[str, str]:
    return {name: values[-1] for name, values in form.items() if values}


def _required(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise OAuthError("invalid_request", f"Missing required parameter: {name}")
    return fields[name]


def _back(asked: Asked, answer: Mapping[str, str], query: Mapping[str, str]) -> Answer:
    state = {"state": query["state"]} if query.get("state") else {}
    joiner = "&" if urlsplit(asked.redirect_uri).query else "?"
    address = f"{asked.redirect_uri}{joiner}{urlencode({**state, **answer})}"
    return Answer(b"", 302, "text/html; charset=UTF-8", {"location": address})


def _failing(fault: Fault) -> Answer:
    error = OAuthError("internal_failure", "Backend Error", fault.status)
    headers = {} if fault.retry_after is None else {"retry-after": str(fault.retry_after)}
    return replace(json_answer(error.document(), fault.status), headers=headers)
