"""The specifications of the charts, and the words that go with them."""

from datetime import date, timedelta

import altair as alt
import pandas as pd
import pytest

from dashboard.charts.activity import activity_figure
from dashboard.charts.figure import Figure, drawing
from dashboard.charts.shares import bucket_figure, level_figure
from dashboard.charts.steps import steps_figure
from dashboard.charts.wear import wear_figure
from dashboard.charts.wear_and_sleep import wear_and_sleep_figure
from dashboard.queries import engagement as queries
from dashboard.queries.reading import Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import a_day, a_still_day, write_person
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of, specification_of

FIRST, LAST = date(2026, 10, 29), date(2026, 11, 11)
THRESHOLDS = Thresholds()
MISSING = {FIRST + timedelta(days=3), FIRST + timedelta(days=4)}


@pytest.fixture
def filled(store: Store, reading: Reading) -> Reading:
    """Two weeks: two missing, one still, one without steps, one hardly worn, one still open."""
    days = {day: a_day() for day in days_between(FIRST, LAST) if day not in MISSING}
    days[FIRST + timedelta(days=6)] = a_still_day()
    days[FIRST + timedelta(days=7)] = {"sedentary_minutes": 800}
    days[FIRST + timedelta(days=8)] = a_day(heart_rate_minutes=200)
    write_person(store, "P07", days, unsettled=[LAST])
    return reading


@pytest.fixture
def steps(filled: Reading) -> Figure:
    days = queries.engagement_days(filled, "P07", FIRST, LAST)
    return steps_figure(days, THRESHOLDS)


@pytest.fixture
def wear(filled: Reading) -> Figure:
    days = queries.engagement_days(filled, "P07", FIRST, LAST)
    return wear_figure(days, queries.wear_evidence(filled, "P07", FIRST, LAST), THRESHOLDS)


@pytest.fixture
def buckets(filled: Reading) -> Figure:
    frame = queries.bucket_days(filled, "P07", FIRST, LAST)
    return bucket_figure(frame, FIRST, LAST, THRESHOLDS)


@pytest.fixture
def levels(filled: Reading) -> Figure:
    return level_figure(queries.level_shares(filled, "P07", FIRST, LAST), FIRST, LAST)


@pytest.fixture
def activity(filled: Reading) -> Figure:
    return activity_figure(queries.engagement_days(filled, "P07", FIRST, LAST))


@pytest.fixture
def wear_and_sleep(filled: Reading) -> Figure:
    days = queries.engagement_days(filled, "P07", FIRST, LAST)
    return wear_and_sleep_figure(days, THRESHOLDS)


@pytest.fixture(params=["steps", "wear", "buckets", "levels", "activity", "wear_and_sleep"])
def any_figure(request: pytest.FixtureRequest) -> Figure:
    figure: Figure = request.getfixturevalue(request.param)
    return figure


def test_a_figure_has_title_explanation_alternative_text_and_table(any_figure: Figure) -> None:
    assert any_figure.title
    assert any_figure.explanation
    assert "2026" in any_figure.alt
    assert not any_figure.table.empty


def test_a_figure_is_valid_and_has_tooltips(any_figure: Figure) -> None:
    assert alt.LayerChart.from_dict(specification_of(any_figure))
    assert any("tooltip" in layer["encoding"] for layer in specification_of(any_figure)["layer"])


def test_labels_have_the_colour_of_text_on_a_light_and_on_a_dark_page(any_figure: Figure) -> None:
    config = drawing(lambda: any_figure).specification["config"]

    for part in ("axis", "legend"):
        assert "luminance(background)" in config[part]["labelColor"]["expr"]


def test_marks_that_only_decorate_are_silent_to_screen_readers(any_figure: Figure) -> None:
    silent = layers_of(any_figure, "text") + layers_of(any_figure, "rule")

    assert all(layer["mark"]["aria"] is False for layer in silent)


def test_the_axis_of_steps_has_every_day(steps: Figure) -> None:
    domains = [
        layer["encoding"]["x"]["scale"]["domain"]
        for layer in layers_of(steps, "bar")
        if "scale" in layer["encoding"].get("x", {})
    ]

    every_day = [day.isoformat() for day in days_between(FIRST, LAST)]
    assert domains
    assert all(domain == every_day for domain in domains)


@pytest.mark.parametrize(
    ("thresholds", "lines"),
    [(Thresholds(), [500, 10_000]), (Thresholds(normal_steps=2000, high_steps=7500), [2000, 7500])],
)
def test_the_lines_are_those_of_the_settings(
    filled: Reading, thresholds: Thresholds, lines: list[int]
) -> None:
    figure = steps_figure(queries.engagement_days(filled, "P07", FIRST, LAST), thresholds)

    drawn = [rows_of(figure, layer)[0]["steps"] for layer in layers_of(figure, "rule")]
    assert drawn == lines
    assert all(f"{line:,}" in figure.explanation for line in lines)


def test_a_missing_day_gets_the_hatched_mark_and_no_bar(steps: Figure) -> None:
    bars, hatched, _ = layers_of(steps, "bar")

    assert bars["transform"] == [{"filter": "isValid(datum.steps)"}]
    assert hatched["transform"] == [{"filter": "datum.missing"}]
    assert hatched["mark"]["fill"]["gradient"] == "linear"
    rows = {row["date"]: row for row in rows_of(steps, bars)}
    for day in MISSING:
        assert rows[day.isoformat()]["kind"] == "no data"
        assert rows[day.isoformat()]["steps"] is None
        assert rows[day.isoformat()]["told"] == "–"


