"""When the devices of a person sent what they had: nothing is visible that came after.

Syncs follow the person's habit: all the time in the background, once a day, or every few days; in a
silence, such as a phone that broke, there are none.
"""

from datetime import date

from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.habits import first_minute
from fitbit_pipeline.sandbox.made_up.people import Person

_BACKGROUND_SECONDS = 900
_SECONDS_PER_DAY = 86400
_PAIRED_MINUTE = 550


def paired_at(person: Person) -> int:
    """The second since 1970 at which the device was set up, which is its first sync."""
    return first_minute(person, person.joined) * 60 + _PAIRED_MINUTE * 60


def last_sync(person: Person, now: int) -> int | None:
    """The second of the last sync up to now, or None if the device is not set up yet."""
    paired = paired_at(person)
    if now < paired:
        return None
    if person.left is not None:
        now = min(now, first_minute(person, person.left) * 60)
    sync = _sync_up_to(person, now)
    while silence := _silence_at(person, sync):
        sync = _sync_up_to(person, silence[0] - 1)
    return max(paired, sync)


def next_sync(person: Person, second: int) -> int:
    """The second of the first sync at an instant or after it, as if the person never left."""
    sync = _sync_from(person, second)
    while silence := _silence_at(person, sync):
        sync = _sync_from(person, silence[1])
    return sync


def _silence_at(person: Person, second: int) -> tuple[int, int] | None:
    """The seconds of a silence, the first and the one after the last, if it lies in one."""
    for first, last in person.silences:
        begin, end = _seconds_before(first), _seconds_before(last) + _SECONDS_PER_DAY
        if begin <= second < end:
            return begin, end
    return None


def _seconds_before(day: date) -> int:
    return (day - date(1970, 1, 1)).days * _SECONDS_PER_DAY


def _sync_from(person: Person, second: int) -> int:
    phase, every = _phase(person), person.traits.sync_days
    if not every:
        return -(-(second - phase) // _BACKGROUND_SECONDS) * _BACKGROUND_SECONDS + phase
    day = second // _SECONDS_PER_DAY
    while (sync := _sync_of(person, day)) is None or sync < second:
        day += 1
    return sync


def _sync_up_to(person: Person, now: int) -> int:
    phase, every = _phase(person), person.traits.sync_days
    if not every:
        return (now - phase) // _BACKGROUND_SECONDS * _BACKGROUND_SECONDS + phase
    day = now // _SECONDS_PER_DAY
    while (sync := _sync_of(person, day)) is None or sync > now:
        day -= 1
    return sync


def _sync_of(person: Person, day: int) -> int | None:
    """The sync of a UTC day since 1970, if the person syncs on it."""
    if (day + _phase(person)) % person.traits.sync_days:
        return None
    late = draw(person.health_user_id, day, "sync").randrange(14400)
    return day * _SECONDS_PER_DAY + person.traits.sync_minute * 60 + late


def _phase(person: Person) -> int:
    return int(person.health_user_id[-4:]) % _BACKGROUND_SECONDS
