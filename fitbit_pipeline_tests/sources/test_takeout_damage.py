"""What becomes of damaged files and bad records: never an empty day."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.takeout_archive import (
    TakeoutArchive,
    every_minute,
    fetch,
    fetch_failing,
    responses,
    sleep_log,
    us,
    utc,
)


@pytest.fixture
def archive(tmp_path: Path) -> TakeoutArchive:
    """An archive with steps on 1 and 30 June, so that the days between are the archive's."""
    archive = TakeoutArchive(tmp_path)
    archive.series("steps", "2024-06-01", {utc("2024-06-01T12:00"): 5, utc("2024-06-30T12:00"): 5})
    return archive


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b'[{"dateTime": "06/10/24 08:00:00", "value"', "the file is not whole JSON"),
        (b'{"dateTime": "06/10/24 08:00:00"}', "the file is not a list of records"),
        (b"\xff\xfe\x00garbage", "the file is not whole JSON"),
        (b'[{"dateTime": "06/10/24 08:00:00", "value": {"bpm": NaN}}]', "is not whole JSON"),
    ],
)
def test_file_that_cannot_be_read_fails_its_day(
    archive: TakeoutArchive, content: bytes, reason: str
) -> None:
    """The day that the file covers fails with file and reason; the days around it come."""
    archive.heart_rate("2024-06-09", every_minute("2024-06-09T08:00", 5))
    archive.write("heart_rate-2024-06-10.json", content)
    archive.heart_rate("2024-06-11", every_minute("2024-06-11T08:00", 5))
    payloads, failure = fetch_failing(archive.source(), "heart_rate", "2024-06-09", "2024-06-11")
    assert sorted(payloads) == ["2024-06-09", "2024-06-11"]
    assert failure.kind is FailureKind.DAMAGED
    assert failure.days
    assert list(failure.days) == [date(2024, 6, 10)]
    assert "heart_rate-2024-06-10.json" in failure.days[date(2024, 6, 10)]
    assert reason in failure.days[date(2024, 6, 10)]


def test_neighbours_of_a_damaged_file_are_not_empty(archive: TakeoutArchive) -> None:
    """Zones blur the bounds of files: a day without records beside a damaged file is not known."""
    archive.heart_rate("2024-06-05", every_minute("2024-06-05T08:00", 5))
    archive.write("heart_rate-2024-06-10.json", b"[{")
    payloads, failure = fetch_failing(archive.source(), "heart_rate", "2024-06-08", "2024-06-12")
    assert payloads == {"2024-06-08": None, "2024-06-12": None}
    assert sorted(failure.days or {}) == [date(2024, 6, day) for day in (9, 10, 11)]


def test_damaged_chunk_fails_its_month(archive: TakeoutArchive) -> None:
    """All days up to the next chunk fail, and none behind it."""
    archive.write("sleep-2024-06-05.json", b"[{")
    archive.json("sleep-2024-06-15.json", [sleep_log("2024-06-15"), sleep_log("2024-06-20", 2)])
    _, failure = fetch_failing(archive.source(), "sleep", "2024-06-05", "2024-06-30")
    assert sorted(failure.days or {}) == [date(2024, 6, day) for day in range(5, 15)]


def test_damaged_file_is_not_replaced_by_the_fallback(archive: TakeoutArchive) -> None:
    """The other table may say less: whoever reads the day must know that a file is broken."""
    archive.write("heart_rate-2024-06-10.json", b"[{")
    archive.google(
        "heart_rate_2024-06-10.csv", "beats per minute", ["2024-06-10T08:00:00Z,60,Charge 6"]
    )
    payloads, failure = fetch_failing(archive.source(), "heart_rate", "2024-06-10")
    assert payloads == {}
    assert failure.days


def test_survey_tells_of_damage_beside_good_files(archive: TakeoutArchive) -> None:
    """A bad file among good ones is a problem with file and place, and the import goes on."""
    archive.write("sleep-2024-06-05.json", b'[\n{"logId": 1,')
    problems = archive.survey().problems
    assert [(each.file, each.place) for each in problems] == [
        ("sleep-2024-06-05.json", "line 2, column 13")
    ]


def test_empty_file_between_heavy_ones_is_told_at_once(archive: TakeoutArchive) -> None:
    """A file of no bytes is seen without reading, wherever it lies."""
    for day in (9, 11):
        archive.heart_rate(f"2024-06-{day:02}", every_minute(f"2024-06-{day:02}T08:00", 5))
    archive.write("heart_rate-2024-06-10.json", b"")
    assert [str(each) for each in archive.survey().problems] == [
        "heart_rate-2024-06-10.json: the file is empty"
    ]


