"""The specification of the chart of a metric against what is usual, and the words with it."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from dashboard.charts.figure import Figure
from dashboard.charts.measure import Measure
from dashboard.charts.usual import usual_figure
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of

FIRST = date(2026, 11, 1)
RESTING = Measure(
    "resting_heart_rate", "Resting heart rate", "Resting heart rate", "As the source states it."
)
OXYGEN = Measure(
    "spo2_average",
    "Blood oxygen",
    "SpO2",
    "The mean of the sleep.",
    decimals=1,
    companions={"spo2_lowest": "Lower bound (%)", "spo2_highest": "Upper bound (%)"},
    reach=("spo2_lowest", "spo2_highest"),
)


def _days(
    values: list[float | None],
    *,
    known_from: int = 0,
    low: float = 60,
    high: float = 64,
    column: str = "resting_heart_rate",
    **others: list[float | None],
) -> pd.DataFrame:
    known = [place >= known_from for place in range(len(values))]
    against = [
        None
        if value is None or not is_known
        else "above"
        if value > high
        else "below"
        if value < low
        else "within"
        for value, is_known in zip(values, known, strict=True)
    ]
    days = [(FIRST + timedelta(days=place)).isoformat() for place in range(len(values))]
    has_data = [value is not None for value in values]
    return pd.DataFrame(
        {
            "date": days,
            "has_data": has_data,
            column: pd.array(values, dtype="Float64"),
            **{name: pd.array(each, dtype="Float64") for name, each in others.items()},
            "may_change": [
                place == len(values) - 1 and has_data[-1] for place in range(len(values))
            ],
            "note": ["" if each else "never asked for" for each in has_data],
            "usual_low": pd.array([low if each else None for each in known], dtype="Float64"),
            "usual_high": pd.array([high if each else None for each in known], dtype="Float64"),
            "known_before": range(14 - known_from, 14 - known_from + len(values)),
            "against_usual": pd.array(against, dtype="string"),
        }
    )


@pytest.fixture
def figure() -> Figure:
    """Six days: without a usual range, within it, missing, above it, below it, open."""
    return usual_figure(_days([62, 61, None, 67, 58, 62], known_from=1), RESTING)


def _points(figure: Figure) -> dict[str, Any]:
    return next(each for each in layers_of(figure, "point") if "shape" in each["encoding"])


def test_the_unit_is_in_the_title(figure: Figure) -> None:
    assert figure.title == "Resting heart rate, in bpm"


def test_days_outside_the_usual_range_differ_in_shape_and_colour(figure: Figure) -> None:
    encoding = _points(figure)["encoding"]

    shapes = dict(
        zip(*(encoding["shape"]["scale"][each] for each in ("domain", "range")), strict=True)
    )
    assert shapes == {
        "within the usual range": "circle",
        "above it": "triangle-up",
        "below it": "triangle-down",
        "no usual range yet": "square",
    }
    assert len(set(encoding["color"]["scale"]["range"])) == 4
    assert encoding["color"]["scale"]["domain"] == encoding["shape"]["scale"]["domain"]


def test_the_line_breaks_at_a_missing_day(figure: Figure) -> None:
    (line,) = layers_of(figure, "line")

    assert "transform" not in line
    assert [row["value"] for row in rows_of(figure, line)] == [62, 61, None, 67, 58, 62]


def test_missing_and_open_days_are_marked(figure: Figure) -> None:
    rows = rows_of(figure, _points(figure))

    assert [row["missing"] for row in rows] == [False, False, True, False, False, False]
    assert [row["may_change"] for row in rows] == [False] * 5 + [True]
    assert "Hatched: no data" in figure.explanation
    assert "◇ 1 day may still change" in figure.explanation


def test_the_band_is_drawn_where_there_is_a_usual_range(figure: Figure) -> None:
    band = layers_of(figure, "bar")[0]

    assert band["encoding"]["y"]["field"] == "usual_low"
    assert band["encoding"]["y2"]["field"] == "usual_high"
    assert band["transform"] == [{"filter": "isValid(datum.usual_low)"}]
    assert band["mark"]["aria"] is False


def test_the_tooltip_tells_value_usual_range_and_note(figure: Figure) -> None:
    points = _points(figure)

    titles = [each["title"] for each in points["encoding"]["tooltip"]]
    assert titles == [
        "Day",
        "Weekday",
        "Resting heart rate (bpm)",
        "Usual range",
        "This day",
        "Note",
    ]
    above = rows_of(figure, points)[3]
    assert (above["told"], above["told_usual"], above["kind"]) == ("67", "60 to 64", "above it")


def test_the_axis_fits_the_data_in_whole_numbers_and_says_where_it_begins(figure: Figure) -> None:
    y = _points(figure)["encoding"]["y"]

    assert y["axis"]["values"] == [58, 60, 62, 64, 66, 68]
    # Beneath the lowest line there is room for the marks of missing days.
    assert 56 < y["scale"]["domain"][0] < 58
    assert "The axis begins at 58, not at 0." in figure.explanation


def test_values_that_are_all_the_same_still_have_an_axis() -> None:
    figure = usual_figure(_days([62, 62], known_from=9), RESTING)

    assert _points(figure)["encoding"]["y"]["axis"]["values"] == [62, 63]


def test_an_axis_that_reaches_below_0_does_not_say_where_it_begins() -> None:
    measure = Measure("skin_temperature_deviation", "Skin", "Skin", "At night.", decimals=1)
    days = _days([-0.4, 0.3], low=-0.5, high=0.4, column="skin_temperature_deviation")

    figure = usual_figure(days, measure)

    assert _points(figure)["encoding"]["y"]["axis"]["values"] == [-1, 0, 1]
    assert "begins" not in figure.explanation


def test_the_band_s_first_day_is_told(figure: Figure) -> None:
    assert (
        "The band begins on 2 November 2026, the first day with at least 14 values in the 60 days "
        "before it." in figure.explanation
    )


def test_without_any_usual_range_it_is_told_from_when_on_there_can_be_one() -> None:
    """After the last day, 3 November, there are 8 values: 6 more and it begins on 10 November."""
    figure = usual_figure(_days([62, 61, 60], known_from=9), RESTING)

    assert "it begins on 10 November 2026 at the earliest" in figure.explanation
    assert "There is no usual range yet." in figure.alt


def test_gaps_in_the_band_are_counted() -> None:
    days = _days([62, 61, 60])
    days.loc[1, ["usual_low", "usual_high", "against_usual"]] = pd.NA

    assert "On 1 day there is no band" in usual_figure(days, RESTING).explanation


def test_a_range_with_a_band_throughout_says_nothing_of_where_it_begins() -> None:
    assert "no band" not in usual_figure(_days([62, 61]), RESTING).explanation


def test_the_alternative_text_tells_the_numbers(figure: Figure) -> None:
    assert "5 days with a value, from 58 to 67, on average 62; 1 day without" in figure.alt
    assert "Usual range on 6 November 2026: 60 to 64" in figure.alt
    assert "1 day above the usual range, 1 day below it" in figure.alt


def test_the_table_holds_the_range_and_how_each_day_stands(figure: Figure) -> None:
    assert list(figure.table["Against the usual range"].fillna("–")) == [
        "no usual range yet",
        "within the usual range",
        "–",
        "above",
        "below",
        "within the usual range",
    ]
    assert list(figure.table.columns)[:3] == ["Day", "Weekday", "Resting heart rate, in bpm"]


def test_bounds_of_a_night_are_drawn_and_told() -> None:
    days = _days(
        [96.2, None],
        low=95,
        high=97,
        column="spo2_average",
        spo2_lowest=[93.4, None],
        spo2_highest=[98.1, None],
    )

    figure = usual_figure(days, OXYGEN)

    (lines,) = layers_of(figure, "rule")
    assert (lines["encoding"]["y"]["field"], lines["encoding"]["y2"]["field"]) == ("from", "to")
    assert _points(figure)["encoding"]["y"]["axis"]["values"][0] == 93
    assert figure.table["Lower bound (%)"].iloc[0] == 93.4
    assert rows_of(figure, _points(figure))[0]["told_spo2_highest"] == "98.1"


@pytest.mark.parametrize(
    ("value", "told"), [(96.25, "96.2"), (-0.04, "0.0"), (pd.NA, "–"), (1234.5, "1,234.5")]
)
def test_values_are_told_with_their_decimals(value: Any, told: str) -> None:
    assert OXYGEN.told(value) == told
