"""What the page "Data quality" asks of the store, asked of a real MongoDB."""

import time
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from dashboard.queries.days import NEVER_ASKED
from dashboard.queries.everybody import everybodys_coverage
from dashboard.queries.quality import (
    NOT_SHARED,
    STANDINGS,
    STATES,
    Gap,
    endpoint_days,
    gaps,
    state_counts,
)
from dashboard.queries.reading import NotYoursError, Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.inventory import EndpointInventory, inventory_of
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.quality_sample import (
    ASKED_AT,
    BROKEN,
    FAILED,
    FIRST,
    LAST,
    NEVER,
    NOT_GRANTED,
    record,
    write_every_state,
    write_participant,
)


def _days(reading: Reading, first: date = FIRST, last: date = LAST) -> pd.DataFrame:
    return endpoint_days(reading, "P07", first, last)


def _row(days: pd.DataFrame, endpoint: str, day: date) -> dict[str, object]:
    (row,) = days[(days["endpoint"] == endpoint) & (days["date"] == f"{day}")].to_dict("records")
    return row


def _counted(inventory: EndpointInventory) -> dict[str, int]:
    return {
        "data": inventory.data,
        "empty": inventory.empty,
        "failed": inventory.failed,
        "forbidden": inventory.forbidden,
        "never_asked": len(inventory.never_asked),
        "unsettled": inventory.unsettled,
    }


def test_every_endpoint_and_day_has_one_row_in_one_state(store: Store, reading: Reading) -> None:
    write_every_state(store)

    days = _days(reading)

    assert len(days) == len(ENDPOINT_NAMES) * 14
    assert not days.duplicated(["endpoint", "date"]).any()
    assert set(days["state"]) == set(STATES)
    assert set(days["standing"]) == set(STANDINGS)


def test_a_row_tells_what_is_known_and_what_is_not(store: Store, reading: Reading) -> None:
    write_every_state(store)

    days = _days(reading)

    failed = _row(days, "sleep", FAILED[0])
    assert (failed["state"], failed["attempts"], failed["unsettled"]) == ("failed", 2, True)
    assert (failed["reason"], failed["kind"]) == (BROKEN, "transient")
    assert failed["asked_at"] == ASKED_AT
    never = _row(days, "sleep", NEVER)
    assert (never["state"], never["attempts"], never["unsettled"]) == (NEVER_ASKED, 0, False)
    assert never["reason"] is None
    assert pd.isna(never["asked_at"])


def test_days_that_are_not_the_participants_are_no_days_that_nobody_asked_for(
    store: Store, reading: Reading
) -> None:
    write_participant(store, last_day=date(2026, 11, 3))
    record(store, "steps", [FIRST])

    days = _days(reading, date(2026, 10, 1), date(2026, 12, 1))

    assert list(days.loc[days["endpoint"] == "steps", "date"]) == [
        "2026-11-01",
        "2026-11-02",
        "2026-11-03",
    ]
    assert list(days.loc[days["endpoint"] == "steps", "state"]) == [
        "data",
        NEVER_ASKED,
        NEVER_ASKED,
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (FIRST, LAST),
        (date(2026, 11, 4), date(2026, 11, 9)),
        (NEVER, NEVER),
        (date(2026, 10, 20), date(2026, 11, 20)),
        (date(2026, 10, 1), date(2026, 10, 2)),
    ],
)
def test_the_counts_are_those_of_the_inventory(
    store: Store, reading: Reading, first: date, last: date
) -> None:
    """``fitbit-pipeline coverage`` prints these."""
    participant = write_every_state(store)

    counts = state_counts(_days(reading, first, last)).set_index("endpoint")

    inventory = inventory_of(store, participant, first, last)
    assert counts.to_dict("index") == {
        name: _counted(endpoint) for name, endpoint in inventory.endpoints.items()
    }
    assert list(counts.index) == list(ENDPOINT_NAMES)
    assert counts.sum().to_dict() == {
        **_counted(inventory.total()),
        "never_asked": len(inventory.total().never_asked),
    }


def test_gaps_are_told_by_reason_what_can_be_mended_first(store: Store, reading: Reading) -> None:
    write_every_state(store)

    found = gaps(_days(reading))

    asked = tuple(day for day in days_between(FIRST, LAST) if day != NEVER)
    assert found == [
        Gap("failed", "transient", BROKEN, ("sleep",), FAILED),
        Gap(NOT_SHARED, "scope_missing", NOT_GRANTED, ("hrv",), asked),
        Gap(NEVER_ASKED, None, None, ENDPOINT_NAMES, (NEVER,)),
        Gap(NOT_SERVED, NOT_SERVED, None, ("floors",), asked),
    ]


def test_what_is_shared_since_is_told_apart(store: Store, reading: Reading) -> None:
    """Who connects again with the box ticked need not be told to tick it."""
    write_every_state(store)
    store.coverage.reopen("P07", ["hrv"])

    (found,) = [gap for gap in gaps(_days(reading)) if gap.standing == NOT_SHARED]

    assert found.shared_since


