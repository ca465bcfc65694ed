"""Refresh tokens that work once: spent once, stored before they are used, lost by nobody."""

import multiprocessing
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.flow.fitbit_tokens import LEASE, TRIES, FitbitTokens
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.fitbit_web.renewing import (
    ROUNDS,
    STEP,
    renew_and_be_killed,
    renew_in_rounds,
)
from fitbit_pipeline_tests.sandbox_server import FIRST_DAY, NOW, running_sandbox

PROCESSES = 10

pytestmark = pytest.mark.timeout(300)


@dataclass
class Bench:
    """One connected participant, ``me``, and the sandbox whose clock moves with the deployment."""

    deployment: Deployment
    sandbox: Sandbox
    uri: str
    database: str

    def at(self, now: datetime) -> FitbitTokens:
        """The tokens of ``me`` as a process sees them that starts at an instant."""
        self.sandbox.clock = lambda: now
        return _tokens(self.deployment, now)

    @property
    def place(self) -> tuple[Path, str, str]:
        """Where another process finds the same tokens."""
        return self.deployment.settings.home, self.uri, self.database

    @property
    def refreshes(self) -> int:
        return self.sandbox.requests.total(method="refresh")

    def accepted(self, token: str) -> bool:
        """Whether the API takes a token; whoever asks uses it."""
        address = f"{self.sandbox.base_url}/1/user/-/profile.json"
        headers = {"authorization": f"Bearer {token}"}
        return requests.get(address, headers=headers, timeout=30).status_code == 200


def _tokens(deployment: Deployment, now: datetime) -> FitbitTokens:
    fitbit = deployment.fitbit_web
    return FitbitTokens("me", fitbit.credentials, fitbit.vault, fitbit.clients, lambda: now)


@pytest.fixture
def bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    settings = settings_for(tmp_path, mongodb_uri, database_name)
    with running_sandbox(people=1) as sandbox, open_deployment(settings, lambda: NOW) as deployment:
        connect_fitbit_people(deployment, sandbox, {"me": "p001"}, FIRST_DAY)
        yield Bench(deployment, sandbox, mongodb_uri, database_name)


def test_a_token_that_lasts_is_not_renewed(bench: Bench) -> None:
    assert bench.accepted(bench.at(NOW + timedelta(hours=7)).current())
    assert bench.refreshes == 0


def test_a_token_about_to_end_is_renewed_and_stored(bench: Bench) -> None:
    later = NOW + STEP

    token = bench.at(later).current()

    assert bench.accepted(token)
    assert bench.at(later).current() == token
    assert bench.refreshes == 1


def test_a_refresh_raced_by_ten_processes_spends_each_token_once_and_loses_none(
    bench: Bench,
) -> None:
    """Three times over: eight hours later all ten find the token ended at the same moment."""
    context = multiprocessing.get_context("spawn")
    start, end = context.Barrier(PROCESSES + 1), context.Barrier(PROCESSES + 1)
    results = context.Queue()
    processes = [
        context.Process(
            target=renew_in_rounds,
            args=(*bench.place, NOW, start, end, results),
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    used: list[set[str]] = []
    for round_ in range(1, ROUNDS + 1):
        now = NOW + round_ * STEP
        bench.sandbox.clock = lambda now=now: now
        start.wait(120)
        used.append({results.get(timeout=120) for _ in processes})
        assert all(bench.accepted(token) for token in used[-1])
        end.wait(120)
    for process in processes:
        process.join(60)
        process.close()
    results.close()
    results.join_thread()

    assert [len(tokens) for tokens in used] == [1, 1, 1]
    assert bench.refreshes == ROUNDS
    assert bench.accepted(bench.at(NOW + (ROUNDS + 1) * STEP).current())


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(bench: Bench) -> None:
    """Fitbit has spent the token, and we have not seen what it gave for it."""
    later = NOW + STEP
    bench.sandbox.faults.add(Fault(kind=FaultKind.DROPPED_CONNECTION, method="refresh", times=1))

    token = bench.at(later).current()

    assert bench.accepted(token)
    assert bench.at(later).current() == token
    assert bench.refreshes == 2


def test_a_conflict_with_another_renewal_is_waited_out(bench: Bench) -> None:
    """As after a process that was killed with its request under way."""
    later = NOW + STEP
    bench.sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=409, method="refresh", times=2))

    assert bench.accepted(bench.at(later).current())
    assert bench.refreshes == 3


def test_a_service_that_gives_no_tokens_now_is_no_lost_consent(bench: Bench) -> None:
    later = NOW + STEP
    bench.sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=503, method="refresh"))

    with pytest.raises(SourceFailure) as failure:
        bench.at(later).current()
    asked = bench.refreshes
    bench.sandbox.faults.clear()

    assert failure.value.kind is FailureKind.TRANSIENT
    assert asked == TRIES
    assert bench.accepted(bench.at(later).current())


def test_too_many_requests_for_tokens_are_not_made_more(bench: Bench) -> None:
    bench.sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=429, method="refresh"))

    with pytest.raises(SourceFailure) as failure:
        bench.at(NOW + STEP).current()

    assert failure.value.kind is FailureKind.QUOTA
    assert bench.refreshes == 1


def test_a_process_killed_between_sending_and_storing_does_not_lose_the_grant(
    bench: Bench,
) -> None:
    later = NOW + STEP
    bench.sandbox.clock = lambda: later
    process = multiprocessing.get_context("spawn").Process(
        target=renew_and_be_killed,
        args=(*bench.place, later),
    )
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert bench.refreshes == 1

    token = bench.at(later + LEASE).current()

    assert bench.accepted(token)
    assert bench.refreshes == 2
    assert bench.accepted(bench.at(later + LEASE + STEP).current())


def test_a_consent_that_was_revoked_is_told_with_what_to_do(bench: Bench) -> None:
    bench.sandbox.accounts.revoke_person("p001")
    requests.post(f"{bench.sandbox.base_url}/sandbox/people/p001/revoke", timeout=30)

    with pytest.raises(SourceFailure) as failure:
        bench.at(NOW + STEP).current()

    assert failure.value.kind is FailureKind.CONSENT_LOST
    assert "fitbit-pipeline connect me --source fitbit_web" in failure.value.reason


def test_a_service_that_is_switched_off_is_told_with_the_two_ways_on(bench: Bench) -> None:
    bench.sandbox.fitbit.gone = True

    with pytest.raises(SourceFailure) as failure:
        bench.at(NOW + STEP).current()

    assert failure.value.kind is FailureKind.SOURCE_GONE
    assert "fitbit-pipeline migrate" in failure.value.reason
    assert "fitbit-pipeline import" in failure.value.reason


def test_tokens_are_stored_encrypted(bench: Bench) -> None:
    token = bench.at(NOW).current()

    stored = str(list(bench.deployment.store.database["fitbit_credentials"].find()))

    assert token not in stored
