"""The specifications of the charts of sleep, and the words that go with them."""

from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd
import pytest

from dashboard.charts.figure import Figure
from dashboard.charts.sleep_amounts import in_bed_figure, stages_figure, totals_figure
from dashboard.charts.sleep_clock import clock_figure
from dashboard.charts.sleep_efficiency import efficiency_figure
from dashboard.charts.sleep_naps import naps_figure
from dashboard.charts.sleep_regularity import regularity_figure
from dashboard.charts.sleep_words import clock_text
from dashboard.queries.reading import Reading
from dashboard.queries.sleep import in_bed_shares, placed_sleeps, sleep_days, sleep_figures
from dashboard.queries.sleep_clock import quietest_hour
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.nights import a_night, only_a_nap, only_totals, with_nap
from fitbit_pipeline_tests.dashboard.sample import Metrics, write_coverage, write_metrics
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of, specification_of

FIRST, LAST = date(2026, 10, 29), date(2026, 11, 11)
MISSING = FIRST + timedelta(days=3)
CLASSIC = FIRST + timedelta(days=5)
ONLY_A_NAP = FIRST + timedelta(days=7)


@pytest.fixture
def days(store: Store, reading: Reading) -> pd.DataFrame:
    """Two weeks: one day missing, one classic sleep, one day with a nap alone, the last open."""
    nights: dict[date, Metrics] = {
        day: a_night(day, "23:10" if day.weekday() < 5 else "00:40", 450)
        for day in days_between(FIRST, LAST)
        if day != MISSING
    }
    nights[FIRST] = with_nap(a_night(FIRST, "22:50", 470), 25)
    nights[CLASSIC] = a_night(CLASSIC, stages=False)
    nights[ONLY_A_NAP] = only_a_nap(45)
    write_metrics(store, "P07", nights)
    write_coverage(store, "P07", "sleep", [day for day in nights if day != LAST])
    write_coverage(store, "P07", "sleep", [LAST], settled=False)
    return sleep_days(reading, "P07", FIRST, LAST)


def _clock(days: pd.DataFrame, changes: list[date] | None = None) -> Figure:
    return clock_figure(days, sleep_figures(days), changes or [])


def _regularity(days: pd.DataFrame) -> Figure:
    return regularity_figure(in_bed_shares(days), quietest_hour(placed_sleeps(days)))


FIGURES = {
    "clock": _clock,
    "in bed": in_bed_figure,
    "stages": stages_figure,
    "efficiency": efficiency_figure,
    "naps": naps_figure,
    "totals": totals_figure,
}


@pytest.fixture(params=[*FIGURES, "regularity"])
def any_figure(request: pytest.FixtureRequest, days: pd.DataFrame) -> Figure:
    make = {**FIGURES, "regularity": _regularity}[request.param]
    return make(days)


@pytest.fixture(params=list(FIGURES))
def over_days(request: pytest.FixtureRequest, days: pd.DataFrame) -> Figure:
    return FIGURES[request.param](days)


def _sleep_of(store: Store, reading: Reading, *nights: Metrics) -> pd.DataFrame:
    written = {FIRST + timedelta(days=place): night for place, night in enumerate(nights)}
    write_metrics(store, "P07", written)
    return sleep_days(reading, "P07", FIRST, max(written))


def _domain_of_y(figure: Figure) -> list[float]:
    domain: list[float] = layers_of(figure, "bar")[0]["encoding"]["y"]["scale"]["domain"]
    return domain


def _rows_by_day(figure: Figure) -> dict[str, dict[str, Any]]:
    rows = rows_of(figure, layers_of(figure, "bar")[0])
    return {row["date"]: row for row in rows}


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


def test_the_evening_stands_above_the_morning(days: pd.DataFrame) -> None:
    figure = _clock(days)

    scale = layers_of(figure, "bar")[0]["encoding"]["y"]["scale"]
    assert scale["reverse"]
    row = _rows_by_day(figure)[LAST.isoformat()]
    assert row["ended"] - row["began"] == 450
    assert (row["clock_start"], row["clock_end"]) == ("23:10", "06:40")
    assert (row["told_start"], row["told_end"]) == ("Tue 10 Nov, 23:10", "Wed 11 Nov, 06:40")
    assert (row["told_in_bed"], row["told_asleep"]) == ("7 h 30 min", "6 h 50 min")


