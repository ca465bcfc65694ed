"""The addresses of the sandbox: which request goes where. What is answered stands elsewhere."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sandbox.api import Call, HealthApi
from fitbit_pipeline.sandbox.delivery import Answer, Delivered, Drop, html_answer, json_answer
from fitbit_pipeline.sandbox.faults import fault_from
from fitbit_pipeline.sandbox.oauth import OAuth
from fitbit_pipeline.sandbox.pages import not_found_page, start_page
from fitbit_pipeline.sandbox.world import Sandbox

_POINTS = "/v4/users/{user}/dataTypes/{data_type}/dataPoints"
_METHODS = (
    ("identity", "GET", "/v4/users/{user}/identity"),
    ("profile", "GET", "/v4/users/{user}/profile"),
    ("settings", "GET", "/v4/users/{user}/settings"),
    ("pairedDevices", "GET", "/v4/users/{user}/pairedDevices"),
    ("pairedDevices", "GET", "/v4/users/{user}/pairedDevices/{name}"),
    ("list", "GET", _POINTS),
    ("reconcile", "GET", f"{_POINTS}:reconcile"),
    ("rollUp", "POST", f"{_POINTS}:rollUp"),
    ("dailyRollUp", "POST", f"{_POINTS}:dailyRollUp"),
    ("get", "GET", f"{_POINTS}/{{name}}"),
)
_Endpoint = Callable[[Request], Awaitable[Response]]
_Handler = Callable[[Request, bytes], Answer]


def application(sandbox: Sandbox, drop: Drop) -> Starlette:
    """The sandbox as an ASGI application.

    Args:
        sandbox: What it speaks of.
        drop: Ends the connection of a request.
    """
    api, oauth, control = HealthApi(sandbox), OAuth(sandbox), _Control(sandbox)

    def route(path: str, verb: str, handler: _Handler) -> Route:
        return Route(path, _endpoint(handler, drop), methods=[verb])

    def method(name: str) -> _Handler:
        return lambda request, body: api.answer(
            Call(name, request.path_params, request.query_params, request.headers, body)
        )

    app = Starlette(
        routes=[
            *(route(path, verb, method(name)) for name, verb, path in _METHODS),
            route("/o/oauth2/v2/auth", "GET", lambda request, _: oauth.ask(request.query_params)),
            route("/o/oauth2/v2/auth", "POST", lambda _, body: oauth.decide(_form(body))),
            route("/token", "POST", lambda _, body: oauth.token(_form(body))),
            route(
                "/revoke",
                "POST",
                lambda request, body: oauth.revoke(request.query_params, _form(body)),
            ),
            route("/", "GET", control.start),
            route("/sandbox/client", "GET", lambda *_: json_answer(sandbox.client_file())),
            route("/sandbox/people", "GET", control.people),
            route("/sandbox/people/{key}/revoke", "POST", control.revoke),
            route("/sandbox/requests", "GET", control.requests),
            route("/sandbox/requests", "DELETE", control.reset_requests),
            route("/sandbox/faults", "GET", control.faults),
            route("/sandbox/faults", "POST", control.add_fault),
            route("/sandbox/faults", "DELETE", control.clear_faults),
        ],
        exception_handlers={404: _not_found, 405: _not_found},
    )
    app.router.redirect_slashes = False
    return app


class _Control:
    """What the real Google does not have: looking behind the scenes, and causing trouble."""

    def __init__(self, sandbox: Sandbox):
        self._sandbox = sandbox

    def start(self, _request: Request, _body: bytes) -> Answer:
        people = self._sandbox.population.people
        listed = [(person.key, person.name, person.time_zone) for person in people]
        return html_answer(start_page(self._sandbox.base_url, listed))

    def people(self, _request: Request, _body: bytes) -> Answer:
        return json_answer(
            [
                {
                    "key": person.key,
                    "name": person.name,
                    "healthUserId": person.health_user_id,
                    "legacyUserId": person.legacy_user_id,
                    "timeZone": person.time_zone,
                    "joined": person.joined,
                    "lacks": sorted(person.lacks),
                    "granted": self._sandbox.accounts.granted(person.key),
                }
                for person in self._sandbox.population.people
            ]
        )

    def revoke(self, request: Request, _body: bytes) -> Answer:
        key = request.path_params["key"]
        if key not in {person.key for person in self._sandbox.population.people}:
            return json_answer({"error": f"There is nobody called {key}."}, 404)
        self._sandbox.accounts.revoke_person(key)
        return json_answer({})

    def requests(self, _request: Request, _body: bytes) -> Answer:
        return json_answer(self._sandbox.requests.document())

    def reset_requests(self, _request: Request, _body: bytes) -> Answer:
        self._sandbox.requests.reset()
        return json_answer({})

    def faults(self, _request: Request, _body: bytes) -> Answer:
        return json_answer(self._sandbox.faults.document())

    def add_fault(self, request: Request, body: bytes) -> Answer:
        try:
            self._sandbox.faults.add(fault_from(orjson.loads(body)))
        except orjson.JSONDecodeError:
            return json_answer({"error": "This is no JSON."}, 400)
        except UserError as error:
            return json_answer({"error": str(error)}, 400)
        return self.faults(request, body)

    def clear_faults(self, _request: Request, _body: bytes) -> Answer:
        self._sandbox.faults.clear()
        return json_answer([])


def _endpoint(handler: _Handler, drop: Drop) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return Delivered(await run_in_threadpool(handler, request, body), drop)

    return endpoint


async def _not_found(request: Request, _error: Exception) -> Response:
    return Delivered(html_answer(not_found_page(request.url.path), 404), lambda _: None)


def _form(body: bytes) -> dict[str, list[str]]:
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
