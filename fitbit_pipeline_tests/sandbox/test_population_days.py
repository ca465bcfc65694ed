"""What is told of a day by different data types agrees."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import fmean

import pytest

from fitbit_pipeline.civil import day_end, day_start, minutes_of_day, time_zone
from fitbit_pipeline_tests.sandbox.populations import (
    FIRST_DAY,
    NOW,
    by_day,
    civil_day_of_point,
    instant,
    population,
    seconds,
    somebody,
)

EVERYBODY = population()
CLOCKS_GO_BACK = date(2026, 10, 25)
AT_HOME = somebody(
    EVERYBODY,
    lambda person: (
        not person.traits.travels
        and not person.lacks
        and minutes_of_day(CLOCKS_GO_BACK, time_zone(person.time_zone)) == 1500
    ),
)
WEEK = [date(2026, 6, 20) + timedelta(days=offset) for offset in range(8)]


def _daily(key: str, data_type: str, member: str, first: date, last: date) -> dict[date, dict]:
    return by_day(EVERYBODY.daily_roll_up(key, data_type, first, last), member)


def _minutes_of_heart_rate(key: str, day: date) -> list[dict]:
    zone = time_zone(EVERYBODY.person(key).time_zone)
    start, end = day_start(day, zone), day_end(day, zone)
    return [row["heartRate"] for row in EVERYBODY.roll_up(key, "heart-rate", start, end, 60)]


def _agrees(daily: dict, minutes: list[dict]) -> bool:
    return (
        daily["beatsPerMinuteMin"] == min(row["beatsPerMinuteMin"] for row in minutes)
        and daily["beatsPerMinuteMax"] == max(row["beatsPerMinuteMax"] for row in minutes)
        and daily["beatsPerMinuteAvg"]
        == pytest.approx(fmean(row["beatsPerMinuteAvg"] for row in minutes))
    )


@pytest.mark.parametrize("day", WEEK, ids=str)
def test_the_heart_rate_of_a_day_is_that_of_its_minutes(day: date) -> None:
    daily = _daily(AT_HOME, "heart-rate", "heartRate", day, day)
    minutes = _minutes_of_heart_rate(AT_HOME, day)

    assert bool(minutes) == (day in daily)
    assert not minutes or _agrees(daily[day], minutes)


def test_a_day_of_25_hours_has_minutes_in_the_25th() -> None:
    minutes = _minutes_of_heart_rate(AT_HOME, CLOCKS_GO_BACK)
    daily = _daily(AT_HOME, "heart-rate", "heartRate", CLOCKS_GO_BACK, CLOCKS_GO_BACK)

    assert 1440 < len(minutes) <= 1500
    assert _agrees(daily[CLOCKS_GO_BACK], minutes)


def test_on_a_trip_a_day_is_that_of_the_place() -> None:
    """Points say which civil day they were of; p001 was in three zones in these weeks."""
    first, last = date(2026, 6, 8), date(2026, 7, 4)
    daily = _daily("p001", "steps", "steps", first, last)
    counts: Counter[date] = Counter()
    offsets = set()
    for point in EVERYBODY.reconciled("p001", "steps", first, last):
        counts[civil_day_of_point(point, "steps")] += int(point["steps"]["count"])
        offsets.add(point["steps"]["interval"]["startUtcOffset"])

    assert len(offsets) > 1
    assert {day: int(row["countSum"]) for day, row in daily.items()} == counts


def test_raw_steps_are_counted_twice_where_the_phone_was_carried() -> None:
    raw = EVERYBODY.points("p001", "steps", FIRST_DAY, date(2026, 6, 10))
    merged = EVERYBODY.reconciled("p001", "steps", FIRST_DAY, date(2026, 6, 10))
    devices = {point["dataSource"]["device"]["displayName"] for point in raw}

    assert devices == {"Pixel Watch 4", "MobileTrack"}
    assert sum(int(point["steps"]["count"]) for point in raw) > sum(
        int(point["steps"]["count"]) for point in merged
    )
    starts = [point["steps"]["interval"]["startTime"] for point in merged]
    assert len(starts) == len(set(starts))


def test_distance_points_come_to_the_distance_of_the_day() -> None:
    day = WEEK[0]
    points = EVERYBODY.reconciled("p001", "distance", day, day)
    daily = _daily("p001", "distance", "distance", day, day)

    assert sum(int(point["distance"]["millimeters"]) for point in points) == int(
        daily[day]["millimetersSum"]
    )


@pytest.mark.parametrize("person", EVERYBODY.people[:12], ids=lambda person: person.key)
def test_minutes_active_sedentary_and_asleep_fit_into_those_worn(person: object) -> None:
    key, first, last = person.key, date(2026, 7, 1), date(2026, 8, 15)
    active = _daily(key, "active-minutes", "activeMinutes", first, last)
    sedentary = _daily(key, "sedentary-period", "sedentaryPeriod", first, last)
    zones = _daily(key, "time-in-heart-rate-zone", "timeInHeartRateZone", first, last)
    asleep: Counter[date] = Counter()
    for point in EVERYBODY.reconciled(key, "sleep", first, last):
        if "stages" in point["sleep"]:
            for stage in point["sleep"]["stages"]:
                offset = timedelta(seconds=seconds(stage["startUtcOffset"]))
                length = instant(stage["endTime"]) - instant(stage["startTime"])
                day = (instant(stage["endTime"]) + offset).date()
                if (instant(stage["startTime"]) + offset).date() == day:
                    asleep[day] += round(length.total_seconds() / 60)

    assert len(sedentary) > 20
    for day, value in sedentary.items():
        entries = active.get(day, {}).get("activeMinutesRollupByActivityLevel", [])
        used = sum(int(entry["activeMinutesSum"]) for entry in entries)
        used += seconds(value["durationSum"]) // 60 + asleep[day]
        assert used <= 1920
        if not person.lacks:
            worn = sum(seconds(each["duration"]) for each in zones[day]["timeInHeartRateZones"])
            assert used <= worn // 60


def test_active_zone_minutes_are_credited_for_minutes_in_zones() -> None:
    first, last = date(2026, 6, 1), date(2026, 8, 20)
    credited = _daily("p001", "active-zone-minutes", "activeZoneMinutes", first, last)
    zones = _daily("p001", "time-in-heart-rate-zone", "timeInHeartRateZone", first, last)
    worth = {
        "MODERATE": ("sumInFatBurnHeartZone", 1),
        "VIGOROUS": ("sumInCardioHeartZone", 2),
        "PEAK": ("sumInPeakHeartZone", 2),
    }

    assert credited.keys() == zones.keys()
    assert any(len(row) < 3 for row in credited.values())
    for day, row in credited.items():
        spent = {
            each["heartRateZone"]: seconds(each["duration"]) // 60
            for each in zones[day]["timeInHeartRateZones"]
        }
        for zone, (member, times) in worth.items():
            assert int(row.get(member, 0)) == times * spent.get(zone, 0)


def test_minutes_of_a_level_that_was_not_reached_are_left_out() -> None:
    rows = _daily("p001", "active-minutes", "activeMinutes", date(2026, 6, 1), date(2026, 8, 1))
    levels = [
        {entry["activityLevel"] for entry in row["activeMinutesRollupByActivityLevel"]}
        for row in rows.values()
    ]

    assert {"LIGHT", "MODERATE"} in levels
    assert {"LIGHT", "MODERATE", "VIGOROUS"} in levels


def test_the_resting_heart_rate_lies_between_the_lowest_and_the_mean() -> None:
    first, last = date(2026, 6, 5), date(2026, 9, 1)
    daily = _daily("p001", "heart-rate", "heartRate", first, last)
    resting = {
        date(**point["dailyRestingHeartRate"]["date"]): point["dailyRestingHeartRate"]
        for point in EVERYBODY.reconciled("p001", "daily-resting-heart-rate", first, last)
    }
    assert len(resting) > 70

    for day, body in resting.items():
        beats = int(body["beatsPerMinute"])
        assert beats < daily[day]["beatsPerMinuteAvg"]
        if body["dailyRestingHeartRateMetadata"]["calculationMethod"] == "WITH_SLEEP":
            assert daily[day]["beatsPerMinuteMin"] <= beats


def test_exercises_lie_in_worn_minutes_and_their_steps_in_those_of_the_day() -> None:
    first, last = date(2026, 6, 1), date(2026, 8, 1)
    daily = _daily("p001", "steps", "steps", first, last)
    exercises = [
        point["exercise"] for point in EVERYBODY.reconciled("p001", "exercise", first, last)
    ]
    assert {exercise["exerciseType"] for exercise in exercises} == {"RUNNING", "BIKING", "WALKING"}

    for exercise in exercises:
        interval = exercise["interval"]
        start, end = instant(interval["startTime"]), instant(interval["endTime"])
        day = (start + timedelta(seconds=seconds(interval["startUtcOffset"]))).date()
        minutes = EVERYBODY.roll_up("p001", "heart-rate", start, end, 60)
        in_zones = exercise["metricsSummary"]["heartRateZoneDurations"].values()

        assert len(minutes) >= int((end - start).total_seconds()) // 60
        assert int(exercise["metricsSummary"].get("steps", 0)) <= int(daily[day]["countSum"])
        assert sum(seconds(each) for each in in_zones) <= seconds(exercise["activeDuration"])
        assert seconds(exercise["activeDuration"]) == (end - start).total_seconds()


def test_days_without_the_device_are_absent_empty_or_without_a_value() -> None:
    key = somebody(EVERYBODY, lambda person: person.traits.wear < 0.8)
    first, last = date(2026, 6, 15), date(2026, 10, 15)
    rows = EVERYBODY.daily_roll_up(key, "heart-rate", first, last)
    kinds = Counter(
        "absent value" if "heartRate" not in row else "empty" if not row["heartRate"] else "value"
        for row in rows
    )

    assert kinds["absent value"]
    assert kinds["empty"]
    assert kinds["value"] > 50
    assert kinds.total() < (last - first).days - 5


def test_days_differ_in_how_long_the_device_was_worn() -> None:
    lengths = [len(_minutes_of_heart_rate(AT_HOME, day)) for day in WEEK]

    assert any(length < 1440 for length in lengths)
    assert max(lengths) > 1200


def test_illness_raises_the_resting_heart_rate_and_keeps_people_in_bed() -> None:
    person, days = EVERYBODY.people[0], [FIRST_DAY + timedelta(days=n) for n in range(160)]
    first, last = days[0], days[-1]
    steps = _daily(person.key, "steps", "steps", first, last)
    usual = person.traits.resting_heart_rate
    resting = {
        date(**point["dailyRestingHeartRate"]["date"]): int(
            point["dailyRestingHeartRate"]["beatsPerMinute"]
        )
        for point in EVERYBODY.reconciled("p001", "daily-resting-heart-rate", first, last)
    }
    sick = [day for day, beats in resting.items() if beats >= usual + 4]
    well = [day for day, beats in resting.items() if beats < usual + 4]

    assert len(sick) >= 3
    assert fmean(int(steps[day]["countSum"]) for day in sick) < 0.6 * fmean(
        int(steps[day]["countSum"]) for day in well
    )


def test_baselines_of_skin_temperature_need_thirty_nights() -> None:
    points = EVERYBODY.reconciled(
        "p001", "daily-sleep-temperature-derivations", FIRST_DAY, NOW.date()
    )
    baselines = [
        point["dailySleepTemperatureDerivations"]["baselineTemperatureCelsius"]
        for point in reversed(points)
    ]

    assert baselines[:30] == ["NaN"] * 30
    assert all(isinstance(value, float) for value in baselines[30:])
    assert len(baselines) > 100


def test_weights_of_another_app_have_a_device_without_members() -> None:
    sources = {}
    for scale in ("FITBIT", "MANUAL", "HEALTH_CONNECT"):
        key = somebody(EVERYBODY, lambda person, scale=scale: person.traits.scale == scale)
        points = EVERYBODY.points(key, "weight", FIRST_DAY, NOW.date())
        sources[scale] = points[0]["dataSource"]
        fat = EVERYBODY.points(key, "body-fat", FIRST_DAY, NOW.date())
        assert bool(fat) == (scale != "MANUAL")

    assert sources["HEALTH_CONNECT"]["device"] == {}
    assert sources["FITBIT"]["device"]["formFactor"] == "SCALE"
    assert sources["MANUAL"] == {"recordingMethod": "MANUAL", "platform": "FITBIT"}


def test_weekends_differ_from_weekdays() -> None:
    first = datetime(2026, 6, 8, tzinfo=UTC).date()
    steps: dict[bool, list[int]] = {True: [], False: []}
    for person in EVERYBODY.people[:12]:
        rows = _daily(person.key, "steps", "steps", first, first + timedelta(days=83))
        for day, row in rows.items():
            steps[day.weekday() == 6].append(int(row["countSum"]))

    assert fmean(steps[True]) < 0.9 * fmean(steps[False])
