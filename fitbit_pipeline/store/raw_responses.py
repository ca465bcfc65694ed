"""Raw responses: what a source said about one participant, endpoint and day, verbatim.

A payload is replaced only by an answer that is at least as fresh: one from a source that had
synced no less far. Size never decides.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import bson
import orjson
from bson.errors import BSONError
from pymongo import DeleteOne, ReplaceOne
from pymongo.collection import Collection

from fitbit_pipeline.store.bulk import Operation, execute, insert_or
from fitbit_pipeline.store.keys import day_range, raw_key

Document = dict[str, Any]

COMPRESSED_FROM_BYTES = 4096
COMPRESSION_LEVEL = 3
MOST_LEVELS = 90
"""MongoDB promises to keep a hundred levels of nesting, of which the document itself takes some."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One response on its way into the store.

    Attributes:
        participant: Whose.
        endpoint: What kind of data.
        date: The civil day.
        source: Which source said it.
        payload: JSON values as the source gave them.
        request: The request that brought it: method, url, params.
        fetched_at: When, UTC.
        synced_until: Up to which UTC instant the device had synced then, None if unknown.
    """

    participant: str
    endpoint: str
    date: date
    source: str
    payload: Mapping[str, Any]
    request: Mapping[str, Any]
    fetched_at: datetime
    synced_until: datetime | None


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response read back: its day, endpoint and source, and the payload as the source gave it."""

    date: date
    endpoint: str
    source: str
    payload: Mapping[str, Any]


Fingerprints = Mapping[date, tuple[str, str, datetime | None]]
"""Content hash, source and sync instant of stored responses, by day."""


class RawResponses:
    """The collection ``raw_responses``."""

    def __init__(self, collection: Collection[Document]):
        """Reads and writes one collection."""
        self._collection = collection

    def fingerprints(
        self, participant: str, endpoint: str, first: date, last: date
    ) -> Fingerprints:
        """Content hash, source and sync instant of every stored response of a range, by day."""
        found = self._collection.find(
            day_range(f"{participant}/{endpoint}", first, last),
            {"date": 1, "sha256": 1, "source": 1, "synced_until": 1},
        )
        return {
            date.fromisoformat(each["date"]): (
                each["sha256"],
                each["source"],
                each["synced_until"],
            )
            for each in found
        }

    def hashes(
        self, participant: str, endpoints: Sequence[str], first: date, last: date
    ) -> dict[str, str]:
        """Content hash of every stored response of several endpoints, by key."""
        found = self._collection.find(_ranges(participant, endpoints, first, last), {"sha256": 1})
        return {each["_id"]: each["sha256"] for each in found}

    def write(
        self,
        answers: Sequence[Answer],
        known: Fingerprints,
    ) -> list[date]:
        """Stores answers of one participant and endpoint; what is stored already is left alone.

        Args:
            answers: Complete answers with a payload.
            known: What ``fingerprints`` said of these days; only a means to skip writes.

        Returns:
            The days whose payload cannot be kept; what is stored of them stays.
        """
        new: list[Document] = []
        changed: list[Operation] = []
        refused: list[date] = []
        for answer in answers:
            try:
                encoded = _encoded(answer)
            except orjson.JSONEncodeError:
                # Nested too deeply, or no JSON: its message may quote what the payload says.
                refused.append(answer.date)
                continue
            document = _document(answer, encoded)
            before = known.get(answer.date)
            if before is None:
                new.append(document)
            elif before != (document["sha256"], answer.source, answer.synced_until):
                changed.append(_replacing(document))
        insert_or(self._collection, new, _replacing)
        execute(self._collection, changed)
        return refused

    def differing(self, answers: Iterable[Answer], known: Fingerprints) -> list[date]:
        """The days of answers of which something else is stored, or nothing.

        Args:
            answers: Complete answers with a payload.
            known: What ``fingerprints`` said of these days.
        """
        differing = []
        for answer in answers:
            # One that cannot be kept is refused when it is written, and changes nothing.
            with suppress(orjson.JSONEncodeError):
                sha256 = _sha256(_encoded(answer))
                if (before := known.get(answer.date)) is None or before[0] != sha256:
                    differing.append(answer.date)
        return differing

    def remove(
        self, participant: str, endpoint: str, days: Sequence[date], synced_until: datetime | None
    ) -> None:
        """Removes payloads of days for which a no less fresh answer said that there is nothing."""
        execute(
            self._collection,
            [
                DeleteOne(
                    {"_id": raw_key(participant, endpoint, day), **_no_fresher_than(synced_until)}
                )
                for day in days
            ],
        )

    def read(
        self, participant: str, endpoints: Sequence[str], first: date, last: date
    ) -> Iterator[StoredResponse]:
        """Every stored response of a participant's endpoints and range of days."""
        found = self._collection.find(
            _ranges(participant, endpoints, first, last),
            {"date": 1, "endpoint": 1, "source": 1, "payload": 1, "payload_zlib": 1},
        )
        for document in found:
            yield StoredResponse(
                date=date.fromisoformat(document["date"]),
                endpoint=document["endpoint"],
                source=document["source"],
                payload=_payload(document),
            )


