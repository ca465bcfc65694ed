"""What holds for every page alike, run by Streamlit without a browser."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.running import charts_of, open_page
from fitbit_pipeline_tests.dashboard.sample import ZONE
from tools.browsing import PAGES

pytestmark = pytest.mark.usefixtures("deployment")

OF_DAYS_WITH_DATA = ("overview", "sleep", "engagement", "heart")


def _told(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(each.value for each in (*app.info, *app.error)).replace("\\", "")


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_database_says_how_to_fill_it(name: str) -> None:
    app = open_page(name)

    told = _told(app)
    assert "There is no participant yet." in told
    for command in ("fitbit-pipeline connect me", "fitbit-pipeline import", "make demo"):
        assert f"`{command}`" in told
    assert not charts_of(app)
    assert not app.dataframe


@pytest.mark.parametrize("name", OF_DAYS_WITH_DATA)
def test_a_participant_without_any_data_is_told_what_to_do(store: Store, name: str) -> None:
    store.participants.save([Participant("P09", "google_health", ZONE, date(2026, 11, 1))])

    app = open_page(name)

    told = _told(app)
    assert "There is no data of P09 yet." in told
    assert "`fitbit-pipeline backfill`" in told
    assert not charts_of(app)
