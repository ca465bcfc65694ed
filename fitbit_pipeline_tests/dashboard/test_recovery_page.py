"""The page "Heart and recovery" as a reader meets it, run by Streamlit without a browser."""

import json
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.metrics.catalogue import METRIC, MetricValue
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.running import charts_of, open_page, tiles_of
from fitbit_pipeline_tests.dashboard.sample import (
    a_day,
    write_coverage,
    write_metrics,
    write_person,
)

LAST = date(2026, 11, 20)
FIRST = LAST - timedelta(days=49)
NIGHT: dict[str, MetricValue] = {
    "resting_heart_rate": 61,
    "zone_below_minutes": 1100,
    "zone_fat_burn_minutes": 40,
    "zone_cardio_minutes": 10,
    "zone_peak_minutes": 0,
    "hrv_rmssd": 41.2,
    "hrv_deep_rmssd": 39.9,
    "breathing_rate": 14.3,
    "spo2_average": 96.3,
    "spo2_lowest": 94.2,
    "spo2_highest": 98.0,
    "skin_temperature_deviation": -0.2,
    "vo2_max": 41.24,
    "weight": 71.5,
}
ENDPOINTS = sorted({METRIC[name].endpoint for name in NIGHT})

pytestmark = pytest.mark.usefixtures("deployment")


@pytest.fixture
def person(store: Store) -> Store:
    """P07, of whom everything is known on each of fifty days but one."""
    days = [day for day in days_between(FIRST, LAST) if day != LAST - timedelta(days=3)]
    write_person(store, "P07", {day: a_day() for day in days})
    write_metrics(store, "P07", dict.fromkeys(days, NIGHT))
    for endpoint in ENDPOINTS:
        write_coverage(store, "P07", endpoint, days)
    return store


def _open(**address: str) -> AppTest:
    app = open_page("heart", **address)
    assert not app.exception
    return app


def test_every_metric_has_a_chart_with_heading_alternative_text_and_table(person: Store) -> None:
    app = _open()

    assert [each.value for each in app.header] == [
        "Resting heart rate, in bpm",
        "Time in heart-rate zones per day",
        "Heart-rate variability (HRV), in ms",
        "Breathing rate asleep, in breaths/min",
        "Blood oxygen saturation asleep (SpO2), in %",
        "Skin temperature asleep, from the baseline, in °C",
        "Cardio fitness (VO2max), in ml/kg/min",
        "Weight, in kg",
    ]
    charts = charts_of(app)
    assert len(charts) == len(app.dataframe) == 8
    assert all(json.loads(chart.proto.spec)["layer"] for chart in charts)
    assert all(chart.proto.alt for chart in charts)


def test_the_last_value_of_each_is_a_tile_with_its_usual_range_in_words(person: Store) -> None:
    app = _open()

    assert tiles_of(app) == {
        "Resting heart rate (bpm)": "61",
        "HRV (ms)": "41",
        "Breathing rate (breaths/min)": "14.3",
        "SpO2 (%)": "96.3",
        "Skin temperature (°C)": "-0.2",
        "VO2max (ml/kg/min)": "41.2",
        "Weight (kg)": "71.5",
    }
    (resting, *_) = app.metric
    assert resting.proto.delta_description == "usual 61 to 61"
    assert "On 20 November 2026" in resting.proto.help


def test_a_last_value_that_is_not_the_last_day_s_tells_its_day(person: Store) -> None:
    app = _open(participant="P07", from_="2026-11-10", to="2026-11-17")

    assert app.metric[0].proto.delta_description == "16 Nov: usual 61 to 61"


def test_a_last_value_outside_the_usual_range_says_so(person: Store) -> None:
    person.metrics.update_one({"_id": "P07/2026-11-20/resting_heart_rate"}, {"$set": {"value": 75}})

    assert _open().metric[0].proto.delta_description == "above the usual 61 to 61"


