"""What the dashboard remembers: answers and figures, for a minute, for one viewer, for one view."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from dashboard.charts.shares import bucket_figure
from dashboard.connection import ask, draw
from dashboard.queries import engagement
from dashboard.queries.reading import Reading
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import a_day, write_person

DAY = date(2026, 11, 20)
OTHER_DAY = date(2026, 11, 21)

pytestmark = pytest.mark.usefixtures("deployment")


def _shares(days: int) -> pd.DataFrame:
    return pd.DataFrame({"bucket": ["normal"], "days": [days], "share": [1.0]})


def _drawn(reading: Reading, days: int, *, scope: str = "P07", key: str = "") -> str:
    made_of = (_shares(days), DAY, DAY, Thresholds())
    return draw(reading, scope, key, bucket_figure, *made_of).csv


def test_an_answer_is_remembered_within_its_minute(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {DAY: a_day()})
    ask(reading, engagement.key_figures, "P07", DAY, OTHER_DAY)
    store.daily_engagement.delete_many({})

    again = ask(reading, engagement.key_figures, "P07", DAY, OTHER_DAY)

    assert again.days_with_data == 1


def test_the_next_minute_asks_anew(store: Store, reading: Reading) -> None:
    write_person(store, "P07", {DAY: a_day()})
    ask(reading, engagement.key_figures, "P07", DAY, OTHER_DAY)
    store.daily_engagement.delete_many({})

    later = ask(replace(reading, minute=1), engagement.key_figures, "P07", DAY, OTHER_DAY)

    assert later.days_with_data == 0


def test_a_figure_is_drawn_once_within_the_minute_of_its_answers(reading: Reading) -> None:
    first = _drawn(reading, 1)

    assert _drawn(reading, 2) == first
    assert _drawn(replace(reading, minute=1), 2) != first


@pytest.mark.parametrize("other", [{"scope": "P08"}, {"key": "other"}])
def test_another_view_or_figure_is_drawn_anew(reading: Reading, other: dict[str, str]) -> None:
    assert _drawn(reading, 2, **other) != _drawn(reading, 1)


def test_another_viewer_s_figure_is_drawn_anew(reading: Reading) -> None:
    everybody_s = _drawn(reading, 1)

    assert _drawn(replace(reading, bound_to="P07"), 2) != everybody_s


def test_a_figure_of_more_rows_than_a_notebook_may_keep_is_drawn(reading: Reading) -> None:
    rows = 6000
    shares = pd.DataFrame(
        {"bucket": ["normal"] * rows, "days": range(rows), "share": [1 / rows] * rows}
    )

    drawn = draw(reading, "P07", "", bucket_figure, shares, DAY, DAY, Thresholds())

    assert max(len(each) for each in drawn.specification["datasets"].values()) == rows
