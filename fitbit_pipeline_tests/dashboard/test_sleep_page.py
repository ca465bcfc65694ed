"""The page "Sleep" as a reader meets it, run by Streamlit without a browser."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.nights import a_night, only_a_nap, only_totals, with_nap
from fitbit_pipeline_tests.dashboard.running import charts_of, open_page, tiles_of
from fitbit_pipeline_tests.dashboard.sample import (
    Metrics,
    a_day,
    write_coverage,
    write_metrics,
    write_person,
)

pytestmark = pytest.mark.usefixtures("deployment")

FIRST, LAST = date(2026, 10, 22), date(2026, 11, 20)
MISSING = date(2026, 11, 3)
DAYS = list(days_between(FIRST, LAST))

HEADINGS = [
    "When the main sleep began and ended, by the clock",
    "Time in bed of the main sleep, asleep and awake",
    "Sleep stages of the main sleep",
    "Sleep efficiency of the main sleep, in %",
    "Minutes asleep in naps per day",
    "Nights in bed by weekday and half hour, in %",
]


def _write(store: Store, nights: Mapping[date, Metrics]) -> None:
    write_person(store, "P07", {day: a_day() for day in DAYS})
    if nights:
        write_metrics(store, "P07", nights)
        write_coverage(store, "P07", "sleep", list(nights))


def _open(**address: str) -> AppTest:
    app = open_page("sleep", **address)
    assert not app.exception
    return app


def _headings(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


def _said(app: AppTest) -> str:
    return "\n".join(info.value.replace("\\", "") for info in app.info)


@pytest.fixture
def sleeper(store: Store) -> None:
    """A month of staged nights, one missing, one with a nap after it."""
    nights: dict[date, Metrics] = {day: a_night(day, "23:30", 450) for day in DAYS}
    del nights[MISSING]
    nights[LAST] = with_nap(a_night(LAST, "00:10", 450))
    _write(store, nights)


def test_all_figures_are_there_in_their_order_with_words_and_tables(sleeper: None) -> None:
    app = _open()

    assert _headings(app) == HEADINGS
    charts = charts_of(app)
    assert len(charts) == len(app.dataframe) == len(app.get("download_button")) == 6
    assert all(json.loads(chart.proto.spec)["layer"] for chart in charts)
    assert all(chart.proto.alt for chart in charts)


def test_the_tiles_sum_the_nights_up(sleeper: None) -> None:
    tiles = tiles_of(_open())

    assert tiles == {
        "Nights with sleep": "29 of 30",
        "Mean time asleep": "6 h 50 min",
        "Mean time in bed": "7 h 30 min",
        "Mean efficiency": "91 %",
        "Usual bedtime": "23:30",
        "Usual wake-up": "07:00",
        "Usual mid-sleep": "03:15",
        "Bedtime varies by": "± 7 min",
        "Wake-up varies by": "± 7 min",
        "Mid-sleep varies by": "± 7 min",
    }


def test_a_single_night_has_no_spread(store: Store) -> None:
    _write(store, {LAST: a_night(LAST)})

    tiles = tiles_of(_open())

    assert tiles["Usual bedtime"] == "23:00"
    assert tiles["Bedtime varies by"] == "–"


def test_sleep_round_the_clock_has_no_usual_bedtime(store: Store) -> None:
    starts = ["23:00", "07:00", "15:00"]
    _write(store, {day: a_night(day, starts[place % 3]) for place, day in enumerate(DAYS)})

    app = _open()

    assert tiles_of(app)["Usual bedtime"] == "–"
    assert _headings(app) == HEADINGS


def test_the_night_of_a_clock_change_is_explained(sleeper: None) -> None:
    captions = "\n".join(each.value for each in _open().caption)

    assert "Clocks changed on 25 October 2026" in captions


def test_classic_sleeps_alone_get_a_sentence_instead_of_stages(store: Store) -> None:
    _write(store, {day: a_night(day, stages=False) for day in DAYS})

    app = _open()

    assert _headings(app) == HEADINGS
    assert len(charts_of(app)) == 4
    assert "No night of this range has stages" in _said(app)


def test_a_range_without_naps_says_so(store: Store) -> None:
    _write(store, {LAST: a_night(LAST)})

    assert "There was no nap on the 1 day with sleep." in _said(_open())


def test_nights_without_times_keep_their_amounts(store: Store) -> None:
    night = a_night(LAST)
    amounts = {name: night[name] for name in night if name not in ("sleep_start", "sleep_end")}
    _write(store, {LAST: amounts})

    app = _open()

    assert _headings(app) == HEADINGS
    assert "No night of this range states when it began and ended." in _said(app)
    assert tiles_of(app)["Usual bedtime"] == "–"


def test_nights_with_times_alone_say_what_else_is_not_known(store: Store) -> None:
    night = a_night(LAST)
    _write(store, {LAST: {name: night[name] for name in ("sleep_start", "sleep_end")}})

    app = _open()

    assert len(charts_of(app)) == 2
    assert "No night of this range states how long it was." in _said(app)
    assert "No night of this range has an efficiency." in _said(app)
    assert tiles_of(app)["Mean time asleep"] == "–"


def test_totals_alone_get_a_figure_and_a_way_to_more(store: Store) -> None:
    """A Fitabase export knows neither times nor stages nor naps."""
    _write(store, {day: only_totals(400) for day in DAYS[10:]})

    app = _open()

    assert _headings(app) == ["Time in bed of all sleeps of the day, asleep and awake"]
    assert tiles_of(app) == {
        "Days with sleep": "20 of 30",
        "Mean time asleep": "6 h 40 min",
        "Mean time in bed": "7 h 05 min",
    }
    assert "states only what all sleeps of a day add up to" in _said(app)
    assert "fitbit-pipeline import" in _said(app)


def test_days_with_totals_alone_are_shown_beside_nights(store: Store) -> None:
    nights: dict[date, Metrics] = {day: only_totals() for day in DAYS[:10]}
    nights |= {day: a_night(day) for day in DAYS[10:]}
    _write(store, nights)

    app = _open()

    assert _headings(app) == [*HEADINGS, "Time in bed of all sleeps of the day, asleep and awake"]
    assert tiles_of(app)["Nights with sleep"] == "20 of 30"


def test_naps_without_a_night_are_shown_with_the_reasons(store: Store) -> None:
    _write(store, {day: only_a_nap() for day in DAYS[:5]})

    app = _open()

    assert _headings(app) == ["Minutes asleep in naps per day"]
    assert "no main sleep" in _said(app)
    assert "25 days: never asked for" in _said(app)


def test_a_range_without_sleep_says_why_and_where_there_is_some(store: Store) -> None:
    _write(store, {day: a_night(day) for day in DAYS[:5]})
    write_coverage(store, "P07", "sleep", DAYS[5:], CoverageState.EMPTY)

    app = _open(participant="P07", from_="2026-11-01", to="2026-11-05")

    assert not charts_of(app)
    assert _headings(app) == ["No sleep in this range"]
    assert "5 days: asked for; the source had nothing" in _said(app)
    assert "The last sleep is that of 26 October 2026" in _said(app)


def test_a_source_without_sleep_names_the_reason_and_what_to_do(store: Store) -> None:
    _write(store, {})
    write_coverage(
        store,
        "P07",
        "sleep",
        DAYS,
        CoverageState.FORBIDDEN,
        reason="The archive holds no sleep.",
        kind=NOT_SERVED,
    )

    said = _said(_open())

    assert "Sleep of 30 days cannot be had. The archive holds no sleep." in said
    assert "fitbit-pipeline import" in said


def test_sleep_that_is_not_shared_is_asked_for_by_connecting_again(store: Store) -> None:
    _write(store, {})
    write_coverage(
        store,
        "P07",
        "sleep",
        DAYS,
        CoverageState.FORBIDDEN,
        reason="The participant did not agree to share sleep.",
        kind="scope_missing",
    )

    said = _said(_open())

    assert "did not agree to share sleep" in said
    assert "fitbit-pipeline connect" in said
    assert "fitbit-pipeline import" not in said


def test_a_participant_who_never_slept_with_the_device_is_told_so(store: Store) -> None:
    _write(store, {})

    assert "There has never been any" in _said(_open())


def test_the_range_can_be_a_single_day(sleeper: None) -> None:
    day = (LAST - timedelta(days=1)).isoformat()

    app = _open(participant="P07", from_=day, to=day)

    assert tiles_of(app)["Nights with sleep"] == "1 of 1"
