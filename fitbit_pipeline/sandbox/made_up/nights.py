"""When people sleep: the main sleep that ends on a date, and naps. Stages are in ``sleeps``."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.habits import (
    first_minute,
    is_sick,
    is_worn_day,
    zone_at_midnight,
)
from fitbit_pipeline.sandbox.made_up.people import Person

FLIGHT_MINUTE = 810
"""People fly at half past one in the afternoon, counted from the day's first minute."""

_LATEST_RISING = 720
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Slumber:
    """A stretch of sleep.

    Attributes:
        start: The minute since 1970 at which it begins.
        end: The minute after its last.
        recorded: Whether the device was worn.
    """

    start: int
    end: int
    recorded: bool


@lru_cache(maxsize=16384)
def night(person: Person, day: date) -> Slumber:
    """The main sleep that ends on a day; it may begin on the day before."""
    chance = draw(person.health_user_id, day, "night")
    traits = person.traits
    midnight = first_minute(person, day)
    weekend = day.weekday() >= _SATURDAY
    bedtime = traits.bedtime + traits.weekend_shift * weekend + chance.gauss(0, 25)
    length = traits.sleep_minutes + 35 * weekend + chance.gauss(0, 35)
    if is_sick(person, day):
        bedtime, length = bedtime - 30, length + 75
    start = midnight + round(min(165.0, max(-150.0, bedtime)))
    end = min(start + round(max(200.0, length)), midnight + _LATEST_RISING)
    recorded = is_worn_day(person, day - ONE_DAY) and is_worn_day(person, day)
    return Slumber(start, end, recorded and chance.random() < traits.night_wear)


def nap(person: Person, day: date) -> Slumber | None:
    """The nap of a day, if there was one; nobody naps on a day of travel."""
    chance = draw(person.health_user_id, day, "nap")
    likely = person.traits.nap_chance * (2 if day.weekday() >= _SATURDAY else 1)
    if chance.random() >= likely or flies(person, day):
        return None
    start = first_minute(person, day) + chance.randrange(FLIGHT_MINUTE, 950)
    return Slumber(start, start + chance.randrange(24, 86), is_worn_day(person, day))


def flies(person: Person, day: date) -> bool:
    """Whether the person is in another zone at the end of a day than at its start."""
    return zone_at_midnight(person, day) != zone_at_midnight(person, day + ONE_DAY)
