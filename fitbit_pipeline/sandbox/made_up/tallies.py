"""What stretches of minutes come to: distance, energy, minutes by level and by heart rate zone."""

from functools import lru_cache

from fitbit_pipeline.sandbox.made_up.google_json import MINUTES_PER_DAY
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.textures import (
    LIGHT,
    MODERATE,
    RUNNING_CADENCE,
    SEDENTARY,
    VIGOROUS,
    pulse_patterns,
)

ZONES = ("LIGHT", "MODERATE", "VIGOROUS", "PEAK")
"""Heart rate zones, from the lowest. A minute that is not worn is in none."""

CREDITED_ZONES = {"MODERATE": ("FAT_BURN", 1), "VIGOROUS": ("CARDIO", 2), "PEAK": ("PEAK", 2)}
"""The active zone minutes that a minute in a zone is worth, and how they are called there."""

LEVELS = {LIGHT: "LIGHT", MODERATE: "MODERATE", VIGOROUS: "VIGOROUS"}
"""Levels of active minutes by their byte."""

SECONDS_PER_SAMPLE = 15
"""Between two measurements of the heart rate."""

_ZONE_SHARES = (0.4, 0.6, 0.85)
"""Of the heart rate reserve, where the zones above the lowest begin."""

_WALKING = bytes(range(RUNNING_CADENCE))
_LONGER_STRIDE = (27, 20)
_TIMES_AT_REST = {SEDENTARY: 0.25, LIGHT: 1.6, MODERATE: 3.2, VIGOROUS: 6.8}
"""Energy above that of the body at rest, as a multiple of it."""


def millimetres(person: Person, steps: bytes) -> int:
    """The way that steps come to; strides are longer when running."""
    running = sum(steps.translate(None, _WALKING))
    longer, ordinary = _LONGER_STRIDE
    stride = person.traits.stride_millimetres
    return (sum(steps) - running) * stride + running * (stride * longer // ordinary)


def active_kcal(person: Person, levels: bytes) -> float:
    """The energy that minutes took above that of the body at rest."""
    minutes = sum(levels.count(level) * times for level, times in _TIMES_AT_REST.items())
    return basal_kcal(person, 1) * minutes


def basal_kcal(person: Person, minutes: int) -> float:
    """The energy that the body takes at rest."""
    return person.traits.basal_kcal * minutes / MINUTES_PER_DAY


def zones(person: Person, pulse: bytes) -> bytes:
    """The zone of each minute, counted from 1 in the order of ``ZONES``; 0 where not worn."""
    traits = person.traits
    return pulse.translate(_zone_table(traits.resting_heart_rate, traits.highest_heart_rate))


def zone_minutes(person: Person, pulse: bytes) -> dict[str, int]:
    """Minutes in each zone."""
    of_minutes = zones(person, pulse)
    return {zone: of_minutes.count(number) for number, zone in enumerate(ZONES, 1)}


@lru_cache(maxsize=1024)
def _zone_table(resting: int, highest: int) -> bytes:
    bounds = [resting + share * (highest - resting) for share in _ZONE_SHARES]
    table = [1 + sum(pulse >= bound for bound in bounds) for pulse in range(256)]
    return bytes([0, *table[1:]])


@lru_cache(maxsize=1)
def _sample_table() -> list[list[bytes]]:
    return [
        [
            bytes(pulse + away for away in pattern) if pulse > 5 else bytes(4)
            for pattern in pulse_patterns()
        ]
        for pulse in range(250)
    ]


def samples(pulse: bytes, patterns: bytes) -> bytes:
    """Heart rate every 15 seconds: four of each minute; 0 where not worn."""
    table = _sample_table()
    return b"".join([table[beats][kind] for beats, kind in zip(pulse, patterns, strict=True)])
