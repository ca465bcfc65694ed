"""Raw responses: which answer stays, whatever its size and whichever came last.

Invariant 6: a late, smaller answer replaces a larger one only when the source synced later.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import permutations
from pathlib import Path

import pytest

from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.raw_responses import Answer, RawResponses

DAY = date(2026, 11, 20)
EVENING = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 6, tzinfo=UTC)
LARGE = {"rows": [{"steps": 900}, {"steps": 4100}]}
SMALL = {"rows": [{"steps": 900}]}


@pytest.fixture
def raw_responses(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[RawResponses]:
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        yield RawResponses(connection.database["raw_responses"])


def _answer(payload: dict[str, object], synced_until: datetime | None) -> Answer:
    return Answer(
        participant="P07",
        endpoint="steps",
        date=DAY,
        source="google_health",
        payload=payload,
        request={"method": "GET", "url": "/steps", "params": {}},
        fetched_at=MORNING,
        synced_until=synced_until,
    )


def _write(raw_responses: RawResponses, *answers: Answer) -> None:
    for answer in answers:
        known = raw_responses.fingerprints("P07", "steps", DAY, DAY)
        raw_responses.write([answer], known)


def _kept(raw_responses: RawResponses) -> object:
    return [dict(each.payload) for each in raw_responses.read("P07", ["steps"], DAY, DAY)]


def test_a_smaller_answer_of_a_later_sync_replaces_a_larger_one(
    raw_responses: RawResponses,
) -> None:
    _write(raw_responses, _answer(LARGE, EVENING), _answer(SMALL, MORNING))

    assert _kept(raw_responses) == [SMALL]


def test_an_answer_of_an_earlier_sync_replaces_nothing_however_late_it_arrives(
    raw_responses: RawResponses,
) -> None:
    _write(raw_responses, _answer(LARGE, MORNING), _answer(SMALL, EVENING))

    assert _kept(raw_responses) == [LARGE]


def test_an_answer_of_an_earlier_sync_replaces_nothing_by_being_larger(
    raw_responses: RawResponses,
) -> None:
    _write(raw_responses, _answer(SMALL, MORNING), _answer(LARGE, EVENING))

    assert _kept(raw_responses) == [SMALL]


def test_an_answer_that_says_nothing_of_its_sync_replaces_none_that_does(
    raw_responses: RawResponses,
) -> None:
    _write(raw_responses, _answer(LARGE, EVENING), _answer(SMALL, None))

    assert _kept(raw_responses) == [LARGE]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_runs_that_did_not_see_each_other_leave_the_freshest_whatever_their_order(
    raw_responses: RawResponses, order: tuple[int, ...]
) -> None:
    answers = [_answer(LARGE, None), _answer(LARGE, EVENING), _answer(SMALL, MORNING)]

    for position in order:
        raw_responses.write([answers[position]], {})

    assert _kept(raw_responses) == [SMALL]


@pytest.mark.parametrize(
    ("synced_until", "kept"),
    [(None, [LARGE]), (EVENING, [LARGE]), (MORNING, [])],
    ids=["unknown", "earlier", "as late"],
)
def test_a_payload_is_removed_only_by_an_empty_answer_that_is_no_less_fresh(
    raw_responses: RawResponses, synced_until: datetime | None, kept: list[object]
) -> None:
    _write(raw_responses, _answer(LARGE, MORNING))

    raw_responses.remove("P07", "steps", [DAY], synced_until)

    assert _kept(raw_responses) == kept
