"""Whose endpoints fail or are not shared, asked of a real MongoDB."""

from datetime import UTC, date, datetime

from dashboard.queries.reading import Reading
from dashboard.queries.study import study
from fitbit_pipeline.engagement.calls import SCOPE_MISSING, CallReason
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import write_coverage
from fitbit_pipeline_tests.dashboard.studies import worn_days, write_failures, write_living

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)


def _told(reading: Reading) -> str:
    (told,) = study(reading, NOW, 3).people["troubles"]
    return str(told)


def _reasons(reading: Reading) -> dict[str, list[CallReason]]:
    return {
        each.name: [call.reason for call in each.why] for each in study(reading, NOW, 3).to_call
    }


def test_what_failed_on_the_last_seven_days_is_told(store: Store, reading: Reading) -> None:
    write_living(store, "P07", worn_days(TODAY, 20), NOW)
    write_failures(store, "P07", "sleep", worn_days(TODAY, 12), attempts=4)

    assert _told(reading) == "sleep: failed on 7 days"
    assert _reasons(reading) == {"P07": [CallReason.FAILING]}


def test_one_bad_night_is_told_but_no_reason_to_call(store: Store, reading: Reading) -> None:
    write_living(store, "P07", worn_days(TODAY, 20), NOW)
    write_failures(store, "P07", "sleep", worn_days(TODAY, 7), attempts=1)

    assert _told(reading) == "sleep: failed on 7 days"
    assert not _reasons(reading)


def test_a_missing_scope_is_a_reason_and_what_a_source_never_has_is_none(
    store: Store, reading: Reading
) -> None:
    write_living(store, "P07", worn_days(TODAY, 20), NOW)
    forbidden = CoverageState.FORBIDDEN
    write_coverage(store, "P07", "sleep", [YESTERDAY], forbidden, kind=SCOPE_MISSING)
    write_coverage(store, "P07", "weight", [YESTERDAY], forbidden, kind="not_served")

    assert _told(reading) == "sleep: not shared"
    assert _reasons(reading) == {"P07": [CallReason.NOT_SHARED]}


def test_a_scope_that_was_granted_since_is_no_reason(store: Store, reading: Reading) -> None:
    write_living(store, "P07", worn_days(TODAY, 20), NOW)
    write_coverage(store, "P07", "sleep", [YESTERDAY], CoverageState.FORBIDDEN, kind=SCOPE_MISSING)

    store.coverage.reopen("P07", ["sleep"])

    assert not _reasons(reading)


def test_what_failed_long_ago_is_forgotten(store: Store, reading: Reading) -> None:
    write_living(store, "P07", worn_days(TODAY, 60), NOW)
    write_failures(store, "P07", "sleep", worn_days(TODAY, 30, 20), attempts=9)

    assert _told(reading) == ""
