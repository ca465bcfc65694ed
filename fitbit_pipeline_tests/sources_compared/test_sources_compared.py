"""The same people through three sources give the same metrics, but for the differences listed."""

from dataclasses import replace

import pytest

from fitbit_pipeline.metrics.catalogue import METRIC
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.deployments import TestBed
from fitbit_pipeline_tests.sandbox_server import NOW
from fitbit_pipeline_tests.sources_compared.comparing import compare
from fitbit_pipeline_tests.sources_compared.conftest import FIRST, LAST, PEOPLE
from fitbit_pipeline_tests.sources_compared.days import (
    ARCHIVE,
    ENGAGEMENT,
    GOOGLE,
    WEB,
    Day,
    Truth,
    Values,
    days_of,
)
from fitbit_pipeline_tests.sources_compared.differences import DIFFERENCES
from tools.readme import SOURCES_PAGE, with_tables

pytestmark = pytest.mark.timeout(900)
"""Days of four people, minute by minute, from three sources."""

IN_EXPORTS_OF_FITABASE_ALONE = {
    "tracker_distance",
    "logged_distance",
    "very_active_distance",
    "fairly_active_distance",
    "lightly_active_distance",
    "sedentary_distance",
}
TRUTH = Truth(worn=True, abroad=False, hours=24, seated=600, floors_counted=True, fragment=False)


@pytest.fixture(scope="module")
def days(bed: TestBed, sandbox: Sandbox) -> list[Day]:
    return list(days_of(bed.documents(), sandbox.population, NOW))


def test_sources_agree_on_every_day_but_for_the_differences_listed(days: list[Day]) -> None:
    """Every metric, and every field of daily engagement; and each difference listed is there."""
    found = compare(days, DIFFERENCES)

    assert found.unlisted == []
    assert found.vanished == []
    metrics = {name for name in found.names if not name.startswith(ENGAGEMENT)}
    assert METRIC.keys() - metrics == IN_EXPORTS_OF_FITABASE_ALONE


def test_all_kinds_of_days_are_compared(days: list[Day]) -> None:
    """Not worn, abroad, of 23 and 25 hours, with naps, with sleeps that have no stages."""
    told = [day.told[WEB] for day in days]

    assert len(days) == len(PEOPLE) * ((LAST - FIRST).days + 1) >= 60 * len(PEOPLE)
    assert {day.truth.hours for day in days} == {23, 24, 25}
    assert sum(not day.truth.worn for day in days) >= 5
    assert any(day.truth.abroad for day in days)
    assert sum(int(values.get("nap_count") or 0) > 0 for values in told) >= 5
    assert sum("sleep_start" in each and "deep_minutes" not in each for each in told) >= 5
    assert sum("deep_minutes" in values for values in told) >= 60


def test_a_difference_that_no_row_explains_is_told() -> None:
    day = Day("p001 2026-10-01", TRUTH, {WEB: {"steps": 9210}, GOOGLE: {"steps": 9209}})

    found = compare([day], DIFFERENCES)

    assert found.unlisted == ["p001 2026-10-01 steps: fitbit_web and google_health"]


def test_a_row_that_explains_nothing_is_told() -> None:
    (row,) = (each for each in DIFFERENCES if each.names == ("bmi",))
    day = Day("p001 2026-10-01", TRUTH, {WEB: {"bmi": 22.5}, GOOGLE: {"bmi": 22.5}})

    found = compare([day], [row, replace(row, sources=(ARCHIVE,))])

    assert found.vanished == ["bmi of google_health: never there", "bmi of takeout: never there"]


def test_engagement_is_compared_where_both_sources_have_the_day() -> None:
    """A day that is missing is one difference, and not one of each field."""
    steps = f"{ENGAGEMENT}.steps"
    told: dict[str, Values] = {
        WEB: {ENGAGEMENT: "there", steps: 0},
        GOOGLE: {},
        ARCHIVE: {ENGAGEMENT: "there"},
    }

    found = compare([Day("p001 2026-10-01", replace(TRUTH, worn=False), told)], [])

    assert found.unlisted == [
        f"p001 2026-10-01 {ENGAGEMENT}: fitbit_web and google_health",
        f"p001 2026-10-01 {ENGAGEMENT}: google_health and takeout",
        f"p001 2026-10-01 {steps}: fitbit_web and takeout",
    ]


def test_the_documentation_has_the_table() -> None:
    text = SOURCES_PAGE.read_text(encoding="utf-8")

    assert all(row.why in text for row in DIFFERENCES)
    assert with_tables(text) == text, "make readme"
