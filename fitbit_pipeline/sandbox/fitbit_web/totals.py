"""What a civil day of a made-up person comes to, as Fitbit counts it.

The minutes are those from which the sandbox's Google answers; only how they are added up is
Fitbit's: its four levels share the minutes that were not spent in bed, worn or not. How answers
spell them is not known here.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.nights import nap, night
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.sleeps import is_finished
from fitbit_pipeline.sandbox.made_up.spans import span_of_day
from fitbit_pipeline.sandbox.made_up.tallies import (
    CREDITED_ZONES,
    ZONES,
    active_kcal,
    basal_kcal,
    millimetres,
    zones,
)
from fitbit_pipeline.sandbox.made_up.textures import LIGHT, MODERATE, SEDENTARY, VIGOROUS

WHOLE_DAY = 1440
"""Fitbit's days have so many minutes, whatever clocks do."""

METRES_PER_FLOOR = 3
_MILLIMETRES_PER_KILOMETRE = 1_000_000
_MINUTES_PER_HOUR = 60
_LEVEL_BITS = 8


@dataclass(frozen=True, slots=True)
class Totals:
    """A day, as far as it has been synced.

    Attributes:
        worn: Whether the device was worn in any minute.
        steps: Of the wearable where it was worn, otherwise of the phone.
        tracker_steps: Of the wearable alone.
        kilometres: The way of ``steps``.
        tracker_kilometres: The way of ``tracker_steps``.
        floors: Climbed; none without an altimeter.
        sedentary: Minutes neither in bed nor active; those without the device count, too.
        lightly: Minutes of light activity.
        fairly: Minutes of moderate activity.
        very: Minutes of vigorous activity.
        basal_kcal: The energy of the body at rest.
        kcal: All energy.
        active_kcal: The energy of the active minutes.
        zone_minutes: In each of ``ZONES``, of minutes worn.
        zone_kcal: The energy of these minutes.
        credits: Active zone minutes in fat burn, cardio and peak.
    """

    worn: bool
    steps: int
    tracker_steps: int
    kilometres: float
    tracker_kilometres: float
    floors: int
    sedentary: int
    lightly: int
    fairly: int
    very: int
    basal_kcal: float
    kcal: float
    active_kcal: float
    zone_minutes: tuple[int, ...]
    zone_kcal: tuple[float, ...]
    credits: tuple[int, ...]


def totals_of(person: Person, day: date, synced: int) -> Totals:
    """The totals of a day, padding if it is before the person had the device.

    Args:
        person: Whose.
        day: A civil day where they were.
        synced: The second since 1970 up to which data are there; padding if the day is after it.
    """
    if day < person.joined or synced < day_of(person, day).first * 60:
        return padding(person)
    happened = day_of(person, day)
    seen = min(happened.length, synced // 60 - happened.first)
    return _totals(person, day, seen, _minutes_in_bed(person, day, synced))


@lru_cache(maxsize=1024)
def padding(person: Person) -> Totals:
    """What Fitbit says of a day of which it knows nothing, be it past or still to come."""
    kcal = basal_kcal(person, WHOLE_DAY)
    nothing = (0,) * len(ZONES)
    return Totals(
        worn=False,
        steps=0,
        tracker_steps=0,
        kilometres=0.0,
        tracker_kilometres=0.0,
        floors=0,
        sedentary=WHOLE_DAY,
        lightly=0,
        fairly=0,
        very=0,
        basal_kcal=kcal,
        kcal=kcal,
        active_kcal=0.0,
        zone_minutes=nothing,
        zone_kcal=(0.0,) * len(ZONES),
        credits=(0,) * len(CREDITED_ZONES),
    )


def _minutes_in_bed(person: Person, day: date, synced: int) -> int:
    """Of all sleeps that ended on the day; as Fitbit does, also of their minutes before it."""
    rest = day_of(person, day).nap if nap(person, day) else None
    return sum(
        sleep.end - sleep.start
        for sleep in (night(person, day), rest)
        if sleep and sleep.recorded and is_finished(sleep, synced)
    )


@lru_cache(maxsize=65536)
def _totals(person: Person, day: date, seen: int, in_bed: int) -> Totals:
    happened = day_of(person, day)
    span = span_of_day(person, day, happened.first + seen)
    watch = happened.watch_steps[:seen]
    whole = WHOLE_DAY if seen == happened.length else min(seen, WHOLE_DAY)
    lightly, fairly, very = (span.levels.count(level) for level in (LIGHT, MODERATE, VIGOROUS))
    basal = basal_kcal(person, seen)
    levels_of_zones = _levels_of_zones(zones(person, span.pulse), span.levels)
    zone_minutes = tuple(len(levels) for levels in levels_of_zones)
    return Totals(
        worn=span.is_worn,
        steps=sum(span.steps),
        tracker_steps=sum(watch),
        kilometres=_kilometres(person, span.steps),
        tracker_kilometres=_kilometres(person, watch),
        floors=0 if "floors" in person.lacks else sum(span.floors),
        sedentary=max(0, whole - in_bed - lightly - fairly - very),
        lightly=lightly,
        fairly=fairly,
        very=very,
        basal_kcal=basal,
        kcal=basal + active_kcal(person, span.levels),
        active_kcal=active_kcal(person, span.levels.replace(bytes([SEDENTARY]), b""))
        + basal_kcal(person, lightly + fairly + very),
        zone_minutes=zone_minutes,
        zone_kcal=tuple(
            basal_kcal(person, len(levels)) + active_kcal(person, levels)
            for levels in levels_of_zones
        ),
        credits=tuple(
            zone_minutes[ZONES.index(zone)] * worth for zone, (_, worth) in CREDITED_ZONES.items()
        ),
    )


def _levels_of_zones(of_minutes: bytes, levels: bytes) -> list[bytes]:
    """The levels of the minutes of each zone, in no order."""
    both = int.from_bytes(of_minutes) * _LEVEL_BITS + int.from_bytes(levels)
    pairs = both.to_bytes(len(levels))
    return [
        b"".join(
            bytes([level]) * pairs.count(zone * _LEVEL_BITS + level) for level in range(_LEVEL_BITS)
        )
        for zone in range(1, len(ZONES) + 1)
    ]


def _kilometres(person: Person, steps: bytes) -> float:
    """Added up hour by hour, which leaves the noise that the real numbers have."""
    return sum(
        millimetres(person, steps[start : start + _MINUTES_PER_HOUR]) / _MILLIMETRES_PER_KILOMETRE
        for start in range(0, len(steps), _MINUTES_PER_HOUR)
    )
