"""Derived documents: written so that the store converges to what the rules say, and to no more.

Writing what is there already changes nothing; what the rules no longer give is removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import DeleteOne, ReplaceOne
from pymongo.collection import Collection

from fitbit_pipeline.store.bulk import Operation, execute, insert_or

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a write did: how many documents are as wanted, and how many had to be changed."""

    wanted: int = 0
    written: int = 0
    removed: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.wanted + other.wanted,
            self.written + other.written,
            self.removed + other.removed,
        )


def converge(
    collection: Collection[Document], scope: Mapping[str, Any], wanted: Sequence[Document]
) -> Changes:
    """Makes the documents of a scope exactly the wanted ones.

    Args:
        collection: Where.
        scope: A filter that matches every document that the rules own here, and no other.
        wanted: The documents, each with a natural ``_id`` inside the scope.
    """
    stored = {document["_id"]: document for document in collection.find(scope)}
    new: list[Document] = []
    operations: list[Operation] = []
    for document in wanted:
        before = stored.pop(document["_id"], None)
        if before is None:
            new.append(document)
        elif before != document:
            operations.append(_replacing(document))
    written = len(new) + len(operations)
    operations.extend(DeleteOne({"_id": key}) for key in stored)
    insert_or(collection, new, _replacing)
    execute(collection, operations)
    return Changes(len(wanted), written, len(stored))


def _replacing(document: Document) -> ReplaceOne[Document]:
    return ReplaceOne({"_id": document["_id"]}, document, upsert=True)
