"""The specifications of the charts of coverage, and the words that go with them."""

from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import pytest

from dashboard.charts.coverage import coverage_figure
from dashboard.charts.everybody import everybody_figure
from dashboard.charts.figure import Figure
from dashboard.charts.standing import LOOKS, THICK
from dashboard.queries.everybody import everybodys_coverage
from dashboard.queries.quality import STANDINGS, endpoint_days
from dashboard.queries.reading import Reading
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.quality_sample import (
    BROKEN,
    FAILED,
    FIRST,
    LAST,
    NEVER,
    record,
    write_every_state,
    write_participant,
)
from fitbit_pipeline_tests.dashboard.specifications import layers_of, rows_of, specification_of


@pytest.fixture
def days(store: Store, reading: Reading) -> pd.DataFrame:
    """P07 in every state."""
    write_every_state(store)
    return endpoint_days(reading, "P07", FIRST, LAST)


def _cells(figure: Figure) -> list[dict[str, Any]]:
    return rows_of(figure, layers_of(figure, "rect")[0])


def _cell(figure: Figure, endpoint: str, day: date) -> dict[str, Any]:
    (cell,) = [
        each
        for each in _cells(figure)
        if each["endpoint"] == endpoint and each["date"] <= f"{day}" <= each["until"]
    ]
    return cell


def _rows(figure: Figure) -> list[str]:
    domain: list[str] = layers_of(figure, "rect")[0]["encoding"]["y"]["scale"]["domain"]
    return domain


def test_every_standing_has_a_shape_of_its_own() -> None:
    """By where it lies in its row, so that neither colour nor width is needed."""
    assert set(LOOKS) == set(STANDINGS)
    shapes = {(look.bars, look.hollow) for look in LOOKS.values()}
    assert len(shapes) == len(STANDINGS)
    assert len({look.symbol() for look in LOOKS.values()}) == len(STANDINGS)
    for look in LOOKS.values():
        for bar in look.bars:
            assert abs(bar.middle) + bar.height / 2 <= THICK / 2


def test_every_endpoint_and_day_is_drawn_once(days: pd.DataFrame) -> None:
    figure = coverage_figure(days)

    assert len(_cells(figure)) == len(ENDPOINT_NAMES) * 14
    assert len(figure.table) == len(ENDPOINT_NAMES) * 14
    drawn = {
        layer["transform"][0]["filter"].split("'")[1]
        for layer in layers_of(figure, "rect")
        if "transform" in layer
    }
    assert drawn == set(STANDINGS)


def test_the_tooltip_tells_state_reason_tries_and_when(days: pd.DataFrame) -> None:
    figure = coverage_figure(days)
    (hover,) = [each for each in layers_of(figure, "rect") if "tooltip" in each["encoding"]]

    assert [each["title"] for each in hover["encoding"]["tooltip"]] == [
        "Kind of data",
        "Day",
        "State",
        "Reason",
        "Asked at",
        "Failed tries in a row",
        "Settled",
    ]
    failed = _cell(figure, "Sleep", FAILED[0])
    assert failed["told_state"] == "Failed: the last try failed"
    assert failed["told_reason"] == BROKEN
    assert failed["told_asked"] == "2026-11-15 05:00 UTC"
    assert failed["told_attempts"] == "2"
    assert failed["told_settled"] == "no: may still change"
    never = _cell(figure, "Sleep", NEVER)
    assert (never["told_asked"], never["told_reason"], never["told_settled"]) == ("–", "–", "–")


def test_what_may_still_change_bears_a_sign(days: pd.DataFrame) -> None:
    figure = coverage_figure(days)
    (marks,) = [each for each in layers_of(figure, "point") if "shape" in each["mark"]]

    marked = {(each["endpoint"], each["date"]) for each in rows_of(figure, marks)}
    assert marked == {("Steps", f"{LAST}"), *(("Sleep", f"{day}") for day in FAILED)}
    assert "◇ 4 endpoint days may still change" in figure.explanation


