"""A simulated fortnight with everything that a year has: nothing is lost, and a loss is noticed.

``make soak`` lives through the year itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo.collection import Collection

from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.store.store import Store
from soak.count import Count, count
from soak.plan import FEWEST_NIGHTS, FEWEST_PARTICIPANTS, Happening, draw_plan
from soak.reference import undisturbed
from soak.tally import Tally
from soak.truth import days_lived
from soak.year import Year, simulated

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
        with undisturbed(year) as reference, open_deployment(year.settings) as study:
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


def test_a_raw_response_that_is_gone_is_a_day_lost(lived: Lived) -> None:
    raw = lived.collection("raw_responses")
    gone = raw.find_one_and_delete({"endpoint": "steps"})
    assert gone is not None

    assert lived.counted().lost == [gone["_id"]]
    assert Tally(lived.year, lived.counted()).faults == [f"1 days are lost: {gone['_id']}."]
    raw.insert_one(gone)


def test_a_payload_that_is_not_as_it_came_is_a_day_lost(lived: Lived) -> None:
    raw = lived.collection("raw_responses")
    before = raw.find_one({"endpoint": "steps", "payload": {"$exists": True}})
    assert before is not None
    raw.update_one({"_id": before["_id"]}, {"$set": {"payload": {}}})

    assert lived.counted().lost == [before["_id"]]
    raw.replace_one({"_id": before["_id"]}, before)


def test_a_day_that_coverage_does_not_know_is_a_day_lost(lived: Lived) -> None:
    coverage = lived.collection("coverage")
    before = coverage.find_one({"endpoints.sleep.state": "empty"})
    assert before is not None
    coverage.update_one({"_id": before["_id"]}, {"$unset": {"endpoints.sleep": True}})

    lost = f"{before['participant']}/sleep/{before['date']}"
    assert lived.counted().lost == [lost]
    coverage.replace_one({"_id": before["_id"]}, before)


def test_a_day_that_neither_database_has_but_the_person_had_is_lost(lived: Lived) -> None:
    """The pipeline's own reading of a source is not the only witness."""
    key = sorted(lived.days)[0]

    found = count(lived.study, lived.reference, {*lived.days, f"{key}-and-another"})

    assert found.lost == [f"{key}-and-another"]


@pytest.mark.parametrize(
    "name",
    ["raw_responses", "coverage", "metrics", "daily_engagement", "engagement_summaries"],
)
def test_a_second_document_of_the_same_is_a_document_doubled(lived: Lived, name: str) -> None:
    collection = lived.collection(name)
    one = collection.find_one()
    assert one is not None
    collection.insert_one({**one, "_id": "another key"})

    assert len(lived.counted().doubled) == 1
    collection.delete_one({"_id": "another key"})


@pytest.mark.parametrize("change", [{"state": "failed"}, {"settled": "turned round"}])
def test_coverage_that_says_something_else_lies(lived: Lived, change: dict[str, str]) -> None:
    coverage = lived.collection("coverage")
    before = coverage.find_one({"endpoints.steps.state": "data"})
    assert before is not None
    fields = {f"endpoints.steps.{name}": value for name, value in change.items()}
    if "settled" in change:
        fields = {"endpoints.steps.settled": not before["endpoints"]["steps"]["settled"]}  # type: ignore[dict-item]
    coverage.update_one({"_id": before["_id"]}, {"$set": fields})

    assert lived.counted().lied == [f"{before['participant']}/steps/{before['date']}"]
    coverage.replace_one({"_id": before["_id"]}, before)


@pytest.mark.parametrize("name", ["metrics", "daily_engagement", "engagement_summaries"])
def test_a_derived_document_that_is_gone_is_noticed(lived: Lived, name: str) -> None:
    collection = lived.collection(name)
    gone = collection.find_one_and_delete({})
    assert gone is not None

    assert len(lived.counted().derived_differing) == 1
    collection.insert_one(gone)
