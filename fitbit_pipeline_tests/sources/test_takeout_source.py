"""What a Takeout source answers for the days of an archive."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.takeout.services import SERVICES
from fitbit_pipeline_tests.takeout_archive import (
    TakeoutArchive,
    every_minute,
    fetch,
    responses,
    sleep_log,
    utc,
)


@pytest.fixture
def archive(tmp_path: Path) -> TakeoutArchive:
    """An empty archive."""
    return TakeoutArchive(tmp_path)


def test_every_day_of_the_archive_is_answered(archive: TakeoutArchive) -> None:
    """Days without anything are stated as such; days outside of the archive are not spoken of."""
    archive.json("sleep-2024-06-01.json", [sleep_log("2024-06-12"), sleep_log("2024-06-10", 2)])
    payloads = fetch(archive.source(), "sleep", "2024-06-01", "2024-06-30")
    assert [(day, payload is None) for day, payload in payloads.items()] == [
        ("2024-06-10", False),
        ("2024-06-11", True),
        ("2024-06-12", False),
    ]


def test_payload_is_verbatim(archive: TakeoutArchive) -> None:
    """Records come as they stand in the file, keys and all."""
    log = sleep_log("2024-06-10", somethingNew={"deep": [1, None]})
    archive.json("sleep-2024-06-01.json", [log])
    assert fetch(archive.source(), "sleep", "2024-06-10") == {"2024-06-10": {"sleep": [log]}}


def test_rows_are_columns_to_text(archive: TakeoutArchive) -> None:
    """A row of a table is kept with the names of its columns."""
    archive.table(
        "Daily SpO2 - 2024-06-01.csv",
        "timestamp,average_value,lower_bound,upper_bound",
        ["2024-06-10T00:00:00Z,96.1,93.0,98.20"],
    )
    assert fetch(archive.source(), "spo2", "2024-06-10")["2024-06-10"] == {
        "Daily SpO2": [
            {
                "timestamp": "2024-06-10T00:00:00Z",
                "average_value": "96.1",
                "lower_bound": "93.0",
                "upper_bound": "98.20",
            }
        ]
    }


def test_request_names_the_files(archive: TakeoutArchive) -> None:
    """Beside each day stand the names of the files from which it came."""
    archive.levels("2024-06-01", {"2024-06-10": (900, 60, 0, 0)})
    (response,) = responses(archive.source(), "activity_minutes", "2024-06-10")
    assert response.request.method == "READ"
    assert response.request.url == ", ".join(
        f"{name}_minutes-2024-06-01.json"
        for name in ("sedentary", "lightly_active", "moderately_active", "very_active")
    )


def test_resting_heart_rate_placeholder_is_absent(archive: TakeoutArchive) -> None:
    """A null placeholder is no zero."""
    archive.resting("2024-01-01", {"2024-06-10": 60.5, "2024-06-11": None, "2024-06-12": 61.0})
    payloads = fetch(archive.source(), "resting_heart_rate", "2024-06-10", "2024-06-12")
    assert [payload is None for payload in payloads.values()] == [False, True, False]


def test_year_file_that_begins_within_a_year(archive: TakeoutArchive) -> None:
    """A file of a year, as measured: 2 March 2023 to 29 February 2024, the next from 1 March."""
    archive.resting("2023-03-02", {"2024-02-28": 52.3, "2024-02-29": 53.3})
    archive.resting("2024-03-01", {"2024-03-01": 54.0})
    payloads = fetch(archive.source(), "resting_heart_rate", "2024-02-28", "2024-03-01")
    assert all(payloads.values())


def test_shift_moves_dates_and_leaves_payloads(archive: TakeoutArchive) -> None:
    """Four weeks later in dates, requests and synced_until; records say what they said."""
    archive.heart_rate("2024-06-10", every_minute("2024-06-10T08:00", 5))
    plain, shifted = archive.source("Europe/Athens"), archive.source("Europe/Athens", shift_days=28)
    assert (
        fetch(shifted, "heart_rate", "2024-07-08")["2024-07-08"]
        == (fetch(plain, "heart_rate", "2024-06-10")["2024-06-10"])
    )
    assert plain.synced_until and shifted.synced_until
    assert shifted.synced_until - plain.synced_until == timedelta(days=28)


def test_shift_across_a_change_of_clocks(archive: TakeoutArchive) -> None:
    """Local time stays: what was synced at nine was synced at nine after the shift as well."""
    archive.heart_rate("2024-06-10", [utc("2024-06-10T07:00")])
    assert archive.source("Europe/Berlin", 28 * 6).synced_until == utc("2024-11-25T08:00")


def test_weight_comes_with_unit_and_height(archive: TakeoutArchive) -> None:
    """The log does not say its unit: profile and height do, and nothing else of the profile."""
    archive.profile("UTC", "en_US")
    archive.json("height-2015-05-18.json", [{"dateTime": "05/18/15 00:00:00", "value": "1770"}])
    log = {"logId": 1431993599000, "weight": 191.8, "bmi": 27.77, "date": "05/18/15",
           "time": "23:59:59"}  # fmt: skip
    archive.json("weight-2015-05-01.json", [log])
    assert fetch(archive.source(None), "weight", "2015-05-18")["2015-05-18"] == {
        "weight": [log],
        "profile": {"weight_unit": "en_US", "height_mm": 1770.0},
    }


def test_height_of_the_day(archive: TakeoutArchive) -> None:
    """Of several heights the last entered until the day counts."""
    heights = [("05/18/15 00:00:00", "1500"), ("05/18/19 00:00:00", "1770")]
    archive.json("height-2015-05-18.json", [{"dateTime": at, "value": mm} for at, mm in heights])
    for day in ("16", "20"):
        log = {"logId": 1, "weight": 80.0, "date": f"05/18/{day}", "time": "08:00:00"}
        archive.json(f"weight-20{day}-05-01.json", [log])
    payloads = fetch(archive.source(), "weight", "2016-05-18", "2020-05-18")
    assert payloads["2016-05-18"]["profile"] == {"height_mm": 1500.0}
    assert payloads["2020-05-18"]["profile"] == {"height_mm": 1770.0}


def test_daily_tables_with_day_in_brackets(archive: TakeoutArchive) -> None:
    """Nightly tables are named after their day as ``2020-11-(15)``."""
    for day in (14, 15):
        archive.table(
            f"Daily Heart Rate Variability Summary - 2020-11-({day}).csv",
            "timestamp,rmssd,nremhr,entropy",
            [f"2020-11-{day}T00:00:00,29.2,49.6,2.5"],
        )
    assert all(fetch(archive.source(), "hrv", "2020-11-14", "2020-11-15").values())


def test_night_belongs_to_the_day_it_ended(archive: TakeoutArchive) -> None:
    """A night's temperature is of the morning."""
    archive.table(
        "Computed Temperature - 2024-06-01.csv",
        "type,sleep_start,sleep_end,temperature_samples,nightly_temperature,"
        "baseline_relative_sample_sum",
        ["SKIN,2024-06-09T23:10,2024-06-10T07:02:30,453,33.4,-90.6"],
    )
    assert fetch(archive.source(), "skin_temperature", "2024-06-10")["2024-06-10"]


