"""What holds for a person on a date, whatever the hour: place, health, and whether they wear it.

All of it is a pure function of person and date. What happened hour by hour is in ``nights`` and
``days``.
"""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import ONE_DAY, day_start, time_zone
from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.people import Person

_DESTINATIONS = (
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Athens",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Tokyo",
    "Australia/Adelaide",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
)
_FARTHEST = timedelta(hours=8)
"""Beyond it, midday before the flight and midday after it may be of two dates."""

Spell = tuple[date, date]
"""A first and a last day."""


@dataclass(frozen=True)
class _Kind:
    """A kind of spell: at most one in so many days, when it begins in them, and how long it lasts.

    The bounds are those of ``randrange``; a spell ends within its days.
    """

    name: str
    every: int
    begins: tuple[int, int]
    lasts: tuple[int, int]


_TRIP = _Kind("trip", 45, (8, 25), (4, 11))
_SICKNESS = _Kind("sickness", 50, (2, 40), (3, 9))
_GAP = _Kind("gap", 30, (5, 22), (2, 7))


def epoch_minute(instant: datetime) -> int:
    """The whole minutes from 1970 to an instant."""
    return int(instant.timestamp()) // 60


@lru_cache(maxsize=16384)
def first_minute(person: Person, day: date) -> int:
    """The minute since 1970 at which a civil day begins where the person is."""
    return epoch_minute(day_start(day, zone_at_midnight(person, day)))


def zone_at_midnight(person: Person, day: date) -> ZoneInfo:
    """Where the person is when a day begins; they fly at midday, so it may end elsewhere."""
    spell = _trip(person, day)
    if spell and spell[0] < day <= spell[1]:
        return _destination(person, spell[0])
    return time_zone(person.time_zone)


def utc_offset(zone: ZoneInfo, minute: int) -> int:
    """The offset from UTC in seconds that clocks of a zone show at a minute since 1970."""
    offset = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset else 0


def is_worn_day(person: Person, day: date) -> bool:
    """Whether the device is worn on a day at all."""
    if day < person.joined or (person.left and day >= person.left):
        return False
    if day == person.joined:
        return True
    if _covers(_gap(person, day), day):
        return False
    return draw(person.health_user_id, day, "worn").random() < person.traits.wear


def is_sick(person: Person, day: date) -> bool:
    """Whether the person lies in bed with something."""
    return _covers(_sickness(person, day), day)


def season(person: Person, day: date) -> float:
    """From 1 in the middle of the local summer to -1 in the middle of winter."""
    return person.traits.summer * math.cos((day.timetuple().tm_yday - 196) * math.tau / 365.25)


def resting_heart_rate(person: Person, day: date) -> int:
    """Of a day: the person's own, lower in summer, drifting, and raised by illness."""
    drift = math.sin(day.toordinal() * math.tau / 23 + person.traits.age)
    wobble = draw(person.health_user_id, day, "resting").gauss(0, 0.7)
    illness = 7 if is_sick(person, day) else 0
    resting = person.traits.resting_heart_rate - season(person, day) + 1.3 * drift
    return round(resting + wobble + illness)


def _trip(person: Person, day: date) -> Spell | None:
    return _spell(person, _TRIP, (day - person.joined).days // _TRIP.every, person.traits.travels)


def _sickness(person: Person, day: date) -> Spell | None:
    return _spell(person, _SICKNESS, (day - person.joined).days // _SICKNESS.every, 0.35)


def _gap(person: Person, day: date) -> Spell | None:
    """Days in which the charger is lost, or the device forgotten."""
    likely = 2 * (1 - person.traits.wear)
    return _spell(person, _GAP, (day - person.joined).days // _GAP.every, likely)


@lru_cache(maxsize=8192)
def _spell(person: Person, kind: _Kind, block: int, likely: float) -> Spell | None:
    """The spell in a block of days since joining, if there is one."""
    chance = draw(person.health_user_id, block, kind.name)
    if block < 0 or chance.random() >= likely:
        return None
    first = person.joined + timedelta(days=block * kind.every + chance.randrange(*kind.begins))
    return first, first + timedelta(days=chance.randrange(*kind.lasts) - 1)


def _covers(spell: Spell | None, day: date) -> bool:
    return spell is not None and spell[0] <= day <= spell[1]


@lru_cache(maxsize=1024)
def _destination(person: Person, departure: date) -> ZoneInfo:
    noon = datetime.combine(departure, datetime.min.time(), tzinfo=UTC) + ONE_DAY / 2
    home = noon.astimezone(time_zone(person.time_zone)).utcoffset()
    chance = draw(person.health_user_id, departure, "destination")
    for name in chance.sample(_DESTINATIONS, len(_DESTINATIONS)):
        away = noon.astimezone(ZoneInfo(name)).utcoffset()
        if home is not None and away is not None and timedelta() < abs(away - home) <= _FARTHEST:
            return ZoneInfo(name)
    return time_zone(person.time_zone)
