"""A home-made Takeout archive goes in, and exactly the expected documents come out.

Four days around a change of clocks, once west of UTC (23 hours) and once east (25 hours): series in
UTC and in local time, padding behind the last day, a classic and a staged sleep, two main sleeps on
a date, a null resting heart rate, two part zips.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.import_archive import ImportRequest, import_archive
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.takeout_archive import STAGES, TakeoutArchive, sleep_log, zip_parts


@dataclass(frozen=True, slots=True)
class Place:
    """Where the person lives, and a day there that is not 24 hours long."""

    zone: str
    changing_day: date
    minutes: int

    def day(self, offset: int) -> date:
        """A day, counted from the one on which the clocks change."""
        return self.changing_day + timedelta(days=offset)

    def instant(self, offset: int, hour: int, minute: int) -> datetime:
        """The UTC instant of a wall-clock time on a day."""
        day = self.day(offset)
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(self.zone))
        return local.astimezone(UTC)


WEST = Place("America/Los_Angeles", date(2026, 3, 8), 1380)
EAST = Place("Australia/Sydney", date(2026, 4, 5), 1500)
PLACES = pytest.mark.parametrize("place", [WEST, EAST], ids=["23 hours, west", "25 hours, east"])


def write_archive(place: Place, archive: TakeoutArchive) -> None:
    """Days -1, 0 (clocks change), 1 (not worn) and 2, and padding behind them."""
    chunk = str(place.day(-2))
    wall_clock = [(0, 0), (12, 30), (23, 59)]
    moments = {
        place.instant(offset, hour, minute): value
        for offset, value in ((-1, 100), (0, 2000), (2, 5000))
        for hour, minute in wall_clock
    }
    archive.series("steps", chunk, dict(sorted(moments.items())))
    archive.series("distance", chunk, {at: value * 75 for at, value in sorted(moments.items())})
    local = {
        datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC): 1.5
        for day in (place.day(-1), place.day(0))
        for hour, minute in wall_clock
    }
    archive.series("calories", chunk, local)
    for offset, count in ((-1, 700), (0, place.minutes), (2, 30)):
        start = place.instant(offset, 0, 0)
        moments_worn = [
            start + timedelta(minutes=minute, seconds=second)
            for minute in range(count)
            for second in (5, 35)
        ]
        archive.heart_rate(str(place.day(offset)), moments_worn)
    levels = {str(place.day(offset)): (1440, 0, 0, 0) for offset in range(1, 20)}
    levels |= {str(place.day(-1)): (700, 200, 20, 10), str(place.day(0)): (650, 210, 30, 20)}
    levels |= {str(place.day(2)): (1300, 100, 5, 5)}
    archive.levels(chunk, dict(sorted(levels.items())))
    rates = {str(place.day(offset)): None for offset in range(-1, 20)} | {str(place.day(-1)): 61.25}
    archive.resting(chunk, rates)
    zones = {
        "BELOW_DEFAULT_ZONE_1": 680.0,
        "IN_DEFAULT_ZONE_1": 15.0,
        "IN_DEFAULT_ZONE_2": 4.0,
        "IN_DEFAULT_ZONE_3": 1.0,
    }
    stamp = f"{place.day(-1):%m/%d/%y} 00:00:00"
    archive.json(
        f"time_in_heart_rate_zones-{place.day(-1)}.json",
        [{"dateTime": stamp, "value": {"valuesInZones": zones}}],
    )
    archive.json(
        f"sleep-{chunk}.json",
        [
            sleep_log(str(place.day(2)), 5, in_bed=300, mainSleep=True),
            sleep_log(str(place.day(2)), 4, in_bed=200, mainSleep=True),
            sleep_log(str(place.day(0)), 3, in_bed=40, mainSleep=False),
            sleep_log(str(place.day(0)), 2, **STAGES),
            sleep_log(str(place.day(-1)), 1, in_bed=420),
        ],
    )
    archive.json(
        f"weight-{chunk}.json",
        [
            {
                "logId": 9,
                "weight": 70.5,
                "bmi": 22.0,
                "date": f"{place.day(0):%m/%d/%y}",
                "time": "07:30:00",
            }
        ],
    )
    archive.table(
        f"Daily SpO2 - {chunk}.csv",
        "timestamp,average_value,lower_bound,upper_bound",
        [f"{place.day(0)}T00:00:00Z,96.1,93.5,98.2"],
        "Sauerstoffsättigung (SpO2)",
    )
    archive.google(
        f"steps_{place.day(-1)}.csv",
        "steps",
        [f"{place.instant(-1, 9, 0):%Y-%m-%dT%H:%M:%SZ},99999,MobileTrack"],
    )
    archive.profile(place.zone)


def expected_values(place: Place) -> dict[str, Any]:
    """Every metric of every day, and no other."""
    day = {offset: str(place.day(offset)) for offset in (-1, 0, 1, 2)}
    start_of_staged = datetime.fromisoformat(f"{day[0]}T07:00:00") - timedelta(minutes=480)
    start_of_classic = datetime.fromisoformat(f"{day[-1]}T07:00:00") - timedelta(minutes=420)
    start_of_longer = datetime.fromisoformat(f"{day[2]}T07:00:00") - timedelta(minutes=300)
    by_day: dict[str, dict[str, Any]] = {
        day[-1]: {
            "steps": 300,
            "distance": 0.225,
            "calories": 4.5,
            **_beats(700),
            "resting_heart_rate": 61.25,
            "zone_below_minutes": 680.0,
            "zone_fat_burn_minutes": 15.0,
            "zone_cardio_minutes": 4.0,
            "zone_peak_minutes": 1.0,
            **_levels(700, 200, 20, 10),
            **_sleep(start_of_classic, day[-1], 420, naps=(0, 0, 0)),
        },
        day[0]: {
            "steps": 6000,
            "distance": 4.5,
            "calories": 4.5,
            **_beats(place.minutes),
            "spo2_average": 96.1,
            "spo2_lowest": 93.5,
            "spo2_highest": 98.2,
            "weight": 70.5,
            "bmi": 22.0,
            **_levels(650, 210, 30, 20),
            **_sleep(start_of_staged, day[0], 480, naps=(1, 10, 40)),
            "deep_minutes": 80,
            "light_minutes": 260,
            "rem_minutes": 110,
            "wake_minutes": 30,
        },
        day[1]: _levels(1440, 0, 0, 0),
        day[2]: {
            "steps": 15_000,
            "distance": 11.25,
            **_beats(30),
            **_levels(1300, 100, 5, 5),
            **_sleep(start_of_longer, day[2], 300, naps=(1, 170, 200)),
        },
    }
    return {
        f"me/{day}/{metric}": value
        for day, values in by_day.items()
        for metric, value in values.items()
    }


def _beats(minutes: int) -> dict[str, int]:
    rates = dict.fromkeys(("average", "lowest", "highest"), 64) if minutes else {}
    return {"heart_rate_minutes": minutes} | {f"heart_rate_{name}": rates[name] for name in rates}


def _levels(sedentary: int, lightly: int, fairly: int, very: int) -> dict[str, int]:
    return {
        "sedentary_minutes": sedentary,
        "lightly_active_minutes": lightly,
        "fairly_active_minutes": fairly,
        "very_active_minutes": very,
        "tutorial_wear_minutes": (sedentary % 1440) + lightly + fairly + very,
    }


def _sleep(start: datetime, day: str, in_bed: int, naps: tuple[int, int, int]) -> dict[str, Any]:
    count, asleep, nap_in_bed = naps
    return {
        "sleep_start": start.isoformat(),
        "sleep_end": f"{day}T07:00:00",
        "time_in_bed_minutes": in_bed,
        "minutes_asleep": in_bed - 30,
        "minutes_awake": 30,
        "sleep_efficiency": 94,
        "nap_count": count,
        "nap_minutes_asleep": asleep,
        "nap_time_in_bed_minutes": nap_in_bed,
        "sleep_records": 1 + count,
        "total_minutes_asleep": in_bed - 30 + asleep,
        "total_time_in_bed_minutes": in_bed + nap_in_bed,
    }


@pytest.fixture
def carried(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> Callable[[Place], dict[str, dict[str, Any]]]:
    """Imports the archive of a place as two part zips, and carries its days through."""

    def carry(place: Place) -> dict[str, dict[str, Any]]:
        write_archive(place, TakeoutArchive(tmp_path / "whole"))
        parts = zip_parts(tmp_path / "whole", tmp_path, parts=2)
        with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
            _import(bed, parts)
            bed.carry(place.day(-10), place.day(30))
            return bed.documents()

    return carry


def _import(bed: TestBed, parts: list[Path]) -> None:
    deployment = bed.deployment
    imported = import_archive(
        deployment.store,
        deployment.sources,
        ImportRequest(parts, None, None, "UTC"),
        deployment.clock(),
    )
    assert not imported.survey.problems


@PLACES
def test_the_metrics_are_exactly_these(
    carried: Callable[[Place], dict[str, dict[str, Any]]], place: Place
) -> None:
    documents = carried(place)

    found = {key: each["value"] for key, each in documents["metrics"].items()}
    assert found == expected_values(place)
    assert {each["source"] for each in documents["metrics"].values()} == {"takeout"}


@PLACES
def test_the_participant_lives_where_the_profile_says_until_the_last_evidence(
    carried: Callable[[Place], dict[str, dict[str, Any]]], place: Place
) -> None:
    """Padding of seventeen days is cut."""
    (participant,) = carried(place)["participants"].values()

    assert (participant["_id"], participant["time_zone"]) == ("me", place.zone)
    assert participant["enrolled_on"] == str(place.day(-1))
    assert participant["last_day"] == str(place.day(2))


@PLACES
def test_engagement_knows_the_length_of_the_day_and_how_wear_was_found(
    carried: Callable[[Place], dict[str, dict[str, Any]]], place: Place
) -> None:
    days = carried(place)["daily_engagement"]

    told = {
        each["date"]: (
            each["minutes_of_day"],
            each["wear_minutes"],
            each["wear_method"],
            each["worn"],
            each["activity_bucket"],
        )
        for each in days.values()
    }
    assert told == {
        str(place.day(-1)): (1440, 700, "heart_rate", True, "low"),
        str(place.day(0)): (place.minutes, place.minutes, "heart_rate", True, "normal"),
        str(place.day(1)): (1440, None, None, None, None),
        str(place.day(2)): (1440, 30, "heart_rate", False, "high"),
    }


@PLACES
def test_every_day_and_endpoint_is_in_one_state(
    carried: Callable[[Place], dict[str, dict[str, Any]]], place: Place
) -> None:
    """What the archive has somewhere is data or empty, the rest is forbidden; nobody failed."""
    coverage = carried(place)["coverage"]

    assert {each["date"] for each in coverage.values()} == {
        str(place.day(offset)) for offset in (-1, 0, 1, 2)
    }
    day = coverage[f"me/{place.day(1)}"]["endpoints"]
    states = {name: entry["state"] for name, entry in day.items()}
    assert states.keys() == set(ENDPOINT_NAMES)
    assert states["activity_minutes"] == "data"
    assert states["steps"] == states["heart_rate"] == states["resting_heart_rate"] == "empty"
    assert states["hrv"] == states["vo2_max"] == "forbidden"
