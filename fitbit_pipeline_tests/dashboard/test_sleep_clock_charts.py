"""The charts of when somebody sleeps: the clock, and the map of the week."""

from datetime import timedelta

import pandas as pd
import pytest

from dashboard.charts.figure import Figure
from dashboard.charts.sleep_words import clock_text
from dashboard.queries.reading import Reading
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.nights import a_night
from fitbit_pipeline_tests.dashboard.sleep_fortnight import (
    FIRST,
    LAST,
    ONLY_A_NAP,
    clock_of,
    fortnight,
    regularity_of,
    rows_by_day,
    sleep_of,
)
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of


@pytest.fixture
def days(store: Store, reading: Reading) -> pd.DataFrame:
    return fortnight(store, reading)


def _domain_of_y(figure: Figure) -> list[float]:
    domain: list[float] = layers_of(figure, "bar")[0]["encoding"]["y"]["scale"]["domain"]
    return domain


def test_the_evening_stands_above_the_morning(days: pd.DataFrame) -> None:
    figure = clock_of(days)

    scale = layers_of(figure, "bar")[0]["encoding"]["y"]["scale"]
    assert scale["reverse"]
    row = rows_by_day(figure)[LAST.isoformat()]
    assert row["ended"] - row["began"] == 450
    assert (row["clock_start"], row["clock_end"]) == ("23:10", "06:40")
    assert (row["told_start"], row["told_end"]) == ("Tue 10 Nov, 23:10", "Wed 11 Nov, 06:40")
    assert (row["told_in_bed"], row["told_asleep"]) == ("7 h 30 min", "6 h 50 min")


def test_nights_before_and_after_midnight_lie_side_by_side(days: pd.DataFrame) -> None:
    began = [row["began"] for row in rows_by_day(clock_of(days)).values() if row["began"]]

    assert max(began) - min(began) == 110


def test_the_axis_of_the_clock_is_tight_around_the_nights_and_labelled_by_the_hour(
    days: pd.DataFrame,
) -> None:
    figure = clock_of(days)

    earliest, latest = _domain_of_y(figure)
    assert (clock_text(earliest), clock_text(latest)) == ("21:00", "10:00")
    labels = layers_of(figure, "bar")[0]["encoding"]["y"]["axis"]["labelExpr"]
    assert "'22:00'" in labels
    assert "'00:00'" in labels


def test_dashed_lines_stand_at_the_median_start_and_end(days: pd.DataFrame) -> None:
    figure = clock_of(days)

    lines = [rows_of(figure, layer)[0]["minutes"] for layer in layers_of(figure, "rule")]
    assert [clock_text(each) for each in lines] == ["23:10", "06:40"]
    assert "start 23:10 and end 06:40" in figure.explanation
    assert "median start is 23:10" in figure.alt


def test_a_day_with_nothing_but_a_nap_has_no_bar_and_is_marked_so(days: pd.DataFrame) -> None:
    figure = clock_of(days)

    row = rows_by_day(figure)[ONLY_A_NAP.isoformat()]
    assert row["began"] is None
    assert row["unstated"]
    assert "Plain grey (1 day)" in figure.explanation


def test_who_sleeps_by_day_gets_a_clock_of_the_day(store: Store, reading: Reading) -> None:
    nights = [a_night(FIRST + timedelta(days=place), "08:00", 420) for place in range(5)]

    figure = clock_of(sleep_of(store, reading, *nights))

    assert [clock_text(each) for each in _domain_of_y(figure)] == ["07:00", "16:00"]


def test_shifts_round_the_clock_have_bars_but_no_lines_of_what_is_usual(
    store: Store, reading: Reading
) -> None:
    starts = ["23:00", "07:00", "15:00"] * 2
    nights = [
        a_night(FIRST + timedelta(days=place), start, 480) for place, start in enumerate(starts)
    ]

    figure = clock_of(sleep_of(store, reading, *nights))

    assert all(row["began"] is not None for row in rows_by_day(figure).values())
    assert not layers_of(figure, "rule")
    assert "median" not in figure.alt


def test_the_night_of_a_clock_change_is_said(days: pd.DataFrame) -> None:
    assert "Clocks changed on 29 October 2026" in clock_of(days, [FIRST]).explanation
    assert "Clocks changed" not in clock_of(days).explanation


def test_the_map_of_the_week_has_all_weekdays_and_goes_from_evening_to_morning(
    days: pd.DataFrame,
) -> None:
    encoding = layers_of(regularity_of(days), "rect")[0]["encoding"]

    assert encoding["y"]["scale"]["domain"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    slots = [clock_text(int(slot) * 30) for slot in encoding["x"]["scale"]["domain"]]
    assert (slots[0], slots[-1]) == ("22:00", "08:30")


def test_the_map_tells_nights_in_percent_and_in_numbers(days: pd.DataFrame) -> None:
    figure = regularity_of(days)

    rows = rows_of(figure, layers_of(figure, "rect")[0])
    at_three = {row["weekday"]: row for row in rows if row["time"] == "03:00 to 03:30"}
    assert (at_three["Wed"]["percent"], at_three["Wed"]["told"]) == ("100", "2 of 2 nights")
    assert "Wed, 2 nights (%)" in figure.table
    assert "Mon 23:00 to 06:30 (2 nights)" in figure.alt


def test_a_weekday_without_nights_is_hatched_and_not_zero(store: Store, reading: Reading) -> None:
    figure = regularity_of(sleep_of(store, reading, a_night(FIRST)))

    rows = rows_of(figure, layers_of(figure, "rect")[0])
    assert {row["share"] for row in rows if row["weekday"] == "Mon"} == {None}
    assert "Hatched: no night of that weekday" in figure.explanation
    assert "Mon no night" in figure.alt
    assert figure.table["Mon, 0 nights (%)"].isna().all()


def test_the_colours_of_the_map_turn_round_with_the_page(days: pd.DataFrame) -> None:
    cells = [each for each in layers_of(regularity_of(days), "rect") if "color" in each["encoding"]]

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
