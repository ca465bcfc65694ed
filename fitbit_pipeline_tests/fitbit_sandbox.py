"""People of the sandbox who consent to an application of Fitbit, for tests."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import requests

from fitbit_pipeline.sandbox import consent
from fitbit_pipeline.sandbox.fitbit_web.scopes import SCOPES
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox_server import REDIRECT_URI, code_of


def fitbit_address(sandbox: Sandbox, kind: str = "server", **changed: str | None) -> str:
    """The address that asks for all scopes; ``None`` leaves a parameter out."""
    client = sandbox.fitbit_client_file(kind)
    parameters: dict[str, str | None] = {
        "client_id": client["client_id"],
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        "state": "a-state",
        **changed,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{client['authorize_url']}?{urlencode(given)}"


def basic(client: dict[str, Any]) -> dict[str, str]:
    """The header by which an application proves who it is; none for one without a secret."""
    if "client_secret" not in client:
        return {}
    pair = f"{client['client_id']}:{client['client_secret']}"
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def ask_fitbit_for_tokens(
    sandbox: Sandbox, kind: str = "server", **fields: str
) -> requests.Response:
    """A request to the token endpoint as an application of a kind sends it."""
    client = sandbox.fitbit_client_file(kind)
    named = {"client_id": client["client_id"], **fields}
    return requests.post(
        f"{client['api_url']}/oauth2/token", data=named, headers=basic(client), timeout=10
    )


def fitbit_tokens_of(
    sandbox: Sandbox,
    person: str = "p001",
    scopes: tuple[str, ...] | None = None,
    kind: str = "server",
) -> dict[str, Any]:
    """The token answer for a person who consents, to all scopes or to some."""
    address = consent.grant(fitbit_address(sandbox, kind), person=person, scopes=scopes)
    answer = ask_fitbit_for_tokens(
        sandbox,
        kind,
        grant_type="authorization_code",
        code=code_of(address),
        redirect_uri=REDIRECT_URI,
    )
    tokens: dict[str, Any] = answer.json()
    return tokens


@contextmanager
def fitbit_signed_in(
    sandbox: Sandbox,
    person: str = "p001",
    scopes: tuple[str, ...] | None = None,
    kind: str = "server",
) -> Iterator[requests.Session]:
    """A session that sends the access token of a person."""
    with requests.Session() as session:
        token = fitbit_tokens_of(sandbox, person, scopes, kind)["access_token"]
        session.headers["authorization"] = f"Bearer {token}"
        yield session


def read_fitbit(
    sandbox: Sandbox, session: requests.Session, path: str, **query: str | int
) -> requests.Response:
    """A GET of the API; the path is the one behind the host, such as ``1/user/-/profile.json``."""
    return session.get(f"{sandbox.base_url}/{path}", params=query, timeout=30)
