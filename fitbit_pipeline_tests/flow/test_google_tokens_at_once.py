"""Stored tokens that several want at once: threads renew once, and processes agree on one."""

import multiprocessing
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from fitbit_pipeline.flow.google_tokens import GoogleTokens
from fitbit_pipeline.flow.stored_tokens import TokenKeeper
from fitbit_pipeline.sources.google_health.clients import OAuthClients
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.vault import Vault
from fitbit_pipeline_tests.flow.stored_tokens import (
    ENDING,
    GOOGLE,
    NOW,
    TOKENS,
    Bench,
    numbered,
    tokens_bench,
)
from fitbit_pipeline_tests.token_server import Answer, Form, tokens

pytestmark = pytest.mark.usefixtures("nothing_secret_is_logged")


@pytest.fixture
def bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    with tokens_bench(tmp_path, mongodb_uri, database_name) as made:
        yield made


def test_threads_renew_once(bench: Bench) -> None:
    bench.google.answer = numbered()
    bench.connected(ENDING)
    clients = OAuthClients(bench.home / "google-clients")
    keeper = TokenKeeper(
        lambda name: GoogleTokens(name, bench.credentials, bench.vault, clients, lambda: NOW)
    )

    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: keeper.of("me").current(), range(16)))

    assert set(used) == {"SECRET-access-1"}
    assert len(bench.google.asked) == 1


def test_threads_that_were_refused_together_renew_once(bench: Bench) -> None:
    bench.google.answer = numbered()
    tokens_of_me = bench.connected(TOKENS)

    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: tokens_of_me.renewed("SECRET-access-0"), range(16)))

    assert set(used) == {"SECRET-access-1"}
    assert len(bench.google.asked) == 1


def _renew_in_a_process(
    uri: str, database: str, home: Path, together: Barrier, results: Any
) -> None:
    with MongoClient[dict[str, Any]](uri, tz_aware=True, tzinfo=UTC) as client:
        mine = GoogleTokens(
            "me",
            Credentials(client[database]["credentials"], *GOOGLE),
            Vault(home / "key"),
            OAuthClients(home / "google-clients"),
            lambda: NOW,
        )
        together.wait(60)
        results.put(mine.current())


def _in_two_processes(bench: Bench) -> list[str]:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(2)
    results = context.Queue()
    processes = [
        context.Process(
            target=_renew_in_a_process,
            args=(bench.uri, bench.database, bench.home, together, results),
        )
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    used = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
        process.close()
    results.close()
    results.join_thread()
    return used


def test_two_processes_that_renew_at_once_end_with_one_stored_token(bench: Bench) -> None:
    """Both are held at Google until both have asked, so that both bring a token to the store."""
    bench.connected(ENDING)
    version = bench.version
    both = threading.Barrier(2)
    in_turn = numbered()

    def answer(form: Form) -> Answer:
        both.wait(60)
        return in_turn(form)

    bench.google.answer = answer

    used = _in_two_processes(bench)

    assert len(bench.google.asked) == 2
    assert bench.version == version + 1
    assert set(used) == {bench.stored.access_token}


def test_two_processes_with_a_refresh_token_that_serves_once_both_go_on(bench: Bench) -> None:
    """The slower one is refused, though the consent stands: the store knows better."""
    bench.connected(ENDING)
    both = threading.Barrier(2)
    first = threading.Lock()

    def answer(_form: Form) -> Answer:
        both.wait(60)
        if first.acquire(blocking=False):
            return 200, tokens(1, refresh_token="SECRET-refresh-1")
        return 400, {"error": "invalid_grant"}

    bench.google.answer = answer

    used = _in_two_processes(bench)

    assert used == ["SECRET-access-1"] * 2
    assert bench.stored.refresh_token == "SECRET-refresh-1"
