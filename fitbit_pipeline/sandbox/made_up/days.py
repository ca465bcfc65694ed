"""What happened to a person on a civil day, minute by minute: a pure function of both.

A civil day runs from midnight to midnight where the person is, so days of travel and days on which
clocks change are longer or shorter. Whether the data have been synced is no concern of this module.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.habits import (
    first_minute,
    is_sick,
    is_worn_day,
    resting_heart_rate,
    season,
    utc_offset,
    zone_at_midnight,
)
from fitbit_pipeline.sandbox.made_up.nights import FLIGHT_MINUTE, Slumber, flies, nap, night
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.textures import (
    LONGEST_CUT,
    TAPE_MINUTES,
    Tape,
    bustle_tape,
    pattern_tape,
    sleep_tape,
    workout_tape,
)

Stretch = tuple[int, int]
"""Minutes of a day: the first, and the one after the last."""

_FIRST_WORN_MINUTE = 540
_AVERAGE_RESERVE = 118
_PHONE_COUNTS = bytes(count * 23 // 25 if count >= 60 else 0 for count in range(256))
_EASING_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Workout:
    """A workout of a day: its kind and its minutes of the day."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Day:
    """The minutes of a civil day, one byte each, in order.

    Attributes:
        first: The day's first minute, since 1970.
        length: Minutes of the day.
        offsets: From which minute of the day on clocks showed which offset from UTC, in seconds.
        watch_steps: Counted by the wearable.
        phone_steps: Counted by the phone.
        steps: Of the wearable where it was worn, otherwise of the phone.
        pulse: Beats per minute in the middle of the minute; 0 where the device was not worn.
        patterns: How the samples of the minute lie around it: numbers of ``pulse_patterns``.
        levels: Of activity, as ``textures`` names them.
        floors: Climbed.
        nap: The recorded nap.
        workout: The recorded workout.
    """

    first: int
    length: int
    offsets: tuple[tuple[int, int], ...]
    watch_steps: bytes
    phone_steps: bytes
    steps: bytes
    pulse: bytes
    patterns: bytes
    levels: bytes
    floors: bytes
    nap: Slumber | None
    workout: Workout | None

    def offset_at(self, minute: int) -> int:
        """The offset from UTC in seconds at a minute of the day."""
        return next(offset for start, offset in reversed(self.offsets) if start <= minute)


@lru_cache(maxsize=2048)
def day_of(person: Person, day: date) -> Day:
    """The day of a person."""
    first = first_minute(person, day)
    length = first_minute(person, day + ONE_DAY) - first
    offsets = _offsets(person, day, first, length)
    if day < person.joined or (person.left is not None and day >= person.left):
        still = bytes(length)
        layers = (still, still, still, still, still, still, still)
        return Day(first, length, offsets, *layers, None, None)
    return _Painter(person, day, first, length).day(offsets)


