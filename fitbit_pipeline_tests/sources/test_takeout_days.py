"""In which civil day a record of a Takeout archive lies."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_pipeline.civil import minutes_of_day, time_zone
from fitbit_pipeline.sources.takeout.clock import CivilClock, StampError, TimeRule
from fitbit_pipeline_tests.takeout_archive import (
    TakeoutArchive,
    every_minute,
    fetch,
    us,
    utc,
)


@pytest.fixture
def archive(tmp_path: Path) -> TakeoutArchive:
    """An empty archive."""
    return TakeoutArchive(tmp_path)


def count(payloads: dict[str, Any], family: str) -> dict[str, int]:
    """Records of a family by day."""
    return {day: len(payload[family]) if payload else 0 for day, payload in payloads.items()}


def test_heart_rate_file_of_one_local_day_east_of_utc(archive: TakeoutArchive) -> None:
    """As measured: a file of 6 May in Sydney runs from 14:00 of the 5th to 13:59 of the 6th UTC."""
    archive.heart_rate("2018-05-06", every_minute("2018-05-05T14:00", 1440))
    source = archive.source("Australia/Brisbane")
    payloads = fetch(source, "heart_rate", "2018-05-05", "2018-05-07")
    assert count(payloads, "heart_rate") == {"2018-05-06": 1440}


def test_utc_records_fall_into_two_local_days_west_of_utc(archive: TakeoutArchive) -> None:
    """In Los Angeles, at seven hours, the first seven hours of a UTC day are the day before."""
    minutes = every_minute("2024-06-10T00:00", 1440)
    archive.series("steps", "2024-06-01", dict.fromkeys(minutes, 1))
    payloads = fetch(archive.source("America/Los_Angeles"), "steps", "2024-06-09", "2024-06-10")
    assert count(payloads, "steps") == {"2024-06-09": 420, "2024-06-10": 1020}


def test_zone_of_half_hours(archive: TakeoutArchive) -> None:
    """India is five and a half hours ahead: its day begins at 18:30 UTC."""
    minutes = every_minute("2024-06-10T18:29", 2)
    archive.series("steps", "2024-06-01", dict.fromkeys(minutes, 5))
    payloads = fetch(archive.source("Asia/Kolkata"), "steps", "2024-06-10", "2024-06-11")
    assert count(payloads, "steps") == {"2024-06-10": 1, "2024-06-11": 1}


def test_calories_are_local(archive: TakeoutArchive) -> None:
    """Calories alone of the minute series are written in the wall clock's time."""
    minutes = every_minute("2024-06-10T00:00", 1440)
    archive.series("calories", "2024-06-01", dict.fromkeys(minutes, 1.2))
    archive.series("steps", "2024-06-01", {utc("2024-06-10T12:00"): 5})
    payloads = fetch(archive.source("America/Los_Angeles"), "calories", "2024-06-09", "2024-06-11")
    assert count(payloads, "calories") == {"2024-06-10": 1440}


def test_spring_day_of_23_hours(archive: TakeoutArchive) -> None:
    """When clocks go forward the day has 1380 minutes."""
    archive.heart_rate("2024-03-31", every_minute("2024-03-30T23:00", 24 * 60))
    payloads = fetch(archive.source("Europe/Berlin"), "heart_rate", "2024-03-31", "2024-04-01")
    assert count(payloads, "heart_rate") == {"2024-03-31": 1380, "2024-04-01": 60}


def test_autumn_day_of_25_hours(archive: TakeoutArchive) -> None:
    """When clocks go back the day has 1500 minutes."""
    archive.heart_rate("2024-10-27", every_minute("2024-10-26T22:00", 26 * 60))
    payloads = fetch(archive.source("Europe/Berlin"), "heart_rate", "2024-10-27", "2024-10-28")
    assert count(payloads, "heart_rate") == {"2024-10-27": 1500, "2024-10-28": 60}


def test_doubled_local_hour_keeps_both(archive: TakeoutArchive) -> None:
    """In local time the hour from two to three is there twice, and both are of the day."""
    wall = [datetime(2024, 10, 27, 2, minute) for minute in range(60)] * 2  # noqa: DTZ001
    records = [{"dateTime": us(moment), "value": "1.1"} for moment in wall]
    archive.json("calories-2024-10-01.json", records)
    archive.series("steps", "2024-10-01", {utc("2024-10-27T12:00"): 5})
    payloads = fetch(archive.source("Europe/Berlin"), "calories", "2024-10-27")
    assert count(payloads, "calories") == {"2024-10-27": 120}


