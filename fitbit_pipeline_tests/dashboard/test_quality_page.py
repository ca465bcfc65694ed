"""The page "Data quality" as a reader meets it, run by Streamlit without a browser."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import attempts
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.inventory import inventory_of
from fitbit_pipeline.passwords import hash_password
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.viewers import Viewer
from fitbit_pipeline_tests.dashboard.quality_sample import (
    BROKEN,
    FIRST,
    LAST,
    NOT_GRANTED,
    record,
    write_every_state,
    write_night,
    write_participant,
)
from fitbit_pipeline_tests.dashboard.running import charts_of, open_page, tiles_of
from fitbit_pipeline_tests.dashboard.signing_in import open_address

RUN = "6f2c7a54-0000-4000-8000-000000000001"
PASSWORD = "four words and blanks"

pytestmark = pytest.mark.usefixtures("deployment")


def _open(first: date = FIRST, last: date = LAST) -> AppTest:
    return open_page("data_quality", participant="P07", from_=f"{first}", to=f"{last}")


def _headings(app: AppTest) -> list[str]:
    return [each.value for each in app.header]


def _said(app: AppTest) -> str:
    """Every text of the page, as it was written before Markdown's marks were escaped."""
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.success)
    return "\n".join(each.value for each in parts).replace("\\", "")


def _links(app: AppTest) -> list[str]:
    return [each.proto.url for each in app.get("link_button")]


def test_the_tiles_and_the_table_are_the_inventory(store: Store) -> None:
    """The same numbers as ``fitbit-pipeline coverage --participant P07 --from … --to …``."""
    participant = write_every_state(store)

    app = _open()

    assert not app.exception
    inventory = inventory_of(store, participant, FIRST, LAST)
    total = inventory.total()
    assert tiles_of(app) == {
        "Data": f"{total.data}",
        "Empty": f"{total.empty}",
        "Failed": f"{total.failed}",
        "Forbidden": f"{total.forbidden}",
        "Never asked": f"{len(total.never_asked)}",
        "Not settled": f"{total.unsettled}",
    }
    table = next(each.value for each in app.dataframe if "Never asked" in each.value)
    assert list(table["Data"]) == [each.data for each in inventory.endpoints.values()]
    assert list(table["Failed"]) == [each.failed for each in inventory.endpoints.values()]
    assert list(table["Not settled"]) == [each.unsettled for each in inventory.endpoints.values()]


def test_every_chart_has_a_heading_an_alternative_text_and_a_table(store: Store) -> None:
    write_every_state(store)

    app = _open()

    assert {
        "What is there, by kind of data and day",
        "Everybody: participant days by kind of data",
    } <= set(_headings(app))
    assert len(charts_of(app)) == 2
    assert all(chart.proto.alt for chart in charts_of(app))
    assert [each.proto.label for each in app.get("download_button")] == ["Download table (CSV)"] * 4


def test_each_gap_says_which_days_why_and_what_to_do(store: Store) -> None:
    write_every_state(store)

    said = _said(_open())

    assert "**Sleep** · failed · 3 days: 2026-11-08 to 2026-11-09, 2026-11-12." in said
    assert BROKEN in said
    assert "`fitbit-pipeline backfill --from 2026-11-08 --to 2026-11-12 --participant P07`" in said
    assert "**HRV** · not shared · 13 days" in said
    assert NOT_GRANTED in said
    assert "`fitbit-pipeline connect P07`" in said
    assert "**All 17 kinds of data** · never asked · 1 day: 2026-11-05." in said
    assert "`fitbit-pipeline backfill --from 2026-11-05 --to 2026-11-05 --participant P07`" in said
    assert "**Floors** · not served" in said


def test_where_nothing_is_missing_it_says_so(store: Store) -> None:
    write_participant(store, last_day=LAST)
    for endpoint in ENDPOINT_NAMES:
        record(store, endpoint, days_between(FIRST, LAST))

    app = _open()

    assert "Nothing is missing" in app.success[0].value


def test_of_many_gaps_the_first_are_told_and_the_table_has_them_all(store: Store) -> None:
    write_participant(store, last_day=LAST)
    days = list(days_between(FIRST, LAST))
    for endpoint in ENDPOINT_NAMES:
        record(store, endpoint, days)
    for line, day in enumerate(days):
        reason = f"activity.csv, line {line}: no number."
        record(
            store,
            "steps",
            [day],
            CoverageState.FAILED,
            settled=False,
            reason=reason,
            kind="damaged",
        )

    app = _open()

    assert "The first 12 of 14; the table has all of them." in _said(app)
    table = next(each.value for each in app.dataframe if "Why" in each.value)
    assert len(table) == 14
    assert "fitbit-pipeline import" in table["What to do"].iloc[0]


