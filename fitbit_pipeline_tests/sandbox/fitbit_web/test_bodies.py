"""The bodies of refusals are those that people wrote down when the API was alive.

They are not part of this project (``fitbit_samples``).
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from fitbit_pipeline.sandbox.delivery import Answer
from fitbit_pipeline.sandbox.fitbit_web import errors
from fitbit_pipeline_tests.fitbit_samples import ERRORS, HAS_DATA, MISSING, error_bodies

pytestmark = pytest.mark.skipif(not HAS_DATA, reason=MISSING)

TOKEN = "<token>"
BODIES: dict[str, Callable[[], Answer]] = {
    "expired_token": lambda: errors.expired_token(TOKEN).answer(),
    "invalid_token": lambda: errors.invalid_token(TOKEN).answer(),
    "invalid_grant": lambda: errors.refresh_refused(TOKEN).answer(),
    "invalid_request_missing_refresh": lambda: errors.missing_parameters("refresh_token").answer(),
    "insufficient_scope": lambda: errors.insufficient_scope("sleep").answer(),
    "insufficient_permissions_intraday": lambda: errors.insufficient_permissions().answer(),
    "request_range_24h": lambda: errors.longer_than_a_day().answer(),
    "validation_too_many_points": lambda: errors.too_many_points().answer(),
    "too_many_requests": lambda: errors.too_many_requests().answer(),
    "server_error": lambda: errors.failing(500),
    "google_shape_permission_denied": lambda: errors.google_shaped(403),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_word_for_word(name: str) -> None:
    (path,) = ERRORS.glob(f"{name}.*.json")
    documented: Any = json.loads(path.read_text(encoding="utf-8"))
    answer = BODIES[name]()

    assert json.loads(answer.body) == documented
    assert re.fullmatch(rf"{name}\.{answer.status}\.json", path.name)


def test_none_is_forgotten() -> None:
    names = {path.name.split(".")[0] for path in error_bodies()}

    assert names == set(BODIES)