def test_daily_minutes_keep_their_date_far_from_utc(archive: TakeoutArchive) -> None:
    """The time part of daily series means nothing: midnight is not midnight UTC."""
    archive.levels("2024-06-01", {"2024-06-10": (900, 60, 0, 0)})
    payloads = fetch(archive.source("Pacific/Honolulu"), "activity_minutes", "2024-06-10")
    assert payloads["2024-06-10"]["sedentary_minutes"][0]["value"] == "900"


def test_google_daily_rows_mean_the_local_date(archive: TakeoutArchive) -> None:
    """``T00:00:00Z`` of a daily table is the local date, not an instant."""
    archive.google(
        "daily_resting_heart_rate.csv", "beats per minute", ["2024-06-10T00:00:00Z,61.5,Charge 6"]
    )
    payloads = fetch(archive.source("America/Los_Angeles"), "resting_heart_rate", "2024-06-10")
    assert payloads["2024-06-10"] is not None


def test_google_rows_are_utc(archive: TakeoutArchive) -> None:
    """Rows on both sides of a local midnight, one with fractions of a second."""
    rows = ["2024-06-10T06:59:30.123Z,7,Charge 6", "2024-06-10T07:00:00Z,9,Charge 6"]
    archive.google("steps_2024-06-01.csv", "steps", rows)
    payloads = fetch(archive.source("America/Los_Angeles"), "steps", "2024-06-09", "2024-06-10")
    assert payloads["2024-06-09"]["GoogleData steps"][0]["steps"] == "7"
    assert payloads["2024-06-10"]["GoogleData steps"][0]["steps"] == "9"


def test_two_files_share_a_local_day(archive: TakeoutArchive) -> None:
    """Someone who travelled has files cut at other midnights than those of the zone."""
    archive.heart_rate("2024-06-10", every_minute("2024-06-10T00:00", 1440))
    archive.heart_rate("2024-06-11", every_minute("2024-06-11T00:00", 1440))
    payloads = fetch(archive.source("Asia/Tokyo"), "heart_rate", "2024-06-10", "2024-06-12")
    assert count(payloads, "heart_rate") == {
        "2024-06-10": 900,
        "2024-06-11": 1440,
        "2024-06-12": 540,
    }


def test_record_in_two_chunks_counts_once(archive: TakeoutArchive) -> None:
    """Chunks of two exports overlap; a minute that both have is one minute."""
    minutes = every_minute("2024-06-10T12:00", 10)
    archive.series("steps", "2024-06-01", dict.fromkeys(minutes, 3))
    archive.series("steps", "2024-06-10", dict.fromkeys(minutes, 3))
    payloads = fetch(archive.source(), "steps", "2024-06-10")
    assert count(payloads, "steps") == {"2024-06-10": 10}


def test_a_day_alone_is_the_day_of_a_range(archive: TakeoutArchive) -> None:
    """Whatever range asks, a day's payload is the same."""
    for day in range(1, 8):
        archive.heart_rate(f"2024-06-{day:02}", every_minute(f"2024-06-{day:02}T03:00", 1440))
    source = archive.source("Europe/Lisbon")
    whole = fetch(source, "heart_rate", "2024-06-01", "2024-06-08")
    alone: dict[str, Any] = {}
    for day in range(1, 9):
        alone |= fetch(source, "heart_rate", f"2024-06-{day:02}")
    assert alone == whole


@given(
    zone=st.sampled_from(
        [
            "America/St_Johns",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Europe/Dublin",
            "Pacific/Apia",
            "Pacific/Chatham",
            "Pacific/Honolulu",
            "UTC",
        ]
    ),
    start=st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
)
@settings(max_examples=25, deadline=None)
def test_every_utc_minute_lies_in_one_civil_day(zone: str, start: datetime) -> None:
    """Three days of minutes: whole civil days get as many as they are long, none is lost."""
    civil = time_zone(zone)
    clock = CivilClock(TimeRule.UTC, civil)
    first = start.replace(second=0, microsecond=0, tzinfo=UTC)
    minutes = [first + timedelta(minutes=each) for each in range(4320)]
    by_day: dict[date, int] = {}
    for minute in minutes:
        day = clock.day(us(minute))
        by_day[day] = by_day.get(day, 0) + 1
    assert sum(by_day.values()) == len(minutes)
    for day in sorted(by_day)[1:-1]:
        assert by_day[day] == minutes_of_day(day, civil)


@pytest.mark.parametrize(
    "stamp", ["13/01/24 00:00:00", "05/06/18 25:00:00", "yesterday", "", None, 7, "1970-01-01"]
)
def test_stamp_that_is_none(stamp: object) -> None:
    """What is no date, or older than any device, is refused."""
    with pytest.raises(StampError):
        CivilClock(TimeRule.LOCAL, time_zone("UTC")).day(stamp)
