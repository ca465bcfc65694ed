"""A program written for the tutorial's collection reads the view and gets its numbers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from fitbit_pipeline.flow.tutorial_view import refresh_tutorial_view
from fitbit_pipeline.sandbox.api_types import SCOPES as GOOGLE_SCOPES
from fitbit_pipeline.sandbox.fitbit_web.scopes import SCOPES
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.google_health.connecting import QUICK, connect
from fitbit_pipeline_tests.sandbox_server import NOW
from fitbit_pipeline_tests.sources_compared import tutorial

FIRST, LAST = date(2026, 9, 12), date(2026, 11, 14)
DAYS = 64
WITHOUT_HEART = tuple(scope for scope in SCOPES if scope != "heartrate")
COUNTED = tuple(scope for scope in GOOGLE_SCOPES if "measurements" not in scope)


@pytest.fixture(scope="module")
def bed(
    sandbox: Sandbox, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestBed]:
    """People through the API of the tutorial and through Google's, without single readings."""
    folder = tmp_path_factory.mktemp("tutorial")
    with test_bed(settings_for(folder, mongodb_uri, "test_tutorial_numbers", **QUICK), NOW) as bed:
        people = {name: name for name in ("p001", "p009", "p021")}
        connect_fitbit_people(bed.deployment, sandbox, people, FIRST, kind="server")
        shy = {"no-heart": "p004"}
        connect_fitbit_people(bed.deployment, sandbox, shy, FIRST, WITHOUT_HEART, kind="server")
        connect(bed.deployment, sandbox, {"google": "p001"}, FIRST, COUNTED)
        bed.carry(FIRST, LAST)
        yield bed
        database = bed.deployment.store.database
        database.client.drop_database(database.name)


def _view_of(bed: TestBed, participant: str) -> Database[dict[str, Any]]:
    """The database, whose collection of the tutorial's name shows somebody."""
    assert refresh_tutorial_view(bed.deployment.store, participant)
    return bed.deployment.store.database


@pytest.mark.parametrize("person", ["p001", "p009", "p021"])
def test_the_numbers_are_those_that_the_tutorial_computes(
    bed: TestBed, sandbox: Sandbox, person: str
) -> None:
    """From the same answers, for every day; one document for each day and type.

    Of a day with several main sleeps the longest counts, of which the tutorial kept each.
    """
    with fitbit_signed_in(sandbox, person) as session:
        expected, _ = tutorial.computed(sandbox, session, FIRST, LAST)

    found = tutorial.found(_view_of(bed, person))

    assert len(expected["steps"]) == len(expected["totalWearTime"]) == DAYS
    assert {name: dict(pairs) for name, pairs in found.items()} == {
        name: dict(pairs) for name, pairs in expected.items()
    }
    assert all(len(pairs) == len(dict(pairs)) for pairs in found.values())
    assert tutorial.types_of_values(found) == tutorial.types_of_values(expected)


def test_the_days_compared_hold_what_is_hard(sandbox: Sandbox) -> None:
    """Several main sleeps on a day, main sleeps without stages, days in a drawer."""
    told = {}
    for person in ("p001", "p021"):
        with fitbit_signed_in(sandbox, person) as session:
            told[person] = tutorial.computed(sandbox, session, FIRST, LAST)

    (rich, several), (other, _) = told.values()
    assert len(several) >= 3
    assert 0 < len(dict(rich["sleep_Deep"])) < len(dict(rich["timeInBed"]))
    assert 0 in dict(other["totalWearTime"]).values()
    assert 0 in dict(other["minutesSedentary"]).values()


def test_without_heart_rate_there_is_no_wear_time_and_1440_stays(
    bed: TestBed, sandbox: Sandbox
) -> None:
    """The tutorial computed it for days with an entry of heart rate alone."""
    with fitbit_signed_in(sandbox, "p004", WITHOUT_HEART) as session:
        expected, _ = tutorial.computed(sandbox, session, FIRST, LAST)

    found = tutorial.found(_view_of(bed, "no-heart"))

    assert found["totalWearTime"] == expected["totalWearTime"] == []
    assert dict(found["minutesSedentary"]) == dict(expected["minutesSedentary"])
    assert 1440 in dict(found["minutesSedentary"]).values()


def test_days_of_google_have_the_same_shape_and_types(bed: TestBed, sandbox: Sandbox) -> None:
    """The same program runs on them; what is counted is the same, sitting is Google's."""
    with fitbit_signed_in(sandbox, "p001") as session:
        expected, _ = tutorial.computed(sandbox, session, FIRST, LAST)

    database = _view_of(bed, "google")
    found = tutorial.found(database)

    assert all(
        document.keys() == {"_id", "id", "type", "data"}
        and document["data"].keys() == {"dateTime", "value"}
        for document in database["fitbitCollection"].find()
    )
    assert all(len(pairs) == len(dict(pairs)) for pairs in found.values())
    assert tutorial.types_of_values(found) == tutorial.types_of_values(expected)
    for name in tutorial.TYPES:
        if name not in {"minutesSedentary", "totalWearTime"}:
            assert dict(found[name]) == dict(expected[name])
