"""Of several data sources in the tables that Google added, one counts."""

from pathlib import Path

import pytest

from fitbit_pipeline_tests.takeout_archive import (
    TakeoutArchive,
    fetch,
    utc,
)


@pytest.fixture
def archive(tmp_path: Path) -> TakeoutArchive:
    """An empty archive."""
    return TakeoutArchive(tmp_path)


def test_data_sources_are_not_added_up(archive: TakeoutArchive) -> None:
    """Tracker, phone and mirror counted the same steps: the tracker's count."""
    rows = [
        "2024-06-10T08:00:00Z,100,MobileTrack",
        "2024-06-10T08:00:00Z,90,Google Fitbit Air",
        "2024-06-10T08:00:10Z,100,Fit Health Connect",
        "2024-06-10T08:01:00Z,50,MobileTrack",
    ]
    archive.google("steps_2024-06-01.csv", "steps", rows)
    payload = fetch(archive.source(), "steps", "2024-06-10")["2024-06-10"]
    assert [row["steps"] for row in payload["GoogleData steps"]] == ["90"]


def test_data_source_is_chosen_for_each_day(archive: TakeoutArchive) -> None:
    """Before there was a tracker the phone counts, and the mirror where it is alone."""
    rows = [
        "2024-06-09T08:00:00Z,10,Fit Health Connect",
        "2024-06-10T08:00:00Z,20,Fit Health Connect",
        "2024-06-10T08:00:00Z,21,MobileTrack",
    ]
    archive.google("steps_2024-06-01.csv", "steps", rows)
    payloads = fetch(archive.source(), "steps", "2024-06-09", "2024-06-10")
    assert [p["GoogleData steps"][0]["steps"] for p in payloads.values()] == ["10", "21"]


def test_of_two_trackers_the_one_with_more_evidence(archive: TakeoutArchive) -> None:
    """A tracker in a drawer sends zeros; whichever way the rows lie, the worn one counts."""
    worn = [f"2024-06-10T08:0{minute}:00Z,5,Versa" for minute in range(3)]
    drawer = [f"2024-06-10T08:0{minute}:00Z,{5 if minute < 1 else 0},Charge" for minute in range(9)]
    for rows in (worn + drawer, drawer + worn):
        archive.google("steps_2024-06-01.csv", "steps", rows)
        payload = fetch(archive.source(), "steps", "2024-06-10")["2024-06-10"]
        assert {row["data source"] for row in payload["GoogleData steps"]} == {"Versa"}


def test_table_without_data_sources(archive: TakeoutArchive) -> None:
    """Tables of 2024 have no such column."""
    archive.table(
        "heart_rate_2024-06-10.csv",
        "timestamp,beats per minute",
        ["2024-06-10T08:00:00Z,65.0", "2024-06-10T08:00:05Z,66.0"],
    )
    payload = fetch(archive.source(), "heart_rate", "2024-06-10")["2024-06-10"]
    assert len(payload["GoogleData heart_rate"]) == 2


def test_google_table_fills_the_days_that_json_lacks(archive: TakeoutArchive) -> None:
    """Fitbit's own series goes first; the table answers only where that has nothing."""
    archive.series("steps", "2024-06-01", {utc("2024-06-10T08:00"): 7})
    rows = ["2024-06-09T08:00:00Z,3,Versa", "2024-06-10T08:00:00Z,9,Versa"]
    archive.google("steps_2024-06-01.csv", "steps", rows)
    payloads = fetch(archive.source(), "steps", "2024-06-09", "2024-06-10")
    assert [list(payload) for payload in payloads.values()] == [["GoogleData steps"], ["steps"]]
