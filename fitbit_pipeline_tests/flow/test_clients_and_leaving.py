"""Which OAuth client a consent goes to, and what leaving does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.connect import choose_client, disconnect
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline_tests.flow.connecting import (
    ACCOUNT,
    START,
    Bench,
    connect_bench,
)


@pytest.fixture
def bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    with connect_bench(tmp_path, mongodb_uri, database_name) as made:
        yield made


def _chosen(bench: Bench, name: str, client: str | None = None, limit: int = 100) -> str:
    return choose_client(bench.clients, bench.store.credentials, name, client, limit).name


def _people(bench: Bench, client: str, *names: str) -> None:
    for name in names:
        bench.connect(name, replace(ACCOUNT, health_user_id=name), client=client)


def test_the_client_with_the_fewest_people_is_chosen(bench: Bench) -> None:
    bench.add_client("second")
    _people(bench, "second", "P01")
    assert _chosen(bench, "new") == "study"

    _people(bench, "study", "P02", "P03")
    assert _chosen(bench, "new") == "second"


def test_who_has_a_client_keeps_it(bench: Bench) -> None:
    bench.add_client("second")
    _people(bench, "study", "P01", "P02")

    assert _chosen(bench, "P01", limit=2) == "study"


def test_the_client_that_was_named_is_taken(bench: Bench) -> None:
    bench.add_client("second")
    _people(bench, "second", "P01")

    assert _chosen(bench, "new", "second", limit=1) == "second"


def test_clients_of_one_project_are_counted_together(bench: Bench) -> None:
    """Google counts people by project: a second client of it brings no room."""
    bench.add_client("twin", project_id="project-of-study")
    bench.add_client("second")
    _people(bench, "study", "P01", "P02")
    _people(bench, "second", "P03")

    assert _chosen(bench, "new") == "second"


def test_where_all_are_full_it_is_told(bench: Bench) -> None:
    _people(bench, "study", "P01", "P02")

    with pytest.raises(UserError, match="connects 2 people already"):
        _chosen(bench, "new", limit=2)


def test_without_a_client_it_is_told_where_to_put_one(bench: Bench) -> None:
    (bench.clients.folder / "study.json").unlink()

    with pytest.raises(UserError, match="There is no OAuth client yet") as told:
        _chosen(bench, "new")

    assert str(bench.clients.folder) in str(told.value)


def test_leaving_gives_the_consent_back_and_keeps_the_participant(bench: Bench) -> None:
    bench.google.always(200, {})
    before = bench.connect().participant

    done = disconnect(bench.store, bench.vault, bench.clients, "me")

    assert done.problem is None
    assert [asked.form for asked in bench.google.asked] == [{"token": "SECRET-refresh"}]
    assert bench.store.credentials.get("me") is None
    assert bench.participant() == replace(
        before, status=ParticipantStatus.LEFT, status_reason="me was disconnected."
    )


def test_leaving_does_not_wait_for_google(bench: Bench) -> None:
    """The tokens are forgotten in any case, and the person is told what is left to do."""
    bench.google.always(500, {})
    bench.connect()

    done = disconnect(bench.store, bench.vault, bench.clients, "me")

    assert done.problem is not None
    assert "SECRET" not in done.problem
    assert bench.store.credentials.get("me") is None


def test_leaving_works_without_the_key(bench: Bench) -> None:
    bench.connect()
    (bench.home / "key").unlink()

    done = disconnect(bench.store, bench.vault, bench.clients, "me")

    assert done.problem is not None
    assert bench.participant().status is ParticipantStatus.LEFT


def test_leaving_twice_is_told(bench: Bench) -> None:
    bench.google.always(200, {})
    bench.connect()
    disconnect(bench.store, bench.vault, bench.clients, "me")

    with pytest.raises(UserError, match="has left already"):
        disconnect(bench.store, bench.vault, bench.clients, "me")


@pytest.mark.parametrize("name", ["nobody", "old"])
def test_who_is_not_connected_cannot_be_disconnected(bench: Bench, name: str) -> None:
    bench.store.participants.save([Participant("old", "takeout", "UTC", START)])

    with pytest.raises(UserError, match="is not connected to a Google account"):
        disconnect(bench.store, bench.vault, bench.clients, name)
