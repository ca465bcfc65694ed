"""Counts what the study holds against what it ought to hold: everything, document by document.

Nothing is taken on trust from the pipeline's own reports: documents are read from both databases.
"""

import hashlib
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.store import Store

Document = dict[str, Any]

NATURAL_KEYS: Mapping[str, Sequence[str]] = {
    "raw_responses": ("participant", "endpoint", "date"),
    "coverage": ("participant", "date"),
    "metrics": ("participant", "date", "metric"),
    "daily_engagement": ("participant", "date"),
    "engagement_summaries": ("participant", "date", "window_days"),
}
"""What makes a document the only one of its kind, whatever its ``_id``."""
DERIVED = ("metrics", "daily_engagement", "engagement_summaries")
EXAMPLES = 5


@dataclass(slots=True)
class Count:
    """What was counted. A day is a participant, an endpoint and a civil date.

    Attributes:
        expected: Days that an undisturbed fetch knows of.
        with_data: Those of them with data.
        lived: Those of which the made-up people themselves say that there are data.
        present: Those of which the study holds the same.
        lost: Keys of those of which it does not: nothing, something else, or too much.
        doubled: Keys of documents of which there is another one, by collection.
        lied: Keys of days of which coverage says something else than is so.
        derived: How many derived documents were compared.
        derived_differing: Keys of derived documents that are missing, too many, or different.
    """

    expected: int = 0
    with_data: int = 0
    lived: int = 0
    present: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    lied: list[str] = field(default_factory=list)
    derived: int = 0
    derived_differing: list[str] = field(default_factory=list)


def count(
    study: Store,
    reference: Store,
    lived: Collection[str] = (),
    without_consent: frozenset[str] = frozenset(),
) -> Count:
    """Compares a study with its reference.

    Args:
        study: What was lived through.
        reference: What it ought to hold.
        lived: Keys of days on which the made-up people are known to have data, whoever asks.
        without_consent: Participants whose consent is gone: that the last try failed for that
            reason is the truth about their days.
    """
    counted = Count()
    _count_days(counted, study, reference, lived, without_consent)
    _count_doubled(counted, study)
    for name in DERIVED:
        ours, theirs = _by_key(study, name), _by_key(reference, name)
        counted.derived += len(theirs)
        counted.derived_differing += sorted(
            f"{name}: {key}"
            for key in ours.keys() | theirs.keys()
            if ours.get(key) != theirs.get(key)
        )
    return counted


def _count_days(
    counted: Count,
    study: Store,
    reference: Store,
    lived: Collection[str],
    without_consent: frozenset[str],
) -> None:
    ours, theirs = dict(_entries(study)), dict(_entries(reference))
    our_hashes, their_hashes = _hashes(study), _hashes(reference)
    for key, right in theirs.items():
        counted.expected += 1
        counted.with_data += key in their_hashes
        entry = ours.get(key)
        if entry is not None and our_hashes.get(key) == their_hashes.get(key):
            counted.present += 1
        else:
            counted.lost.append(key)
        if entry is not None and _says(entry) != _says(right):
            excused = key.partition("/")[0] in without_consent and _lost_consent(entry)
            if not excused:
                counted.lied.append(key)
    counted.lost += sorted(our_hashes.keys() - theirs.keys())
    counted.lived = len(lived)
    counted.lost += sorted(set(lived) - our_hashes.keys() - set(counted.lost))
    counted.lied += sorted(
        key
        for key, entry in ours.items()
        if key not in theirs
        and not (key.partition("/")[0] in without_consent and _lost_consent(entry))
    )


def _count_doubled(counted: Count, study: Store) -> None:
    for name, fields in NATURAL_KEYS.items():
        found = study.database[name].find({}, {"_id": 0, **dict.fromkeys(fields, 1)})
        times = Counter(tuple(each.get(field) for field in fields) for each in found)
        for key, documents in times.items():
            counted.doubled += [f"{name}: {'/'.join(map(str, key))}"] * (documents - 1)


def _entries(store: Store) -> Iterator[tuple[str, Document]]:
    """The entries of coverage, by the key of the raw response of which they speak."""
    for document in store.database["coverage"].find():
        for endpoint in ENDPOINT_NAMES:
            entry = document["endpoints"].get(endpoint)
            if entry is not None:
                yield f"{document['participant']}/{endpoint}/{document['date']}", entry


def _hashes(store: Store) -> dict[str, str]:
    """The hash of every payload as it is stored, by what it is about and not by its key."""
    found: dict[str, str] = {}
    for document in store.database["raw_responses"].find():
        key = f"{document['participant']}/{document['endpoint']}/{document['date']}"
        if "payload" in document:
            payload = orjson.dumps(document["payload"], option=orjson.OPT_SORT_KEYS)
        else:
            payload = zlib.decompress(document["payload_zlib"])
        found[key] = hashlib.sha256(payload).hexdigest()
    return found


def _says(entry: Document) -> tuple[object, ...]:
    return entry["state"], entry["settled"], entry["kind"]


def _lost_consent(entry: Document) -> bool:
    return (entry["state"], entry["kind"]) == (
        CoverageState.FAILED.value,
        FailureKind.CONSENT_LOST.value,
    )


def _by_key(store: Store, name: str) -> dict[str, Document]:
    """Documents by what they are about; of a doubled one the last."""
    fields = NATURAL_KEYS[name]
    return {
        "/".join(str(each[field]) for field in fields): {
            key: value for key, value in each.items() if key != "_id"
        }
        for each in store.database[name].find()
    }
