"""Whoever is bound to a participant is told of nobody else, whatever is asked.

Each test is put to every question there is, also to those that are added later.
"""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.connection import ask
from dashboard.queries import people
from dashboard.queries.reading import NotYoursError, Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.metrics.catalogue import METRICS, MetricValue
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.questions import FIRST, LAST, Question, all_questions
from fitbit_pipeline_tests.dashboard.sample import (
    a_day,
    write_coverage,
    write_metrics,
    write_person,
)

QUESTIONS = all_questions()
ABOUT_SOMEBODY = [each for each in QUESTIONS if each.about]
ABOUT_EVERYBODY = [each for each in QUESTIONS if not each.about]

OTHERS = ("P0", "P07-2", "P070", "P08")
"""The keys of some begin as those of P07 do: they are the likeliest to slip in."""


EVERYBODY = ["P0", "P07", "P07-2", "P070", "P08"]


def _named(question: Question) -> str:
    return question.name


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w-]){name}(?![\w-])", text) is not None


def _write(store: Store, name: str, steps: int) -> None:
    """Somebody with something in every collection that is asked; their name is in all texts."""
    days = list(days_between(FIRST, LAST))
    write_person(store, name, {day: a_day(steps) for day in days}, note=f"A note on {name}.")
    write_metrics(
        store, name, {day: {each.name: _value(each.unit, day) for each in METRICS} for day in days}
    )
    for endpoint in ENDPOINT_NAMES[1:]:
        write_coverage(store, name, endpoint, days[:-4])
        reason = f"{name} shares no {endpoint}."
        for state, some in (
            (CoverageState.FAILED, days[-4:-2]),
            (CoverageState.FORBIDDEN, days[-2:]),
        ):
            write_coverage(store, name, endpoint, some, state, reason=reason, kind="scope_missing")
    store.participants.needs_consent(name, f"The consent of {name} is gone.")


def _value(unit: str, day: date) -> MetricValue:
    return f"{day - timedelta(days=1)}T23:10:00" if unit == "local time" else 60 + day.day


@contextmanager
def _store_of(uri: str, *names: str) -> Iterator[Store]:
    with connect(uri, Path("unused"), f"test_{uuid.uuid4().hex}") as connection:
        store = Store(connection.database)
        store.ensure_indexes()
        for name in names:
            _write(store, name, 9000 if name in OTHERS else 4000)
        yield store
        connection.database.client.drop_database(connection.database.name)


@pytest.fixture(scope="module")
def crowded(mongodb_uri: str) -> Iterator[Store]:
    """P07 among others."""
    with _store_of(mongodb_uri, "P07", *OTHERS) as store:
        yield store


@pytest.fixture(scope="module")
def lonely(mongodb_uri: str) -> Iterator[Store]:
    """The same P07 and nobody else."""
    with _store_of(mongodb_uri, "P07") as store:
        yield store


def test_there_are_questions_of_both_kinds() -> None:
    assert {"engagement.engagement_days", "people.person", "days.metric_days"} <= {
        each.name for each in ABOUT_SOMEBODY
    }
    assert {"people.names", "Reading.participants"} <= {each.name for each in ABOUT_EVERYBODY}


@pytest.mark.parametrize("question", ABOUT_SOMEBODY, ids=_named)
def test_a_question_about_another_is_refused(crowded: Store, question: Question) -> None:
    bound = Reading(crowded, "P07")

    for other in (*OTHERS, "P99"):
        with pytest.raises(NotYoursError) as refused:
            question.put(bound, other)
        assert not _stands_in(other, str(refused.value))


@pytest.mark.parametrize("question", ABOUT_SOMEBODY, ids=_named)
def test_a_question_about_oneself_is_answered_as_to_anybody(
    crowded: Store, question: Question
) -> None:
    assert question.put(Reading(crowded, "P07"), "P07") == question.put(Reading(crowded), "P07")


@pytest.mark.parametrize("question", ABOUT_EVERYBODY, ids=_named)
def test_a_question_about_everybody_names_nobody_else(crowded: Store, question: Question) -> None:
    answer = question.put(Reading(crowded, "P07"), "P07")

    for other in OTHERS:
        assert not _stands_in(other, answer)


@pytest.mark.parametrize("question", QUESTIONS, ids=_named)
def test_what_others_do_changes_no_answer(
    crowded: Store, lonely: Store, question: Question
) -> None:
    """Also no count, no mean and no newest day."""
    among_others = question.put(Reading(crowded, "P07"), "P07")

    assert among_others == question.put(Reading(lonely, "P07"), "P07")


def test_who_is_not_bound_is_told_of_everybody(crowded: Store) -> None:
    """Else the tests above would pass for questions that find nothing at all."""
    naming = {
        each.name
        for each in ABOUT_EVERYBODY
        if _stands_in("P08", each.put(Reading(crowded), "P07"))
    }

    assert {"people.names", "Reading.participants", "Reading.aggregate_everybody"} <= naming


def test_somebody_bound_to_nobody_who_exists_is_told_of_nobody(crowded: Store) -> None:
    bound = Reading(crowded, "P99")

    for question in ABOUT_EVERYBODY:
        answer = question.put(bound, "P99")
        assert not any(_stands_in(name, answer) for name in ("P07", *OTHERS)), question.name


@pytest.mark.usefixtures("deployment")
class TestWhatIsRemembered:
    """Answers are remembered for each viewer by themselves."""

    def test_not_for_who_is_bound_when_asked_by_who_is_not(self, crowded: Store) -> None:
        assert ask(Reading(crowded), people.names) == EVERYBODY
        assert ask(Reading(crowded, "P07"), people.names) == ["P07"]
        assert ask(Reading(crowded, "P08"), people.names) == ["P08"]

    def test_not_for_who_is_not_bound_when_asked_by_who_is(self, crowded: Store) -> None:
        assert ask(Reading(crowded, "P07"), people.names) == ["P07"]
        assert ask(Reading(crowded), people.names) == EVERYBODY

    def test_nor_about_another(self, crowded: Store) -> None:
        assert ask(Reading(crowded), people.person, "P08") is not None
        assert ask(Reading(crowded, "P08"), people.person, "P08") is not None

        with pytest.raises(NotYoursError):
            ask(Reading(crowded, "P07"), people.person, "P08")
