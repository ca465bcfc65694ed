"""The minutes of a day in the sandbox's Fitbit: as Google has them, and adding up to the day."""

from datetime import date
from typing import Any

import pytest
import requests

from fitbit_pipeline.civil import day_end, day_start, time_zone
from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import document, series
from fitbit_pipeline_tests.sandbox_server import running_sandbox


def test_the_minutes_of_the_heart_are_those_of_google(
    served: Sandbox, session: requests.Session
) -> None:
    day = date(2026, 11, 18)
    zone = time_zone("Europe/Berlin")
    google = served.population.roll_up(
        "p001", "heart-rate", day_start(day, zone), day_end(day, zone), 60
    )
    path = f"1/user/-/activities/heart/date/{day}/1d"
    minutes = document(served, session, f"{path}/1min.json")["activities-heart-intraday"]
    seconds = document(served, session, f"{path}/1sec.json")["activities-heart-intraday"]

    means: list[Any] = [row["heartRate"] for row in reversed(google)]
    values = [row["value"] for row in minutes["dataset"]]
    assert values == [round(mean["beatsPerMinuteAvg"]) for mean in means]
    assert len(seconds["dataset"]) == 4 * len(values)
    assert (minutes["datasetInterval"], minutes["datasetType"]) == (1, "minute")
    assert seconds["datasetType"] == "second"
    times = [row["time"] for row in minutes["dataset"]]
    assert times == sorted(set(times))
    assert len(times) < 1440


def test_a_window_of_time_has_its_own_minutes_and_a_flat_row(
    served: Sandbox, session: requests.Session
) -> None:
    path = "1/user/-/activities/heart/date/2026-11-19/1d/1min"
    whole = document(served, session, f"{path}.json")
    window = document(served, session, f"{path}/time/08:00/08:29.json")
    (row,) = window["activities-heart"]
    dataset = window["activities-heart-intraday"]["dataset"]

    assert dataset == [
        each
        for each in whole["activities-heart-intraday"]["dataset"]
        if "08:00:00" <= each["time"] <= "08:29:00"
    ]
    assert len(dataset) == 30
    assert set(row) == {"customHeartRateZones", "dateTime", "heartRateZones", "value"}
    assert float(row["value"]) == pytest.approx(sum(each["value"] for each in dataset) / 30, abs=1)


@pytest.mark.parametrize("name", ["steps", "floors", "distance", "elevation", "calories"])
def test_minutes_add_up_to_the_day(served: Sandbox, session: requests.Session, name: str) -> None:
    day = date(2026, 11, 18)
    total = series(served, session, f"activities/{name}", day, day)[day]
    for level, rows in (("1min", 1440), ("5min", 288), ("15min", 96)):
        path = f"1/user/-/activities/{name}/date/{day}/1d/{level}.json"
        found = document(served, session, path)
        dataset = found[f"activities-{name}-intraday"]["dataset"]
        assert len(dataset) == rows
        assert found[f"activities-{name}"][0]["value"] == total
        assert sum(row["value"] for row in dataset) == pytest.approx(float(total), abs=0.5)


def test_an_hour_that_is_there_twice_is_told_twice() -> None:
    """Clocks went back on 25 October 2026 in Berlin."""
    day = date(2026, 10, 25)
    for seed in range(1, 9):
        with running_sandbox(people=1, seed=seed) as sandbox:
            happened = day_of(sandbox.population.person("p001"), day)
            if happened.length != 1500 or not all(happened.pulse[:300]):
                continue
            with fitbit_signed_in(sandbox, kind="personal") as session:
                path = f"1/user/-/activities/heart/date/{day}/1d/1min.json"
                found = document(sandbox, session, path)
            times = [row["time"] for row in found["activities-heart-intraday"]["dataset"]]
            assert len(times) - len(set(times)) == 60
            assert {time for time in times if times.count(time) == 2} == {
                f"02:{minute:02}:00" for minute in range(60)
            }
            return
    raise AssertionError("nobody wore it in that night")
