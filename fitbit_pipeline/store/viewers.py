"""Viewers: who may look at the dashboard, and whether at everybody or at themselves alone.

What belongs here: names, whom they are bound to, and the stored form of their passwords. How a
password is hashed and compared is known to ``passwords`` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from pymongo.collection import Collection

from fitbit_pipeline.errors import UserError

Document = dict[str, Any]

LONGEST_NAME = 254
"""As long as an e-mail address may be."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who may look.

    Attributes:
        name: A name, or an e-mail address as a sign-in service states it; as ``viewer_name`` says.
        participant: The one participant whom they may see, None for everybody.
        password: The stored form of their password, None if they have none.
    """

    name: str
    participant: str | None
    password: str | None = field(default=None, repr=False)

    def document(self) -> Document:
        """As it is stored."""
        return {"_id": self.name, "participant": self.participant, "password": self.password}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """As it was stored."""
        # A document without the field is refused: it must not mean everybody.
        return cls(
            name=document["_id"],
            participant=document["participant"],
            password=document["password"],
        )


class Viewers:
    """The collection ``viewers``: one document per viewer."""

    def __init__(self, collection: Collection[Document]):
        """Reads and writes one collection."""
        self._collection = collection

    def add(self, viewer: Viewer) -> bool:
        """Writes a viewer, in place of any of the same name.

        Returns:
            Whether the name is new.

        Raises:
            UserError: If nobody can have that name.
        """
        document = viewer.document() | {"_id": viewer_name(viewer.name)}
        done = self._collection.replace_one({"_id": document["_id"]}, document, upsert=True)
        return done.matched_count == 0

    def remove(self, name: str) -> bool:
        """Forgets a viewer.

        Returns:
            Whether there was one of that name.
        """
        return self._collection.delete_one({"_id": _lowered(name)}).deleted_count == 1

    def get(self, name: str) -> Viewer | None:
        """One viewer, None if nobody has that name; small and capital letters are the same."""
        document = self._collection.find_one({"_id": _lowered(name)})
        return Viewer.from_document(document) if document else None

    def all(self) -> list[Viewer]:
        """Everybody, by name."""
        return [Viewer.from_document(each) for each in self._collection.find().sort("_id")]


def viewer_name(name: str) -> str:
    """A viewer's name as it is stored: without blanks around it, in small letters.

    Raises:
        UserError: If it is empty, too long, or has characters that nobody sees.
    """
    lowered = _lowered(name)
    if not lowered or len(lowered) > LONGEST_NAME or not lowered.isprintable():
        raise UserError(
            f"A viewer's name, or e-mail address, has 1 to {LONGEST_NAME} printable characters: "
            f"{name[:80]!r} does not."
        )
    return lowered


def _lowered(name: str) -> str:
    # ASCII alone: other alphabets have capitals whose small letter is that of another, such as the
    # sign of the kelvin, and nobody's address must become another's.
    return name.strip().encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