def test_days_that_cannot_be_asked_for_get_a_sentence(store: Store) -> None:
    """Whoever was enrolled today has no day that is over."""
    today = utc_now().date() + timedelta(days=1)
    store.participants.save([replace(write_participant(store), enrolled_on=today)])

    app = _open(today, today)

    assert not app.exception
    assert "None of these days can be asked for" in _said(app)


def test_before_the_first_night_it_says_when_the_next_is_due(store: Store) -> None:
    write_participant(store)

    said = _said(_open())

    assert "No night has run yet. The next is due on 20" in said
    assert "at 05:00 (UTC)" in said
    assert "fitbit-pipeline up" in said


def test_with_archives_alone_no_night_is_missed(store: Store) -> None:
    write_participant(store, last_day=LAST)

    said = _said(_open())

    assert "nobody is connected to an account that lives on" in said
    assert "is due on" not in said


def test_the_last_night_is_told_in_both_zones_with_links_to_dagster(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FITBIT_PIPELINE_TIME_ZONE", "Asia/Tokyo")
    monkeypatch.setenv("FITBIT_PIPELINE_DAGSTER_ADDRESS", "https://study.example.org/dagster/")
    write_participant(store)
    due = (utc_now() - timedelta(hours=3)).replace(second=0, microsecond=0)
    write_night(store, due)

    app = _open()
    said = _said(app)

    tokyo = due + timedelta(hours=9)
    assert f"Began {due:%Y-%m-%d %H:%M} UTC ({tokyo:%Y-%m-%d %H:%M} in Asia/Tokyo)" in said
    assert "after 4 min 00 s" in said
    assert "up to 3 participants for 1 to 14 November 2026, in 1 run with 15 requests" in said
    assert "50 data, 12 empty, 22 failed, 0 forbidden" in said
    assert "**2 participants**" in said
    assert _links(app) == [
        f"https://study.example.org/dagster/runs/{RUN}",
        "https://study.example.org/dagster/assets",
    ]
    assert not app.warning
    runs = next(each.value for each in app.dataframe if "In Dagster" in each.value)
    assert list(runs["Kind"]) == ["nightly"]
    assert list(runs["In Dagster"]) == [f"https://study.example.org/dagster/runs/{RUN}"]


def test_a_night_that_is_overdue_is_a_warning_that_says_what_to_do(store: Store) -> None:
    write_participant(store)
    write_night(store, utc_now() - timedelta(hours=30))

    app = _open()

    (warning,) = app.warning
    assert "began 30 hours ago" in warning.value
    assert "Dagster may not be running" in warning.value
    assert "fitbit-pipeline up" in warning.value


def test_no_night_is_overdue_where_none_has_anything_to_ask(store: Store) -> None:
    write_participant(store, last_day=LAST)
    write_night(store, utc_now() - timedelta(days=30))

    assert not _open().warning


def test_a_night_without_an_end_says_so(store: Store) -> None:
    write_participant(store)
    write_night(store, utc_now() - timedelta(hours=1), finished=False)

    said = _said(_open())

    assert "last told of something done" in said
    assert "under way, or was cut off" in said


def test_failures_of_others_are_counted_and_not_named(store: Store) -> None:
    yesterday = utc_now().date() - timedelta(days=1)
    write_participant(store)
    for name in ("P08", "P09"):
        write_participant(store, name)
        record(
            store,
            "sleep",
            [yesterday],
            CoverageState.FAILED,
            name=name,
            settled=False,
            reason=BROKEN,
            kind="transient",
        )

    said = _said(_open())

    assert "Failures concern 2 participants of 3." in said
    assert "P08" not in said


@pytest.fixture
def anna(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Anna may see P07 alone."""
    monkeypatch.setenv("FITBIT_PIPELINE_DASHBOARD_SIGN_IN", "password")
    store.viewers.add(Viewer("anna", "P07", hash_password(PASSWORD)))
    yield "anna"
    attempts.forget("anna")


def test_who_is_bound_to_a_participant_sees_their_days_and_when_the_night_was(
    store: Store, anna: str
) -> None:
    write_every_state(store)
    write_participant(store, "P08")
    began = utc_now() - timedelta(hours=30)
    write_night(store, began)

    app = open_address("data_quality", participant="P07", from_=f"{FIRST}", to=f"{LAST}")
    app.text_input[0].input(anna)
    app.text_input[1].input(PASSWORD)
    app = app.button[0].click().run()

    assert not app.exception
    assert tiles_of(app)["Failed"] == "3"
    said = _said(app)
    assert f"The last night that asked for days began {began:%Y-%m-%d %H:%M} UTC." in said
    assert "The commands are for whoever runs this pipeline." in said
    assert len(charts_of(app)) == 1
    assert not _links(app)
    assert not app.warning
    for hidden in ("P08", RUN, "requests", "Everybody"):
        assert hidden not in str(app.main)
