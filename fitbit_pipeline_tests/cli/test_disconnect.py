"""``disconnect`` and ``rotate-key``, end to end against the sandbox over HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from fitbit_pipeline.flow.sealed_tokens import unseal
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline.vault import Vault
from fitbit_pipeline_tests.cli.connecting import Bench, bench_of


@pytest.fixture
def bench(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    with bench_of(tmp_path, mongodb_uri, database_name, monkeypatch) as made:
        yield made


def test_disconnecting_ends_the_consent_at_google_too(bench: Bench) -> None:
    bench.connect()
    assert bench.sandbox.accounts.granted("p001")

    result = bench.call("disconnect", "me")

    assert result.exit_code == 0, result.output
    assert "me is disconnected" in result.output
    assert "The days until now stay" in result.output
    assert bench.sandbox.accounts.granted("p001") == ()
    assert bench.store.credentials.get("me") is None
    known = bench.store.participants.get("me")
    assert known is not None
    assert known.status is ParticipantStatus.LEFT


def test_who_left_can_come_back(bench: Bench) -> None:
    bench.connect()
    bench.call("disconnect", "me")

    result, _ = bench.connect()

    assert result.exit_code == 0, result.output
    known = bench.store.participants.get("me")
    assert known is not None
    assert known.active


def test_disconnecting_without_google_tells_what_is_left_to_do(bench: Bench) -> None:
    bench.connect()
    bench.sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=500, method="revoke"))

    result = bench.call("disconnect", "me")

    assert result.exit_code == 0
    assert "Google was not told" in result.output
    assert "withdraw the access in the settings of their Google account" in result.output


def test_a_new_key_is_made_and_the_old_one_dropped(bench: Bench) -> None:
    bench.connect()
    before = (bench.home / "key").read_text()

    result = bench.call("rotate-key")

    assert result.exit_code == 0, result.output
    assert "1 consent encrypted again with a new key" in result.output
    assert "back it up" in result.output
    after = (bench.home / "key").read_text()
    assert before.strip() not in after
    assert before.strip() not in result.output
    credential = bench.store.credentials.get("me")
    assert credential is not None
    assert unseal(bench.vault, credential)


def test_with_keys_of_the_setting_the_first_takes_over(bench: Bench) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    bench.monkeypatch.setenv("FITBIT_PIPELINE_KEY", old)
    bench.connect()
    bench.monkeypatch.setenv("FITBIT_PIPELINE_KEY", f"{new},{old}")

    result = bench.call("rotate-key")

    assert "all keys behind it can be dropped" in result.output
    assert not {old, new} & set(re.split(r"\W", result.output))
    credential = bench.store.credentials.get("me")
    assert credential is not None
    assert unseal(Vault(bench.home / "key", new), credential)
    bench.store.credentials.remove("me")


def test_a_key_that_does_not_fit_is_told(bench: Bench) -> None:
    bench.connect()
    bench.monkeypatch.setenv("FITBIT_PIPELINE_KEY", Fernet.generate_key().decode())

    result = bench.call("rotate-key")

    assert result.exit_code == 1
    assert "me: No key in FITBIT_PIPELINE_KEY decrypts the stored consent" in result.output
