"""Tapes of minutes: what bodies do in an hour of desk work, of a walk, of a run, of sleep.

A day is cut from these tapes, which is far quicker than drawing every minute. They are the same
for everybody; persons differ in which they are cut from, where, and how a strain becomes a pulse.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from fitbit_pipeline.sandbox.made_up.draws import draw

TAPE_MINUTES = 8192
LONGEST_CUT = 2048

UNWORN, ASLEEP, SEDENTARY, LIGHT, MODERATE, VIGOROUS = range(6)
"""Levels of a minute. Minutes in bed count as asleep, also those between two stages."""

RUNNING_CADENCE = 130
"""From so many steps a minute on, strides are those of running."""

_BUSTLE_LEVELS = 16
_QUIETEST, _RATIO = 1.2, 1.2
_STEPS_PER_BOUT, _MINUTES_PER_BOUT = 198, 5.9
_MODERATE_WALK_MINUTES = 9

_Minute = tuple[int, float, int, int]
"""Steps, strain (beats per minute above rest), level, floors."""


@dataclass(frozen=True)
class Tape:
    """Minutes of one kind, one byte each.

    Attributes:
        steps: Taken in the minute.
        strain: Beats per minute above the base, for a person of average fitness.
        level: One of the levels above.
        floors: Climbed.
    """

    steps: bytes
    strain: bytes
    level: bytes
    floors: bytes


@cache
def sleep_tape() -> Tape:
    """In bed."""
    chance = draw("sleep")
    minutes = ((0, 6 + 5 * math.sin(n / 14), ASLEEP, 0) for n in range(TAPE_MINUTES))
    return _recorded(minutes, chance)


def bustle_tape(steps_per_minute: float) -> Tape:
    """Awake without a workout: sitting, pottering, walking, at about so many steps a minute."""
    level = round(math.log(max(0.1, steps_per_minute) / _QUIETEST, _RATIO))
    return _bustle(min(_BUSTLE_LEVELS - 1, max(0, level)))


@cache
def workout_tape(name: str) -> Tape:
    """A workout of a kind, such as ``Run``."""
    chance = draw("workout", name)
    slowest, fastest, strain, level = {
        "Walk": (94, 118, 31, MODERATE),
        "Run": (150, 174, 82, VIGOROUS),
        "Bike": (0, 1, 66, VIGOROUS),
        "Swim": (0, 1, 58, VIGOROUS),
        "Weights": (0, 14, 36, MODERATE),
        "Yoga": (0, 4, 12, LIGHT),
    }[name]

    def minutes() -> Iterator[_Minute]:
        for n in range(TAPE_MINUTES):
            hills = strain * (1 + 0.15 * math.sin(n / 9))
            floor = level == VIGOROUS and slowest > 0 and chance.random() < 0.05
            yield chance.randrange(slowest, fastest), hills, level, int(floor)

    return _recorded(minutes(), chance)


@cache
def _bustle(level: int) -> Tape:
    chance = draw("bustle", level)
    rate = _QUIETEST * _RATIO**level
    mean_pause = _STEPS_PER_BOUT / rate - _MINUTES_PER_BOUT

    def minutes() -> Iterator[_Minute]:
        while True:
            for _ in range(1 + int(chance.expovariate(1 / mean_pause))):
                yield 0, 0.0, SEDENTARY, 0
            yield from _bout(chance)

    return _recorded(minutes(), chance)


def _bout(chance: Random) -> Iterator[_Minute]:
    """A few minutes on one's feet: one in seven is a walk, the others are pottering about."""
    if chance.random() < 0.15:
        length = chance.randrange(4, 13)
        level = MODERATE if length >= _MODERATE_WALK_MINUTES else LIGHT
        for _ in range(length):
            yield chance.randrange(85, 112), 33.0, level, int(chance.random() < 0.08)
        return
    for _ in range(1 + int(chance.expovariate(0.2))):
        steps = chance.randrange(4, 31)
        yield steps, 7 + steps / 6, LIGHT, int(chance.random() < 0.03)


def _recorded(minutes: Iterator[_Minute], chance: Random) -> Tape:
    """A tape of minutes; the pulse lags behind the strain, and wanders on its own."""
    steps, strain, level, floors = (bytearray(TAPE_MINUTES) for _ in range(4))
    lagging = wander = 0.0
    for n, minute in zip(range(TAPE_MINUTES), minutes, strict=False):
        steps[n], effort, level[n], floors[n] = minute
        lagging += 0.45 * (effort - lagging)
        wander = 0.9 * wander + chance.gauss(0, 1.3)
        strain[n] = max(0, round(lagging + wander + 3))
    return Tape(bytes(steps), bytes(strain), bytes(level), bytes(floors))


@cache
def pulse_patterns() -> tuple[tuple[int, int, int, int], ...]:
    """How the four samples of a minute lie around its middle, for sixteen kinds of minute."""
    chance = draw("pulse patterns")
    return tuple(
        (chance.randrange(-3, 4), chance.randrange(-2, 3), chance.randrange(-2, 3), 0)
        for _ in range(16)
    )


@cache
def pattern_tape() -> bytes:
    """Minutes of pulse patterns, by number."""
    return bytes(draw("pattern tape").choices(range(16), k=TAPE_MINUTES))
