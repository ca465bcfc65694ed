"""The page "Participants" as a coordinator meets it, run by Streamlit without a browser."""

from collections.abc import Mapping
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.people_table import csv_of
from dashboard.queries.reading import Reading
from dashboard.queries.study import study
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.running import address_of, open_page, tiles_of
from fitbit_pipeline_tests.dashboard.sample import write_coverage, write_person
from fitbit_pipeline_tests.dashboard.studies import (
    CONSENT,
    ENDED,
    LEFT,
    SILENT,
    UNWORN,
    WELL,
    worn_days,
    write_living,
    write_six,
)

pytestmark = pytest.mark.usefixtures("deployment")

MORE_SILENT = [f"Q{number:02}" for number in range(1, 16)]


@pytest.fixture
def today() -> date:
    """Today where everybody lives: in UTC."""
    return utc_now().date()


def _write(store: Store, name: str, days: Mapping[date, Any], **changes: Any) -> None:
    write_living(store, name, days, utc_now(), **changes)


@pytest.fixture
def people(store: Store) -> None:
    """Six, each a case of its own."""
    write_six(store, utc_now())


@pytest.fixture
def many_silent(store: Store, today: date) -> None:
    """Fifteen people whose devices have not synced for longer and longer."""
    for number, name in enumerate(MORE_SILENT, start=4):
        days = worn_days(today, 30, number + 1)
        _write(store, name, days, synced_until=utc_now() - timedelta(days=number))


def _open(**address: str) -> AppTest:
    app = open_page("participants", **address)
    assert not app.exception
    return app


def _table(app: AppTest) -> pd.DataFrame:
    (table,) = app.dataframe
    return table.value


def _names(app: AppTest) -> list[str]:
    return list(_table(app)["name"])


