"""Misbehaviour on request: each kind, whom it strikes, and how often."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import NIGHTS, all_rows, points, reading, rolling_up, said
from fitbit_pipeline_tests.sandbox_server import running_sandbox, signed_in


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with running_sandbox(check=False) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def session(running: Sandbox) -> Iterator[requests.Session]:
    with signed_in(running) as session:
        yield session


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """A sandbox that behaves well until told otherwise."""
    yield running
    running.faults.clear()


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 502, 503, 504])
def test_a_status_comes_as_google_says_it(
    sandbox: Sandbox, session: requests.Session, status: int
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=status))
    answer = reading(sandbox, session, "identity")

    assert said(answer) == (status, "")
    assert answer.headers["content-type"].startswith("application/json")
    assert "retry-after" not in answer.headers


def test_a_status_may_say_when_to_come_back(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=503, retry_after=7))

    assert reading(sandbox, session, "identity").headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        (FaultKind.ACCOUNT_NOT_LINKED, 400, "ACCOUNT_NOT_LINKED"),
        (FaultKind.SERVICE_DISABLED, 403, "SERVICE_DISABLED"),
        (FaultKind.NOT_MIGRATED, 403, ""),
        (FaultKind.PRECONDITION, 412, ""),
    ],
)
def test_accounts_and_projects_fail_as_at_google(
    sandbox: Sandbox, session: requests.Session, kind: FaultKind, status: int, reason: str
) -> None:
    sandbox.faults.add(Fault(kind=kind))

    assert said(reading(sandbox, session, "identity")) == (status, reason)


def test_the_messages_are_those_that_were_reported(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.NOT_MIGRATED, times=1))
    sandbox.faults.add(Fault(kind=FaultKind.PRECONDITION, times=1))
    first, second = (reading(sandbox, session, "identity").json()["error"] for _ in range(2))

    assert "Could not mint UberMint from GaiaMint" in first["message"]
    assert second["message"] == "Precondition check failed."


def test_a_proxy_answers_with_a_page(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.HTML_ERROR))
    answer = reading(sandbox, session, "identity")

    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")


def test_json_may_end_in_the_middle(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.TRUNCATED_JSON, times=1))
    broken = reading(sandbox, session, "settings")
    whole = reading(sandbox, session, "settings")

    assert broken.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        broken.json()
    assert whole.content.startswith(broken.content)


def test_a_connection_may_end_without_an_answer(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.DROPPED_CONNECTION, times=1))

    with pytest.raises(requests.ConnectionError):
        reading(sandbox, session, "identity")
    assert reading(sandbox, session, "identity").status_code == 200


def test_a_connection_may_end_in_the_middle_of_an_answer(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.CUT_BODY, times=1))

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        reading(sandbox, session, "settings")
    assert reading(sandbox, session, "settings").status_code == 200


def test_an_answer_may_stop_for_long(sandbox: Sandbox, session: requests.Session) -> None:
    """A client that waits less than the pause gives up."""
    sandbox.faults.add(Fault(kind=FaultKind.SLOW_BODY, seconds=60, times=1))

    with pytest.raises(requests.ConnectionError):
        session.get(f"{sandbox.base_url}/v4/users/me/settings", timeout=(5, 0.2))


def test_a_slow_answer_arrives_whole(sandbox: Sandbox, session: requests.Session) -> None:
    expected = reading(sandbox, session, "settings").content
    sandbox.faults.add(Fault(kind=FaultKind.SLOW_BODY, seconds=0.01, times=1))

    assert reading(sandbox, session, "settings").content == expected


@pytest.mark.parametrize("token", [False, True])
def test_a_page_token_may_lead_to_the_same_page_again(
    sandbox: Sandbox, session: requests.Session, *, token: bool
) -> None:
    query: dict[str, Any] = {"filter": NIGHTS, "pageSize": 2}
    if token:
        query["pageToken"] = points(sandbox, session, "sleep", **query).json()["nextPageToken"]
    sandbox.faults.add(Fault(kind=FaultKind.REPEATED_PAGE_TOKEN, data_type="sleep"))
    first = points(sandbox, session, "sleep", **query).json()
    query["pageToken"] = first["nextPageToken"]
    second = points(sandbox, session, "sleep", **query).json()

    assert second["dataPoints"] == first["dataPoints"]
    assert second["nextPageToken"] == first["nextPageToken"]


@pytest.mark.parametrize("page", [1, 2, None])
def test_an_empty_page_may_stand_before_the_rest(
    sandbox: Sandbox, session: requests.Session, page: int | None
) -> None:
    query = {"filter": NIGHTS, "pageSize": 3}
    whole = all_rows(sandbox, session, "sleep", **query)
    sandbox.faults.add(Fault(kind=FaultKind.EMPTY_PAGE_WITH_TOKEN, page=page, times=1))
    spoiled = all_rows(sandbox, session, "sleep", **query)

    assert spoiled.count([]) == 1
    assert spoiled[0 if page is None else page - 1] == []
    assert [each for each in spoiled if each] == whole


def test_rolled_up_pages_fail_in_the_same_ways(sandbox: Sandbox, session: requests.Session) -> None:
    body = {
        "range": {"startTime": "2026-11-10T00:00:00Z", "endTime": "2026-11-10T06:00:00Z"},
        "windowSize": "60s",
        "pageSize": 100,
    }
    sandbox.faults.add(Fault(kind=FaultKind.EMPTY_PAGE_WITH_TOKEN, method="rollUp", times=1))
    empty = rolling_up(sandbox, session, "heart-rate", "rollUp", body).json()
    body["pageToken"] = empty["nextPageToken"]

    assert set(empty) == {"nextPageToken"}
    full = rolling_up(sandbox, session, "heart-rate", "rollUp", body).json()
    assert len(full["rollupDataPoints"]) == 100


def test_a_fault_strikes_whom_it_names_and_nobody_else(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add(
        Fault(kind=FaultKind.STATUS, status=500, person="p002", method="list", data_type="steps")
    )
    with signed_in(sandbox, "p002") as other:
        assert points(sandbox, other, "steps", pageSize=1).status_code == 500
        assert points(sandbox, other, "distance", pageSize=1).status_code == 200
        assert points(sandbox, other, "steps", ":reconcile", pageSize=1).status_code == 200
    assert points(sandbox, session, "steps", pageSize=1).status_code == 200


def test_a_fault_strikes_so_often_after_so_many(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=500, after=2, times=2))
    statuses = [reading(sandbox, session, "identity").status_code for _ in range(6)]

    assert statuses == [200, 200, 500, 500, 200, 200]


def test_a_fault_without_an_end_goes_on(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=500))
    assert {reading(sandbox, session, "identity").status_code for _ in range(5)} == {500}
    sandbox.faults.clear()
    assert reading(sandbox, session, "identity").status_code == 200


def test_a_struck_request_is_counted(sandbox: Sandbox, session: requests.Session) -> None:
    before = sandbox.requests.total(method="identity")
    sandbox.faults.add(Fault(kind=FaultKind.DROPPED_CONNECTION, times=1))
    with pytest.raises(requests.ConnectionError):
        reading(sandbox, session, "identity")

    assert sandbox.requests.total(method="identity") == before + 1


def test_faults_are_added_told_and_cleared_over_http(
    sandbox: Sandbox, session: requests.Session
) -> None:
    address = f"{sandbox.base_url}/sandbox/faults"
    added = requests.post(
        address, json={"kind": "status", "status": 500, "person": "p001", "times": 1}, timeout=10
    )
    assert added.status_code == 200
    assert reading(sandbox, session, "identity").status_code == 500
    (told,) = requests.get(address, timeout=10).json()
    assert (told["kind"], told["person"], told["fitted"], told["struck"]) == (
        "status",
        "p001",
        1,
        1,
    )
    assert requests.delete(address, timeout=10).json() == []
    assert requests.get(address, timeout=10).json() == []


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "{}",
        '{"kind": "earthquake"}',
        '{"kind": "status", "for": "p001"}',
        '{"kind": "status", "status": 200}',
        '{"kind": "status", "status": 599}',
        '{"kind": "status", "times": "often"}',
    ],
)
def test_what_is_no_fault_is_told(sandbox: Sandbox, body: str) -> None:
    answer = requests.post(f"{sandbox.base_url}/sandbox/faults", data=body, timeout=10)

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert sandbox.faults.document() == []