def _ranges(participant: str, endpoints: Sequence[str], first: date, last: date) -> Document:
    return {"$or": [day_range(f"{participant}/{endpoint}", first, last) for endpoint in endpoints]}


def _no_fresher_than(synced_until: datetime | None) -> Document:
    if synced_until is None:
        return {"synced_until": None}
    return {"$or": [{"synced_until": None}, {"synced_until": {"$lte": synced_until}}]}


def _replacing(document: Document) -> Operation:
    """Replaces what is stored, unless that is fresher: then the upsert collides, and it stays."""
    return ReplaceOne(
        {"_id": document["_id"], **_no_fresher_than(document["synced_until"])},
        document,
        upsert=True,
    )


def _encoded(answer: Answer) -> bytes:
    return orjson.dumps(answer.payload, option=orjson.OPT_SORT_KEYS)


def _sha256(encoded: bytes) -> str:
    return hashlib.sha256(encoded).hexdigest()


def _document(answer: Answer, encoded: bytes) -> Document:
    document: Document = {
        "_id": raw_key(answer.participant, answer.endpoint, answer.date),
        "participant": answer.participant,
        "endpoint": answer.endpoint,
        "date": answer.date.isoformat(),
        "source": answer.source,
        "request": answer.request,
        "fetched_at": answer.fetched_at,
        "synced_until": answer.synced_until,
        "sha256": _sha256(encoded),
    }
    if len(encoded) < COMPRESSED_FROM_BYTES and _fits_bson(answer.payload, encoded):
        document["payload"] = answer.payload
    else:
        document["payload_zlib"] = zlib.compress(encoded, COMPRESSION_LEVEL)
    return document


def _fits_bson(payload: Mapping[str, Any], encoded: bytes) -> bool:
    """Whether MongoDB gives a payload back as it is."""
    # Names that begin so mean something to servers and to drivers, such as a reference.
    if b'"$' in encoded or not _is_flat(payload, encoded):
        return False
    try:
        bson.encode(payload)
    except (BSONError, OverflowError):
        return False
    return True


def _is_flat(payload: Mapping[str, Any], encoded: bytes) -> bool:
    """Whether a payload has no more levels than MongoDB keeps; most show it at a glance."""
    if encoded.count(b"{") + encoded.count(b"[") <= MOST_LEVELS:
        return True
    level: list[Any] = [payload]
    for _ in range(MOST_LEVELS):
        inner = (each.values() if isinstance(each, Mapping) else each for each in level)
        level = [part for parts in inner for part in parts if isinstance(part, (Mapping, list))]
        if not level:
            return True
    return False


def _payload(document: Document) -> Mapping[str, Any]:
    if "payload" in document:
        payload: Mapping[str, Any] = document["payload"]
        return payload
    decoded: Mapping[str, Any] = orjson.loads(zlib.decompress(document["payload_zlib"]))
    return decoded
