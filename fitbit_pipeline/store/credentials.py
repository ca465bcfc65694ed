"""Credentials: the consents of participants, as ciphertext.

Neither keys nor tokens are known here (``vault``, ``flow.stored_tokens``). Every change raises the
version, and a change that rests on an older version is not made: of several processes that renew
tokens at once, one is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from fitbit_pipeline.errors import UserError

Document = dict[str, Any]

LIVE = {"secret": {"$exists": True}}


@dataclass(frozen=True, slots=True)
class Credential:
    """One participant's consent.

    Attributes:
        participant: Whose.
        client: The name of the OAuth client to which it was given.
        secret: The tokens, encrypted.
        version: Raised by every change.
        scopes: What was granted.
        account: The person's account, as the service names it.
        connected_at: When the person consented, UTC.
        refreshed_at: When the tokens were last renewed, UTC.
    """

    participant: str
    client: str
    secret: bytes = field(repr=False)
    version: int
    scopes: frozenset[str]
    account: str
    connected_at: datetime
    refreshed_at: datetime

    @classmethod
    def from_document(cls, document: Mapping[str, Any], account_field: str) -> Self:
        """As it was stored."""
        return cls(
            participant=document["_id"],
            client=document["client"],
            secret=bytes(document["secret"]),
            version=document["version"],
            scopes=frozenset(document["scopes"]),
            account=document[account_field],
            connected_at=document["connected_at"],
            refreshed_at=document["refreshed_at"],
        )


class Credentials:
    """The consents to one service: one document per participant who was ever connected to it.

    Of a participant who was disconnected it keeps the account alone, so that nobody else's account
    is later taken for theirs.
    """

    def __init__(self, collection: Collection[Document], service: str, account_field: str):
        """Reads and writes one collection.

        Args:
            collection: That of one service.
            service: As people know it.
            account_field: Where a document has the person's account; unique.
        """
        self._collection = collection
        self._service = service
        self._account_field = account_field

    def get(self, participant: str) -> Credential | None:
        """The consent of one participant, None if there is none."""
        document = self._collection.find_one({"_id": participant, **LIVE})
        return Credential.from_document(document, self._account_field) if document else None

    def all(self) -> list[Credential]:
        """Every consent, by participant."""
        return [
            Credential.from_document(each, self._account_field)
            for each in self._collection.find(LIVE).sort("_id")
        ]

    def put(
        self,
        participant: str,
        *,
        client: str,
        secret: bytes,
        scopes: frozenset[str],
        account: str,
        now: datetime,
    ) -> None:
        """Writes a new consent in place of any earlier one, whatever its version.

        Raises:
            UserError: If the account was connected as another participant just now.
        """
        consent = {
            "client": client,
            "secret": secret,
            "scopes": sorted(scopes),
            self._account_field: account,
            "connected_at": now,
            "refreshed_at": now,
        }
        try:
            self._collection.update_one(
                {"_id": participant}, {"$set": consent, "$inc": {"version": 1}}, upsert=True
            )
        except DuplicateKeyError:
            raise UserError(
                f"The {self._service} account of {participant} has just been connected under "
                "another name: fitbit-pipeline participants lists everybody."
            ) from None

    def compare_and_set(
        self,
        participant: str,
        version: int,
        *,
        secret: bytes,
        scopes: frozenset[str] | None = None,
        refreshed_at: datetime | None = None,
    ) -> bool:
        """Changes a consent unless it was changed since it was read.

        Args:
            participant: Whose.
            version: As it was read.
            secret: The tokens, encrypted.
            scopes: What is granted now; None leaves it as it is.
            refreshed_at: When the tokens were renewed, UTC; None leaves it as it is.

        Returns:
            Whether it was changed.
        """
        changes: Document = {"secret": secret}
        if scopes is not None:
            changes["scopes"] = sorted(scopes)
        if refreshed_at is not None:
            changes["refreshed_at"] = refreshed_at
        done = self._collection.update_one(
            {"_id": participant, "version": version, **LIVE},
            {"$set": changes, "$inc": {"version": 1}},
        )
        return done.matched_count == 1

    def lease(self, participant: str, holder: str, now: datetime, until: datetime) -> bool:
        """Lets one process renew single-use tokens, and the others wait.

        Args:
            participant: Whose tokens.
            holder: Who asks; the same holder may ask again.
            now: The present instant, UTC.
            until: When the lease ends by itself, for a holder that was killed.

        Returns:
            Whether the holder has it now.
        """
        done = self._collection.update_one(
            {
                "_id": participant,
                "$or": [
                    {"lease": {"$exists": False}},
                    {"lease.holder": holder},
                    {"lease.until": {"$lte": now}},
                ],
            },
            {"$set": {"lease": {"holder": holder, "until": until}}},
        )
        return done.matched_count == 1

    def release(self, participant: str, holder: str) -> None:
        """Gives a lease back; one that somebody else has by now is left alone."""
        self._collection.update_one(
            {"_id": participant, "lease.holder": holder}, {"$unset": {"lease": ""}}
        )

    def remove(self, participant: str) -> None:
        """Forgets a consent; which account it was is kept."""
        self._collection.update_one(
            {"_id": participant, **LIVE},
            {
                "$unset": dict.fromkeys(
                    ("client", "secret", "scopes", "connected_at", "refreshed_at"), ""
                ),
                "$inc": {"version": 1},
            },
        )

    def account_of(self, participant: str) -> str | None:
        """The account of a participant who is or was connected."""
        document = self._collection.find_one({"_id": participant}, {self._account_field: 1})
        return document[self._account_field] if document else None

    def by_account(self, account: str) -> str | None:
        """The participant who is or was connected with an account, None if it is new."""
        document = self._collection.find_one({self._account_field: account}, {"_id": 1})
        return document["_id"] if document else None

    def count_by_client(self) -> dict[str, int]:
        """How many participants are connected through each OAuth client."""
        counted = self._collection.aggregate(
            [{"$match": LIVE}, {"$group": {"_id": "$client", "people": {"$sum": 1}}}]
        )
        return {each["_id"]: each["people"] for each in counted}
