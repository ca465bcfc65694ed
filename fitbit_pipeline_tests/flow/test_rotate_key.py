"""A new key: everything can be decrypted at every moment, and nothing that was stored is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.sealed_tokens import rotate_key, seal, unseal
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline_tests.flow.stored_tokens import (
    ENDING,
    GOOGLE,
    NOW,
    SLEEP,
    TOKENS,
    Bench,
    tokens_bench,
)
from fitbit_pipeline_tests.token_server import Answer, Form, tokens


@pytest.fixture
def bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    with tokens_bench(tmp_path, mongodb_uri, database_name) as made:
        yield made


def test_a_rotated_key_alone_opens_everything(bench: Bench) -> None:
    tokens_of_me = bench.connected(TOKENS)
    before = (bench.home / "key").read_text()

    assert rotate_key([bench.credentials], bench.vault) == 1

    after = (bench.home / "key").read_text()
    assert len(after.split()) == 1
    assert after != before
    assert tokens_of_me.current() == "SECRET-access-0"


def test_a_rotation_that_is_cut_off_is_finished_by_the_next(bench: Bench) -> None:
    """The process ends after the first of two consents was encrypted again."""
    tokens_of_me = bench.connected(TOKENS)
    bench.credentials.put(
        "you",
        client="study",
        secret=seal(bench.vault, TOKENS),
        scopes=SLEEP,
        account="2",
        now=NOW,
    )

    class CutOff(Credentials):
        changed = 0

        def compare_and_set(self, *args: Any, **kwargs: Any) -> bool:
            if self.changed:
                raise KeyboardInterrupt
            self.changed += 1
            return super().compare_and_set(*args, **kwargs)

    with pytest.raises(KeyboardInterrupt):
        rotate_key([CutOff(bench.collection, *GOOGLE)], bench.vault)
    assert tokens_of_me.current() == "SECRET-access-0"
    assert all(unseal(bench.vault, each).access_token for each in bench.credentials.all())

    assert rotate_key([bench.credentials], bench.vault) == 2

    assert len((bench.home / "key").read_text().split()) == 1
    assert all(unseal(bench.vault, each).access_token for each in bench.credentials.all())


def test_tokens_that_are_renewed_during_a_rotation_are_not_lost(bench: Bench) -> None:
    """Between reading and writing of the rotation, another process stores new tokens."""
    bench.google.always(200, tokens(1, refresh_token="SECRET-refresh-1"))
    tokens_of_me = bench.connected(ENDING)

    class Interfered(Credentials):
        interfered = False

        def compare_and_set(self, *args: Any, **kwargs: Any) -> bool:
            if not self.interfered:
                self.interfered = True
                tokens_of_me.current()
            return super().compare_and_set(*args, **kwargs)

    rotate_key([Interfered(bench.collection, *GOOGLE)], bench.vault)

    assert bench.stored.refresh_token == "SECRET-refresh-1"


def test_a_rotation_between_asking_and_storing_does_not_lose_the_answer(bench: Bench) -> None:
    """The version has changed, the tokens have not: what Google gave must still be stored."""
    tokens_of_me = bench.connected(ENDING)

    def rotate_first(_form: Form) -> Answer:
        rotate_key([bench.credentials], bench.vault)
        return 200, tokens(1, refresh_token="SECRET-refresh-1")

    bench.google.answer = rotate_first

    assert tokens_of_me.current() == "SECRET-access-1"
    assert bench.stored.refresh_token == "SECRET-refresh-1"


def test_a_rotation_that_cannot_decrypt_changes_nothing(bench: Bench) -> None:
    bench.connected(TOKENS)
    key = bench.home / "key"
    key.unlink()
    bench.vault.encrypt(b"")
    before = key.read_text()

    with pytest.raises(UserError, match="me: No key in"):
        rotate_key([bench.credentials], bench.vault)

    assert key.read_text() == before
