"""The charts and tiles of the overview: their specifications, and the words that go with them."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from dashboard.charts.comparison import comparison_figure
from dashboard.charts.figure import Figure
from dashboard.charts.small import Small, small_figure
from dashboard.last_day import LAST_DAY, last_day_tile
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of

LAST = date(2026, 11, 20)
STEPS, WEAR = LAST_DAY[0], LAST_DAY[1]


def _means(**measures: tuple[float | None, float | None, int, int]) -> pd.DataFrame:
    names = ("steps", "wear_minutes", "minutes_asleep", "resting_heart_rate", "worn_days")
    rows = [(name, *measures.get(name, (None, None, 0, 0))) for name in names]
    columns = ["measure", "week", "before", "week_days", "before_days"]
    return pd.DataFrame(rows, columns=columns).astype({"week": "Float64", "before": "Float64"})


@pytest.fixture
def comparison() -> Figure:
    found = _means(
        steps=(9120.4, 8143.4, 7, 27),
        wear_minutes=(0, None, 1, 0),
        resting_heart_rate=(60.04, 61.96, 6, 20),
        worn_days=(6, 6, 7, 28),
    )
    return comparison_figure(found, LAST, may_change=False)


def _headings(figure: Figure) -> list[str]:
    headings = layers_of(figure, "text")[-1]
    return [row["told"] for row in rows_of(figure, headings)]


def test_each_difference_is_stated_in_words(comparison: Figure) -> None:
    assert _headings(comparison) == [
        "Steps a day: 977 more (+12%)",
        "Wear time a day: nothing to compare with",
        "Resting heart rate: 2.0 bpm lower",
        "Worn days a week: the same",
    ]


def test_each_mean_tells_how_many_days_are_behind_it(comparison: Figure) -> None:
    told = [row["told"] for row in rows_of(comparison, layers_of(comparison, "bar")[0])]

    assert told[:4] == ["9,120 · 7 days", "8,143 · 27 days", "0 min · 1 day", "no day has a value"]


def test_a_mean_that_is_missing_has_no_bar_and_one_of_0_has(comparison: Figure) -> None:
    bars = layers_of(comparison, "bar")[0]

    shares = [row["share"] for row in rows_of(comparison, bars)]
    assert shares[:4] == [1, pytest.approx(8143.4 / 9120.4), 0, None]
    assert bars["transform"] == [{"filter": "isValid(datum.share)"}]


def test_what_is_known_of_neither_is_named_and_left_out(comparison: Figure) -> None:
    assert "Not known in either: time asleep a day." in comparison.explanation
    assert "Time asleep a day" not in list(comparison.table["What"])


def test_the_comparison_says_which_days_it_is_about(comparison: Figure) -> None:
    assert (
        "Means of 14 to 20 November 2026, beside those of 17 October to 13 November 2026"
        in comparison.explanation
    )


def test_the_alternative_text_of_the_comparison_tells_all_of_it(comparison: Figure) -> None:
    assert (
        "Steps a day: 9,120 · 7 days, against 8,143 · 27 days, which is 977 more (+12%)."
        in comparison.alt
    )


def test_a_week_with_an_open_day_is_marked() -> None:
    figure = comparison_figure(_means(steps=(1, 2, 7, 28)), LAST, may_change=True)

    assert figure.title.endswith("◇")
    assert "may still change" in figure.explanation


def test_a_difference_is_that_of_the_numbers_that_are_told() -> None:
    figure = comparison_figure(_means(steps=(1000.5, 2001.4, 7, 28)), LAST, may_change=False)

    assert _headings(figure) == ["Steps a day: 1,001 fewer (-50%)"]


def _days(values: list[Any], *, may_change: bool = False) -> pd.DataFrame:
    number = len(values)
    return pd.DataFrame(
        {
            "date": [
                (LAST - timedelta(days=number - 1 - place)).isoformat() for place in range(number)
            ],
            "value": pd.array(values, dtype="Float64"),
            "may_change": [False] * (number - 1) + [may_change],
            "note": ["" if pd.notna(value) else "never asked for" for value in values],
        }
    )


def test_a_small_chart_has_a_bar_per_day_and_marks_what_is_missing_or_open() -> None:
    what = Small("sleep-small", "Time asleep per day, in hours", "Hours", 60, 1)

    figure = small_figure(_days([420, None, 450], may_change=True), what)

    rows = rows_of(figure, layers_of(figure, "bar")[0])
    assert [row["value"] for row in rows] == [7, None, 7.5]
    assert [row["missing"] for row in rows] == [False, True, False]
    assert "Hatched: no data" in figure.explanation
    assert "◇ 1 day may still change" in figure.explanation
    assert (
        figure.alt == "Small bar chart, Time asleep per day, in hours, 18 to 20 November 2026: 2 "
        "days with a value, from 7.0 to 7.5, on average 7.2; 1 day without."
    )
    assert list(figure.table.columns) == [
        "Day",
        "Weekday",
        "Time asleep per day, in hours",
        "Note",
    ]


def test_a_tile_compares_with_the_median_of_the_28_days_before() -> None:
    """The day before those, and the day itself, would make the median another one."""
    days = _days([90_000, *range(1000, 29_000, 1000), 20_000])

    tile = last_day_tile(STEPS, days, LAST - timedelta(days=6))

    assert (tile.value, tile.delta, tile.compared_with) == ("20,000", "+5,500", "against 14,500")
    assert "28 of them have a value" in str(tile.explanation)
    assert list(tile.sparkline) == [23_000, 24_000, 25_000, 26_000, 27_000, 28_000, 20_000]


def test_less_than_the_median_has_a_minus() -> None:
    tile = last_day_tile(WEAR, _days([*[900] * 28, 845]), LAST)

    assert (tile.value, tile.delta, tile.compared_with) == (
        "14 h 05 min",
        "-55 min",
        "against 15 h 00 min",
    )


def test_the_same_as_the_median_is_a_delta_of_0() -> None:
    assert last_day_tile(STEPS, _days([*[900] * 28, 900]), LAST).delta == "0"


def test_a_missing_value_is_a_dash_with_the_reason() -> None:
    tile = last_day_tile(STEPS, _days([*[900] * 28, None]), LAST)

    assert (tile.value, tile.delta, tile.compared_with) == ("–", None, "never asked for")
    assert "Not known: never asked for." in str(tile.explanation)


def test_a_value_of_0_is_told_as_0() -> None:
    tile = last_day_tile(STEPS, _days([*[900] * 28, 0]), LAST)

    assert (tile.value, tile.delta) == ("0", "-900")


@pytest.mark.parametrize(("known", "is_compared"), [(6, False), (7, True)])
def test_it_takes_seven_of_the_days_before_to_compare(known: int, is_compared: bool) -> None:
    tile = last_day_tile(STEPS, _days([*[None] * (28 - known), *[900] * known, 1000]), LAST)

    assert (tile.delta is not None) is is_compared
    assert ("Not compared" in str(tile.explanation)) is not is_compared


def test_an_open_day_is_marked_in_its_tile() -> None:
    tile = last_day_tile(STEPS, _days([*[900] * 28, 100], may_change=True), LAST)

    assert tile.label == "Steps ◇"
    assert "may still change" in str(tile.explanation)


def test_a_single_value_makes_no_sparkline() -> None:
    assert not last_day_tile(STEPS, _days([*[900] * 28, 100]), LAST).sparkline