def test_a_run_of_marked_days_is_labelled_once(steps: Figure) -> None:
    labels = {
        (row["date"], row["words"])
        for layer in layers_of(steps, "text")
        if layer["encoding"].get("text", {}).get("field") == "words"
        for row in rows_of(steps, layer)
    }

    assert labels == {("2026-11-02", "no data"), ("2026-11-05", "no steps stated")}


def test_a_day_that_may_still_change_has_a_diamond_above_it(steps: Figure) -> None:
    (diamonds,) = layers_of(steps, "point")

    assert diamonds["mark"]["shape"] == "diamond"
    assert diamonds["transform"] == [{"filter": "datum.may_change"}]
    assert [row["date"] for row in rows_of(steps, diamonds) if row["may_change"]] == [str(LAST)]


def test_zero_steps_are_written_as_zero(steps: Figure) -> None:
    zeros = [
        layer
        for layer in layers_of(steps, "text")
        if layer.get("transform") == [{"filter": "isValid(datum.steps) && datum.steps == 0"}]
    ]

    assert zeros
    assert steps.table.set_index("Day").loc["2026-11-04", "Steps"] == 0


def test_the_explanation_says_which_days_may_still_change(steps: Figure) -> None:
    assert "1 day may still change" in steps.explanation
    assert steps.table["Note"].iloc[-1] == "may still change"


def test_a_range_without_any_steps_is_still_a_chart(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {FIRST: {"sedentary_minutes": 800}})

    figure = steps_figure(queries.engagement_days(reading, "P07", FIRST, LAST), THRESHOLDS)

    assert "no day has steps" in figure.alt


def test_the_calendar_has_every_day_in_weeks_from_monday(wear: Figure) -> None:
    rows = rows_of(wear, layers_of(wear, "rect")[0])

    assert [row["date"] for row in rows] == [day.isoformat() for day in days_between(FIRST, LAST)]
    assert {row["week"] for row in rows} == {"2026-10-26", "2026-11-02", "2026-11-09"}
    assert [row["weekday"] for row in rows[:5]] == ["Thu", "Fri", "Sat", "Sun", "Mon"]


def test_states_of_wear_differ_in_sign_and_not_in_colour_alone(wear: Figure) -> None:
    rows = rows_of(wear, layers_of(wear, "rect")[0])

    signs = {row["state"]: row["sign"] for row in rows}
    assert signs == {
        "worn": "✓◇",
        "partly_worn": "½",
        "not_worn": "✗",
        "unknown": "?",
        "no_data": "–",
    }


def test_the_week_of_new_year_keeps_its_iso_number(store: Store, reading: Reading) -> None:
    """1 January 2027 is in week 53 of 2026; by month and weekday alone it would fall apart."""
    first = date(2026, 12, 28)
    write_person(store, "P07", {day: a_day() for day in days_between(first, date(2027, 1, 3))})
    days = queries.engagement_days(reading, "P07", first, date(2027, 1, 3))

    figure = wear_figure(days, queries.wear_evidence(reading, "P07", first, LAST), THRESHOLDS)

    assert set(figure.table["ISO week"]) == {"2026-W53"}


def test_wear_says_in_words_how_it_was_found(wear: Figure) -> None:
    assert "600 minutes" in wear.explanation
    assert "10 days: minutes with at least one heart-rate reading" in wear.explanation
    assert "Unknown, with neither wear time nor steps: 1 day" in wear.explanation


def test_the_alternative_text_of_wear_counts_all_states(wear: Figure) -> None:
    assert (
        "9 days worn, 1 day partly worn, 1 day not worn, 1 day wear unknown, 2 days no data"
        in wear.alt
    )


def test_buckets_are_labelled_with_days_and_share(buckets: Figure) -> None:
    labels = [row["label"] for row in rows_of(buckets, layers_of(buckets, "text")[0])]

    assert "Normal (500 to 10,000): 71% · 10 days" in labels
    assert "Missing (no data): 14% · 2 days" in labels


def test_levels_name_the_rest_of_the_day(levels: Figure) -> None:
    assert list(levels.table["Level"])[-1] == "Asleep or not recorded"
    assert levels.table["Share (%)"].sum() == pytest.approx(100, abs=0.3)


def test_activity_of_a_day_without_levels_is_missing_and_not_zero(activity: Figure) -> None:
    table = activity.table.set_index("Day")

    assert pd.isna(table.loc["2026-11-05", "Active (min)"])
    assert table.loc["2026-11-05", "Note"] == "the day has data, but none of this"
    assert table.loc["2026-11-06", "Active (min)"] == 250


def test_parts_are_stacked_in_the_order_of_the_legend(activity: Figure) -> None:
    bars = layers_of(activity, "bar")[0]

    assert bars["encoding"]["color"]["scale"]["domain"] == [
        "Lightly active",
        "Fairly active",
        "Very active",
    ]
    assert bars["encoding"]["order"]["field"] == "place"


def test_wear_time_that_is_not_known_is_said_so(wear_and_sleep: Figure) -> None:
    rows = {
        row["date"]: row for row in rows_of(wear_and_sleep, layers_of(wear_and_sleep, "bar")[0])
    }

    assert rows["2026-11-05"]["wear"] is None
    assert rows["2026-11-05"]["told_wear"] == "not known"
    assert rows["2026-11-06"]["told_wear"] == "3 h 20 min"