def test_nights_before_and_after_midnight_lie_side_by_side(days: pd.DataFrame) -> None:
    began = [row["began"] for row in _rows_by_day(_clock(days)).values() if row["began"]]

    assert max(began) - min(began) == 110


def test_the_axis_of_the_clock_is_tight_around_the_nights_and_labelled_by_the_hour(
    days: pd.DataFrame,
) -> None:
    figure = _clock(days)

    earliest, latest = _domain_of_y(figure)
    assert (clock_text(earliest), clock_text(latest)) == ("21:00", "10:00")
    labels = layers_of(figure, "bar")[0]["encoding"]["y"]["axis"]["labelExpr"]
    assert "'22:00'" in labels
    assert "'00:00'" in labels


def test_dashed_lines_stand_at_the_median_start_and_end(days: pd.DataFrame) -> None:
    figure = _clock(days)

    lines = [rows_of(figure, layer)[0]["minutes"] for layer in layers_of(figure, "rule")]
    assert [clock_text(each) for each in lines] == ["23:10", "06:40"]
    assert "start 23:10 and end 06:40" in figure.explanation
    assert "median start is 23:10" in figure.alt


def test_a_day_with_nothing_but_a_nap_has_no_bar_and_is_marked_so(days: pd.DataFrame) -> None:
    figure = _clock(days)

    row = _rows_by_day(figure)[ONLY_A_NAP.isoformat()]
    assert row["began"] is None
    assert row["unstated"]
    assert "Plain grey (1 day)" in figure.explanation


def test_who_sleeps_by_day_gets_a_clock_of_the_day(store: Store, reading: Reading) -> None:
    nights = [a_night(FIRST + timedelta(days=place), "08:00", 420) for place in range(5)]

    figure = _clock(_sleep_of(store, reading, *nights))

    assert [clock_text(each) for each in _domain_of_y(figure)] == ["07:00", "16:00"]


def test_shifts_round_the_clock_have_bars_but_no_lines_of_what_is_usual(
    store: Store, reading: Reading
) -> None:
    starts = ["23:00", "07:00", "15:00"] * 2
    nights = [
        a_night(FIRST + timedelta(days=place), start, 480) for place, start in enumerate(starts)
    ]

    figure = _clock(_sleep_of(store, reading, *nights))

    assert all(row["began"] is not None for row in _rows_by_day(figure).values())
    assert not layers_of(figure, "rule")
    assert "median" not in figure.alt


def test_the_night_of_a_clock_change_is_said(days: pd.DataFrame) -> None:
    assert "Clocks changed on 29 October 2026" in _clock(days, [FIRST]).explanation
    assert "Clocks changed" not in _clock(days).explanation


def test_time_in_bed_is_the_source_s_own_and_written_above_the_bar(days: pd.DataFrame) -> None:
    figure = in_bed_figure(days)

    row = _rows_by_day(figure)[LAST.isoformat()]
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

    figure = in_bed_figure(_sleep_of(store, reading, falling_asleep))

    assert list(figure.table["Neither stated (min)"]) == [10]
    assert "neither asleep nor awake" in figure.explanation


def test_a_bar_is_not_lower_where_the_parts_exceed_the_time_in_bed(
    store: Store, reading: Reading
) -> None:
    too_much = a_night(FIRST, length=480) | {"minutes_awake": 45}

    figure = in_bed_figure(_sleep_of(store, reading, too_much))

    assert "Neither stated (min)" not in figure.table
    assert list(figure.table["Time in bed (min)"]) == [480]


def test_nights_without_stages_are_marked_and_counted(days: pd.DataFrame) -> None:
    figure = stages_figure(days)

    rows = _rows_by_day(figure)
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

    figure = efficiency_figure(_sleep_of(store, reading, low, a_night(FIRST)))

    scales = [layer["encoding"]["y"].get("scale") for layer in layers_of(figure, "line")]
    assert scales == [{"domain": [50, 100], "nice": False, "zero": False}]
    assert "begins at 50 %, not at 0" in figure.explanation


