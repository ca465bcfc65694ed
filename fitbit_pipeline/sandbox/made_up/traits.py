"""What makes the days of one person differ from another's."""

from dataclasses import dataclass
from random import Random

BACKGROUND, DAILY = 0, 1
"""Habits of syncing: all the time, and once a day; larger numbers are days between two syncs."""


@dataclass(frozen=True)
class Traits:
    """The traits of one person.

    Attributes:
        age: In years.
        resting_heart_rate: In good health, in beats per minute.
        steps: On an ordinary day, without exercise.
        stride_millimetres: Of a walking step.
        bedtime: Minutes after midnight (before it: negative) on weekdays.
        sleep_minutes: Of an ordinary night.
        weekend_shift: Minutes by which bedtime is later on weekends.
        summer: 1 north of the equator, -1 south of it.
        exercises: Names of workouts, the favourite first.
        exercise_chance: Of a workout on a day.
        nap_chance: Of a nap on a day.
        wear: Share of days on which the device is worn.
        night_wear: Share of nights, of those between worn days.
        removal_chance: Of taking the device off for hours, on a worn day.
        travels: Chance of a trip to another time zone, in each 45 days.
        classic_chance: Of a night without stages.
        sync_days: 0 if the phone syncs all the time, otherwise every so many days.
        sync_minute: Minute of the UTC day at which the person syncs.
        phone: Whether the phone counts steps too.
        scale: Where weights come from: ``FITBIT``, ``MANUAL``, ``HEALTH_CONNECT`` or nowhere.
        weight_grams: Body weight on joining.
        basal_kcal: Energy that the body takes at rest, in a day.
        variability: Nightly heart rate variability, in milliseconds.
        oxygen: Blood oxygen saturation, in percent.
        breathing: Breaths per minute, asleep.
        skin_temperature: Nightly, in degrees Celsius.
        vo2_max: Cardio fitness.
        second_sleep_source: Whether another app logs some of the nights too.
    """

    age: int
    resting_heart_rate: int
    steps: float
    stride_millimetres: int
    bedtime: float
    sleep_minutes: float
    weekend_shift: float
    summer: int
    exercises: tuple[str, ...]
    exercise_chance: float
    nap_chance: float
    wear: float
    night_wear: float
    removal_chance: float
    travels: float
    classic_chance: float
    sync_days: int
    sync_minute: int
    phone: bool
    scale: str
    weight_grams: float
    basal_kcal: float
    variability: float
    oxygen: float
    breathing: float
    skin_temperature: float
    vo2_max: float
    second_sleep_source: bool

    @property
    def highest_heart_rate(self) -> int:
        """The most beats per minute at that age."""
        return 220 - self.age


def draw_traits(chance: Random, summer: int) -> Traits:
    """Traits of somebody: fitness, weight and age hang together, habits do not.

    Args:
        chance: Where to draw from.
        summer: 1 north of the equator, -1 south of it.
    """
    fitness = chance.gauss(0, 1)
    weight = min(140.0, max(46.0, chance.gauss(74, 14)))
    age = round(min(78.0, max(19.0, chance.gauss(42, 13))))
    sports = ["Walk", "Run", "Bike", "Swim", "Weights", "Yoga"]
    chance.shuffle(sports)
    return Traits(
        age=age,
        resting_heart_rate=round(min(82.0, max(47.0, 64 - 5 * fitness + chance.gauss(0, 3)))),
        steps=min(14000.0, max(2500.0, 7000 + 1800 * fitness + chance.gauss(0, 900))),
        stride_millimetres=round(chance.gauss(735, 40)),
        bedtime=chance.gauss(-30, 45),
        sleep_minutes=chance.gauss(440, 30),
        weekend_shift=max(0.0, chance.gauss(45, 25)),
        summer=summer,
        exercises=tuple(sports[:3]),
        exercise_chance=min(0.8, max(0.03, 0.3 + 0.15 * fitness)),
        nap_chance=chance.choice((0.01, 0.03, 0.06, 0.15)),
        wear=chance.choice((0.98, 0.97, 0.95, 0.93, 0.88, 0.75)),
        night_wear=chance.choice((0.98, 0.96, 0.93, 0.85, 0.5)),
        removal_chance=chance.choice((0.03, 0.06, 0.12)),
        travels=chance.choice((0.0, 0.1, 0.3, 0.6)),
        classic_chance=chance.choice((0.01, 0.02, 0.05, 0.2)),
        sync_days=chance.choices((BACKGROUND, DAILY, 2, 3, 5), weights=(60, 22, 8, 6, 4))[0],
        sync_minute=chance.randrange(1200),
        phone=chance.random() < 0.8,
        scale=chance.choices(("FITBIT", "MANUAL", "HEALTH_CONNECT", ""), weights=(3, 2, 2, 3))[0],
        weight_grams=weight * 1000,
        basal_kcal=round(22 * weight - 4 * age + 150),
        variability=min(110.0, max(14.0, 42 + 12 * fitness - 0.4 * (age - 40))),
        oxygen=chance.gauss(96.3, 0.6),
        breathing=chance.gauss(15, 1.4),
        skin_temperature=chance.gauss(34.1, 0.5),
        vo2_max=min(62.0, max(22.0, 39 + 6 * fitness - 0.2 * (age - 40))),
        second_sleep_source=chance.random() < 0.15,
    )
