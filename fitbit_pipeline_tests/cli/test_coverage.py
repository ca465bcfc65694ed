"""What ``coverage`` says of days that were never asked for."""

from dataclasses import replace
from datetime import date

from fitbit_pipeline.cli.report import ways_to
from fitbit_pipeline.store.participants import Participant, PastSource

START = date(2026, 1, 1)
P07 = Participant("P07", "google_health", "Europe/Athens", date(2026, 3, 1))
MOVED = replace(P07, past_sources=(PastSource("fitbit_web", date(2026, 10, 31)),))


def test_where_nothing_is_missing_nothing_is_said() -> None:
    assert ways_to(set(), P07, START) == []


def test_days_of_the_present_source_can_be_backfilled() -> None:
    assert ways_to({date(2026, 3, 1)}, P07, START) == [
        "fitbit-pipeline backfill --from … asks for them."
    ]


def test_days_before_the_first_partition_need_an_earlier_one() -> None:
    (sentence,) = ways_to({date(2026, 3, 1)}, P07, date(2026, 6, 1))

    assert sentence.endswith("Days before 2026-06-01 need an earlier FITBIT_PIPELINE_START_DATE.")


def test_days_of_a_source_that_was_left_are_not_offered_to_a_backfill() -> None:
    assert ways_to({date(2026, 10, 31)}, MOVED, START) == [
        "Days before 2026-11-01 belong to the source fitbit_web, which is not asked any more: an "
        "archive, imported under another name, has them."
    ]


def test_days_on_both_sides_of_a_move_have_both_ways() -> None:
    assert len(ways_to({date(2026, 10, 31), date(2026, 11, 1)}, MOVED, START)) == 2