def test_the_line_of_efficiency_is_broken_over_a_missing_night(days: pd.DataFrame) -> None:
    (line,) = layers_of(efficiency_figure(days), "line")

    assert line["mark"]["invalid"] == "break-paths-filter-domains"


def test_naps_tell_how_many_there_were(days: pd.DataFrame) -> None:
    figure = naps_figure(days)

    row = _rows_by_day(figure)[ONLY_A_NAP.isoformat()]
    assert (row["minutes"], row["told_count"]) == (45, "1")
    assert "2 naps on 2 days" in figure.explanation
    assert figure.table["Asleep in naps (min)"].iloc[-1] == 0


def test_a_nap_without_minutes_is_not_shown_as_none(store: Store, reading: Reading) -> None:
    unknown = {"nap_count": 1, "sleep_records": 1}
    days = _sleep_of(store, reading, unknown, with_nap(a_night(FIRST + timedelta(days=1))))

    row = _rows_by_day(naps_figure(days))[FIRST.isoformat()]

    assert row["unstated"]
    assert row["minutes"] is None


def test_totals_stand_for_all_sleeps_of_the_day(store: Store, reading: Reading) -> None:
    figure = totals_figure(_sleep_of(store, reading, only_totals(400), only_totals(300)))

    assert list(figure.table["Asleep (min)"]) == [400, 300]
    assert list(figure.table["Awake in bed (min)"]) == [25, 25]
    assert list(figure.table["Time in bed (min)"]) == [425, 325]


def test_the_map_of_the_week_has_all_weekdays_and_goes_from_evening_to_morning(
    days: pd.DataFrame,
) -> None:
    encoding = layers_of(_regularity(days), "rect")[0]["encoding"]

    assert encoding["y"]["scale"]["domain"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    slots = [clock_text(int(slot) * 30) for slot in encoding["x"]["scale"]["domain"]]
    assert (slots[0], slots[-1]) == ("22:00", "08:30")


def test_the_map_tells_nights_in_percent_and_in_numbers(days: pd.DataFrame) -> None:
    figure = _regularity(days)

    rows = rows_of(figure, layers_of(figure, "rect")[0])
    at_three = {row["weekday"]: row for row in rows if row["time"] == "03:00 to 03:30"}
    assert (at_three["Wed"]["percent"], at_three["Wed"]["told"]) == ("100", "2 of 2 nights")
    assert "Wed, 2 nights (%)" in figure.table
    assert "Mon 23:00 to 06:30 (2 nights)" in figure.alt


def test_a_weekday_without_nights_is_hatched_and_not_zero(store: Store, reading: Reading) -> None:
    figure = _regularity(_sleep_of(store, reading, a_night(FIRST)))

    rows = rows_of(figure, layers_of(figure, "rect")[0])
    assert {row["share"] for row in rows if row["weekday"] == "Mon"} == {None}
    assert "Hatched: no night of that weekday" in figure.explanation
    assert "Mon no night" in figure.alt
    assert figure.table["Mon, 0 nights (%)"].isna().all()


def test_the_colours_of_the_map_turn_round_with_the_page(days: pd.DataFrame) -> None:
    cells = [each for each in layers_of(_regularity(days), "rect") if "color" in each["encoding"]]

    (scale,) = [each["encoding"]["color"]["scale"] for each in cells]
    assert scale["scheme"] == "cividis"
    assert scale["domain"] == [0, 1]
    assert "background" in scale["reverse"]["expr"]


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "00:00"), (1387, "23:07"), (2827, "23:07"), (1439.6, "00:00")]
)
def test_clock_times_are_written_with_two_digits_each(minutes: float, text: str) -> None:
    assert clock_text(minutes) == text


def test_half_a_minute_counts_up_however_it_was_worked_out() -> None:
    assert clock_text(363.5) == clock_text(363.49999999999994) == "06:04"
