"""Times of the day as points on a circle of 1440 minutes, where 23:50 and 00:10 lie side by side.

Pure arithmetic. What does not belong: how a time is written for people, and where it comes from.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev

MINUTES_OF_CLOCK = 1440
HOURS_OF_CLOCK = 24

_NO_DIRECTION = 1e-9
_COMMON_DIRECTION = 0.5


@dataclass(frozen=True, slots=True)
class UsualTime:
    """What several times of the day have in common.

    Attributes:
        mean: Their circular mean, in minutes from midnight.
        median: The middle one of them, in minutes from midnight.
        spread: Their standard deviation in minutes, None of a single one.
        number: How many they are.
        concentration: The length of their mean direction: 1 if all are the same, near 0 if they lie
            all round the clock.
    """

    mean: float
    median: float
    spread: float | None
    number: int
    concentration: float

    @property
    def is_usual(self) -> bool:
        """Whether they lie close enough together for any time to be called usual.

        At half the length their circular standard deviation is four and a half hours.
        """
        return self.concentration >= _COMMON_DIRECTION


def usual_time(minutes: Sequence[float]) -> UsualTime | None:
    """What times of the day have in common.

    Each counts by its distance from their circular mean, the short way round.

    Args:
        minutes: The times, in minutes from some midnight.

    Returns:
        None without any, and where they have no direction in common, as 00:00 and 12:00.
    """
    east, north = _direction(minutes)
    concentration = math.hypot(east, north)
    if concentration < _NO_DIRECTION:
        return None
    mean = on_clock(math.atan2(north, east) / math.tau * MINUTES_OF_CLOCK)
    distances = [signed_distance(mean, each) for each in minutes]
    return UsualTime(
        mean=on_clock(mean + fmean(distances)),
        median=on_clock(mean + median(distances)),
        spread=stdev(distances) if len(distances) > 1 else None,
        number=len(distances),
        concentration=concentration,
    )


def signed_distance(origin: float, minutes: float) -> float:
    """How far a time is from another, the short way round: from -720 up to 720 minutes."""
    half = MINUTES_OF_CLOCK / 2
    return (minutes - origin + half) % MINUTES_OF_CLOCK - half


def on_clock(minutes: float) -> float:
    """A time in minutes from midnight, from 0 up to 1440."""
    # A remainder of a tiny negative number is rounded up to the whole circle.
    found = minutes % MINUTES_OF_CLOCK
    return 0.0 if found >= MINUTES_OF_CLOCK else found


def quietest_hour(sleeps: Sequence[tuple[float, float]]) -> int:
    """The full hour that fewest sleeps cross: where a clock is best cut open.

    Args:
        sleeps: The start of each in minutes from midnight, and its length in minutes.

    Returns:
        0 to 23; of equally quiet hours that in the middle of the longest quiet stretch, which for
        those who sleep at night is in the afternoon. Noon without any sleep.
    """
    if not sleeps:
        return HOURS_OF_CLOCK // 2
    crossed = [
        sum(0 < on_clock(hour * 60 - start) < length for start, length in sleeps)
        for hour in range(HOURS_OF_CLOCK)
    ]
    quiet = [number == min(crossed) for number in crossed]
    if all(quiet):
        return HOURS_OF_CLOCK // 2
    # Begun behind an hour that is not quiet, no stretch is torn apart by midnight.
    origin = quiet.index(False)
    longest: list[int] = []
    stretch: list[int] = []
    for hour in ((origin + offset) % HOURS_OF_CLOCK for offset in range(HOURS_OF_CLOCK)):
        stretch = [*stretch, hour] if quiet[hour] else []
        longest = max(longest, stretch, key=len)
    return longest[len(longest) // 2]


def _direction(minutes: Sequence[float]) -> tuple[float, float]:
    if not minutes:
        return 0.0, 0.0
    angles = [each / MINUTES_OF_CLOCK * math.tau for each in minutes]
    return fmean(map(math.cos, angles)), fmean(map(math.sin, angles))
