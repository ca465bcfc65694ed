"""Derived documents: written so that the store converges to what the rules say, and to no more.

Writing what is there already changes nothing; what the rules no longer give is removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import DeleteOne, ReplaceOne
from pymongo.collection import Collection

Document = dict[str, Any]

DOCUMENTS_PER_BATCH = 5000


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
    operations: list[ReplaceOne[Document] | DeleteOne] = [
        ReplaceOne({"_id": document["_id"]}, document, upsert=True)
        for document in wanted
        if stored.pop(document["_id"], None) != document
    ]
    written = len(operations)
    operations.extend(DeleteOne({"_id": key}) for key in stored)
    for start in range(0, len(operations), DOCUMENTS_PER_BATCH):
        collection.bulk_write(operations[start : start + DOCUMENTS_PER_BATCH], ordered=False)
    return Changes(len(wanted), written, len(stored))