@pytest.mark.parametrize("value", ["-4", "NaN", "inf", "many", "", None, True, "900000000"])
def test_bad_reading_among_good_ones_is_skipped(archive: TakeoutArchive, value: object) -> None:
    """One minute less leaves the day standing; it is reported with its place."""
    good = {"dateTime": us(utc("2024-07-10T08:00")), "value": "7"}
    bad = {"dateTime": us(utc("2024-07-10T08:01")), "value": value}
    archive.json("steps-2024-07-01.json", [good, bad])
    assert fetch(archive.source(), "steps", "2024-07-10")["2024-07-10"] == {"steps": [good]}
    (problem,) = archive.survey().problems
    assert (problem.file, problem.place) == ("steps-2024-07-01.json", "record 2")
    assert "value" in problem.message


def test_skipped_readings_are_logged_when_fetched(
    archive: TakeoutArchive, caplog: pytest.LogCaptureFixture
) -> None:
    """Files between the ends are not surveyed: what is skipped of them is told once a file."""
    good = {"dateTime": us(utc("2024-06-10T08:00")), "value": {"bpm": 60}}
    bad = {"dateTime": us(utc("2024-06-10T08:01")), "value": {"bpm": -987}}
    for day in (9, 11):
        archive.heart_rate(f"2024-06-{day:02}", every_minute(f"2024-06-{day:02}T08:00", 5))
    archive.json("heart_rate-2024-06-10.json", [good, bad, bad])
    source = archive.source()
    assert caplog.messages == []
    assert fetch(source, "heart_rate", "2024-06-10")["2024-06-10"] == {"heart_rate": [good]}
    assert caplog.messages == [
        "heart_rate-2024-06-10.json: 2 records cannot be used, the first at record 2: "
        "it has an impossible number as 'bpm'"
    ]


def test_day_of_bad_readings_alone_fails(archive: TakeoutArchive) -> None:
    """A day is not empty because everything that it has is unusable."""
    records = [{"dateTime": us(utc("2024-06-10T08:00")), "value": {"bpm": -1}}]
    archive.json("heart_rate-2024-06-10.json", records)
    archive.heart_rate("2024-06-20", every_minute("2024-06-20T08:00", 5))
    payloads, failure = fetch_failing(archive.source(), "heart_rate", "2024-06-10")
    assert payloads == {}
    assert "record 1" in (failure.days or {})[date(2024, 6, 10)]


def test_bad_record_of_a_daily_series_fails_its_day(archive: TakeoutArchive) -> None:
    """Half of a night's data is no night: the day of the bad log fails, the others come."""
    logs = [sleep_log("2024-06-10"), sleep_log("2024-06-11", 2, timeInBed=-5)]
    archive.json("sleep-2024-06-01.json", logs)
    payloads, failure = fetch_failing(archive.source(), "sleep", "2024-06-10", "2024-06-11")
    assert list(payloads) == ["2024-06-10"]
    assert "sleep-2024-06-01.json, record 2" in (failure.days or {})[date(2024, 6, 11)]
    assert "-5" not in str(failure.days)


def test_bad_log_beside_a_good_one_fails_the_day(archive: TakeoutArchive) -> None:
    """Which of the two was the main sleep cannot be known any more."""
    logs = [sleep_log("2024-06-10"), sleep_log("2024-06-10", 2, timeInBed=None)]
    archive.json("sleep-2024-06-01.json", logs)
    payloads, failure = fetch_failing(archive.source(), "sleep", "2024-06-10")
    assert payloads == {}
    assert failure.days


def test_record_without_a_date_is_reported(archive: TakeoutArchive) -> None:
    """A record that belongs to no day is counted and named, and spoils none."""
    archive.json("sleep-2024-06-01.json", [sleep_log("2024-06-10"), {"logId": 2}])
    assert fetch(archive.source(), "sleep", "2024-06-10")["2024-06-10"] is not None
    assert [each.place for each in archive.survey().problems] == ["record 2"]


def test_many_bad_records_are_counted(archive: TakeoutArchive) -> None:
    """Of a thousand bad records twenty are named."""
    archive.json("resting_heart_rate-2024-01-01.json", [{"value": 1}] * 1000)
    problems = archive.survey().problems
    assert len(problems) == 21
    assert problems[-1].message == "980 more records cannot be used"


def test_byte_order_mark(archive: TakeoutArchive) -> None:
    """Files that an editor saved begin with a mark, and are whole."""
    content = json.dumps([{"dateTime": us(utc("2024-07-02T08:00")), "value": "7"}])
    archive.write("steps-2024-07-01.json", content.encode("utf-8-sig"))
    assert fetch(archive.source(), "steps", "2024-07-02")["2024-07-02"]


def test_archive_that_was_removed(archive: TakeoutArchive) -> None:
    """A folder that is gone is no empty day."""
    source = archive.source()
    shutil.rmtree(archive.folder)
    with pytest.raises(SourceFailure) as raised:
        responses(source, "steps", "2024-06-01")
    assert raised.value.kind is FailureKind.SOURCE_GONE


def test_archive_from_another_survey(archive: TakeoutArchive) -> None:
    """The kind opens a person of an earlier survey, as it was registered."""
    person = archive.survey().people[0]
    assert Takeout().open(archive.open(), person, 0).endpoints == {"steps"}