class _Painter:
    """Paints the tapes of a day one over another."""

    def __init__(self, person: Person, day: date, first: int, length: int) -> None:
        self._person, self._day = person, day
        self._first, self._length = first, length
        self._chance = draw(person.health_user_id, day, "day")
        self._night, self._next_night = night(person, day), night(person, day + ONE_DAY)
        self._waking = self._night.end - first
        self._bed = min(length, self._next_night.start - first)
        self._resting = resting_heart_rate(person, day)
        self._steps, self._pulse = bytearray(length), bytearray(length)
        self._levels, self._floors = bytearray(length), bytearray(length)

    def day(self, offsets: tuple[tuple[int, int], ...]) -> Day:
        unworn = self._unworn()
        rest = self._nap(unworn)
        workout = self._workout(unworn, rest)
        self._paint_all(rest, workout)
        walked = bytes(self._steps)
        phone = self._phone(walked)
        for layer in (self._steps, self._pulse, self._levels, self._floors):
            for start, end in unworn:
                layer[start:end] = bytes(end - start)
        watch = bytes(self._steps)
        for start, end in unworn:
            self._steps[start:end] = phone[start:end]
        cut = self._chance.randrange(TAPE_MINUTES - LONGEST_CUT)
        return Day(
            first=self._first,
            length=self._length,
            offsets=offsets,
            watch_steps=watch,
            phone_steps=phone,
            steps=bytes(self._steps),
            pulse=bytes(self._pulse),
            patterns=pattern_tape()[cut : cut + self._length],
            levels=bytes(self._levels),
            floors=bytes(self._floors),
            nap=rest,
            workout=workout,
        )

    def _unworn(self) -> list[Stretch]:
        """When the device was off the wrist."""
        if not is_worn_day(self._person, self._day):
            return [(0, self._length)]
        stretches = self._by_day()
        if not self._night.recorded:
            stretches.append((0, self._waking + 20))
        if self._day == self._person.joined:
            stretches.append((0, max(_FIRST_WORN_MINUTE, self._waking)))
        if not self._next_night.recorded:
            stretches.append((self._bed - 20, self._length))
        return stretches

    def _by_day(self) -> list[Stretch]:
        """Showers, charging breaks, and hours on a shelf, between rising and going to bed."""
        chance, traits = self._chance, self._person.traits
        drawn = []
        if chance.random() < 0.6:
            drawn.append((self._waking + chance.randrange(5, 40), chance.randrange(10, 23)))
        if chance.random() < 0.22:
            drawn.append((chance.randrange(1060, 1190), chance.randrange(40, 95)))
        if chance.random() < traits.removal_chance:
            drawn.append((self._waking + chance.randrange(60, 400), chance.randrange(150, 420)))
        return [
            (start, min(start + length, self._bed - 5))
            for start, length in drawn
            if self._waking < start < self._bed - 5
        ]

    def _nap(self, unworn: list[Stretch]) -> Slumber | None:
        rest = nap(self._person, self._day)
        if rest is None or not rest.recorded:
            return None
        start, end = rest.start - self._first, rest.end - self._first
        clear = start > self._waking + 60 and end < self._bed - 60
        return rest if clear and _is_free(start, end, unworn) else None

    def _workout(self, unworn: list[Stretch], rest: Slumber | None) -> Workout | None:
        chance, traits = self._chance, self._person.traits
        likely = traits.exercise_chance * (not is_sick(self._person, self._day))
        if chance.random() >= likely or flies(self._person, self._day):
            return None
        name = chance.choices(traits.exercises, weights=(5, 2, 2))[0]
        early = self._waking < 520 and chance.random() < 0.35
        start = self._waking + chance.randrange(20, 60) if early else chance.randrange(1040, 1140)
        end = start + chance.randrange(24, 75)
        taken = [(rest.start - self._first, rest.end - self._first)] if rest else []
        return Workout(name, start, end) if _is_free(start, end, unworn + taken) else None

    def _paint_all(self, rest: Slumber | None, workout: Workout | None) -> None:
        asleep = max(0, self._night.start - self._first)
        in_bed = self._table(-4)
        awake = self._table(9)
        pace = self._pace()
        noon = self._waking + (self._bed - self._waking) // 3
        evening = noon + (self._bed - self._waking) // 3
        self._paint(0, asleep, bustle_tape(pace / 3), awake)
        self._paint(asleep, self._waking, sleep_tape(), in_bed)
        self._paint(self._waking, noon, bustle_tape(pace), awake)
        self._paint(noon, evening, bustle_tape(pace * 1.25), awake)
        self._paint(evening, self._bed, bustle_tape(pace * 0.7), awake)
        self._paint(self._bed, self._length, sleep_tape(), in_bed)
        if rest:
            first = self._first
            self._paint(rest.start - first, rest.end - first, sleep_tape(), self._table(1))
        if workout:
            self._paint(workout.start, workout.end, workout_tape(workout.name), awake)
            self._ease_into(workout)

    def _paint(self, start: int, end: int, tape: Tape, table: bytes) -> None:
        if end <= start:
            return
        cut = self._chance.randrange(TAPE_MINUTES - LONGEST_CUT)
        piece = slice(cut, cut + end - start)
        self._steps[start:end] = tape.steps[piece]
        self._pulse[start:end] = tape.strain[piece].translate(table)
        self._levels[start:end] = tape.level[piece]
        self._floors[start:end] = tape.floors[piece]

    def _ease_into(self, workout: Workout) -> None:
        """The pulse rises over the first minutes of a workout."""
        before = self._pulse[workout.start - 1]
        for minute in range(_EASING_MINUTES):
            rise = self._pulse[workout.start + minute] - before
            eased = before + rise * (minute + 1) // (_EASING_MINUTES + 1)
            self._pulse[workout.start + minute] = eased

    def _table(self, above_rest: int) -> bytes:
        highest = self._person.traits.highest_heart_rate
        reserve = highest - self._person.traits.resting_heart_rate
        return _pulse_table(self._resting + above_rest, reserve, highest)

    def _pace(self) -> float:
        """Steps per waking minute that the person is up to."""
        weekday = self._day.weekday()
        rhythm = (1.02, 1.0, 1.04, 1.0, 1.08, 1.15, 0.8)[weekday]
        mood = min(1.8, self._chance.lognormvariate(0, 0.22))
        illness = 0.3 if is_sick(self._person, self._day) else 1.0
        weather = 1 + 0.12 * season(self._person, self._day)
        steps = self._person.traits.steps * rhythm * mood * illness * weather
        return float(steps / max(600, self._bed - self._waking))

    def _phone(self, walked: bytes) -> bytes:
        """Steps that the phone counts in the hours in which it is carried."""
        carried = bytearray(self._length)
        if self._person.traits.phone and self._chance.random() < 0.8:
            for start in (self._waking + 35, 900):
                begin = start + self._chance.randrange(60)
                end = min(begin + self._chance.randrange(100, 320), self._bed)
                if begin < end:
                    carried[begin:end] = walked[begin:end].translate(_PHONE_COUNTS)
        return bytes(carried)


def _is_free(start: int, end: int, taken: list[Stretch]) -> bool:
    return all(end < begin or start > after for begin, after in taken)


@lru_cache(maxsize=4096)
def _pulse_table(base: int, reserve: int, highest: int) -> bytes:
    """Turns the strain of a tape into beats per minute of a person."""
    return bytes(
        min(highest, base + round(strain * reserve / _AVERAGE_RESERVE)) for strain in range(256)
    )


def _offsets(person: Person, day: date, first: int, length: int) -> tuple[tuple[int, int], ...]:
    zone, next_zone = zone_at_midnight(person, day), zone_at_midnight(person, day + ONE_DAY)
    if zone == next_zone:
        return _offsets_in(zone, first, 0, length)
    return (
        *_offsets_in(zone, first, 0, FLIGHT_MINUTE),
        *_offsets_in(next_zone, first, FLIGHT_MINUTE, length),
    )


def _offsets_in(zone: ZoneInfo, first: int, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Offsets within one zone, which changes its clocks once a day at the most."""
    at_start, at_end = utc_offset(zone, first + start), utc_offset(zone, first + end - 1)
    if at_start == at_end:
        return ((start, at_start),)
    before, after = start, end - 1
    while after - before > 1:
        middle = (before + after) // 2
        if utc_offset(zone, first + middle) == at_start:
            before = middle
        else:
            after = middle
    return (start, at_start), (after, at_end)
