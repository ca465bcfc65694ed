"""The page "Overview", the first that a reader meets, run by Streamlit without a browser."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.running import APP, SECONDS, charts_of, tiles_of
from fitbit_pipeline_tests.dashboard.sample import (
    a_day,
    a_still_day,
    write_coverage,
    write_metrics,
    write_person,
)

LAST = date(2026, 11, 20)
FIRST = LAST - timedelta(days=59)
HEART: dict[str, MetricValue] = {
    "resting_heart_rate": 61,
    "hrv_rmssd": 41.2,
    "active_zone_minutes": 22,
}

pytestmark = pytest.mark.usefixtures("deployment")


def _write(store: Store, days: dict[date, dict[str, MetricValue]], **more: Any) -> None:
    write_person(store, "P07", days, **more)
    write_metrics(store, "P07", dict.fromkeys(days, HEART))
    unsettled = set(more.get("unsettled", ()))
    for endpoint in ENDPOINT_NAMES:
        write_coverage(store, "P07", endpoint, set(days) - unsettled)
        if unsettled:
            write_coverage(store, "P07", endpoint, unsettled, settled=False)


def _slept(steps: int = 8000) -> dict[str, MetricValue]:
    return {**a_day(steps), "total_minutes_asleep": 432}


@pytest.fixture
def person(store: Store) -> Store:
    """P07, who walked 8,000 steps a day for sixty days, and 9,500 on the last."""
    days = {day: _slept() for day in days_between(FIRST, LAST)}
    _write(store, {**days, LAST: _slept(9500)})
    return store


def _open(**address: str) -> AppTest:
    """The app as it opens by itself: the overview is the default."""
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    for name, value in address.items():
        app.query_params[name.rstrip("_")] = value
    app.run()
    assert not app.exception
    return app


def _said(app: AppTest) -> str:
    return " ".join(each.value for each in app.markdown).replace("\\", "")


def test_the_overview_is_what_opens_first(person: Store) -> None:
    assert [each.value for each in _open().title] == ["Overview"]


def test_the_last_day_has_its_tiles(person: Store) -> None:
    app = _open()

    assert app.header[0].value == "The last day: Friday, 20 November 2026"
    tiles = tiles_of(app)
    assert list(tiles.items())[:6] == [
        ("Steps", "9,500"),
        ("Wear time", "18 h 20 min"),
        ("Time asleep", "7 h 12 min"),
        ("Resting heart rate (bpm)", "61"),
        ("HRV (ms)", "41"),
        ("Active zone minutes", "22"),
    ]
    assert (app.metric[0].delta, app.metric[0].proto.delta_description) == (
        "+1,500",
        "against 8,000",
    )
    assert len(app.metric[0].proto.chart_data) == 30


def test_without_zone_minutes_the_active_minutes_stand_in(person: Store) -> None:
    person.metrics.delete_many({"metric": "active_zone_minutes"})

    tiles = tiles_of(_open())

    assert tiles["Active minutes"] == "50"
    assert "Active zone minutes" not in tiles


def test_what_is_missing_on_the_last_day_is_a_dash_with_its_reason(person: Store) -> None:
    person.metrics.delete_many({"metric": "hrv_rmssd", "date": LAST.isoformat()})
    write_coverage(person, "P07", "hrv", [LAST], CoverageState.FAILED)

    app = _open()

    tile = next(each for each in app.metric if each.label == "HRV (ms)")
    assert tile.value == "–"
    assert "Not known: asked for; the last try failed." in tile.proto.help


def test_a_last_day_that_may_still_change_is_marked(store: Store) -> None:
    _write(store, {day: _slept() for day in days_between(FIRST, LAST)}, unsettled=[LAST])

    app = _open()

    assert app.header[0].value.endswith("◇")
    assert "◇ may still change" in app.caption[0].value
    assert "Steps ◇" in tiles_of(app)
    assert app.header[1].value == "This week against the last four ◇"


def test_a_last_day_without_anything_is_a_sentence(person: Store) -> None:
    person.daily_engagement.delete_one({"_id": f"P07/{LAST}"})
    person.metrics.delete_many({"date": LAST.isoformat()})
    write_coverage(person, "P07", "steps", [LAST], CoverageState.FAILED)

    app = _open(participant="P07", from_="2026-11-01", to="2026-11-20")

    assert "Nothing is known of this day: asked for; the last try failed" in app.info[
        0
    ].value.replace("\\", "")
    assert "Steps" not in tiles_of(app)


def test_every_chart_has_a_heading_an_alternative_text_and_a_table(person: Store) -> None:
    app = _open()

    charts = charts_of(app)
    assert len(charts) == len(app.dataframe) == 3
    assert all(json.loads(chart.proto.spec)["layer"] for chart in charts)
    assert all(chart.proto.alt for chart in charts)
    assert [each.value for each in app.header][1:] == [
        "This week against the last four",
        "Wear",
        "What is missing",
        "Steps per day",
        "Time asleep per day, in hours",
    ]


def test_the_wear_streak_is_told(person: Store) -> None:
    app = _open()

    tiles = tiles_of(app)
    assert tiles["Wear streak"] == "60 days"
    assert tiles["Longest streak of the range"] == "30 days"
    assert tiles["Worn days of the range"] == "30 of 30"


def test_a_streak_that_an_open_day_does_not_end_says_so(store: Store) -> None:
    days = {day: _slept() for day in days_between(FIRST, LAST)}
    _write(store, {**days, LAST: dict(a_still_day())}, unsettled=[LAST])

    app = _open()

    tile = next(each for each in app.metric if each.label == "Wear streak")
    assert tile.value == "59 days"
    assert "may still change, so it ends no streak" in tile.proto.help


def test_no_streak_is_0_days_with_the_reason(store: Store) -> None:
    days = {day: _slept() for day in days_between(FIRST, LAST)}
    _write(store, {**days, LAST: dict(a_still_day())})

    app = _open()

    tile = next(each for each in app.metric if each.label == "Wear streak")
    assert tile.value == "0 days"
    assert tile.proto.delta_description == "not worn on 20 November 2026, or not known"


def test_when_nothing_is_missing_it_says_so(person: Store) -> None:
    assert "Nothing is missing" in _said(_open())


def test_what_is_missing_is_counted_in_words(person: Store) -> None:
    gone = LAST - timedelta(days=2)
    person.daily_engagement.delete_one({"_id": f"P07/{gone}"})
    write_coverage(person, "P07", "hrv", [LAST, gone], CoverageState.FAILED)
    write_coverage(person, "P07", "spo2", [LAST, gone], CoverageState.FAILED)
    write_coverage(person, "P07", "weight", [LAST], CoverageState.FORBIDDEN, kind="scope")
    write_coverage(person, "P07", "floors", [LAST], CoverageState.FORBIDDEN, kind=NOT_SERVED)

    said = _said(_open())

    assert "1 day of 30 without any data." in said
    assert "The last try failed for HRV and SpO2 (2 days)." in said
    assert "Not shared, so that consent is needed: weight (1 day)." in said
    assert "The source (takeout) has no floors (1 day)." in said
    assert "Nothing is missing" not in said


def test_days_that_were_never_asked_for_are_missing(store: Store) -> None:
    write_person(store, "P07", {LAST - timedelta(days=1): a_day(), LAST: a_day()})
    for endpoint in ENDPOINT_NAMES:
        write_coverage(store, "P07", endpoint, [LAST])

    said = _said(_open())

    assert "(1 day)" in said
    assert "Never asked for: distance, floors, calories" in said


def test_each_part_leads_to_its_page(person: Store) -> None:
    links = [each.proto.page for each in _open().get("page_link")]

    assert links == ["data_quality", "engagement", "sleep"]


def test_a_person_of_whom_only_steps_are_known_sees_what_there_is(store: Store) -> None:
    days = list(days_between(FIRST, LAST))
    write_person(store, "P07", {day: {"steps": 7000} for day in days})
    for endpoint in ENDPOINT_NAMES:
        if endpoint != "steps":
            write_coverage(store, "P07", endpoint, days, CoverageState.FORBIDDEN, kind=NOT_SERVED)

    app = _open()

    tiles = tiles_of(app)
    assert tiles["Steps"] == "7,000"
    assert tiles["Wear time"] == tiles["Time asleep"] == tiles["HRV (ms)"] == "–"
    assert "Nothing is missing" in _said(app)
    assert "The source (takeout) has no" in _said(app)
    assert "No day of this range has a value." in app.info[0].value
    assert len(charts_of(app)) == 2


def test_a_range_without_data_says_so_and_where_there_is_some(store: Store) -> None:
    write_person(store, "P07", {FIRST: a_day(), LAST: a_day()})

    app = _open(participant="P07", from_="2026-10-10", to="2026-10-20")

    assert not charts_of(app)
    assert "There is no data of P07 from 10 October 2026 to 20 October 2026" in app.info[0].value
