"""A simulated fortnight with everything that a year has: nothing is lost, and a loss is noticed.

``make soak`` lives through the year itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo.collection import Collection

from fitbit_pipeline.store.store import Store
from soak.count import Count, count
from soak.plan import FEWEST_NIGHTS, FEWEST_PARTICIPANTS, Happening, draw_plan
from soak.reference import undisturbed
from soak.study import Year, opened
from soak.tally import Tally
from soak.truth import days_lived
from soak.year import simulated

SEED = 7

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Lived:
    """A study that has lived through its plan.

    Attributes:
        year: What happened.
        study: What the study holds.
        reference: What it ought to hold.
        days: Days on which the made-up people know that they have data.
    """

    year: Year
    study: Store
    reference: Store
    days: set[str]

    def counted(self) -> Count:
        """Counted now."""
        return count(self.study, self.reference, self.days)

    def collection(self, name: str) -> Collection[dict[str, Any]]:
        """One of the study's, to be tampered with."""
        return self.study.database[name]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """The fortnight, once for all tests here."""
    plan = draw_plan(SEED, FEWEST_NIGHTS, FEWEST_PARTICIPANTS)
    with simulated(plan, tmp_path_factory.mktemp("year"), None, lambda _: None) as year:
        days = days_lived(year)
        with undisturbed(year) as reference, opened(year.settings, year.sandbox.now) as study:
            yield Lived(year, study.store, reference.store, days)


def test_nothing_is_lost_doubled_or_lied_about(lived: Lived) -> None:
    tally = Tally(lived.year, lived.counted())

    assert tally.faults == []
    assert tally.count.present == tally.count.expected > 500
    assert tally.count.with_data > 100
    assert tally.count.derived > 100


def test_everything_that_was_to_go_wrong_did(lived: Lived) -> None:
    assert Tally(lived.year, Count()).never_struck == []
    assert {Happening.JOIN, Happening.LEAVE, Happening.REVOKE, Happening.RENEW} <= {
        what for what, times in lived.year.happened.items() if times
    }
    assert lived.year.travellers > 0


def test_days_too_old_for_a_night_were_reported(lived: Lived) -> None:
    assert lived.year.reported > 0


@contextmanager
def tampered(collection: Collection[dict[str, Any]], **of: Any) -> Iterator[dict[str, Any]]:
    """A document that may be tampered with until the block ends; then it is as it was."""
    document = collection.find_one(of)
    assert document is not None
    try:
        yield document
    finally:
        collection.replace_one({"_id": document["_id"]}, document, upsert=True)


def test_a_raw_response_that_is_gone_is_a_day_lost(lived: Lived) -> None:
    raw = lived.collection("raw_responses")
    with tampered(raw, endpoint="steps") as gone:
        raw.delete_one({"_id": gone["_id"]})

        assert lived.counted().lost == [gone["_id"]]
        assert Tally(lived.year, lived.counted()).faults == [f"1 days are lost: {gone['_id']}."]


def test_a_payload_that_is_not_as_it_came_is_a_day_lost(lived: Lived) -> None:
    raw = lived.collection("raw_responses")
    with tampered(raw, endpoint="steps", payload={"$exists": True}) as before:
        raw.update_one({"_id": before["_id"]}, {"$set": {"payload": {}}})

        assert lived.counted().lost == [before["_id"]]


def test_a_day_that_coverage_does_not_know_is_a_day_lost(lived: Lived) -> None:
    coverage = lived.collection("coverage")
    with tampered(coverage, **{"endpoints.sleep.state": "empty"}) as before:
        coverage.update_one({"_id": before["_id"]}, {"$unset": {"endpoints.sleep": True}})

        assert lived.counted().lost == [f"{before['participant']}/sleep/{before['date']}"]


def test_a_day_that_neither_database_has_but_the_person_had_is_lost(lived: Lived) -> None:
    """The pipeline's own reading of a source is not the only witness."""
    with_another = {*lived.days, "S01/steps/1999-12-31"}

    assert count(lived.study, lived.reference, with_another).lost == ["S01/steps/1999-12-31"]


@pytest.mark.parametrize(
    "name",
    ["raw_responses", "coverage", "metrics", "daily_engagement", "engagement_summaries"],
)
def test_a_second_document_of_the_same_is_a_document_doubled(lived: Lived, name: str) -> None:
    collection = lived.collection(name)
    one = collection.find_one()
    assert one is not None
    collection.insert_one({**one, "_id": "another key"})
    doubled = lived.counted().doubled
    collection.delete_one({"_id": "another key"})

    assert len(doubled) == 1


def test_coverage_with_another_state_lies(lived: Lived) -> None:
    coverage = lived.collection("coverage")
    with tampered(coverage, **{"endpoints.steps.state": "data"}) as before:
        coverage.update_one({"_id": before["_id"]}, {"$set": {"endpoints.steps.state": "empty"}})

        assert lived.counted().lied == [f"{before['participant']}/steps/{before['date']}"]


def test_coverage_that_calls_an_open_day_settled_lies(lived: Lived) -> None:
    coverage = lived.collection("coverage")
    with tampered(coverage, **{"endpoints.steps.settled": False}) as before:
        coverage.update_one({"_id": before["_id"]}, {"$set": {"endpoints.steps.settled": True}})

        assert lived.counted().lied == [f"{before['participant']}/steps/{before['date']}"]


@pytest.mark.parametrize("name", ["metrics", "daily_engagement", "engagement_summaries"])
def test_a_derived_document_that_is_gone_is_noticed(lived: Lived, name: str) -> None:
    collection = lived.collection(name)
    with tampered(collection) as gone:
        collection.delete_one({"_id": gone["_id"]})

        assert len(lived.counted().derived_differing) == 1
