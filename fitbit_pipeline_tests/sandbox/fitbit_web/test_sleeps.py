"""Sleep logs of the sandbox's Fitbit: the sleeps of its Google, told in version 1.2."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import document
from fitbit_pipeline_tests.sandbox_server import running_sandbox

FIRST = date(2026, 1, 1)
STAGES = {"DEEP": "deep", "LIGHT": "light", "REM": "rem", "AWAKE": "wake"}


@pytest.fixture(scope="module")
def logs(served: Sandbox) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """All logs of the first people."""
    found = {}
    for person in served.population.people[:12]:
        with fitbit_signed_in(served, person.key) as session:
            found[person.key] = [
                log
                for part in range(3)
                for log in document(
                    served,
                    session,
                    f"1.2/user/-/sleep/date/{FIRST + timedelta(days=100 * part)}"
                    f"/{FIRST + timedelta(days=100 * part + 99)}.json",
                )["sleep"]
            ]
    yield found


def _google(sandbox: Sandbox, key: str) -> dict[int, dict[str, Any]]:
    """Google's finished sleeps by number."""
    rows = sandbox.population.reconciled(key, "sleep", FIRST, FIRST + timedelta(days=299))
    sleeps: dict[int, Any] = {
        int(str(row["dataPointName"]).rpartition("/")[2]): row["sleep"] for row in rows
    }
    return {number: sleep for number, sleep in sleeps.items() if sleep["metadata"]["processed"]}


def test_every_finished_sleep_is_there_with_the_same_minutes(
    served: Sandbox, logs: dict[str, list[dict[str, Any]]]
) -> None:
    for key, of_person in logs.items():
        google = _google(served, key)
        ended = {log["logId"] for log in of_person}
        missing = [number for number in google if number not in ended]
        assert len(ended) == len(of_person)
        # Google's come by the day of their end, those of the day after the last along.
        assert len(missing) <= 2
        for log in of_person:
            summary = google[log["logId"]]["summary"]
            assert log["timeInBed"] == int(summary["minutesInSleepPeriod"])
            assert log["minutesAsleep"] == int(summary["minutesAsleep"])
            assert log["minutesAwake"] == int(summary["minutesAwake"])
            assert log["duration"] == log["timeInBed"] * 60_000
            assert log["efficiency"] == round(100 * log["minutesAsleep"] / log["timeInBed"])
            assert log["minutesAsleep"] + log["minutesAwake"] == log["timeInBed"]


def test_sleeps_with_stages_and_classic_ones_are_told_apart(
    served: Sandbox, logs: dict[str, list[dict[str, Any]]]
) -> None:
    kinds = set()
    for key, of_person in logs.items():
        google = _google(served, key)
        for log in of_person:
            levels, sleep = log["levels"], google[log["logId"]]
            kinds.add(log["type"])
            stated = {
                entry["type"]: int(entry["minutes"]) for entry in sleep["summary"]["stagesSummary"]
            }
            assert sum(entry["seconds"] for entry in levels["data"]) == 60 * log["timeInBed"]
            if log["type"] == "stages":
                assert log["infoCode"] == 0
                assert set(levels) == {"data", "shortData", "summary"}
                for stage, name in STAGES.items():
                    assert levels["summary"][name]["minutes"] == stated.get(stage, 0)
                    assert levels["summary"][name]["thirtyDayAvgMinutes"] >= 0
                assert all(entry["seconds"] <= 180 for entry in levels["shortData"])
            else:
                assert set(levels) == {"data", "summary"}
                assert set(levels["summary"]) == {"asleep", "restless", "awake"}
                assert levels["summary"]["asleep"]["minutes"] == stated["ASLEEP"]

    assert kinds == {"stages", "classic"}


def test_the_info_code_says_why_there_are_no_stages(
    served: Sandbox, logs: dict[str, list[dict[str, Any]]]
) -> None:
    of_pulse = [
        log
        for key, of_person in logs.items()
        for log in of_person
        if "heart-rate" not in served.population.person(key).lacks and log["type"] == "classic"
    ]
    codes = {log["infoCode"] for log in of_pulse}
    naps = [log for log in of_pulse if log["timeInBed"] < 100]

    assert codes == {1, 2, 3}
    assert {log["infoCode"] for log in naps} == {2}


def test_some_days_have_several_main_sleeps_and_no_day_a_nap_alone_as_one(
    logs: dict[str, list[dict[str, Any]]],
) -> None:
    several = 0
    naps = 0
    for of_person in logs.values():
        by_day: dict[str, list[dict[str, Any]]] = {}
        for log in of_person:
            by_day.setdefault(log["dateOfSleep"], []).append(log)
        for of_day in by_day.values():
            main = [log for log in of_day if log["isMainSleep"]]
            several += len(main) > 1
            naps += len(of_day) - len(main)
            if main:
                longest = max(of_day, key=lambda log: log["timeInBed"])
                assert longest["isMainSleep"]

    assert several > 3
    assert naps > several


def test_logs_are_descending_and_belong_to_the_day_of_their_end(
    logs: dict[str, list[dict[str, Any]]],
) -> None:
    for of_person in logs.values():
        parts = [log["startTime"] for log in of_person]
        turns = sum(earlier < later for earlier, later in pairwise(parts))
        assert turns <= 2
        for log in of_person:
            start, end = (datetime.fromisoformat(log[name]) for name in ("startTime", "endTime"))
            assert log["dateOfSleep"] == end.date().isoformat()
            assert log["endTime"].endswith(".000")
            assert abs((end - start) - timedelta(minutes=log["timeInBed"])) <= timedelta(hours=1)


def test_a_day_comes_with_its_summary(served: Sandbox, session: requests.Session) -> None:
    day = document(served, session, "1.2/user/-/sleep/date/2026-11-19.json")
    totals = day["summary"]

    assert len(day["sleep"]) == totals["totalSleepRecords"] == 2
    assert totals["totalMinutesAsleep"] == sum(log["minutesAsleep"] for log in day["sleep"])
    assert totals["totalTimeInBed"] == sum(log["timeInBed"] for log in day["sleep"])
    (night,) = (log for log in day["sleep"] if log["type"] == "stages")
    for name, minutes in totals["stages"].items():
        assert minutes == night["levels"]["summary"][name]["minutes"]
    ranged = document(served, session, "1.2/user/-/sleep/date/2026-11-19/2026-11-19.json")
    assert ranged == {"sleep": day["sleep"]}


def test_a_night_appears_when_it_has_been_worked_out(served: Sandbox) -> None:
    seen = []
    with running_sandbox(people=1) as sandbox:
        end = "2026-11-19T06:35:00.000"
        for hour, minute in ((4, 0), (5, 40), (6, 30)):
            moment = datetime(2026, 11, 19, hour, minute, tzinfo=UTC)
            sandbox.clock = lambda moment=moment: moment
            with fitbit_signed_in(sandbox) as session:
                found = document(sandbox, session, "1.2/user/-/sleep/date/2026-11-19.json")
            seen.append([log["endTime"] for log in found["sleep"]])

    assert seen == [[], [], [end]]
