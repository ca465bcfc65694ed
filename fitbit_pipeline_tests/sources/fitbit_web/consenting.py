"""A token address that a test scripts, and a client of it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient, read_client
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline_tests.token_server import TokenServer

NOW = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)
REDIRECT = "http://127.0.0.1:8189/"
CODE = "5a3b7dea3a7f48a3b7bfbc0d73b9c2be75a3c81d"
OLD = TokenSet("SECRET-access-0", "SECRET-refresh-0", NOW, frozenset({"sleep"}), user_id="26FWFL")
HTML = b"<!doctype html><title>Sign in</title> SECRET"


def client_of(fitbit: TokenServer, folder: Path, kind: str = "server") -> FitbitClient:
    content = {
        "client_id": "22ABCD",
        "client_secret": "SECRET-client",
        "kind": kind,
        "redirect_uri": REDIRECT,
        "api_url": fitbit.url,
        "authorize_url": f"{fitbit.url}/oauth2/authorize",
    }
    path = folder / "study.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_client(path)


def tokens(number: int, **changes: Any) -> dict[str, Any]:
    """A good answer; its tokens are told apart by a number."""
    answer = {
        "access_token": f"SECRET-access-{number}",
        "expires_in": 28800,
        "refresh_token": f"SECRET-refresh-{number}",
        "scope": "heartrate settings sleep activity",
        "token_type": "Bearer",
        "user_id": "26FWFL",
        **changes,
    }
    return {name: value for name, value in answer.items() if value is not None}


def listed(error_type: str, message: str = "") -> dict[str, Any]:
    """Fitbit writes the token into the message."""
    error = {"errorType": error_type, "message": f"{message} SECRET-refresh-0. Visit"}
    return {"errors": [error], "success": False}
