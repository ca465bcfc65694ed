"""The addresses of the made-up Fitbit: which request goes where."""

from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.requests import Request

from fitbit_pipeline.sandbox.delivery import Answer
from fitbit_pipeline.sandbox.fitbit_web.api import FitbitApi, FitbitCall
from fitbit_pipeline.sandbox.fitbit_web.oauth import FitbitOAuth
from fitbit_pipeline.sandbox.world import Sandbox

Handler = Callable[[Request, bytes], Answer]

_READ = "/{version}/user/{user}/{path:path}"


def fitbit_routes(sandbox: Sandbox) -> list[tuple[str, tuple[str, ...], Handler]]:
    """Path, HTTP methods and handler of every address."""
    oauth, api = FitbitOAuth(sandbox), FitbitApi(sandbox)

    def read(request: Request, _body: bytes) -> Answer:
        parts = request.path_params
        return api.answer(
            FitbitCall(
                request.method,
                parts["version"],
                parts["user"],
                parts["path"],
                request.query_params,
                request.headers,
            )
        )

    def ask(request: Request, _body: bytes) -> Answer:
        return oauth.ask(request.query_params)

    def decide(_request: Request, body: bytes) -> Answer:
        return oauth.decide(_form(body))

    def token(request: Request, body: bytes) -> Answer:
        return oauth.token(request.query_params, _form(body), request.headers)

    def introspect(request: Request, body: bytes) -> Answer:
        return oauth.introspect(_form(body), request.headers)

    def revoke(request: Request, body: bytes) -> Answer:
        return oauth.revoke(request.query_params, _form(body), request.headers)

    return [
        ("/oauth2/authorize", ("GET",), ask),
        ("/oauth2/authorize", ("POST",), decide),
        ("/oauth2/token", ("POST",), token),
        ("/1.1/oauth2/introspect", ("POST",), introspect),
        ("/oauth2/revoke", ("POST",), revoke),
        (_READ, ("GET", "POST", "DELETE"), read),
    ]


def _form(body: bytes) -> dict[str, list[str]]:
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
