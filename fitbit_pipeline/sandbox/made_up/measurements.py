"""What is measured once a day or now and then: of the night, of the body, and of fitness."""

import math
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.google_json import Json, date_json, sample_time
from fitbit_pipeline.sandbox.made_up.habits import (
    first_minute,
    is_sick,
    is_worn_day,
    resting_heart_rate,
    utc_offset,
    zone_at_midnight,
)
from fitbit_pipeline.sandbox.made_up.nights import night
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.readings import (
    Reading,
    from_health_connect,
    from_wearable,
    point_name,
)
from fitbit_pipeline.sandbox.made_up.sleeps import is_finished

SCALE = "Aria Air"
"""What Google calls the scale."""

_NIGHTS_OF_A_BASELINE = 30
_MOST_NIGHTS_TRIED = 400
_ENOUGH_MINUTES = 900
"""Into a day whose night was not recorded, before there is a resting heart rate."""

_OTHER_APP = "org.example.scale"
_FITNESS = ((30, "POOR"), (35, "FAIR"), (40, "AVERAGE"), (45, "GOOD"), (52, "VERY_GOOD"))


def resting_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """The resting heart rate of a day, which needs the night or most of the day."""
    sleep = night(person, day)
    by_night = sleep.recorded and is_finished(sleep, synced)
    by_day = not sleep.recorded and is_worn_day(person, day)
    if not by_night and not (by_day and _is_past(person, day, _ENOUGH_MINUTES, synced)):
        return []
    method = "WITH_SLEEP" if by_night else "ONLY_WITH_AWAKE_DATA"
    body: Json = {
        "date": date_json(day),
        "beatsPerMinute": str(resting_heart_rate(person, day)),
        "dailyRestingHeartRateMetadata": {"calculationMethod": method},
    }
    return [_daily(person, "dailyRestingHeartRate", body)]


def _variability(person: Person, day: date, chance: Random) -> Json:
    strain = 0.75 if is_sick(person, day) else 1.0
    average = person.traits.variability * strain * chance.lognormvariate(0, 0.12)
    return {
        "averageHeartRateVariabilityMilliseconds": round(average, 1),
        "nonRemHeartRateBeatsPerMinute": str(resting_heart_rate(person, day) - 2),
        "entropy": round(chance.gauss(2.9, 0.15), 3),
        "deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds": round(average * 0.96, 2),
    }


def _oxygen(person: Person, _day: date, chance: Random) -> Json:
    average = min(99.2, person.traits.oxygen + chance.gauss(0, 0.4))
    spread = chance.uniform(0.5, 1.1)
    return {
        "averagePercentage": round(average, 1),
        "lowerBoundPercentage": round(average - 2.5 * spread, 1),
        "upperBoundPercentage": round(min(100.0, average + 2 * spread), 1),
        "standardDeviationPercentage": round(spread, 2),
    }


def _breathing(person: Person, day: date, chance: Random) -> Json:
    raised = 1.5 if is_sick(person, day) else 0.0
    return {"breathsPerMinute": round(person.traits.breathing + raised + chance.gauss(0, 0.4), 1)}


def _temperature(person: Person, day: date, chance: Random) -> Json:
    fever = 0.9 if is_sick(person, day) else 0.0
    usual = person.traits.skin_temperature
    body: Json = {"nightlyTemperatureCelsius": usual + fever + chance.gauss(0, 0.3)}
    since = _baseline_since(person)
    if since is None or day < since:
        return body | {
            "baselineTemperatureCelsius": "NaN",
            "relativeNightlyStddev30dCelsius": "NaN",
        }
    drift = 0.05 * math.sin(day.toordinal() / 40)
    return body | {
        "baselineTemperatureCelsius": usual + drift,
        "relativeNightlyStddev30dCelsius": chance.uniform(0.2, 0.5),
    }


