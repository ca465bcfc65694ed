"""The page "Engagement" as a reader meets it, run by Streamlit without a browser."""

import json
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.running import address_of, charts_of, open_page, tiles_of
from fitbit_pipeline_tests.dashboard.sample import a_day, write_person

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
GAP_FIRST, GAP_LAST = date(2026, 10, 1), date(2026, 10, 15)


pytestmark = pytest.mark.usefixtures("deployment")


@pytest.fixture
def people(store: Store) -> None:
    """P07 with a gap in October, and P08 with other dates and a note."""
    write_person(
        store,
        "P07",
        {day: a_day() for day in days_between(FIRST, LAST) if not GAP_FIRST <= day <= GAP_LAST},
    )
    write_person(
        store,
        "P08",
        {day: a_day(12_000) for day in days_between(date(2026, 8, 1), date(2026, 8, 5))},
        note="Dates of this demo were moved *forward*.",
    )


def _open(**address: str) -> AppTest:
    return open_page("engagement", **address)


def test_a_first_visit_shows_the_last_30_days_with_data(people: None) -> None:
    app = _open()

    assert not app.exception
    assert address_of(app) == {
        "participant": "P07",
        "from": (LAST - timedelta(days=29)).isoformat(),
        "to": LAST.isoformat(),
    }
    assert tiles_of(app)["Days in range"] == "30"
    assert tiles_of(app)["Mean steps a day"] == "8,000"


def test_missing_days_are_told_apart_in_the_tiles(people: None) -> None:
    app = _open(participant="P07", from_="2026-09-29", to="2026-10-16")

    assert tiles_of(app)["Days in range"] == "18"
    assert tiles_of(app)["Days with data"] == "3"
    assert tiles_of(app)["Missing days"] == "15"


def test_every_chart_has_a_heading_an_alternative_text_and_a_table(people: None) -> None:
    app = _open()

    charts = charts_of(app)
    assert len(charts) == len(app.header) == len(app.dataframe) == 6
    assert all(json.loads(chart.proto.spec)["layer"] for chart in charts)
    assert all(chart.proto.alt for chart in charts)


def test_every_table_can_be_downloaded(people: None) -> None:
    labels = [button.proto.label for button in _open().get("download_button")]

    assert labels == ["Download table (CSV)"] * 6


def test_an_address_restores_the_view(people: None) -> None:
    app = _open(participant="P08", from_="2026-08-02", to="2026-08-04")

    assert app.selectbox[0].value == "P08"
    assert [each.value for each in app.date_input] == [date(2026, 8, 2), date(2026, 8, 4)]
    assert tiles_of(app)["Days in range"] == "3"


def test_choosing_another_participant_shows_their_own_days_and_address(people: None) -> None:
    app = _open()

    app.selectbox[0].select("P08").run()

    assert not app.exception
    assert address_of(app) == {"participant": "P08", "from": "2026-08-01", "to": "2026-08-05"}


def test_choosing_other_days_changes_the_address(people: None) -> None:
    app = _open()

    app.date_input[0].set_value(date(2026, 11, 10)).run()

    assert address_of(app)["from"] == "2026-11-10"
    assert tiles_of(app)["Days in range"] == "11"


def test_days_the_wrong_way_round_are_turned(people: None) -> None:
    app = _open(participant="P07", from_="2026-11-10", to="2026-11-01")

    assert tiles_of(app)["Days in range"] == "10"


def test_the_button_leads_back_to_the_last_30_days(people: None) -> None:
    app = _open(participant="P07", from_="2026-09-01", to="2026-09-03")

    app.button[0].click().run()

    assert address_of(app)["to"] == LAST.isoformat()
    assert tiles_of(app)["Days in range"] == "30"


def test_another_address_in_the_same_session_wins_over_what_was_chosen(people: None) -> None:
    app = _open()

    app.query_params["participant"] = "P08"
    app.run()

    assert app.selectbox[0].value == "P08"


def test_the_note_of_a_participant_is_shown_as_it_is_written(people: None) -> None:
    app = _open(participant="P08")

    assert [info.value for info in app.info] == [r"Dates of this demo were moved \*forward\*."]


def test_an_unknown_participant_in_the_address_falls_back_to_the_first(people: None) -> None:
    app = _open(participant="<b>P99</b>")

    assert not app.exception
    assert app.selectbox[0].value == "P07"
    assert "P07 instead" in app.warning[0].value
    assert "P99" not in app.warning[0].value


def test_a_broken_date_in_the_address_falls_back_to_the_usual_one(people: None) -> None:
    app = _open(participant="P07", from_="2026-13-45")

    assert not app.exception
    assert "date that cannot be read" in app.warning[0].value
    assert tiles_of(app)["Days in range"] == "30"


def test_days_beyond_the_participant_s_are_brought_within(people: None) -> None:
    app = _open(participant="P07", from_="1999-01-01", to="2099-01-01")

    assert not app.exception
    assert address_of(app)["from"] == FIRST.isoformat()
    assert address_of(app)["to"] == LAST.isoformat()


def test_a_range_without_data_says_so_and_where_there_is_some(people: None) -> None:
    app = _open(participant="P07", from_="2026-10-02", to="2026-10-10")

    assert not app.exception
    assert not charts_of(app)
    assert "There is no data of P07 from 2 October 2026 to 10 October 2026" in app.info[0].value
    assert "1 September 2026 to 20 November 2026" in app.info[0].value


def test_days_without_activity_levels_get_a_sentence_instead_of_a_chart(store: Store) -> None:
    write_person(store, "P07", {LAST: {"steps": 4000}})

    app = _open()

    assert not app.exception
    assert len(charts_of(app)) == 3
    assert "activity levels" in app.info[0].value


def test_an_unreachable_server_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", "mongodb://127.0.0.1:1")

    app = _open()

    assert not app.exception
    assert "No MongoDB server" in app.error[0].value


def test_a_server_that_has_gone_since_is_a_sentence_too(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _open()
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", "mongodb://127.0.0.1:1")

    app.run()

    assert not app.exception
    assert "No MongoDB server" in app.error[0].value


def test_a_setting_that_cannot_be_used_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITBIT_PIPELINE_WORN_MINUTES", "many")

    app = _open()

    assert not app.exception
    assert "WORN_MINUTES" in app.error[0].value.replace("\\", "")