def test_files_of_other_days_are_not_opened(archive: TakeoutArchive) -> None:
    """For one day three files of heart rate can hold records; a broken fourth does no harm."""
    for day in range(1, 21):
        archive.heart_rate(f"2024-06-{day:02}", every_minute(f"2024-06-{day:02}T08:00", 5))
    source = archive.source()
    archive.write("heart_rate-2024-06-05.json", "[{")
    assert fetch(source, "heart_rate", "2024-06-07", "2024-06-20")


def test_endpoints_are_those_of_the_catalogue() -> None:
    """Every endpoint has a service but floors, of which archives say nothing."""
    assert set(SERVICES) == set(ENDPOINT_NAMES) - {"floors"}


def test_exercises_are_of_the_day_on_which_they_began(archive: TakeoutArchive) -> None:
    """They are stamped in UTC, and come in pages that no date is told of."""
    late, early = (
        {"logId": place, "startTime": f"06/1{place}/24 {at}", "duration": 1_800_000}
        for place, at in ((0, "23:30:00"), (1, "10:00:00"))
    )
    archive.json("exercise-0.json", [late])
    archive.json("exercise-100.json", [early])
    archive.heart_rate("2024-06-10", every_minute("2024-06-10T08:00", 5))
    archive.heart_rate("2024-06-11", every_minute("2024-06-11T08:00", 5))

    found = fetch(archive.source("Europe/Athens"), "exercise", "2024-06-10", "2024-06-11")

    assert found == {"2024-06-10": None, "2024-06-11": {"exercise": [late, early]}}


def test_threads_may_share_a_source(archive: TakeoutArchive) -> None:
    """Endpoints fetched side by side say what they say one after the other."""
    for day in range(1, 11):
        archive.heart_rate(f"2024-06-{day:02}", every_minute(f"2024-06-{day:02}T08:00", 50))
    minutes = every_minute("2024-06-01T00:00", 14000)
    archive.series("steps", "2024-06-01", dict.fromkeys(minutes, 1))
    source = archive.source()
    names = ["steps", "heart_rate"] * 4
    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda name: fetch(source, name, "2024-06-01", "2024-06-10"), names)
        )
    assert all(result == results[place % 2] for place, result in enumerate(results))


def test_memory_does_not_grow_with_the_days(archive: TakeoutArchive) -> None:
    """Survey and fetch of 400 days of readings hold a few of them at a time: all are 16 MB."""
    first = date(2023, 1, 1)
    days = [first + timedelta(days=each) for each in range(400)]
    for day in days:
        archive.heart_rate(str(day), every_minute(f"{day}T00:00", 80))
    tracemalloc.start()
    source = archive.source()
    count = 0
    for response in source.fetch("heart_rate", first, days[-1]):
        count += len(response.payload["heart_rate"]) if response.payload else 0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 400 * 80
    assert peak < 3 * 1024 * 1024