def nightly(
    member: str, measure: Callable[[Person, date, Random], Json]
) -> Callable[[Person, date, int], list[Reading]]:
    """Readings that need a recorded night, and are of the day on which it ended."""

    def readings(person: Person, day: date, synced: int) -> list[Reading]:
        sleep = night(person, day)
        if not sleep.recorded or not is_finished(sleep, synced):
            return []
        measured = measure(person, day, draw(person.health_user_id, day, member))
        return [_daily(person, member, {"date": date_json(day), **measured})]

    return readings


variability_readings = nightly("dailyHeartRateVariability", _variability)
oxygen_readings = nightly("dailyOxygenSaturation", _oxygen)
breathing_readings = nightly("dailyRespiratoryRate", _breathing)
temperature_readings = nightly("dailySleepTemperatureDerivations", _temperature)


def fitness_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Cardio fitness, estimated on worn days."""
    if not is_worn_day(person, day) or not _is_past(person, day, _ENOUGH_MINUTES, synced):
        return []
    fitness = person.traits.vo2_max + 0.8 * math.sin(day.toordinal() / 50)
    level = next((name for bound, name in _FITNESS if fitness < bound), "EXCELLENT")
    body: Json = {
        "date": date_json(day),
        "vo2Max": round(fitness, 2),
        "estimated": True,
        "cardioFitnessLevel": level,
        "vo2MaxCovariance": round(draw(person.health_user_id, day, "fitness").uniform(1, 6), 3),
    }
    return [_daily(person, "dailyVo2Max", body)]


def weight_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Body weight, on the mornings on which the person stood on the scale."""
    return _weighed(person, day, synced, "weight", lambda grams, _: {"weightGrams": grams})


def body_fat_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """Body fat, which a scale measures and a person who types a weight in does not."""
    if person.traits.scale == "MANUAL":
        return []
    return _weighed(
        person,
        day,
        synced,
        "bodyFat",
        lambda grams, chance: {"percentage": round(10 + grams / 5000 + chance.gauss(0, 0.3), 1)},
    )


def _weighed(
    person: Person, day: date, synced: int, member: str, measure: Callable[[int, Random], Json]
) -> list[Reading]:
    scale = person.traits.scale
    chance = draw(person.health_user_id, day, "scale")
    gone = person.left is not None and day >= person.left
    if not scale or gone or chance.random() > (0.2 if scale == "MANUAL" else 0.5):
        return []
    minute = night(person, day).end + chance.randrange(4, 19)
    second = minute * 60 + chance.randrange(60)
    if second > synced:
        return []
    drift = 1 + 0.015 * math.sin(day.toordinal() * math.tau / 190 + person.traits.age)
    grams = person.traits.weight_grams * drift + chance.gauss(0, 350)
    rounded = round(grams, -2) if scale == "MANUAL" else round(grams, -1)
    offset = utc_offset(zone_at_midnight(person, day), minute)
    time = sample_time(second, offset, chance.randrange(1, 1_000_000))
    body: Json = {"sampleTime": time, **measure(int(rounded), chance)}
    data_type = "weight" if member == "weight" else "body-fat"
    return [Reading(member, body, _scale_source(scale), point_name(person, data_type, day))]


def _scale_source(scale: str) -> Json:
    if scale == "HEALTH_CONNECT":
        return from_health_connect(_OTHER_APP)
    if scale == "MANUAL":
        return {"recordingMethod": "MANUAL", "platform": "FITBIT"}
    device = {"displayName": SCALE, "formFactor": "SCALE"}
    return {"recordingMethod": "ACTIVELY_MEASURED", "device": device, "platform": "FITBIT"}


def _daily(person: Person, member: str, body: Json) -> Reading:
    return Reading(member, body, from_wearable(person, "DERIVED"))


def _is_past(person: Person, day: date, minute: int, synced: int) -> bool:
    return synced >= (first_minute(person, day) + minute) * 60


@lru_cache(maxsize=2048)
def _baseline_since(person: Person) -> date | None:
    """The day after the thirtieth recorded night; None if there are not as many in a year."""
    nights = 0
    for offset in range(_MOST_NIGHTS_TRIED):
        day = person.joined + timedelta(days=offset)
        if nights >= _NIGHTS_OF_A_BASELINE:
            return day
        nights += night(person, day).recorded
    return None
