"""Viewers: who is known, under which name, and bound to whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.viewers import Viewer


@pytest.fixture
def store(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Store]:
    """A store without any viewer."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        yield Store(connection.database)


def test_a_viewer_is_found_as_they_were_added(store: Store) -> None:
    bound, free = Viewer("anna@example.org", "P07", "hash"), Viewer("olga", None)

    assert store.viewers.add(free)
    assert store.viewers.add(bound)

    assert store.viewers.get("anna@example.org") == bound
    assert store.viewers.all() == [bound, free]
    assert store.viewers.get("nobody") is None


def test_small_and_capital_letters_and_blanks_around_are_the_same(store: Store) -> None:
    store.viewers.add(Viewer(" Anna@Example.ORG", "P07"))

    assert store.viewers.all() == [Viewer("anna@example.org", "P07")]
    assert store.viewers.get("ANNA@example.org ") == Viewer("anna@example.org", "P07")
    assert store.viewers.remove("Anna@example.org")


def test_a_letter_that_only_looks_alike_is_another(store: Store) -> None:
    """The small letter of the kelvin sign is a k."""
    store.viewers.add(Viewer("kim@example.org", None))

    assert store.viewers.get("\u212aim@example.org") is None


def test_adding_somebody_again_replaces_them(store: Store) -> None:
    store.viewers.add(Viewer("anna", None, "old"))

    assert not store.viewers.add(Viewer("Anna", "P07", "new"))

    assert store.viewers.all() == [Viewer("anna", "P07", "new")]


def test_somebody_removed_is_not_known(store: Store) -> None:
    store.viewers.add(Viewer("anna", None))

    assert store.viewers.remove("anna")
    assert not store.viewers.remove("anna")
    assert store.viewers.get("anna") is None


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0b", "x" * 255, "\udc80"])
def test_a_name_that_nobody_can_have_is_refused(store: Store, name: str) -> None:
    with pytest.raises(UserError, match="1 to 254 printable characters"):
        store.viewers.add(Viewer(name, None))


def test_a_document_that_does_not_say_whom_somebody_may_see_shows_nobody(store: Store) -> None:
    store.database["viewers"].insert_one({"_id": "anna", "password": None})

    with pytest.raises(KeyError):
        store.viewers.get("anna")


def test_the_password_does_not_show_in_what_is_printed() -> None:
    assert "hash" not in repr(Viewer("anna", None, "hash"))
