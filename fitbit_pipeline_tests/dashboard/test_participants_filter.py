"""The filter of the page "Participants": whom the table shows, and how the address keeps it."""

import pytest
from streamlit.testing.v1 import AppTest

from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.running import address_of, open_page, tiles_of
from fitbit_pipeline_tests.dashboard.studies import CONSENT, ENDED, LEFT, SILENT, UNWORN, write_six

pytestmark = pytest.mark.usefixtures("deployment", "people")


@pytest.fixture
def people(store: Store) -> None:
    """Six, each a case of its own."""
    write_six(store, utc_now())


def _open(**address: str) -> AppTest:
    app = open_page("participants", **address)
    assert not app.exception
    return app


def _names(app: AppTest) -> list[str]:
    (table,) = app.dataframe
    return list(table.value["name"])


def test_a_part_of_the_name_is_searched_for_in_capitals_or_not() -> None:
    app = _open()

    app.text_input[0].set_value("p03").run()

    assert _names(app) == [SILENT]
    assert app.markdown[-1].value == "1 of 6 participants match."
    assert address_of(app) == {"search": "p03"}


def test_what_is_searched_for_is_no_pattern() -> None:
    app = _open(search="P0[1")

    assert "Nobody matches" in app.info[0].value


def test_a_status_is_chosen() -> None:
    app = _open()

    app.multiselect[0].set_value(["left", "ended"]).run()

    assert _names(app) == [LEFT, ENDED]
    assert app.query_params["status"] == ["left", "ended"]


def test_only_those_who_need_a_call() -> None:
    app = _open()

    app.checkbox[0].check().run()

    assert _names(app) == [CONSENT, SILENT, UNWORN]
    assert address_of(app) == {"calls": "yes"}


def test_the_filter_leaves_the_list_and_the_tiles_alone() -> None:
    app = _open(search="P01")

    assert [button.label for button in app.button] == [CONSENT, SILENT, UNWORN]
    assert tiles_of(app)["Participants"] == "6"


def test_an_address_restores_the_filter() -> None:
    app = _open(search="P0", status="active", calls="yes")

    assert (app.text_input[0].value, app.multiselect[0].value) == ("P0", ["active"])
    assert app.checkbox[0].value
    assert _names(app) == [SILENT, UNWORN]


def test_what_an_address_cannot_mean_is_left_out() -> None:
    app = _open(status="<b>", calls="perhaps")

    assert len(_names(app)) == 6
    assert address_of(app) == {}


def test_what_else_stands_in_the_address_is_left_alone() -> None:
    app = _open(participant="P01", from_="2026-11-01", search="P03")

    app.text_input[0].set_value("").run()

    assert address_of(app) == {"participant": "P01", "from": "2026-11-01"}


def test_the_filter_is_kept_while_the_reader_is_elsewhere() -> None:
    app = _open(search="P03")
    app.switch_page("app_pages/engagement.py").run()

    app.switch_page("app_pages/participants.py").run()

    assert not app.exception
    assert _names(app) == [SILENT]
    assert app.text_input[0].value == "P03"


def test_nobody_matches() -> None:
    app = _open(search="nobody")

    assert "Nobody matches" in app.info[0].value
    assert not app.dataframe
    assert app.text_input[0].value == "nobody"
