"""The addresses of the sandbox: which request goes where. What is answered stands elsewhere."""

from collections.abc import Awaitable, Callable
from datetime import date
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sandbox.api import Call, HealthApi
from fitbit_pipeline.sandbox.delivery import Answer, Delivered, Drop, html_answer, json_answer
from fitbit_pipeline.sandbox.faults import fault_from
from fitbit_pipeline.sandbox.fitbit_web.routes import fitbit_routes
from fitbit_pipeline.sandbox.oauth import OAuth
from fitbit_pipeline.sandbox.pages import not_found_page, start_page
from fitbit_pipeline.sandbox.takeout import takeout_archive
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
            *(
                Route(path, _endpoint(handler, drop), methods=list(verbs))
                for path, verbs, handler in fitbit_routes(sandbox)
            ),
            route("/", "GET", control.start),
            route("/sandbox/client", "GET", lambda *_: json_answer(sandbox.client_file())),
            route("/sandbox/fitbit-client", "GET", control.fitbit_client),
            route("/sandbox/people", "GET", control.people),
            route("/sandbox/people/{key}/takeout.zip", "GET", control.takeout),
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
                    "grantedToFitbit": self._sandbox.fitbit.accounts.granted(person.key),
                }
                for person in self._sandbox.population.people
            ]
        )

    def revoke(self, request: Request, _body: bytes) -> Answer:
        key = request.path_params["key"]
        if not self._knows(key):
            return _nobody(key)
        self._sandbox.accounts.revoke_person(key)
        self._sandbox.fitbit.accounts.revoke_person(key)
        return json_answer({})

    def takeout(self, request: Request, _body: bytes) -> Answer:
        key, query = request.path_params["key"], request.query_params
        if not self._knows(key):
            return _nobody(key)
        try:
            first = date.fromisoformat(query.get("from") or self._sandbox.first_day.isoformat())
            last = date.fromisoformat(query.get("to") or self._sandbox.now().date().isoformat())
        except ValueError:
            return json_answer({"error": "from and to are days such as 2026-11-20."}, 400)
        archive = takeout_archive(self._sandbox.population, key, self._sandbox.now(), first, last)
        return Answer(archive, media_type="application/zip")

    def fitbit_client(self, request: Request, _body: bytes) -> Answer:
        kind = request.query_params.get("kind", "server")
        if kind not in self._sandbox.fitbit.clients:
            kinds = ", ".join(self._sandbox.fitbit.clients)
            return json_answer({"error": f"The kinds of applications are {kinds}."}, 400)
        return json_answer(self._sandbox.fitbit_client_file(kind))

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

    def _knows(self, key: str) -> bool:
        return key in {person.key for person in self._sandbox.population.people}


def _nobody(key: str) -> Answer:
    return json_answer({"error": f"There is nobody called {key}."}, 404)


def _endpoint(handler: _Handler, drop: Drop) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.body()
        except ClientDisconnect:
            # Killed while it asked: there is nobody to be answered.
            return Response(status_code=400)
        return Delivered(await run_in_threadpool(handler, request, body), drop)

    return endpoint


async def _not_found(request: Request, _error: Exception) -> Response:
    return Delivered(html_answer(not_found_page(request.url.path), 404), lambda _: None)


def _form(body: bytes) -> dict[str, list[str]]:
    return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
