"""Workouts as data points, with figures that the minutes of the day come to."""

from datetime import date

from fitbit_pipeline.sandbox.made_up.days import Day, Workout, day_of
from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.google_json import Json, duration, fine_stamp, interval, stamp
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.readings import Reading, from_wearable, point_name
from fitbit_pipeline.sandbox.made_up.syncs import next_sync
from fitbit_pipeline.sandbox.made_up.tallies import (
    CREDITED_ZONES,
    active_kcal,
    basal_kcal,
    millimetres,
    zone_minutes,
)

_TYPES = {
    "Walk": "WALKING",
    "Run": "RUNNING",
    "Bike": "BIKING",
    "Swim": "SWIMMING",
    "Weights": "WEIGHTS",
    "Yoga": "YOGA",
}
_OUTDOORS = frozenset({"Run", "Bike"})


def exercise_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """The workouts of a civil day.

    Args:
        person: Who exercised.
        day: Where they were then.
        synced: The second since 1970 up to which data are there.
    """
    happened = day_of(person, day)
    workout = happened.workout
    if workout is None or synced < (happened.first + workout.end) * 60:
        return []
    body = _body(person, day, happened, workout)
    name = point_name(person, "exercise", day)
    return [Reading("exercise", body, from_wearable(person, "PASSIVELY_MEASURED"), name)]


def _body(person: Person, day: date, happened: Day, workout: Workout) -> Json:
    chance = draw(person.health_user_id, day, "exercise")
    late, early = chance.randrange(60), chance.randrange(1, 60)
    start = (happened.first + workout.start) * 60 + late
    end = (happened.first + workout.end) * 60 - early
    offset = happened.offset_at(workout.start)
    created = fine_stamp(
        next_sync(person, (happened.first + workout.end) * 60) + chance.randrange(2, 90),
        chance.randrange(1, 1_000_000),
    )
    return {
        "interval": interval(start, end, offset, offset),
        "exerciseType": _TYPES[workout.name],
        "metricsSummary": _metrics(person, happened, workout, end - start),
        "exerciseMetadata": {"hasGps": True} if workout.name in _OUTDOORS else {},
        "displayName": workout.name,
        "activeDuration": duration(end - start),
        "exerciseEvents": [_event(start, offset, "START"), _event(end, offset, "STOP")],
        "createTime": created,
        "updateTime": created,
    }


def _event(second: int, offset: int, kind: str) -> Json:
    return {
        "eventTime": stamp(second),
        "eventUtcOffset": duration(offset),
        "exerciseEventType": kind,
    }


def _metrics(person: Person, happened: Day, workout: Workout, seconds: int) -> Json:
    minutes = slice(workout.start, workout.end)
    whole_minutes = slice(workout.start + 1, workout.end - 1)
    pulse, steps = happened.pulse[minutes], happened.watch_steps[minutes]
    length = workout.end - workout.start
    kcal = active_kcal(person, happened.levels[minutes]) + basal_kcal(person, length)
    metrics: Json = {"caloriesKcal": round(kcal)}
    if "heart-rate" not in person.lacks:
        in_zones = zone_minutes(person, happened.pulse[whole_minutes])
        credited = sum(in_zones[zone] * worth for zone, (_, worth) in CREDITED_ZONES.items())
        metrics |= {
            "averageHeartRateBeatsPerMinute": str(round(sum(pulse) / length)),
            "activeZoneMinutes": str(credited),
            "heartRateZoneDurations": {
                f"{zone.lower()}Time": duration(60 * count) for zone, count in in_zones.items()
            },
        }
    if workout.name in ("Walk", "Run"):
        way = millimetres(person, steps)
        metrics |= {
            "steps": str(sum(steps)),
            "distanceMillimeters": way,
            "averagePaceSecondsPerMeter": seconds * 1000 / way,
        }
    return metrics
