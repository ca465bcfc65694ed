"""Who needs a call because the device synced, but was not worn."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.engagement.calls import CallReason, Trouble, calls
from fitbit_pipeline_tests.engagement.somebody import (
    AFTER_DAYS,
    NOW,
    TODAY,
    WELL,
    YESTERDAY,
    ago,
    not_worn_since,
    reasons,
    sentence,
    worn_on,
)


@pytest.mark.parametrize(("days_ago", "expected"), [(3, []), (4, [CallReason.NOT_WORN])])
def test_a_call_is_due_after_three_whole_days(days_ago: int, expected: list[CallReason]) -> None:
    assert reasons(not_worn_since(days_ago)) == expected


def test_the_sentence_says_that_the_device_synced_all_the_same() -> None:
    assert sentence(not_worn_since(6)) == (
        "Not worn for 5 days, though the device synced today; last worn on 18 November."
    )


def test_it_has_held_for_the_days_since_it_was_worn() -> None:
    (call,) = calls(not_worn_since(6), NOW, AFTER_DAYS)

    assert call.days == 5


@pytest.mark.parametrize(
    ("days_ago", "told"),
    [
        (1, "Not worn for 8 days, though the device synced yesterday;"),
        (2, "Not worn for 7 days, though the device synced on 22 November;"),
        (3, "Not worn for 6 days up to the last sync;"),
    ],
)
def test_a_sync_of_lately_is_told_with_its_day(days_ago: int, told: str) -> None:
    """Three days without a sync are a reason of their own, which says when it was."""
    found = calls(not_worn_since(10, NOW - timedelta(days=days_ago)), NOW, AFTER_DAYS)

    assert found[-1].sentence.startswith(told)


def test_where_no_sync_is_known_the_day_that_is_not_over_does_not_count() -> None:
    facts = replace(not_worn_since(4), synced_until=None, last_data=TODAY)

    assert sentence(facts) == "Not worn for 3 days; last worn on 20 November."


def test_where_no_sync_is_known_days_count_up_to_the_newest_data() -> None:
    facts = replace(not_worn_since(6), synced_until=None, last_data=ago(2))

    assert sentence(facts) == "Not worn for 4 days; last worn on 18 November."


def test_days_behind_the_last_sync_are_not_called_not_worn() -> None:
    """The device told of 21 November in full, and of a part of 22 November."""
    facts = not_worn_since(5, datetime(2026, 11, 22, 20, tzinfo=UTC))

    assert reasons(facts) == []


def test_a_device_that_was_not_worn_before_it_fell_silent_gives_both_reasons() -> None:
    found = calls(not_worn_since(20, NOW - timedelta(days=8)), NOW, AFTER_DAYS)

    assert [call.sentence for call in found] == [
        "The device has not synced for 8 days, since 16 November.",
        "Not worn for 11 days up to the last sync; last worn on 4 November.",
    ]


def test_days_without_data_count_if_the_device_synced_since() -> None:
    facts = replace(WELL, last_data=ago(6), last_worn=ago(6), worn=worn_on([ago(7), ago(6)]))

    assert sentence(facts) == (
        "No data for 5 days, though the device synced today; last worn on 18 November."
    )


def test_the_sentence_tells_days_without_data_from_days_not_worn() -> None:
    facts = not_worn_since(6)
    worn = {day: told for day, told in facts.worn.items() if day != ago(2).isoformat()}

    assert sentence(replace(facts, worn=worn)).endswith(
        "last worn on 18 November; 1 day of them without data."
    )


def test_days_that_could_not_be_fetched_are_no_days_without_wear() -> None:
    facts = replace(
        WELL,
        last_data=ago(6),
        last_worn=ago(6),
        worn=worn_on([ago(6)]),
        troubles=[Trouble("heart_rate", "transient", 5, 1)],
    )

    assert reasons(facts) == []


def test_days_that_could_not_be_fetched_add_none_to_those_not_worn() -> None:
    facts = replace(
        WELL,
        last_worn=ago(6),
        worn=worn_on([ago(5), ago(4)], worn=False),
        troubles=[Trouble("heart_rate", "transient", 3, 1)],
    )

    assert reasons(facts) == []


def test_days_of_which_the_wear_is_unknown_are_no_days_without_wear() -> None:
    """They share sleep alone: nothing tells whether the device was worn."""
    worn = worn_on(days_between(ago(30), YESTERDAY), worn=None)

    assert reasons(replace(WELL, last_worn=None, worn=worn)) == []


def test_some_unknown_days_among_them_are_told() -> None:
    facts = not_worn_since(6)
    worn = {**facts.worn, ago(1).isoformat(): None}

    assert sentence(replace(facts, worn=worn)).endswith("; of 1 day it is not known.")


def test_who_never_wore_it_since_enrolment_needs_a_call() -> None:
    facts = replace(
        WELL,
        enrolled_on=ago(5),
        last_worn=None,
        worn=worn_on(days_between(ago(5), YESTERDAY), worn=False),
    )

    assert sentence(facts) == "Not worn for 5 days, though the device synced today."


def test_wear_of_months_ago_is_told() -> None:
    facts = replace(
        WELL,
        last_worn=date(2026, 9, 1),
        worn=worn_on(days_between(ago(30), YESTERDAY), worn=False),
    )

    assert sentence(facts) == (
        "Not worn for 83 days, though the device synced today; last worn on 1 September."
    )
