"""A Takeout archive of the sandbox, read by the importer: the days are those of the live APIs."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.metrics.normaliser import DayContext
from fitbit_pipeline.metrics.takeout import NORMALISERS
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.habits import zone_at_midnight
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.sandbox.takeout import takeout_archive
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.protocol import Source
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import daily, rolled_up
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
COMPARED = date(2026, 11, 18)


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(1, 40, date(2026, 1, 1), lambda: NOW)


@pytest.fixture(scope="module")
def archive(population: Population, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("takeout") / "takeout-20261120T090000Z-001.zip"
    path.write_bytes(takeout_archive(population, "p001", NOW, FIRST, LAST))
    return path


@pytest.fixture(scope="module")
def source(archive: Path) -> Source:
    return _source(archive)


def _source(path: Path) -> Source:
    files = open_archive([path])
    survey = Takeout().survey(files, None)
    assert not survey.problems
    return Takeout().open(files, survey.people[0], 0)


def _metrics(source: Source, endpoint: str) -> dict[date, dict[str, Any]]:
    return {
        each.date: NORMALISERS[endpoint](each.payload or {}, DayContext(each.date, 1440))
        for each in source.fetch(endpoint, FIRST + timedelta(days=1), COMPARED)
    }


def _at_home(person: Person) -> set[date]:
    """Days that were spent at home, from midnight to midnight, with the days around them."""
    home = time_zone(person.time_zone)
    days = [FIRST + timedelta(days=offset) for offset in range((COMPARED - FIRST).days + 1)]
    return {
        day
        for day in days
        if all(
            zone_at_midnight(person, day + timedelta(days=offset)) == home
            for offset in (-1, 0, 1, 2)
        )
        and day > FIRST
    }


def test_the_importer_finds_no_fault(archive: Path) -> None:
    files = open_archive([archive])
    survey = Takeout().survey(files, None)
    (person,) = survey.people

    assert survey.problems == ()
    assert (person.first_day, person.last_day) == (FIRST, LAST)
    assert person.time_zone == "Europe/Berlin"
    assert person.synced_until <= NOW
    assert person.endpoints == set(NORMALISERS)


@pytest.mark.parametrize(
    ("endpoint", "metric", "data_type", "value"),
    [
        ("steps", "steps", "steps", lambda row: int(row["countSum"])),
        ("distance", "distance", "distance", lambda row: int(row["millimetersSum"]) / 1e6),
        ("calories", "calories", "total-calories", lambda row: row["kcalSum"]),
        (
            "active_zone_minutes",
            "active_zone_minutes",
            "active-zone-minutes",
            lambda row: sum(map(int, row.values())) or None,
        ),
    ],
)
def test_counted_days_are_those_of_google_at_home(
    population: Population, source: Source, endpoint: str, metric: str, data_type: str, value: Any
) -> None:
    google = rolled_up(population, "p001", data_type, FIRST, COMPARED)
    found = _metrics(source, endpoint)
    at_home = _at_home(population.person("p001")) & google.keys()

    assert len(at_home) > 30
    for day in at_home:
        assert found[day].get(metric) == pytest.approx(value(google[day]), abs=0.1)


def test_minutes_of_the_heart_and_of_zones_are_those_of_google_at_home(
    population: Population, source: Source
) -> None:
    person = population.person("p001")
    google = rolled_up(population, "p001", "time-in-heart-rate-zone", FIRST, COMPARED)
    beats, zones = _metrics(source, "heart_rate"), _metrics(source, "heart_rate_zones")

    for day in _at_home(person):
        worn = sum(rate > 0 for rate in day_of(person, day).pulse)
        assert beats[day].get("heart_rate_minutes", 0) == worn
        if day in google:
            rows = google[day]["timeInHeartRateZones"]
            seconds = sum(int(row["duration"][:-1]) for row in rows)
            assert seconds == 60 * worn
            # Fitbit's days have 1440 minutes, also the one on which clocks go back.
            assert sum(zones[day].values()) == min(worn, 1440)


@pytest.mark.parametrize(
    ("endpoint", "data_type", "names"),
    [
        (
            "resting_heart_rate",
            "daily-resting-heart-rate",
            {"resting_heart_rate": "beatsPerMinute"},
        ),
        (
            "hrv",
            "daily-heart-rate-variability",
            {"hrv_rmssd": "averageHeartRateVariabilityMilliseconds"},
        ),
        (
            "spo2",
            "daily-oxygen-saturation",
            {
                "spo2_average": "averagePercentage",
                "spo2_lowest": "lowerBoundPercentage",
                "spo2_highest": "upperBoundPercentage",
            },
        ),
        ("breathing_rate", "daily-respiratory-rate", {"breathing_rate": "breathsPerMinute"}),
        ("vo2_max", "daily-vo2-max", {"vo2_max": "vo2Max"}),
    ],
)
def test_nights_and_fitness_are_those_of_google(
    population: Population, source: Source, endpoint: str, data_type: str, names: dict[str, str]
) -> None:
    google = daily(population, "p001", data_type, FIRST + timedelta(days=1), COMPARED)
    found = {day: values for day, values in _metrics(source, endpoint).items() if values}

    assert found.keys() == google.keys()
    for day, values in found.items():
        assert values == {name: float(google[day][member]) for name, member in names.items()}


def test_skin_temperature_is_that_of_google(population: Population, source: Source) -> None:
    google = daily(
        population,
        "p001",
        "daily-sleep-temperature-derivations",
        FIRST + timedelta(days=1),
        COMPARED,
    )
    found = {day: each for day, each in _metrics(source, "skin_temperature").items() if each}

    assert found.keys() == google.keys()
    for day, values in found.items():
        record = google[day]
        away = record["nightlyTemperatureCelsius"] - record["baselineTemperatureCelsius"]
        assert values["skin_temperature_deviation"] == pytest.approx(away)


def test_levels_weights_and_sleeps_are_those_of_the_web_api(
    population: Population, source: Source
) -> None:
    synced = Synced.of(population, "p001", NOW)
    levels, weights = _metrics(source, "activity_minutes"), _metrics(source, "weight")
    sleeps = _metrics(source, "sleep")

    for day, values in levels.items():
        totals = synced.totals(day)
        assert values["sedentary_minutes"] == totals.sedentary
        assert values["lightly_active_minutes"] == totals.lightly
        assert values["fairly_active_minutes"] == totals.fairly
        assert values["very_active_minutes"] == totals.very
    logged = {
        day: record["weightGrams"] / 1000
        for day, _, record in synced.samples("weight", FIRST + timedelta(days=1), COMPARED)
    }
    assert {day: each["weight"] for day, each in weights.items() if each} == logged
    nights = {
        day
        for day, _, record in synced.sessions("sleep", FIRST + timedelta(days=1), COMPARED, "end")
        if record["metadata"].get("mainSleep")
    }
    assert {day for day, each in sleeps.items() if "sleep_start" in each} == nights


def test_levels_and_resting_rates_are_padded_behind_the_last_day(archive: Path) -> None:
    with zipfile.ZipFile(archive) as files:
        folder = "Takeout/Fitbit/Global Export Data"
        sedentary = orjson.loads(files.read(f"{folder}/sedentary_minutes-2026-10-31.json"))
        steps = orjson.loads(files.read(f"{folder}/steps-2026-10-31.json"))
        resting = orjson.loads(files.read(f"{folder}/resting_heart_rate-2026-09-01.json"))

    assert len(sedentary) == 30
    assert sedentary[-1] == {"dateTime": "11/29/26 00:00:00", "value": "1440"}
    assert max(row["dateTime"] for row in steps) < "11/20/26 09"
    assert resting[-1]["value"] == {"date": None, "value": 0.0, "error": 0.0}


def test_exercises_are_stamped_in_utc(archive: Path, population: Population) -> None:
    with zipfile.ZipFile(archive) as files:
        logs = orjson.loads(files.read("Takeout/Fitbit/Global Export Data/exercise-0.json"))
    rows: list[Any] = population.reconciled("p001", "exercise", FIRST, LAST)
    starts = [row["exercise"]["interval"]["startTime"] for row in reversed(rows)]

    assert [
        datetime.strptime(log["startTime"], "%m/%d/%y %H:%M:%S").replace(tzinfo=UTC) for log in logs
    ] == [datetime.fromisoformat(start) for start in starts]


def test_the_same_archive_comes_out_again(population: Population, archive: Path) -> None:
    assert takeout_archive(population, "p001", NOW, FIRST, LAST) == archive.read_bytes()


def test_archives_of_all_kinds_of_people_are_read(population: Population, tmp_path: Path) -> None:
    by_kind = {
        (person.lacks, person.traits.scale, person.left is None): person.key
        for person in reversed(population.people)
    }
    for key in by_kind.values():
        path = tmp_path / f"{key}.zip"
        path.write_bytes(takeout_archive(population, key, NOW, date(2026, 1, 8), date(2026, 1, 19)))
        source = _source(path)
        assert {"steps", "calories", "activity_minutes", "sleep"} <= source.endpoints
        has_pulse = "heart-rate" not in population.person(key).lacks
        assert ("heart_rate" in source.endpoints) == has_pulse


def test_nobody_has_days_before_or_after_the_device(population: Population) -> None:
    content = takeout_archive(population, "p001", NOW, date(2020, 1, 1), date(2020, 2, 1))

    with zipfile.ZipFile(io.BytesIO(content)) as files:
        assert files.namelist() == ["Takeout/Fitbit/Your Profile/Profile.csv"]


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with running_sandbox(people=2) as sandbox:
        yield sandbox


def test_it_can_be_downloaded(served: Sandbox, tmp_path: Path) -> None:
    address = f"{served.base_url}/sandbox/people/p002/takeout.zip"
    part = requests.get(address, params={"from": "2026-11-01", "to": "2026-11-10"}, timeout=60)
    path = tmp_path / "part.zip"
    path.write_bytes(part.content)

    assert part.headers["content-type"] == "application/zip"
    assert _source(path).fetch("steps", date(2026, 11, 1), date(2026, 11, 10))
    assert requests.get(address, params={"from": "soon"}, timeout=10).status_code == 400
    nobody = f"{served.base_url}/sandbox/people/p009/takeout.zip"
    assert requests.get(nobody, timeout=10).status_code == 404