def test_where_nothing_may_change_no_sign_is_drawn(store: Store, reading: Reading) -> None:
    write_participant(store, last_day=LAST)
    record(store, "steps", list(days_between(FIRST, LAST)))

    figure = coverage_figure(endpoint_days(reading, "P07", FIRST, LAST))

    assert not [each for each in layers_of(figure, "point") if "shape" in each["mark"]]
    assert "◇" not in figure.explanation


def test_what_the_source_never_has_stands_at_the_bottom(days: pd.DataFrame) -> None:
    figure = coverage_figure(days)

    assert _rows(figure)[-1] == "Floors"
    assert len(_rows(figure)) == len(ENDPOINT_NAMES)
    assert "At the bottom: 1 kind of data that the source never has." in figure.explanation


def test_the_legend_shows_the_shapes_that_are_drawn_and_no_others(
    store: Store, reading: Reading
) -> None:
    write_participant(store, last_day=FIRST)
    for endpoint in ENDPOINT_NAMES:
        record(store, endpoint, [FIRST], CoverageState.EMPTY)

    figure = coverage_figure(endpoint_days(reading, "P07", FIRST, FIRST))

    (legend,) = [each for each in layers_of(figure, "point") if "shape" in each["encoding"]]
    scale = legend["encoding"]["shape"]["scale"]
    assert (scale["domain"], scale["range"]) == (["Empty"], [LOOKS["empty"].symbol()])
    assert "Failed" not in figure.explanation


def test_of_many_days_neighbours_that_are_alike_are_drawn_as_one(
    store: Store, reading: Reading
) -> None:
    write_participant(store)
    last = date(2027, 10, 31)
    whole = list(days_between(FIRST, last))
    for endpoint in ENDPOINT_NAMES:
        record(store, endpoint, whole)
    record(
        store,
        "sleep",
        whole[99:103],
        CoverageState.FAILED,
        settled=False,
        attempts=1,
        reason=BROKEN,
    )
    record(
        store,
        "sleep",
        whole[102:103],
        CoverageState.FAILED,
        settled=False,
        attempts=4,
        reason=BROKEN,
    )

    figure = coverage_figure(endpoint_days(reading, "P07", FIRST, last))

    assert len(_cells(figure)) == len(ENDPOINT_NAMES) + 2
    failed = _cell(figure, "Sleep", whole[100])
    assert failed["told_days"] == f"{whole[99]} to {whole[102]} (4 days)"
    assert failed["told_attempts"] == "1 to 4"
    assert len(figure.table) == len(ENDPOINT_NAMES) * 365, "the table has every day"


def test_the_alternative_text_has_the_numbers_that_matter(days: pd.DataFrame) -> None:
    text = coverage_figure(days).alt

    assert text.startswith("Map of 17 kinds of data by day, 1 to 14 November 2026: of 238")
    assert "3 failed" in text
    assert "17 never asked" in text
    assert "4 may still change" in text
    assert "Failed: Sleep 3 days." in text


def test_everybodys_bars_add_up_and_bear_their_numbers(store: Store, reading: Reading) -> None:
    write_every_state(store)
    found = everybodys_coverage(reading, FIRST, LAST)

    figure = everybody_figure(
        found.endpoints, found.participants, found.participant_days, FIRST, LAST
    )

    ends = pd.DataFrame(_cells(figure)).groupby("endpoint")["end"].max()
    assert set(ends) == {14}
    texts = layers_of(figure, "text")
    assert all(each["encoding"]["text"]["field"] == "days" for each in texts)
    assert "Failed: Sleep 3 days of 1 participant." in figure.alt
    assert list(figure.table)[-1] == "Participants with failures"
    assert figure.table.set_index("Kind of data").loc["Sleep", "Failed"] == 3


def test_the_specifications_are_valid(days: pd.DataFrame, reading: Reading) -> None:
    found = everybodys_coverage(reading, FIRST, LAST)
    everybody = everybody_figure(found.endpoints, 1, 14, FIRST, LAST)

    for figure in (coverage_figure(days), everybody):
        alt.LayerChart.from_dict(specification_of(figure), validate=True)
