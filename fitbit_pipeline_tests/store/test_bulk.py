"""Many writes at once: what collides is done otherwise, and an error quotes no document."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import ReplaceOne
from pymongo.collection import Collection

from fitbit_pipeline.store.bulk import Operation, WriteRefusedError, execute, insert_or
from fitbit_pipeline.store.connection import connect

Document = dict[str, Any]
HEALTH_VALUE = 61.25


@pytest.fixture
def collection(
    mongodb_uri: str, database_name: str, tmp_path: Path
) -> Iterator[Collection[Document]]:
    """A collection in which a value is at most 100."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        connection.database.create_collection("metrics", validator={"value": {"$lte": 100}})
        yield connection.database["metrics"]


def _replacing(document: Document) -> Operation:
    return ReplaceOne({"_id": document["_id"]}, document, upsert=True)


def test_what_another_process_wrote_meanwhile_is_done_otherwise(
    collection: Collection[Document],
) -> None:
    collection.insert_one({"_id": 1, "value": 1})

    insert_or(collection, [{"_id": 1, "value": 2}, {"_id": 2, "value": 2}], _replacing)

    assert {each["_id"]: each["value"] for each in collection.find()} == {1: 2, 2: 2}


def test_an_upsert_that_excludes_what_is_stored_changes_nothing(
    collection: Collection[Document],
) -> None:
    collection.insert_one({"_id": 1, "value": 1})

    execute(collection, [ReplaceOne({"_id": 1, "value": 9}, {"_id": 1, "value": 2}, upsert=True)])

    assert list(collection.find()) == [{"_id": 1, "value": 1}]


@pytest.mark.parametrize("inserting", [True, False], ids=["inserting", "replacing"])
def test_a_refused_write_is_told_without_what_was_to_be_written(
    collection: Collection[Document], inserting: bool
) -> None:
    """Invariant 9: the driver's own error quotes the whole document."""
    refused = {"_id": "P07/2026-11-20/weight", "value": 1000 + HEALTH_VALUE}

    with pytest.raises(WriteRefusedError) as told:
        if inserting:
            insert_or(collection, [refused], _replacing)
        else:
            execute(collection, [_replacing(refused)])

    assert str(told.value).startswith("The database refused 1 writes to metrics (codes [121])")
    assert str(HEALTH_VALUE) not in str(told.value)
    assert told.value.__suppress_context__


def test_the_writes_beside_a_refused_one_are_done(collection: Collection[Document]) -> None:
    with pytest.raises(WriteRefusedError):
        insert_or(collection, [{"_id": 1, "value": 101}, {"_id": 2, "value": 1}], _replacing)

    assert [each["_id"] for each in collection.find()] == [2]
