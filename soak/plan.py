"""What goes wrong on which night, and what happens to whom: drawn by a seed, and nothing else.

A pure function of the seed and the size of the study. What a trouble does stands in ``troubles``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random

FIRST_NIGHT = date(2026, 3, 27)
"""In the two weeks from here clocks go forward in Europe, and back in Australia and New Zealand."""

FEWEST_NIGHTS = 15
FEWEST_PARTICIPANTS = 6


class Trouble(StrEnum):
    """What goes wrong in a night."""

    NONE = "undisturbed"
    UNAVAILABLE = "API: unavailable (503)"
    TIMEOUTS = "API: answers time out"
    TOO_MANY = "API: too many requests (429)"
    TRUNCATED = "API: answers truncated"
    DROPPED = "API: connections dropped"
    DATABASE_STOPPED = "database: stopped all night"
    DATABASE_KILLED = "database: killed, restarted during the night"
    RUN_KILLED = "run: killed in the middle"
    MACHINE_KILLED = "machine: run, database and daemon killed at once"
    DAEMON_AWAY = "daemon: the night does not happen"
    CLOCK_SKEWED = "clock: hours wrong"


API_TROUBLES = frozenset(
    {
        Trouble.UNAVAILABLE,
        Trouble.TIMEOUTS,
        Trouble.TOO_MANY,
        Trouble.TRUNCATED,
        Trouble.DROPPED,
    }
)
KILLS = frozenset({Trouble.DATABASE_KILLED, Trouble.RUN_KILLED, Trouble.MACHINE_KILLED})
DISTURBED = tuple(trouble for trouble in Trouble if trouble is not Trouble.NONE)


class Happening(StrEnum):
    """What happens to a participant, at noon."""

    JOIN = "joined"
    LEAVE = "left"
    REVOKE = "took the consent back"
    RENEW = "renewed the consent"
    RENEW_WITHOUT_SLEEP = "renewed the consent, without sleep"


@dataclass(frozen=True, slots=True)
class Night:
    """One night.

    Attributes:
        date: On which morning.
        trouble: What goes wrong.
        after: How many requests go well before; 0 where it is wrong from the beginning.
        skew: How much later than the pipeline believes it really is.
    """

    date: date
    trouble: Trouble = Trouble.NONE
    after: int = 0
    skew: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a participant.

    Attributes:
        day: At noon of which day.
        what: What.
        name: To whom.
    """

    day: date
    what: Happening
    name: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Days on which nobody's phone heard from the device; it sends everything later."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is going to happen.

    Attributes:
        seed: What drew it.
        names: The participants.
        nights: The nights, in order; the first and the last are undisturbed.
        events: What happens to participants, in order.
        silences: When whose device does not sync.
        trailing_days: The setting of that name.
        limit_days: The setting ``nightly_limit_days``.
    """

    seed: int
    names: Sequence[str]
    nights: Sequence[Night]
    events: Sequence[Event]
    silences: Sequence[Silence]
    trailing_days: int
    limit_days: int


def draw_plan(seed: int, nights: int, participants: int) -> Plan:
    """A plan in which every kind of trouble and every happening occurs.

    Somebody who leaves or takes their consent back does so after an undisturbed night: what a
    disturbed night leaves open at that moment can never be brought, by nobody.

    Args:
        seed: Decides everything.
        nights: How many there are; a short study has shorter settings, so that all of it happens.
        participants: How many.

    Raises:
        ValueError: If there are too few for everything to happen.
    """
    if nights < FEWEST_NIGHTS or participants < FEWEST_PARTICIPANTS:
        raise ValueError(
            f"Everything happens from {FEWEST_NIGHTS} nights and {FEWEST_PARTICIPANTS} "
            "participants on."
        )
    chance = Random(f"{seed}/{nights}/{participants}")  # noqa: S311 - a simulation, no secret
    names = [f"S{number:02}" for number in range(1, participants + 1)]
    long = nights >= 200
    trailing, limit = (7, 120) if long else (2, 5)
    drawn = _nights(chance, nights, participants)
    lives = _Lives(chance, drawn, limit)
    return Plan(
        seed=seed,
        names=names,
        nights=drawn,
        events=sorted(lives.of(names), key=lambda event: event.day),
        silences=_silences(chance, names, nights, 21 if long else trailing + 2),
        trailing_days=trailing,
        limit_days=limit,
    )


def _nights(chance: Random, count: int, participants: int) -> list[Night]:
    inner = count - 2
    units: list[list[Trouble]] = [
        [trouble] for trouble in DISTURBED if trouble is not Trouble.DAEMON_AWAY
    ]
    units.append([Trouble.DAEMON_AWAY] * 2)
    while (filled := sum(map(len, units))) < inner:
        unit = [Trouble.NONE]
        if filled + 12 < inner and chance.random() < 0.35:
            trouble = chance.choice(DISTURBED)
            away = trouble is Trouble.DAEMON_AWAY
            unit = [trouble] * (chance.randrange(1, 5) if away else 1)
        units.append(unit)
    chance.shuffle(units)
    troubles = [Trouble.NONE, *(each for unit in units for each in unit), Trouble.NONE]
    return [
        _night(chance, FIRST_NIGHT + timedelta(days=number), trouble, participants)
        for number, trouble in enumerate(troubles)
    ]


def _night(chance: Random, day: date, trouble: Trouble, participants: int) -> Night:
    after, skew = 0, timedelta()
    if trouble in KILLS:
        after = chance.randrange(1, 8 * participants)
    elif trouble in API_TROUBLES:
        after = chance.choice((0, chance.randrange(1, 12 * participants)))
    elif trouble is Trouble.CLOCK_SKEWED:
        skew = timedelta(minutes=chance.choice((-1, 1)) * chance.randrange(20, 20 * 60))
    return Night(day, trouble, after, skew)


class _Lives:
    """Draws who joins, leaves, and takes the consent back."""

    def __init__(self, chance: Random, nights: Sequence[Night], limit: int):
        self._chance = chance
        self._nights = nights
        self._limit = limit
        self._clear = [
            number for number, night in enumerate(nights[:-2]) if night.trouble is Trouble.NONE
        ]

    def of(self, names: Sequence[str]) -> list[Event]:
        """The first three stay all the time; of the others each has one story."""
        events: list[Event] = []
        for number, name in enumerate(names):
            story = number - 3
            if story < 0:
                events += self._from_the_start(name)
            elif story % 6 == 0:
                events += self._joins(name)
            elif story % 6 == 1:
                events += [*self._from_the_start(name), *self._leaves(name)]
            elif story % 6 == 2:
                events += [*self._from_the_start(name), *self._is_long_without(name)]
            else:
                events += [*self._from_the_start(name), *self._comes_and_goes(name)]
        return events

    def _from_the_start(self, name: str) -> list[Event]:
        return [self._event(-1, Happening.JOIN, name)]

    def _joins(self, name: str) -> list[Event]:
        number = self._chance.randrange(1, len(self._nights) - 3)
        return [self._event(number, Happening.JOIN, name)]

    def _leaves(self, name: str) -> list[Event]:
        return [self._event(self._chance.choice(self._clear), Happening.LEAVE, name)]

    def _is_long_without(self, name: str) -> list[Event]:
        """Longer than a night repairs: the oldest days are reported."""
        away = self._limit + self._chance.randrange(2, 5)
        possible = [number for number in self._clear if number + away < len(self._nights) - 1]
        gone = self._chance.choice(possible)
        return [
            self._event(gone, Happening.REVOKE, name),
            self._event(gone + away, Happening.RENEW, name),
        ]

    def _comes_and_goes(self, name: str) -> list[Event]:
        """Back within a month, at first perhaps with less than before."""
        gone = self._chance.choice(self._clear)
        last = len(self._nights) - 2
        back = min(gone + self._chance.randrange(1, 30), last)
        events = [self._event(gone, Happening.REVOKE, name)]
        if back + 1 <= last:
            events.append(self._event(back, Happening.RENEW_WITHOUT_SLEEP, name))
            back = min(back + self._chance.randrange(1, 20), last)
        return [*events, self._event(back, Happening.RENEW, name)]

    def _event(self, number: int, what: Happening, name: str) -> Event:
        return Event(FIRST_NIGHT + timedelta(days=number), what, name)


def _silences(chance: Random, names: Sequence[str], nights: int, longest: int) -> list[Silence]:
    """Every other participant's device is silent for a while, now and then."""
    found = []
    for name in names[1::2]:
        day = chance.randrange(0, max(1, min(60, nights - longest)))
        while day + longest < nights + longest // 2:
            length = chance.randrange(2, longest + 1)
            first = FIRST_NIGHT + timedelta(days=day)
            found.append(Silence(name, first, first + timedelta(days=length - 1)))
            day += length + chance.randrange(20, 90)
    return found
