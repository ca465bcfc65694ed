"""Credentials: of several changes at once one is made, and nobody's account becomes another's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.store.store import Store

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SLEEP = frozenset({"sleep"})


@pytest.fixture
def collection(mongodb_uri: str, database_name: str) -> Iterator[Any]:
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, tzinfo=UTC) as client:
        yield client[database_name]["credentials"]


@pytest.fixture
def credentials(collection: Any) -> Credentials:
    return Credentials(collection, "Google", "health_user_id")


def _put(credentials: Credentials, participant: str, **changes: Any) -> None:
    values: dict[str, Any] = {
        "client": "study",
        "secret": b"ciphertext",
        "scopes": SLEEP,
        "account": f"id-of-{participant}",
        "now": NOW,
    }
    credentials.put(participant, **{**values, **changes})


def test_a_consent_comes_back_as_it_was_put(credentials: Credentials) -> None:
    _put(credentials, "me")

    found = credentials.get("me")

    assert found is not None
    assert found.secret == b"ciphertext"
    assert found.scopes == SLEEP
    assert (found.connected_at, found.refreshed_at) == (NOW, NOW)
    assert credentials.get("you") is None


def test_a_change_that_rests_on_an_older_version_is_not_made(credentials: Credentials) -> None:
    _put(credentials, "me")
    found = credentials.get("me")
    assert found is not None

    assert credentials.compare_and_set("me", found.version, secret=b"first")
    assert not credentials.compare_and_set("me", found.version, secret=b"second")

    now = credentials.get("me")
    assert now is not None
    assert now.secret == b"first"
    assert now.scopes == SLEEP


def test_of_many_changes_at_once_one_is_made(credentials: Credentials) -> None:
    _put(credentials, "me")
    found = credentials.get("me")
    assert found is not None

    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(
                lambda number: credentials.compare_and_set(
                    "me", found.version, secret=str(number).encode()
                ),
                range(16),
            )
        )

    assert made.count(True) == 1
    now = credentials.get("me")
    assert now is not None
    assert now.secret == str(made.index(True)).encode()


def test_what_a_change_does_not_name_stays(credentials: Credentials) -> None:
    _put(credentials, "me")
    found = credentials.get("me")
    assert found is not None

    credentials.compare_and_set(
        "me", found.version, secret=b"new", refreshed_at=NOW + timedelta(hours=1)
    )

    now = credentials.get("me")
    assert now is not None
    assert now.connected_at == NOW
    assert now.refreshed_at == NOW + timedelta(hours=1)
    assert now.account == "id-of-me"


def test_a_removed_consent_leaves_nothing_but_whose_account_it_was(
    credentials: Credentials, collection: Any
) -> None:
    _put(credentials, "me")
    before = credentials.get("me")
    assert before is not None

    credentials.remove("me")

    assert credentials.get("me") is None
    assert credentials.all() == []
    assert credentials.count_by_client() == {}
    assert credentials.account_of("me") == "id-of-me"
    assert credentials.by_account("id-of-me") == "me"
    assert set(collection.find_one()) == {"_id", "version", "health_user_id"}
    assert not credentials.compare_and_set("me", before.version, secret=b"late")
    assert not credentials.compare_and_set("me", before.version + 1, secret=b"late")


def test_no_version_comes_twice_where_a_consent_is_given_again(credentials: Credentials) -> None:
    """A process that slept through leaving and coming back must not overwrite the new consent."""
    _put(credentials, "me")
    asleep = credentials.get("me")
    assert asleep is not None

    credentials.remove("me")
    _put(credentials, "me", secret=b"anew")

    assert not credentials.compare_and_set("me", asleep.version, secret=b"late")
    now = credentials.get("me")
    assert now is not None
    assert now.secret == b"anew"


def test_people_are_counted_by_client_and_found_by_account(credentials: Credentials) -> None:
    for name in ("P01", "P02", "P03"):
        _put(credentials, name, client="second" if name == "P03" else "study")

    assert credentials.count_by_client() == {"study": 2, "second": 1}
    assert [each.participant for each in credentials.all()] == ["P01", "P02", "P03"]
    assert credentials.by_account("id-of-P02") == "P02"
    assert credentials.by_account("id-of-P09") is None
    assert credentials.account_of("P09") is None


def test_the_representation_shows_no_ciphertext(credentials: Credentials) -> None:
    _put(credentials, "me")

    assert "ciphertext" not in repr(credentials.get("me"))


def test_one_account_cannot_become_two_participants(
    credentials: Credentials, collection: Any
) -> None:
    """Two commands in the same second may both have looked, and found it free."""
    Store(collection.database).ensure_indexes()
    _put(credentials, "me", account="1")

    with pytest.raises(UserError, match="connected under another name"):
        _put(credentials, "you", account="1")

    assert credentials.get("you") is None
