"""The specifications of the charts of sleep, and the words that go with them."""

from datetime import timedelta

import altair as alt
import pandas as pd
import pytest

from dashboard.charts.figure import Figure
from dashboard.charts.sleep_amounts import in_bed_figure, stages_figure, totals_figure
from dashboard.charts.sleep_efficiency import efficiency_figure
from dashboard.charts.sleep_naps import naps_figure
from dashboard.queries.reading import Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.nights import a_night, only_totals, with_nap
from fitbit_pipeline_tests.dashboard.sleep_fortnight import (
    CLASSIC,
    FIRST,
    LAST,
    MISSING,
    ONLY_A_NAP,
    clock_of,
    fortnight,
    regularity_of,
    rows_by_day,
    sleep_of,
)
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of, specification_of


@pytest.fixture
def days(store: Store, reading: Reading) -> pd.DataFrame:
    return fortnight(store, reading)


FIGURES = {
    "clock": clock_of,
    "in bed": in_bed_figure,
    "stages": stages_figure,
    "efficiency": efficiency_figure,
    "naps": naps_figure,
    "totals": totals_figure,
}


@pytest.fixture(params=[*FIGURES, "regularity"])
def any_figure(request: pytest.FixtureRequest, days: pd.DataFrame) -> Figure:
    make = {**FIGURES, "regularity": regularity_of}[request.param]
    return make(days)


@pytest.fixture(params=list(FIGURES))
def over_days(request: pytest.FixtureRequest, days: pd.DataFrame) -> Figure:
    return FIGURES[request.param](days)


def test_a_figure_has_title_explanation_alternative_text_and_table(any_figure: Figure) -> None:
    assert any_figure.title
    assert any_figure.explanation
    assert any_figure.alt
    assert not any_figure.table.empty


def test_a_figure_is_valid_and_has_tooltips(any_figure: Figure) -> None:
    assert alt.LayerChart.from_dict(specification_of(any_figure))
    assert any("tooltip" in layer["encoding"] for layer in specification_of(any_figure)["layer"])


def test_marks_that_only_decorate_are_silent_to_screen_readers(any_figure: Figure) -> None:
    silent = layers_of(any_figure, "text") + layers_of(any_figure, "rule")

    assert all(layer["mark"]["aria"] is False for layer in silent)


def test_every_day_has_its_place_and_missing_ones_are_hatched(over_days: Figure) -> None:
    hatched = [
        layer
        for layer in layers_of(over_days, "bar")
        if isinstance(layer["mark"].get("fill"), dict)
    ]

    assert len(over_days.table) == len(list(days_between(FIRST, LAST)))
    assert [layer["transform"] for layer in hatched] == [[{"filter": "datum.missing"}]]
    rows = rows_of(over_days, hatched[0])
    assert [row["date"] for row in rows if row["missing"]] == [MISSING.isoformat()]
    assert "Hatched" in over_days.explanation


def test_a_day_that_may_still_change_is_marked_and_said(over_days: Figure) -> None:
    assert "1 day may still change" in over_days.explanation
    assert layers_of(over_days, "point")
    assert over_days.table["Note"].iloc[-1].endswith("may still change")


def test_time_in_bed_is_the_source_s_own_and_written_above_the_bar(days: pd.DataFrame) -> None:
    figure = in_bed_figure(days)

    row = rows_by_day(figure)[LAST.isoformat()]
    assert (row["minutes_asleep"], row["minutes_awake"]) == (410, 40)
    assert (row["written_total"], row["told_total"]) == ("7:30", "7 h 30 min")
    assert figure.table["Time in bed (min)"].iloc[-1] == 450
    assert any(
        layer["encoding"]["text"]["field"] == "written_total" for layer in layers_of(figure, "text")
    )


def test_time_in_bed_that_is_neither_asleep_nor_awake_is_shown_as_such(
    store: Store, reading: Reading
) -> None:
    falling_asleep = a_night(FIRST) | {"minutes_awake": 30}

    figure = in_bed_figure(sleep_of(store, reading, falling_asleep))

    assert list(figure.table["Neither stated (min)"]) == [10]
    assert "neither asleep nor awake" in figure.explanation


def test_a_bar_is_not_lower_where_the_parts_exceed_the_time_in_bed(
    store: Store, reading: Reading
) -> None:
    too_much = a_night(FIRST, length=480) | {"minutes_awake": 45}

    figure = in_bed_figure(sleep_of(store, reading, too_much))

    assert "Neither stated (min)" not in figure.table
    assert list(figure.table["Time in bed (min)"]) == [480]


def test_nights_without_stages_are_marked_and_counted(days: pd.DataFrame) -> None:
    figure = stages_figure(days)

    rows = rows_by_day(figure)
    unstated = {day for day, row in rows.items() if row["unstated"]}
    assert unstated == {CLASSIC.isoformat(), ONLY_A_NAP.isoformat()}
    assert rows[CLASSIC.isoformat()]["note"] == "the day has data, but no stages"
    assert "1 night without stages" in figure.explanation
    assert figure.table.set_index("Day").loc[CLASSIC.isoformat(), "Deep (min)"] is pd.NA


def test_both_kinds_of_awake_are_explained_where_they_differ(days: pd.DataFrame) -> None:
    assert stages_figure(days).table["Awake (min)"].iloc[-1] == 38
    assert in_bed_figure(days).table["Awake (min)"].iloc[-1] == 40
    assert "source counts for the whole sleep" in stages_figure(days).explanation


def test_the_axis_of_efficiency_says_where_it_begins(store: Store, reading: Reading) -> None:
    low = a_night(FIRST) | {"sleep_efficiency": 63}

    figure = efficiency_figure(sleep_of(store, reading, low, a_night(FIRST)))

    scales = [layer["encoding"]["y"].get("scale") for layer in layers_of(figure, "line")]
    assert scales == [{"domain": [50, 100], "nice": False, "zero": False}]
    assert "begins at 50 %, not at 0" in figure.explanation


def test_the_line_of_efficiency_is_broken_over_a_missing_night(days: pd.DataFrame) -> None:
    (line,) = layers_of(efficiency_figure(days), "line")

    assert line["mark"]["invalid"] == "break-paths-filter-domains"


def test_naps_tell_how_many_there_were(days: pd.DataFrame) -> None:
    figure = naps_figure(days)

    row = rows_by_day(figure)[ONLY_A_NAP.isoformat()]
    assert (row["minutes"], row["told_count"]) == (45, "1")
    assert "2 naps on 2 days" in figure.explanation
    assert figure.table["Asleep in naps (min)"].iloc[-1] == 0


def test_a_nap_without_minutes_is_not_shown_as_none(store: Store, reading: Reading) -> None:
    unknown = {"nap_count": 1, "sleep_records": 1}
    days = sleep_of(store, reading, unknown, with_nap(a_night(FIRST + timedelta(days=1))))

    row = rows_by_day(naps_figure(days))[FIRST.isoformat()]

    assert row["unstated"]
    assert row["minutes"] is None


def test_totals_stand_for_all_sleeps_of_the_day(store: Store, reading: Reading) -> None:
    figure = totals_figure(sleep_of(store, reading, only_totals(400), only_totals(300)))

    assert list(figure.table["Asleep (min)"]) == [400, 300]
    assert list(figure.table["Awake in bed (min)"]) == [25, 25]
    assert list(figure.table["Time in bed (min)"]) == [425, 325]
