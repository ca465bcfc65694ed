"""Misbehaviour of the token address on request: refusals, rotation, and failures."""

import pytest
import requests

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.token_calls import refresh
from fitbit_pipeline_tests.sandbox_server import tokens_of


def test_a_refresh_may_be_refused(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox, "p002")["refresh_token"]
    sandbox.faults.add(Fault(kind=FaultKind.REFUSE_REFRESH, person="p002", times=1))
    refused = refresh(sandbox, token)

    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_grant"
    assert refresh(sandbox, token).status_code == 200


def test_a_refresh_token_may_be_exchanged_for_a_new_one(sandbox: Sandbox) -> None:
    old = tokens_of(sandbox, "p002")["refresh_token"]
    sandbox.faults.add(Fault(kind=FaultKind.ROTATE_REFRESH_TOKEN, times=1))
    new = refresh(sandbox, old).json()["refresh_token"]

    assert new != old
    assert refresh(sandbox, old).status_code == 400
    assert refresh(sandbox, new).status_code == 200


@pytest.mark.parametrize(("kind", "status"), [(FaultKind.STATUS, 503), (FaultKind.HTML_ERROR, 502)])
def test_tokens_fail_where_that_is_asked_for(
    sandbox: Sandbox, kind: FaultKind, status: int
) -> None:
    token = tokens_of(sandbox, "p002")["refresh_token"]
    sandbox.faults.add(Fault(kind=kind, method="refresh", times=1))

    assert refresh(sandbox, token).status_code == status
    assert refresh(sandbox, token).status_code == 200


def test_a_fault_of_the_health_api_leaves_tokens_alone(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=500))

    assert "access_token" in tokens_of(sandbox, "p002")


def test_a_revocation_may_fail(sandbox: Sandbox) -> None:
    token = tokens_of(sandbox, "p002")["refresh_token"]
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=500, method="revoke", times=1))
    answer = requests.post(f"{sandbox.base_url}/revoke", data={"token": token}, timeout=10)

    assert answer.status_code == 500
    assert refresh(sandbox, token).status_code == 200
