"""What coverage says and is not so, what is not derived, and what differs from what should be."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.flow.derive_engagement import day_documents, summary_documents
from fitbit_pipeline.flow.derive_metrics import metric_documents
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store

Documents = dict[str, dict[str, Any]]

TOLD = 3


def contradictions(store: Store) -> list[str]:
    """Where coverage and payloads contradict each other.

    A payload without coverage is none: the day is asked for again. Nor is a payload of a day that
    is empty but not settled: it is about to go, and the day is asked for again too.
    """
    stored = {document["_id"] for document in store.database["raw_responses"].find({}, {"_id": 1})}
    wrong = []
    for key, entry in _entries(store):
        if entry["state"] == "data" and key not in stored:
            wrong.append(f"{key} has data, and there is none")
        if entry["state"] == "empty" and entry["settled"] and key in stored:
            wrong.append(f"{key} is empty for good, and there is a payload")
    return wrong


def untruths(store: Store, truth: Documents) -> Iterator[str]:
    """What coverage says otherwise than that of a run that nothing disturbed."""
    true = {
        f"{document['participant']}/{endpoint}/{document['date']}": entry
        for document in truth["coverage"].values()
        for endpoint, entry in document["endpoints"].items()
    }
    for key, entry in _entries(store):
        right = true.get(key, {})
        if entry["state"] == "empty" and right.get("state") == "data":
            yield f"{key} is empty, and the source has data"
        if entry["settled"] and not right.get("settled"):
            yield f"{key} is settled, and it is not"


def wanting(store: Store, first: date, last: date) -> set[date]:
    """The days of a range on which something was never asked, or is not derived as it should."""
    lacking: set[date] = set()
    for participant in store.participants.all():
        days = participant.days_within(first, last)
        if days is None:
            continue
        known = store.coverage.days(participant.name, *days)
        lacking |= {
            day for day in days_between(*days) if set(known.get(day, {})) != set(ENDPOINT_NAMES)
        }
        keys = _not_derived(store, participant, *days)
        lacking |= {date.fromisoformat(key.split("/")[1]) for key in keys}
    return lacking


def differences(right: Documents, found: Documents) -> Iterator[str]:
    """Which documents of each collection differ, a few of them by key."""
    for name in right:
        keys = _differing(right[name], found[name])
        if keys:
            yield f"{len(keys)} {name} differ: {', '.join(sorted(keys)[:TOLD])}"


def _entries(store: Store) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for document in store.database["coverage"].find():
        for endpoint, entry in document["endpoints"].items():
            yield f"{document['participant']}/{endpoint}/{document['date']}", entry


def _not_derived(store: Store, participant: Participant, first: date, last: date) -> set[str]:
    """The keys of derived documents of a range that raw responses would give otherwise."""
    responses = store.raw_responses.read(participant.name, ENDPOINT_NAMES, first, last)
    metrics, refused = metric_documents(participant, responses)
    assert not refused
    engagement = day_documents(participant, metrics, Thresholds())
    summaries = summary_documents(participant, engagement, first, last)
    own = {
        "participant": participant.name,
        "date": {"$gte": first.isoformat(), "$lte": last.isoformat()},
    }
    return (
        _differing(_by_key(metrics), _by_key(store.metrics.find(own)))
        | _differing(_by_key(engagement), _by_key(store.daily_engagement.find(own)))
        | _differing(_by_key(summaries), _by_key(store.engagement_summaries.find(own)))
    )


def _by_key(documents: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {document["_id"]: document for document in documents}


def _differing(right: Mapping[str, Any], found: Mapping[str, Any]) -> set[str]:
    return {key for key in right.keys() | found.keys() if right.get(key) != found.get(key)}
