"""Stored tokens: renewed in time, stored before they are used, and told when they are gone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.flow.stored_tokens import ENDING, NOW, TOKENS, Bench, tokens_bench
from fitbit_pipeline_tests.token_server import Answer, Form, tokens

pytestmark = pytest.mark.usefixtures("nothing_secret_is_logged")


@pytest.fixture
def bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    with tokens_bench(tmp_path, mongodb_uri, database_name) as made:
        yield made


def test_a_token_that_lasts_is_used_as_it_is(bench: Bench) -> None:
    assert bench.connected(TOKENS).current() == "SECRET-access-0"
    assert bench.google.asked == []


def test_a_token_that_ends_within_five_minutes_is_renewed(bench: Bench) -> None:
    bench.google.always(200, tokens(1))

    assert bench.connected(ENDING).current() == "SECRET-access-1"

    assert bench.stored.access_token == "SECRET-access-1"
    assert bench.stored.expires_at == NOW + timedelta(seconds=3599)
    assert bench.tokens().current() == "SECRET-access-1"
    assert len(bench.google.asked) == 1


def test_the_old_refresh_token_is_kept_where_google_sends_none(bench: Bench) -> None:
    bench.google.always(200, tokens(1))

    bench.connected(ENDING).current()

    assert bench.stored.refresh_token == "SECRET-refresh-0"


def test_a_rotated_refresh_token_is_stored_when_the_access_token_is_handed_out(
    bench: Bench,
) -> None:
    bench.google.always(200, tokens(1, refresh_token="SECRET-refresh-1"))

    bench.connected(ENDING).current()

    assert bench.stored.refresh_token == "SECRET-refresh-1"


def test_a_token_that_could_not_be_stored_is_not_used(bench: Bench) -> None:
    """A rotated refresh token that lives in one process alone is lost with it."""
    bench.google.always(200, tokens(1, refresh_token="SECRET-refresh-1"))
    tokens_of_me = bench.connected(ENDING)
    key = bench.home / "key"

    def lock_the_key(_form: Form) -> Answer:
        key.chmod(0o644)
        return 200, tokens(1, refresh_token="SECRET-refresh-1")

    bench.google.answer = lock_the_key

    with pytest.raises(SourceFailure, match="can be read by others") as told:
        tokens_of_me.current()

    assert told.value.kind is FailureKind.SERVICE_DISABLED
    key.chmod(0o600)
    assert bench.stored == ENDING


def test_a_refused_token_is_replaced_though_it_would_last(bench: Bench) -> None:
    bench.google.always(200, tokens(1))

    assert bench.connected(TOKENS).renewed("SECRET-access-0") == "SECRET-access-1"


def test_a_token_that_was_replaced_meanwhile_is_not_replaced_again(bench: Bench) -> None:
    assert bench.connected(TOKENS).renewed("SECRET-access-of-before") == "SECRET-access-0"
    assert bench.google.asked == []


def test_a_consent_that_is_gone_is_told_and_google_is_not_asked_again(bench: Bench) -> None:
    bench.google.always(400, {"error": "invalid_grant"})
    tokens_of_me = bench.connected(ENDING)

    for _ in range(3):
        with pytest.raises(SourceFailure, match="fitbit-pipeline connect me asks for it") as told:
            tokens_of_me.current()

    assert told.value.kind is FailureKind.CONSENT_LOST
    assert len(bench.google.asked) == 1
    assert bench.stored == ENDING


def test_a_consent_that_is_given_again_heals_a_running_process(bench: Bench) -> None:
    bench.google.always(400, {"error": "invalid_grant"})
    tokens_of_me = bench.connected(ENDING)
    with pytest.raises(SourceFailure):
        tokens_of_me.current()

    bench.connected(replace(TOKENS, access_token="SECRET-access-new"))

    assert tokens_of_me.current() == "SECRET-access-new"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"error": "invalid_client"}, FailureKind.SERVICE_DISABLED),
        (502, b"", FailureKind.TRANSIENT),
    ],
)
def test_other_failures_pass_through_and_change_nothing(
    bench: Bench, status: int, body: Any, kind: FailureKind
) -> None:
    bench.google.always(status, body)

    with pytest.raises(SourceFailure) as told:
        bench.connected(ENDING).current()

    assert told.value.kind is kind
    assert bench.stored == ENDING


def test_who_was_disconnected_is_told_so(bench: Bench) -> None:
    tokens_of_me = bench.connected(TOKENS)
    bench.credentials.remove("me")

    with pytest.raises(SourceFailure, match="me is not connected") as told:
        tokens_of_me.current()

    assert told.value.kind is FailureKind.CONSENT_LOST


def test_a_lost_key_is_a_failure_of_the_deployment_not_of_the_participant(bench: Bench) -> None:
    tokens_of_me = bench.connected(TOKENS)
    (bench.home / "key").unlink()

    with pytest.raises(SourceFailure, match="put it back from your backup") as told:
        tokens_of_me.current()

    assert told.value.kind is FailureKind.SERVICE_DISABLED


def test_a_lost_client_file_is_a_failure_of_the_deployment(bench: Bench) -> None:
    tokens_of_me = bench.connected(ENDING)
    (bench.home / "google-clients" / "study.json").unlink()

    with pytest.raises(SourceFailure, match="There is no OAuth client 'study'") as told:
        tokens_of_me.current()

    assert told.value.kind is FailureKind.SERVICE_DISABLED


def test_the_store_holds_no_token_that_can_be_read(bench: Bench) -> None:
    bench.connected(TOKENS)

    document = bench.collection.find_one()

    assert b"SECRET" not in document["secret"]
    assert "SECRET" not in json.dumps(document, default=lambda value: repr(value))
