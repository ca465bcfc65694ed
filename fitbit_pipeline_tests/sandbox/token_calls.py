"""Calls of the sandbox's token address."""

import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox_server import REDIRECT_URI, ask_for_tokens


def exchange(sandbox: Sandbox, code: str, /, **changed: str | None) -> requests.Response:
    """Asks for the tokens of a code; ``None`` leaves a field out."""
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    return ask_for_tokens(sandbox, **{**fields, **changed})


def refresh(sandbox: Sandbox, token: str, /, **changed: str | None) -> requests.Response:
    """Asks for another access token; ``None`` leaves a field out."""
    return ask_for_tokens(
        sandbox, **{"grant_type": "refresh_token", "refresh_token": token, **changed}
    )
