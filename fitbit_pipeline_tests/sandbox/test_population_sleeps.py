"""Sleeps: stages and summaries agree, and everything that goes wrong with sleeps happens."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline_tests.sandbox.populations import (
    FIRST_DAY,
    civil_end,
    instant,
    population,
    seconds,
    somebody,
)

EVERYBODY = population()
LAST_DAY = date(2026, 11, 10)
RAW = {
    person.key: EVERYBODY.points(person.key, "sleep", FIRST_DAY, LAST_DAY)
    for person in EVERYBODY.people[:14]
}
SLEEPS = [point["sleep"] for points in RAW.values() for point in points]
FINISHED = [sleep for sleep in SLEEPS if sleep["metadata"].get("processed")]
SLEEPING = {"LIGHT", "DEEP", "REM", "ASLEEP"}


def _minutes(span: dict) -> int:
    length = instant(span["endTime"]) - instant(span["startTime"])
    return round(length.total_seconds() / 60)


def test_stages_follow_one_another_and_fill_the_sleep() -> None:
    for sleep in FINISHED:
        stages = sleep["stages"]
        assert stages[0]["startTime"] == sleep["interval"]["startTime"]
        assert stages[-1]["endTime"] == sleep["interval"]["endTime"]
        for before, after in pairwise(stages):
            assert before["endTime"] == after["startTime"]
            assert before["type"] != after["type"]


def test_summaries_are_what_the_stages_come_to() -> None:
    for sleep in FINISHED:
        minutes: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        for stage in sleep["stages"]:
            minutes[stage["type"]] += _minutes(stage)
            counts[stage["type"]] += 1
        asleep = sum(minutes[name] for name in SLEEPING)
        summary = sleep["summary"]

        assert int(summary["minutesInSleepPeriod"]) == _minutes(sleep["interval"])
        assert int(summary["minutesAsleep"]) == asleep
        assert int(summary["minutesAwake"]) == minutes.total() - asleep
        assert {row["type"]: int(row["minutes"]) for row in summary["stagesSummary"]} == minutes
        assert {row["type"]: int(row["count"]) for row in summary["stagesSummary"]} == counts


def test_sleeps_with_and_without_stages_have_their_own_kinds() -> None:
    kinds = {
        sleep["type"]: {stage["type"] for stage in sleep["stages"]}
        for sleep in sorted(FINISHED, key=lambda sleep: len(sleep["stages"]))
    }

    assert kinds["STAGES"] == {"AWAKE", "LIGHT", "DEEP", "REM"}
    assert kinds["CLASSIC"] <= {"AWAKE", "RESTLESS", "ASLEEP"}


def test_naps_are_flagged_and_nights_leave_the_flag_out() -> None:
    naps = [sleep for sleep in FINISHED if "nap" in sleep["metadata"]]

    assert len(naps) > 10
    assert {sleep["metadata"]["stagesStatus"] for sleep in naps} == {"REJECTED_NAP"}
    assert {sleep["type"] for sleep in naps} == {"CLASSIC"}
    assert all(_minutes(sleep["interval"]) < 120 for sleep in naps)
    assert len(naps) < len(FINISHED) / 3


def test_a_day_has_one_main_sleep_at_the_most() -> None:
    for points in RAW.values():
        days = Counter(
            civil_end(point["sleep"]).date()
            for point in points
            if point["sleep"]["metadata"].get("mainSleep")
        )
        assert max(days.values()) == 1
        assert len(days) > 20


def test_some_nights_have_no_stages_though_the_device_feels_the_pulse() -> None:
    of_the_first = [point["sleep"] for point in RAW["p001"]]
    rejected = [
        sleep["metadata"]["stagesStatus"]
        for sleep in of_the_first
        if sleep["type"] == "CLASSIC" and sleep["metadata"].get("mainSleep")
    ]

    assert rejected
    assert set(rejected) <= {"REJECTED_COVERAGE", "REJECTED_MAX_GAP", "TIMEOUT"}


def test_a_device_without_a_pulse_never_sees_stages() -> None:
    key = somebody(EVERYBODY, lambda person: "heart-rate" in person.lacks)
    sleeps = EVERYBODY.points(key, "sleep", FIRST_DAY, LAST_DAY)

    assert {point["sleep"]["type"] for point in sleeps} == {"CLASSIC"}


def test_stubs_begin_with_a_night_and_are_never_finished() -> None:
    stubs = 0
    for points in RAW.values():
        nights = {
            point["sleep"]["interval"]["startTime"]: point
            for point in points
            if point["sleep"]["metadata"].get("mainSleep")
        }
        for point in points:
            night = nights.get(point["sleep"]["interval"]["startTime"])
            if night is not None and night is not point:
                stubs += 1
                assert point["sleep"]["metadata"] == {"processed": False}
                assert point["name"] != night["name"]
                longer = _minutes(night["sleep"]["interval"])
                assert longer > 4 * _minutes(point["sleep"]["interval"])
    assert stubs > 5


def test_some_nights_were_logged_by_another_app_and_are_merged_into_one() -> None:
    doubled = [
        point["name"]
        for point in RAW["p001"]
        if point["dataSource"]["platform"] == "HEALTH_CONNECT"
    ]
    merged = EVERYBODY.reconciled("p001", "sleep", FIRST_DAY, LAST_DAY)

    assert len(doubled) > 5
    names = [point["dataPointName"] for point in merged]
    assert sorted([*names, *doubled]) == sorted(point["name"] for point in RAW["p001"])


def test_the_summary_of_stages_is_doubled_in_the_reconciled_stream_alone() -> None:
    merged = EVERYBODY.reconciled("p001", "sleep", FIRST_DAY, LAST_DAY)
    raw = {point["name"]: point["sleep"] for point in RAW["p001"]}

    for point in merged:
        once = raw[point["dataPointName"]]["summary"].get("stagesSummary", [])
        assert point["sleep"]["summary"].get("stagesSummary", []) == once * 2


def test_most_nights_cross_midnight_and_count_for_the_day_of_rising() -> None:
    for key in ("p001", "p002"):
        zone = time_zone(EVERYBODY.person(key).time_zone)
        nights = [
            point["sleep"]["interval"]
            for point in RAW[key]
            if point["sleep"]["metadata"].get("mainSleep")
        ]
        crossing = [
            night
            for night in nights
            if instant(night["startTime"]).astimezone(zone).date()
            < instant(night["endTime"]).astimezone(zone).date()
        ]
        assert len(crossing) > len(nights) / 3


def test_nights_of_a_clock_change_have_another_offset_at_their_end() -> None:
    """Clocks in Europe went back on 25 October 2026."""
    day = date(2026, 10, 25)
    nights = [
        point["sleep"]
        for person in EVERYBODY.people
        if person.time_zone.startswith("Europe/") and not person.traits.travels
        for point in EVERYBODY.points(person.key, "sleep", day, day)
        if civil_end(point["sleep"]).date() == day and point["sleep"]["metadata"].get("mainSleep")
    ]
    assert nights

    for night in nights:
        start, end = (night["interval"][f"{edge}UtcOffset"] for edge in ("start", "end"))
        offsets = [seconds(stage["startUtcOffset"]) for stage in night["stages"]]
        assert seconds(start) - seconds(end) == 3600
        assert offsets == sorted(offsets, reverse=True)
        assert {offsets[0], offsets[-1]} == {seconds(start), seconds(end)}


def test_sleeps_on_a_trip_carry_the_offset_of_the_place() -> None:
    zone = time_zone("Europe/Berlin")
    elsewhere = [
        point["sleep"]
        for point in RAW["p001"]
        if timedelta(seconds=seconds(point["sleep"]["interval"]["endUtcOffset"]))
        != instant(point["sleep"]["interval"]["endTime"]).astimezone(zone).utcoffset()
    ]

    assert len(elsewhere) > 5
    assert all(civil_end(sleep).hour < 14 for sleep in elsewhere if "nap" not in sleep["metadata"])


@pytest.mark.parametrize("day", [date(2026, 7, 8), date(2026, 7, 9)])
def test_a_night_synced_early_is_unfinished_and_the_same_point_is_finished_later(day: date) -> None:
    final = next(
        point
        for point in EVERYBODY.reconciled("p001", "sleep", day, day)
        if civil_end(point["sleep"]).date() == day and point["sleep"]["metadata"].get("mainSleep")
    )
    rising = instant(final["sleep"]["interval"]["endTime"])
    starts = instant(final["sleep"]["interval"]["startTime"])
    seen = {}
    for name, now in {
        "asleep": starts + timedelta(hours=2),
        "risen": rising + timedelta(minutes=16),
        "later": rising + timedelta(hours=1),
    }.items():
        points = population(now).reconciled("p001", "sleep", day - timedelta(days=1), day)
        seen[name] = next(
            point["sleep"] for point in points if point["dataPointName"] == final["dataPointName"]
        )

    assert seen["asleep"]["metadata"] == {"processed": False}
    assert seen["risen"]["metadata"] == {"processed": False}
    assert "stages" not in seen["asleep"]
    assert instant(seen["asleep"]["interval"]["endTime"]) < rising
    assert seen["later"] == final["sleep"]


def test_a_night_that_is_going_on_is_among_the_points_of_the_evening() -> None:
    """So far it ends before midnight, so it belongs to the evening's day for a client."""
    key = min(
        (person for person in EVERYBODY.people if not person.traits.sync_days),
        key=lambda person: person.traits.bedtime,
    ).key
    zone = time_zone(EVERYBODY.person(key).time_zone)
    found = []
    for day in range(1, 30):
        now = datetime(2026, 9, day, 23, 55, tzinfo=zone).astimezone(UTC)
        points = population(now).points(key, "sleep", date(2026, 9, day), date(2026, 9, day))
        found += [
            point
            for point in points
            if not point["sleep"]["metadata"]["processed"]
            and now - instant(point["sleep"]["interval"]["endTime"]) < timedelta(minutes=16)
        ]

    assert found
    assert all(civil_end(point["sleep"]).hour == 23 for point in found)
