"""Fills a database with a study of as many participants as a benchmark wants.

A few of the sandbox's people go through the real pipeline, a year each; all others are copies of
these under other names, moved by whole weeks. Raw responses are left out: no page reads them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import WriteConcern

from bench.night import NIGHT_DAYS
from bench.sandbox import sandbox_beside
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.cli.demo_sandbox import connect_people
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline.store.runs import EndpointAsked, RunIdentity, RunKind, Stretch
from fitbit_pipeline.store.store import INDEXES, Store

Document = dict[str, Any]

ORIGINALS = 10
MOST_WEEKS = 3
NIGHTS = 30
WITHOUT_CONSENT = 50
"""Of as many participants, one has withdrawn the consent, ``DAYS_WITHOUT_CONSENT`` ago."""
DAYS_WITHOUT_CONSENT = 20
COPIED = ("metrics", "coverage", "daily_engagement", "engagement_summaries")
DOCUMENTS_PER_BATCH = 20_000
LOCAL_TIME = "local time"


@dataclass(frozen=True, slots=True)
class Original:
    """One person as the pipeline stored them.

    Attributes:
        participant: Their document.
        documents: Their documents by collection.
    """

    participant: Document
    documents: Mapping[str, list[Document]]


@dataclass(frozen=True, slots=True)
class Study:
    """Who there is.

    Attributes:
        names: All participants.
        newest: The newest day.
        participant_days: How many days they have together.
    """

    names: list[str]
    newest: date
    participant_days: int


def originals(folder: Path, days: int, people: int = ORIGINALS) -> list[Original]:
    """People whose days came from the sandbox, through the pipeline.

    Args:
        folder: An empty folder.
        days: How many days everybody has at least, however far they are moved.
        people: How many.
    """
    settings = Settings(home=folder / "home", start_date=date(2015, 1, 1), mongodb_uri=None)
    with open_deployment(settings, keep_server=False) as deployment:
        store, last = deployment.store, deployment.yesterday
        first = last - timedelta(days=days - 1, weeks=MOST_WEEKS)
        with sandbox_beside(settings, folder, people, first):
            named = {f"T{number}": f"p{number:03}" for number in range(1, people + 1)}
            participants = connect_people(deployment, named, first)
            for endpoint in ENDPOINT_NAMES:
                ingest(
                    store,
                    deployment.sources.open,
                    participants,
                    endpoint,
                    first,
                    last,
                    deployment.clock(),
                    deployment.settings.participants_at_once,
                )
        for family in Family:
            derive_metrics(store, participants, family, first, last, 1)
        derive_days(store, participants, deployment.thresholds, first, last, 1)
        derive_summaries(store, participants, first, last, 1)
        return [_original(store, name) for name in named]


def fill(store: Store, made: Sequence[Original], people: int, first: date, newest: date) -> Study:
    """Writes a study into an empty database.

    Args:
        store: Where.
        made: Whom to copy.
        people: How many participants there shall be.
        first: The first day of everybody.
        newest: The newest day of everybody who consents.
    """
    width = max(3, len(str(people)))
    names = [f"P{number:0{width}}" for number in range(1, people + 1)]
    days = 0
    participants = []
    for number, name in enumerate(names):
        original = made[number % len(made)]
        weeks = (number + number // len(made)) % (MOST_WEEKS + 1)
        consents = number % WITHOUT_CONSENT != 1
        last = newest if consents else newest - timedelta(days=DAYS_WITHOUT_CONSENT)
        participants.append(_participant(original.participant, name, weeks, consents=consents))
        for collection in COPIED:
            copies = _copies(original.documents[collection], name, weeks, first, last)
            written = _insert(store, collection, copies)
            days += written if collection == "daily_engagement" else 0
    store.database["participants"].insert_many(participants)
    for collection, indexes in INDEXES.items():
        store.database[collection].create_indexes(indexes)
    _write_nights(store, people, newest)
    return Study(names, newest, days)


def _original(store: Store, name: str) -> Original:
    participant = store.database["participants"].find_one({"_id": name})
    assert participant is not None
    theirs = {
        collection: list(store.database[collection].find({"participant": name}).sort("_id"))
        for collection in COPIED
    }
    return Original(participant, theirs)


def _participant(document: Document, name: str, weeks: int, *, consents: bool) -> Document:
    enrolled_on = date.fromisoformat(document["enrolled_on"]) + timedelta(weeks=weeks)
    copied = {**document, "_id": name, "enrolled_on": enrolled_on.isoformat()}
    if consents:
        return copied
    return {
        **copied,
        "status": ParticipantStatus.NEEDS_CONSENT.value,
        "status_reason": "The consent was withdrawn: connect this participant again.",
    }


def _copies(
    documents: list[Document], name: str, weeks: int, first: date, last: date
) -> Iterator[Document]:
    """Documents under another name, so many weeks later; what then lies outside is left out."""
    later = _Later(weeks)
    wanted = {day.isoformat() for day in days_between(first, last)}
    for document in documents:
        before = document["date"]
        day = later[before]
        if day not in wanted:
            continue
        # What follows the date in the key: a metric's name, or a window's length.
        rest = document["_id"].partition(before)[2]
        copied = {**document, "_id": f"{name}/{day}{rest}", "participant": name, "date": day}
        if document.get("unit") == LOCAL_TIME:
            at = document["value"]
            copied["value"] = later[at[:10]] + at[10:]
        yield copied


class _Later(dict[str, str]):
    """ISO dates, so many weeks later; each is worked out once."""

    def __init__(self, weeks: int):
        self._weeks = timedelta(weeks=weeks)

    def __missing__(self, day: str) -> str:
        self[day] = (date.fromisoformat(day) + self._weeks).isoformat()
        return self[day]


def _insert(store: Store, collection: str, documents: Iterator[Document]) -> int:
    # Not waiting for the journal: what a benchmark loses, it makes anew.
    into = store.database[collection].with_options(write_concern=WriteConcern(w=1, j=False))
    written = 0
    while batch := list(islice(documents, DOCUMENTS_PER_BATCH)):
        into.insert_many(batch, ordered=False)
        written += len(batch)
    return written


def _write_nights(store: Store, people: int, newest: date) -> None:
    """What the last nights brought, as the pipeline's own runs tell it."""
    for ago in range(NIGHTS):
        last = newest - timedelta(days=ago)
        begun = datetime.combine(last + timedelta(days=1), time(5), UTC)
        identity = RunIdentity(f"night-{last}", RunKind.NIGHTLY, begun)
        ended = begun + timedelta(minutes=5)
        stretch = Stretch(last - timedelta(days=NIGHT_DAYS - 1), last, begun, ended)
        for endpoint in ENDPOINT_NAMES:
            asked = EndpointAsked(people, {"data": NIGHT_DAYS * people}, people, 12.0, 0)
            store.runs.asked(identity, stretch, endpoint, asked)
        store.runs.finished(identity, stretch)