def _listed(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def _sentences(app: AppTest) -> list[str]:
    return [each.value.replace("\\", "") for each in app.markdown]


def test_tiles_count_everybody(people: None) -> None:
    assert tiles_of(_open()) == {
        "Participants": "6",
        "Active": "3",
        "Need a call": "3",
        "Consent needed": "1",
        "Worn yesterday": "1 of 4",
    }


def test_who_needs_a_call_is_listed_most_urgent_first_with_sentences(people: None) -> None:
    app = _open()

    assert _listed(app) == [CONSENT, SILENT, UNWORN]
    said = _sentences(app)
    assert said[0] == "1 consent gone · 1 not synced · 1 not worn"
    assert said[1].startswith("Gone. The last data are of ")
    assert said[2].startswith("The device has not synced for 4 days, since ")
    assert said[3].startswith("Not worn for 6 days, though the device synced ")


def test_nobody_needs_a_call(store: Store, today: date) -> None:
    _write(store, "P01", worn_days(today, 10))

    app = _open()

    assert [each.value for each in app.success] == ["Nobody needs a call today."]
    assert not app.button
    assert tiles_of(app)["Need a call"] == "0"


def test_the_setting_decides_how_long_to_wait(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITBIT_PIPELINE_CALL_AFTER_DAYS", "5")

    app = _open()

    assert _listed(app) == [CONSENT, UNWORN]
    assert "5 days or longer" in app.caption[0].value


@pytest.mark.parametrize("name", [CONSENT, UNWORN])
def test_the_button_of_a_name_opens_that_person(people: None, name: str) -> None:
    app = _open()

    app.button(key=f"call-{name}").click().run()

    assert not app.exception
    assert app.title[0].value == "Overview"
    assert app.selectbox[0].value == name
    assert address_of(app)["participant"] == name


def test_the_button_leads_away_from_whom_the_reader_looked_at_before(people: None) -> None:
    app = open_page("engagement", participant=WELL)
    app.switch_page("app_pages/participants.py").run()

    app.button(key=f"call-{UNWORN}").click().run()

    assert app.selectbox[0].value == UNWORN
    assert address_of(app)["participant"] == UNWORN


def test_twelve_are_shown_at_first_and_all_on_demand(many_silent: None) -> None:
    app = _open()
    longest_first = MORE_SILENT[::-1]
    assert _listed(app) == longest_first[:12]
    assert app.toggle[0].label == "Show all 15: 3 more need a call"

    app.toggle[0].set_value(True).run()

    assert not app.exception
    assert _listed(app) == longest_first


def test_the_table_has_a_row_for_everybody(people: None, today: date) -> None:
    table = _table(_open()).set_index("name")

    assert list(table.index) == [WELL, CONSENT, SILENT, UNWORN, LEFT, ENDED]
    assert list(table["status"]) == [
        "Active",
        "Consent needed",
        "Active",
        "Active",
        "Left the study",
        "Archive ended",
    ]
    well, ended = table.loc[WELL], table.loc[ENDED]
    assert (well["worn_7"], well["worn_30"], well["data_percent"]) == (7, 30, 100)
    assert (well["days_since_worn"], well["why_call"]) == (0, "")
    assert ended[["worn_7", "worn_30", "data_percent", "wear_hours"]].isna().all()
    assert ended["last_data"] == (today - timedelta(days=100)).isoformat()


def test_the_small_chart_tells_days_without_data_from_days_not_worn(people: None) -> None:
    """Below the line is a day without data; on the line one on which it was not worn."""
    hours = _table(_open()).set_index("name")["wear_hours"]

    assert [round(float(each), 2) for each in hours[WELL]] == [18.33] * 30
    assert list(hours[SILENT][-5:-3]) == [pytest.approx(1100 / 60), -3]
    assert list(hours[SILENT][-4:]) == [-3] * 4
    assert list(hours[UNWORN][-6:]) == [0] * 6


def test_a_day_of_25_hours_stays_within_the_small_chart(store: Store, today: date) -> None:
    day = today - timedelta(days=1)
    _write(store, "P01", {day: {"steps": 9000, "heart_rate_minutes": 1500}})

    assert max(_table(_open())["wear_hours"][0]) == 24


def test_the_table_has_a_name_for_who_cannot_see_it(people: None) -> None:
    assert _open().dataframe[0].proto.alt.startswith("Participants:")


def test_the_table_can_be_downloaded(people: None) -> None:
    labels = [button.proto.label for button in _open().get("download_button")]

    assert labels == ["Download table (CSV)"]


def test_the_downloaded_table_tells_unknown_from_zero(people: None, reading: Reading) -> None:
    table = pd.read_csv(StringIO(csv_of(study(reading, utc_now(), 3).people))).set_index("name")

    assert list(table["status"]) == ["active", "needs_consent", "active", "active", "left", "ended"]
    assert table.loc[WELL, "worn_days_of_30"] == 30
    assert table.loc[SILENT, "days_since_sync"] == 4
    assert table.loc[ENDED, ["worn_days_of_30", "expected_days_of_30"]].isna().all()
    assert "wear_minutes" not in table


def test_silence_of_the_pipeline_is_not_taken_for_that_of_participants(
    store: Store, today: date
) -> None:
    long_ago = utc_now() - timedelta(days=8)
    _write(store, "P01", worn_days(today, 40, 10), synced_until=long_ago)

    app = _open()

    assert "about none of the last days" in app.warning[0].value


def test_it_is_told_up_to_when_sources_were_asked(store: Store, today: date) -> None:
    _write(store, "P01", worn_days(today, 40, 5))

    assert "asked only up to " in _open().warning[0].value


def test_who_asks_every_night_is_not_warned(people: None, store: Store, today: date) -> None:
    yesterday = today - timedelta(days=1)
    write_coverage(store, "P01", "steps", [yesterday], CoverageState.EMPTY)

    assert not _open().warning


def test_archives_alone_are_not_asked_any_more(store: Store, today: date) -> None:
    write_person(store, ENDED, worn_days(today, 200, 100))

    app = _open()

    assert not app.warning
    assert app.success


def test_a_name_is_shown_as_it_is_written(store: Store, today: date) -> None:
    _write(store, "P_1_a", worn_days(today, 5), status=ParticipantStatus.NEEDS_CONSENT)

    app = _open()

    assert _listed(app) == [r"P\_1\_a"]
    assert _names(app) == ["P_1_a"]
