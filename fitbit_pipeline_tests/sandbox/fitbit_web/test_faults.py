"""What goes wrong on request at the sandbox's Fitbit."""

from collections.abc import Iterator

import pytest
import requests

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox, running
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_address, fitbit_signed_in, read_fitbit
from fitbit_pipeline_tests.sandbox.calls import reading
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import refusal
from fitbit_pipeline_tests.sandbox_server import FIRST_DAY, NOW, running_sandbox, signed_in

STEPS = "1/user/-/activities/steps/date/today/7d.json"
SLEEP = "1.2/user/-/sleep/date/2026-11-17.json"
PROFILE = "1/user/-/profile.json"


@pytest.fixture(scope="module")
def served_here() -> Iterator[Sandbox]:
    with running_sandbox(check=False) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def signed(served_here: Sandbox) -> Iterator[requests.Session]:
    with fitbit_signed_in(served_here) as session:
        yield session


@pytest.fixture
def sandbox(served_here: Sandbox) -> Sandbox:
    served_here.faults.clear()
    return served_here


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "validation"),
        (401, "invalid_token"),
        (403, "insufficient_permissions"),
        (404, "not_found"),
        (409, "request"),
        (422, "validation"),
        (429, "system"),
        (500, "request"),
    ],
)
def test_a_status_comes_with_its_documented_body(
    sandbox: Sandbox, signed: requests.Session, status: int, kind: str
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=status, retry_after=7, times=1))
    answer = read_fitbit(sandbox, signed, STEPS)

    assert refusal(answer)[:2] == (status, kind)
    assert answer.headers["retry-after"] == "7"
    assert "fitbit-rate-limit-remaining" in answer.headers
    assert read_fitbit(sandbox, signed, STEPS).status_code == 200


@pytest.mark.parametrize("status", [503, 504])
def test_an_outage_has_no_body(sandbox: Sandbox, signed: requests.Session, status: int) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=status, times=1))
    answer = read_fitbit(sandbox, signed, STEPS)

    assert (answer.status_code, answer.content) == (status, b"")


def test_a_proxy_answers_with_a_page(sandbox: Sandbox, signed: requests.Session) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.HTML_ERROR, times=1))
    answer = read_fitbit(sandbox, signed, STEPS)

    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")


def test_the_front_end_of_the_last_year_refuses_in_googles_shape(
    sandbox: Sandbox, signed: requests.Session
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.GOOGLE_ERROR, status=403, times=1))
    answer = read_fitbit(sandbox, signed, STEPS)

    assert answer.status_code == 403
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"
    assert answer.json()["error"]["code"] == 403
    assert "fitbit-rate-limit-limit" in answer.headers


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (FaultKind.EXPIRED_TOKEN, (401, "expired_token")),
        (FaultKind.INVALID_TOKEN, (401, "invalid_token")),
        (FaultKind.INSUFFICIENT_PERMISSIONS, (403, "insufficient_permissions")),
    ],
)
def test_a_token_is_refused(
    sandbox: Sandbox, signed: requests.Session, kind: FaultKind, said: tuple[int, str]
) -> None:
    sandbox.faults.add(Fault(kind=kind, data_type="sleep", times=1))

    assert read_fitbit(sandbox, signed, STEPS).status_code == 200
    answer = read_fitbit(sandbox, signed, SLEEP)
    assert refusal(answer)[:2] == said
    token = str(signed.headers["authorization"]).removeprefix("Bearer ")
    assert (token in refusal(answer)[2]) == (said[0] == 401)


def test_a_fault_strikes_the_resource_and_the_person_that_it_names(
    sandbox: Sandbox, signed: requests.Session
) -> None:
    sandbox.faults.add(
        Fault(kind=FaultKind.STATUS, status=500, method="fitbit", data_type="steps", person="p002")
    )
    with fitbit_signed_in(sandbox, "p002") as other:
        assert read_fitbit(sandbox, signed, STEPS).status_code == 200
        assert read_fitbit(sandbox, other, SLEEP).status_code == 200
        assert read_fitbit(sandbox, other, STEPS).status_code == 500


def test_answers_are_cut_and_dropped(sandbox: Sandbox, signed: requests.Session) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.TRUNCATED_JSON, times=1))
    with pytest.raises(requests.exceptions.JSONDecodeError):
        read_fitbit(sandbox, signed, STEPS).json()
    sandbox.faults.add(Fault(kind=FaultKind.DROPPED_CONNECTION, times=1))
    with pytest.raises(requests.ConnectionError):
        read_fitbit(sandbox, signed, STEPS)
    sandbox.faults.add(Fault(kind=FaultKind.CUT_BODY, times=1))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        read_fitbit(sandbox, signed, STEPS)

    assert read_fitbit(sandbox, signed, STEPS).status_code == 200


def test_the_end_of_the_api_can_come_over_http_and_leaves_google_alone(
    sandbox: Sandbox, signed: requests.Session
) -> None:
    added = requests.post(
        f"{sandbox.base_url}/sandbox/faults", json={"kind": "gone", "after": 1}, timeout=10
    )
    assert added.status_code == 200

    assert read_fitbit(sandbox, signed, PROFILE).status_code == 200
    assert read_fitbit(sandbox, signed, PROFILE).status_code == 410
    token = requests.post(f"{sandbox.base_url}/oauth2/token", data={}, timeout=10)
    assert token.status_code == 410
    with signed_in(sandbox) as session:
        assert reading(sandbox, session, "identity").status_code == 200


def test_a_sandbox_may_begin_with_the_api_gone() -> None:
    with running(Sandbox(lambda: NOW, FIRST_DAY, fitbit_gone=True)) as sandbox:
        answers = [
            requests.get(fitbit_address(sandbox), timeout=10),
            requests.get(f"{sandbox.base_url}/{PROFILE}", timeout=10),
        ]

    assert [answer.status_code for answer in answers] == [410, 410]
