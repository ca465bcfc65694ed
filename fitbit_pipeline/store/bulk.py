"""Writes many documents at once, without an error that quotes them.

New documents are inserted: MongoDB inserts several times as many documents a second as it replaces
with ``upsert`` (``make bench`` prints both). Where another process was faster, the insert collides
and the given operation is done instead.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from pymongo import DeleteOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, BulkWriteError, ServerSelectionTimeoutError

Document = dict[str, Any]
Result = TypeVar("Result")
Operation = ReplaceOne[Document] | UpdateOne | UpdateMany | DeleteOne

DUPLICATE_KEY = 11000
OPERATIONS_PER_BATCH = 5000
MOST_TRIES = 3


class WriteRefusedError(RuntimeError):
    """The database refused writes; the message tells codes and counts, no document."""


def insert_or(
    collection: Collection[Document],
    documents: Sequence[Document],
    otherwise: Callable[[Document], Operation],
) -> None:
    """Inserts documents; for those that exist already, does something else.

    Args:
        collection: Where.
        documents: Each with an ``_id``.
        otherwise: What to do with a document whose key exists.

    Raises:
        WriteRefusedError: If the database refuses for any other reason.
    """
    for start in range(0, len(documents), OPERATIONS_PER_BATCH):
        batch = documents[start : start + OPERATIONS_PER_BATCH]
        try:
            collection.insert_many(batch, ordered=False)
        except BulkWriteError as error:
            collided = _collided(collection, error)
        else:
            continue
        execute(collection, [otherwise(batch[position]) for position in collided])


def execute(collection: Collection[Document], operations: Sequence[Operation]) -> None:
    """Does operations in any order.

    An upsert whose filter excludes the stored document collides with it and changes nothing.

    Raises:
        WriteRefusedError: If the database refuses for any other reason.
    """
    for start in range(0, len(operations), OPERATIONS_PER_BATCH):
        batch = operations[start : start + OPERATIONS_PER_BATCH]
        try:
            persistently(partial(collection.bulk_write, batch, ordered=False))
        except BulkWriteError as error:
            _collided(collection, error)


def persistently(write: Callable[[], Result]) -> Result:
    """Does a write again when the server went away during it, once one is there.

    The driver does so by itself, but not with a write of many documents by one filter.

    Args:
        write: Done twice, it leaves what it leaves when it is done once.
    """
    for _ in range(MOST_TRIES - 1):
        try:
            return write()
        except ServerSelectionTimeoutError:
            raise
        except AutoReconnect:
            continue
    return write()


def _collided(collection: Collection[Document], error: BulkWriteError) -> list[int]:
    """The positions that collided, if nothing worse happened."""
    failures = error.details["writeErrors"]
    codes = {failure["code"] for failure in failures}
    if codes - {DUPLICATE_KEY} or error.details["writeConcernErrors"]:
        # The driver's error quotes the documents, and with them health data.
        raise WriteRefusedError(
            f"The database refused {len(failures)} writes to {collection.name} "
            f"(codes {sorted(codes)}): look at its log."
        ) from None
    return [failure["index"] for failure in failures]