def test_endpoints_that_lack_the_same_days_for_one_reason_are_one_gap(
    store: Store, reading: Reading
) -> None:
    write_participant(store, last_day=FIRST)
    for endpoint in ENDPOINT_NAMES:
        reason = f"The source google_health has no {endpoint} of this participant."
        record(store, endpoint, [FIRST], CoverageState.FORBIDDEN, reason=reason, kind=NOT_SERVED)

    assert gaps(_days(reading)) == [Gap(NOT_SERVED, NOT_SERVED, None, ENDPOINT_NAMES, (FIRST,))]


def test_who_is_bound_to_a_participant_reads_of_nobody_else(store: Store) -> None:
    write_every_state(store)
    write_participant(store, "P08")
    bound = Reading(store, "P08")

    with pytest.raises(NotYoursError):
        _days(bound)


def test_everybodys_days_are_counted_by_endpoint_and_standing(
    store: Store, reading: Reading
) -> None:
    write_every_state(store)
    write_participant(store, "P08")
    record(store, "sleep", days_between(FIRST, LAST), name="P08")

    found = everybodys_coverage(reading, date(2026, 11, 8), LAST)

    assert (found.participants, found.participant_days, found.concerned) == (2, 14, 1)
    rows = found.endpoints.set_index("endpoint")
    assert list(rows.index) == list(ENDPOINT_NAMES)
    sleep = rows.loc["sleep"].to_dict()
    assert {name: count for name, count in sleep.items() if count} == {
        "data": 11,
        "failed": 3,
        "concerned": 1,
    }
    floors = rows.loc["floors"].to_dict()
    assert (floors[NOT_SERVED], floors[NEVER_ASKED]) == (7, 7)
    assert rows.loc["hrv", NOT_SHARED] == 7
    assert set(rows[list(STANDINGS)].sum(axis=1)) == {14}


def test_everybodys_counts_are_the_sum_of_each_ones(store: Store, reading: Reading) -> None:
    write_every_state(store)

    found = everybodys_coverage(reading, FIRST, LAST).endpoints.set_index("endpoint")

    days = _days(reading)
    for name in STANDINGS:
        alone = days[days["standing"] == name].groupby("endpoint").size()
        assert found[name].to_dict() == alone.reindex(found.index, fill_value=0).to_dict()


def test_who_left_or_whose_archive_ended_before_is_not_counted(
    store: Store, reading: Reading
) -> None:
    write_participant(store, "P01", status=ParticipantStatus.LEFT)
    record(store, "steps", [LAST], CoverageState.FAILED, name="P01", reason="x", kind="transient")
    write_participant(store, "P02", last_day=date(2026, 11, 2))
    write_participant(store, "P03", status=ParticipantStatus.NEEDS_CONSENT)

    found = everybodys_coverage(reading, date(2026, 11, 8), LAST)

    assert (found.participants, found.participant_days, found.concerned) == (1, 7, 0)
    assert set(found.endpoints[NEVER_ASKED]) == {7}


def test_with_nobody_there_is_nothing_to_count(reading: Reading) -> None:
    assert everybodys_coverage(reading, FIRST, LAST).participants == 0


def test_everybody_is_one_for_who_is_bound_to_a_participant(store: Store) -> None:
    write_every_state(store)
    write_participant(store, "P08")
    record(store, "sleep", days_between(FIRST, LAST), name="P08")

    found = everybodys_coverage(Reading(store, "P08"), FIRST, LAST)

    assert (found.participants, found.participant_days, found.concerned) == (1, 14, 0)
    assert found.endpoints[["data", NEVER_ASKED]].sum().to_dict() == {
        "data": 14,
        NEVER_ASKED: 14 * 16,
    }


def test_the_week_of_a_thousand_participants_is_counted_in_a_moment(
    store: Store, reading: Reading
) -> None:
    """About a tenth of a second on two cores; the bound is loose, for machines under load."""
    week = list(days_between(date(2026, 11, 8), LAST))
    people = [Participant(f"P{number:04}", "google_health", "UTC", FIRST) for number in range(1000)]
    store.database["participants"].insert_many([each.document() for each in people])
    store.database["coverage"].insert_many(
        [
            {
                "_id": f"{person.name}/{day}",
                "participant": person.name,
                "date": day.isoformat(),
                "source": "google_health",
                "endpoints": {
                    name: _some_entry(number, place, day).document()
                    for place, name in enumerate(ENDPOINT_NAMES)
                },
            }
            for number, person in enumerate(people)
            for day in week
        ]
    )

    begun = time.perf_counter()
    found = everybodys_coverage(reading, week[0], week[-1])
    seconds = time.perf_counter() - begun

    assert found.participant_days == 7000
    assert set(found.endpoints[list(STANDINGS)].sum(axis=1)) == {7000}
    assert found.concerned == 20
    assert seconds < 1


def _some_entry(number: int, place: int, day: date) -> CoverageEntry:
    asked_at = datetime(2026, 11, 15, 5, tzinfo=UTC) + timedelta(seconds=place)
    if number < 20 and place == day.day:
        return CoverageEntry(CoverageState.FAILED, False, asked_at, 1, "x", "transient")
    state = CoverageState.EMPTY if (number * 31 + place * 7) % 13 == 0 else CoverageState.DATA
    return CoverageEntry(state, True, asked_at)