def test_a_last_value_that_may_still_change_is_marked(person: Store) -> None:
    write_coverage(person, "P07", "resting_heart_rate", [LAST], settled=False)

    app = _open()

    assert app.metric[0].label == "Resting heart rate (bpm) ◇"
    assert "may still change" in app.metric[0].proto.help


def test_before_there_is_a_usual_range_the_tiles_say_so(person: Store) -> None:
    app = _open(participant="P07", from_="2026-10-02", to="2026-10-08")

    assert {each.proto.delta_description for each in app.metric} == {"no usual range yet"}
    assert "at the earliest" in app.caption[0].value


def test_one_metric_without_a_value_gets_a_sentence_with_the_reason(person: Store) -> None:
    person.metrics.delete_many({"metric": "skin_temperature_deviation"})

    app = _open()

    assert len(charts_of(app)) == 7
    (box,) = app.info
    assert "No day of this range has a value of this\\: skin temperature." in box.value
    assert "29 days\\: the source's answer does not say; 1 day\\: never asked for." in box.value


def test_several_missing_for_the_same_reason_share_one_sentence(person: Store) -> None:
    metrics = ["breathing_rate", "vo2_max"]
    person.metrics.delete_many({"metric": {"$in": metrics}})

    (box,) = _open().info

    assert "breathing rate and VO2max" in box.value


def test_a_source_without_any_of_it_is_one_helpful_sentence(store: Store) -> None:
    days = list(days_between(FIRST, LAST))
    write_person(store, "P07", {day: a_day(heart_rate_minutes=None) for day in days})
    for endpoint in ENDPOINTS:
        write_coverage(store, "P07", endpoint, days, CoverageState.FORBIDDEN, kind=NOT_SERVED)

    app = _open()

    assert not charts_of(app)
    assert not app.metric
    (box,) = app.info
    assert "The source of P07 (takeout) has nothing of this" in box.value
    assert "resting heart rate, HRV, breathing rate, SpO2, skin temperature, VO2max" in box.value
    assert "time in heart-rate zones" in box.value
    assert "Google Health or a Takeout archive" in box.value


def test_a_range_without_data_says_so_and_where_there_is_some(store: Store) -> None:
    write_person(store, "P07", {FIRST: a_day(), LAST: a_day()})

    app = _open(participant="P07", from_="2026-10-10", to="2026-10-20")

    assert not charts_of(app)
    (box,) = app.info
    assert "There is no data of P07 from 10 October 2026 to 20 October 2026" in box.value


def test_zones_alone_are_shown_without_tiles(store: Store) -> None:
    write_person(store, "P07", {LAST: a_day()})
    write_metrics(store, "P07", {LAST: {"zone_below_minutes": 900, "zone_peak_minutes": 3}})
    write_coverage(store, "P07", "heart_rate_zones", [LAST])

    app = _open()

    assert len(charts_of(app)) == 1
    assert not app.metric


def test_the_time_below_the_zones_is_told_but_not_drawn(person: Store) -> None:
    """Beside nearly the whole day, nothing else of the bar could be seen."""
    app = _open()

    bars = json.loads(charts_of(app)[1].proto.spec)["layer"][0]
    table = app.dataframe[1].value
    assert bars["encoding"]["color"]["scale"]["domain"] == ["Fat burn", "Cardio", "Peak"]
    assert {each["field"] for each in bars["encoding"]["tooltip"]} >= {"told_zone_below_minutes"}
    assert table["Below the zones (min)"].iloc[0] == 1100
    assert table["In the zones (min)"].iloc[0] == 50


def test_time_below_the_zones_alone_is_a_sentence_and_no_chart(store: Store) -> None:
    write_person(store, "P07", {LAST: a_day()})
    write_metrics(store, "P07", {LAST: {"zone_below_minutes": 900}})
    write_coverage(store, "P07", "heart_rate_zones", [LAST])

    app = _open()

    assert not charts_of(app)
    (box,) = (each.value for each in app.info if "time in heart-rate zones" in each.value)
    assert "1 day\\: the source's answer does not say" in box
