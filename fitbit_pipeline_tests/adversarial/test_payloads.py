"""Payloads that were made to harm, through a real MongoDB.

Proves that a payload is data and nothing else (section 4: *verbatim*), that a payload which cannot
be kept is ``failed`` and never half there (invariant 5), and that nobody else's day suffers
(invariant 8).
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import pytest

from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.endpoints import Family
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.deployments import NOW, settings_for
from fitbit_pipeline_tests.scripted_source import ScriptedSource

DAY = date(2026, 11, 1)
FINE = {"steps:dailyRollUp": [{"steps": {"countSum": "4151"}}]}


def nested(levels: int) -> Any:
    """Lists inside lists, as JSON brings them."""
    return orjson.loads("[" * levels + "]" * levels)


HARMFUL = {
    "an operator": {"$gt": ""},
    "code": {"$where": "sleep(10000) || true"},
    "an update": {"$set": {"status": "left"}, "$unset": {"_id": 1}},
    "a reference, which drivers make an object of": {"a": {"$ref": "participants", "$id": "P2"}},
    "a reference to another database": {"$ref": "x", "$id": 1, "$db": "admin"},
    "a date in extended JSON": {"a": {"$date": "2026-11-01T00:00:00Z"}},
    "keys of its own": {"_id": "P2/steps/2026-11-01", "participant": "P2", "date": "1970-01-01"},
    "dotted names": {"a.b": {"c.d": 1}, "a": {"b": 2}, ".": 3, "payload.sha256": 4},
    "an empty name": {"": {"": [""]}},
    "NUL in a name": {"a\0b": 1},
    "NUL in a text": {"a": "b\0c"},
    "names of JavaScript": {"__proto__": {"x": 1}, "constructor": {"prototype": {}}},
    "the largest whole numbers": {"a": [2**63 - 1, -(2**63), 2**63, 2**64 - 1]},
    "the smallest fractions": {"a": [5e-324, -0.0, 1.7976931348623157e308]},
    "what no font shows": {"\u202e\u200b\ufeff": "\U0010ffff\u2028\ud7ff"},
    "ninety levels": {"a": nested(90)},
    "more levels than MongoDB keeps": {"a": nested(150)},
    "as many levels as can be kept": {"a": nested(253)},
    "a text of five megabytes": {"a": "x" * 5_000_000},
    "a hundred thousand names": {str(number): number for number in range(100_000)},
}

UNKEEPABLE = {
    "levels than are ever written": {"a": nested(254)},
    "levels than are ever read": {"a": nested(1022)},
    "bits than a number has": {"a": 2**64},
    "half of a character": {"a": "\ud800"},
}


@dataclass
class Pair:
    """Two participants of their own in a database that all tests here share.

    Attributes:
        store: The database.
        harmed: Whose source does harm.
        other: Somebody else.
    """

    store: Store
    harmed: Participant
    other: Participant

    def ask(self, payload: Any) -> tuple[CoverageEntry, CoverageEntry]:
        """Asks both and derives; what coverage says of them afterwards."""
        people = [self.harmed, self.other]
        sources = {
            self.harmed.name: ScriptedSource({"steps": {DAY: payload}}),
            self.other.name: ScriptedSource({"steps": {DAY: FINE}}),
        }
        ingest(self.store, lambda each: sources[each.name], people, "steps", DAY, DAY, NOW, 2)
        derive_metrics(self.store, people, Family.ACTIVITY, DAY, DAY, 2)
        first, second = (self.store.coverage.days(each.name, DAY, DAY)[DAY] for each in people)
        return first["steps"], second["steps"]

    def kept(self) -> list[Any]:
        """The payload that is stored of the harmed one."""
        read = self.store.raw_responses.read(self.harmed.name, ["steps"], DAY, DAY)
        return [response.payload for response in read]

    def metrics(self) -> list[str]:
        """The keys of both participants' metrics, without their names."""
        names = {"$in": [self.harmed.name, self.other.name]}
        found = self.store.metrics.find({"participant": names}).sort("_id")
        return [
            each["_id"].replace(self.harmed.name, "P1").replace(self.other.name, "P2")
            for each in found
        ]


@pytest.fixture(scope="module")
def store(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    name = f"test_{uuid.uuid4().hex}"
    folder = tmp_path_factory.mktemp("payloads")
    with open_deployment(settings_for(folder, mongodb_uri, name), lambda: NOW) as deployment:
        yield deployment.store
        deployment.store.database.client.drop_database(name)


@pytest.fixture
def pair(store: Store) -> Pair:
    mark = uuid.uuid4().hex
    names = (f"H{mark}", f"O{mark}")
    harmed, other = (Participant(name, "google_health", "UTC", DAY) for name in names)
    store.participants.save([harmed, other])
    return Pair(store, harmed, other)


def _same(one: Any, other: Any) -> bool:
    """Equal to the last bit and of the same types, -0.0 and 1 and 1.0 apart."""
    written = (orjson.dumps(each, option=orjson.OPT_SORT_KEYS) for each in (one, other))
    return next(written) == next(written)


@pytest.mark.parametrize("what", HARMFUL)
def test_it_is_kept_as_it_came_and_does_nothing(pair: Pair, what: str) -> None:
    harmed, other = pair.ask(HARMFUL[what])

    (kept,) = pair.kept()
    assert _same(kept, HARMFUL[what])
    assert harmed.state is other.state is CoverageState.DATA
    assert pair.metrics() == ["P2/2026-11-01/steps"]
    assert all(each.active for each in pair.store.participants.all())


@pytest.mark.parametrize("what", HARMFUL)
def test_it_replaces_and_is_replaced_like_any_other(pair: Pair, what: str) -> None:
    for payload in (FINE, HARMFUL[what], FINE, HARMFUL[what]):
        pair.ask(payload)

        (kept,) = pair.kept()
        assert _same(kept, payload)


@pytest.mark.parametrize("what", UNKEEPABLE)
def test_a_payload_of_more(pair: Pair, what: str) -> None:
    """It is refused with a sentence; the day fails for this participant alone."""
    harmed, other = pair.ask(UNKEEPABLE[what])

    assert (harmed.state, harmed.kind) == (CoverageState.FAILED, "damaged")
    assert harmed.reason == (
        "The answer of this day is no JSON that can be kept, or is nested more than 254 levels "
        "deep: report it."
    )
    assert pair.kept() == []
    assert other.state is CoverageState.DATA
    assert pair.metrics() == ["P2/2026-11-01/steps"]


@pytest.mark.parametrize("what", UNKEEPABLE)
def test_what_was_there_before_such_a_payload_stays(pair: Pair, what: str) -> None:
    pair.ask(FINE)

    harmed, _ = pair.ask(UNKEEPABLE[what])

    assert harmed.state is CoverageState.FAILED
    assert pair.kept() == [FINE]
    assert pair.metrics() == ["P1/2026-11-01/steps", "P2/2026-11-01/steps"]
