"""The hourly quota of the sandbox's Fitbit, and the headers that tell it roughly."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in, read_fitbit
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import refusal
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox

PER_HOUR = 20
PROFILE = "1/user/-/profile.json"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(fitbit_requests_per_hour=PER_HOUR) as sandbox:
        yield sandbox


def _headers(answer: requests.Response) -> tuple[int, int, int]:
    limit, remaining, reset = (
        int(answer.headers[f"Fitbit-Rate-Limit-{name}"]) for name in ("Limit", "Remaining", "Reset")
    )
    return limit, remaining, reset


def test_what_is_left_is_told_late_and_never_too_low(sandbox: Sandbox) -> None:
    with fitbit_signed_in(sandbox) as session:
        told = [_headers(read_fitbit(sandbox, session, PROFILE)) for _ in range(PER_HOUR)]

    left = [PER_HOUR - number for number in range(1, PER_HOUR + 1)]
    lag = [remaining - true for (_, remaining, _), true in zip(told, left, strict=True)]
    assert {limit for limit, _, _ in told} == {PER_HOUR}
    assert min(lag) == 0
    assert 0 < max(lag) <= 3


def test_the_first_request_too_many_is_refused_until_the_full_hour(sandbox: Sandbox) -> None:
    sandbox.clock = lambda: NOW + timedelta(minutes=20, seconds=15)
    with fitbit_signed_in(sandbox) as session:
        good = [read_fitbit(sandbox, session, PROFILE) for _ in range(PER_HOUR)]
        refused = read_fitbit(sandbox, session, PROFILE)
        _, _, reset = _headers(refused)
        sandbox.clock = lambda: NOW + timedelta(minutes=59, seconds=59)
        still = read_fitbit(sandbox, session, PROFILE)
        sandbox.clock = lambda: NOW + timedelta(hours=1)
        again = read_fitbit(sandbox, session, PROFILE)

    assert {answer.status_code for answer in good} == {200}
    assert refusal(refused) == (429, "system", "Too Many Requests")
    assert reset == 39 * 60 + 45
    assert int(refused.headers["Retry-After"]) < reset
    assert still.status_code == 429
    assert again.status_code == 200


def test_each_person_and_application_has_a_quota_of_its_own(sandbox: Sandbox) -> None:
    with (
        fitbit_signed_in(sandbox, "p001") as one,
        fitbit_signed_in(sandbox, "p002") as other,
        fitbit_signed_in(sandbox, "p001", kind="personal") as own,
    ):
        for _ in range(PER_HOUR):
            read_fitbit(sandbox, one, PROFILE)

        assert read_fitbit(sandbox, one, PROFILE).status_code == 429
        assert read_fitbit(sandbox, other, PROFILE).status_code == 200
        assert read_fitbit(sandbox, own, PROFILE).status_code == 200


def test_refusals_count_too_but_not_those_without_a_token(sandbox: Sandbox) -> None:
    with fitbit_signed_in(sandbox) as session, requests.Session() as nobody:
        for _ in range(PER_HOUR):
            assert read_fitbit(sandbox, session, "1/user/-/nowhere.json").status_code == 404
            assert read_fitbit(sandbox, nobody, PROFILE).status_code == 401

        assert read_fitbit(sandbox, session, PROFILE).status_code == 429


def test_many_who_ask_at_once_get_no_more_than_there_is(sandbox: Sandbox) -> None:
    with fitbit_signed_in(sandbox) as session, ThreadPoolExecutor(8) as pool:
        headers = dict(session.headers)
        answers = list(
            pool.map(
                lambda _: (
                    requests.get(
                        f"{sandbox.base_url}/{PROFILE}", headers=headers, timeout=10
                    ).status_code
                ),
                range(PER_HOUR + 10),
            )
        )

    assert sorted(answers) == [200] * PER_HOUR + [429] * 10


def test_the_headers_can_be_left_out(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.NO_RATE_HEADERS))
    with fitbit_signed_in(sandbox) as session:
        answers = [read_fitbit(sandbox, session, PROFILE) for _ in range(PER_HOUR + 1)]

    assert [answer.status_code for answer in answers] == [200] * PER_HOUR + [429]
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("fitbit-")]


def test_the_quota_of_a_sandbox_is_fitbits_own_unless_named() -> None:
    assert Sandbox(lambda: NOW, NOW.date()).fitbit.quota.per_hour == 150
