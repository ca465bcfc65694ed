"""The made-up participants, and what Google's Health API says of each.

This is all that the server knows of them. Answers are JSON as Google gives it; nothing here knows
HTTP, filters, pages or tokens. Whatever is not synced at the clock's now is not there yet.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from fitbit_pipeline.civil import ONE_DAY, time_zone
from fitbit_pipeline.sandbox.made_up import measurements, minute_points
from fitbit_pipeline.sandbox.made_up.devices import paired_devices
from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.exercises import exercise_readings
from fitbit_pipeline.sandbox.made_up.google_json import Json, date_json, duration, midnight
from fitbit_pipeline.sandbox.made_up.habits import epoch_minute, first_minute, utc_offset
from fitbit_pipeline.sandbox.made_up.people import Person, draw_people
from fitbit_pipeline.sandbox.made_up.readings import Reading
from fitbit_pipeline.sandbox.made_up.roll_ups import ROLL_UPS, windows
from fitbit_pipeline.sandbox.made_up.sleeps import sleep_readings
from fitbit_pipeline.sandbox.made_up.spans import span_between, span_of_day
from fitbit_pipeline.sandbox.made_up.syncs import last_sync

_POINTS: dict[str, Callable[[Person, date, int], list[Reading]]] = {
    "steps": minute_points.step_readings,
    "distance": minute_points.distance_readings,
    "heart-rate": minute_points.heart_rate_readings,
    "active-zone-minutes": minute_points.zone_credit_readings,
    "activity-level": minute_points.level_readings,
    "active-minutes": minute_points.active_minute_readings,
    "sedentary-period": minute_points.sedentary_readings,
    "time-in-heart-rate-zone": minute_points.zone_readings,
    "sleep": sleep_readings,
    "exercise": exercise_readings,
    "weight": measurements.weight_readings,
    "body-fat": measurements.body_fat_readings,
    "daily-resting-heart-rate": measurements.resting_readings,
    "daily-heart-rate-variability": measurements.variability_readings,
    "daily-oxygen-saturation": measurements.oxygen_readings,
    "daily-respiratory-rate": measurements.breathing_readings,
    "daily-sleep-temperature-derivations": measurements.temperature_readings,
    "daily-vo2-max": measurements.fitness_readings,
}

POINT_TYPES = frozenset(_POINTS)
"""Data types with points, raw and reconciled."""

ROLL_UP_TYPES = frozenset(ROLL_UPS)
"""Data types with roll-ups, daily and physical."""


class Population:
    """Everybody in the sandbox.

    The same seed gives the same people with the same days, whatever the clock, the number of
    people, and the order of asking.
    """

    def __init__(
        self, seed: int, people: int, first_day: date, clock: Callable[[], datetime]
    ) -> None:
        """Makes up the people.

        Args:
            seed: Of all chance.
            people: How many there are.
            first_day: The first civil day of which anybody has data.
            clock: Gives now, timezone-aware.
        """
        self._people = draw_people(seed, people, first_day)
        self._by_key = {person.key: person for person in self._people}
        self._clock = clock

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody, ``p001`` first; that one has every sensor, travels and rarely forgets it."""
        return self._people

    def person(self, key: str) -> Person:
        """One of the people.

        Raises:
            KeyError: If there is nobody of that key.
        """
        return self._by_key[key]

    def silence(self, key: str, first: date, last: date) -> None:
        """Keeps a person's devices from syncing for a while; what they count, they send later.

        Args:
            key: Of a person.
            first: The first UTC day without a sync.
            last: The last.

        Raises:
            KeyError: If there is nobody of that key.
        """
        person = self.person(key)
        silent = replace(person, silences=(*person.silences, (first, last)))
        self._by_key[key] = silent
        self._people = tuple(silent if each.key == key else each for each in self._people)

    def identity(self, key: str) -> Json:
        """An ``Identity``."""
        person = self.person(key)
        return {
            "name": f"users/{person.health_user_id}/identity",
            "healthUserId": person.health_user_id,
            "legacyUserId": person.legacy_user_id,
        }

    def profile(self, key: str) -> Json:
        """A ``Profile``."""
        person = self.person(key)
        return {
            "name": f"users/{person.health_user_id}/profile",
            "age": person.traits.age,
            "membershipStartDate": date_json(person.joined),
            "autoWalkingStrideLengthMm": person.traits.stride_millimetres,
        }

    def settings(self, key: str) -> Json:
        """A ``Settings``; the time zone is the one at home, also on a trip."""
        person = self.person(key)
        offset = utc_offset(time_zone(person.time_zone), epoch_minute(self._clock()))
        return {
            "name": f"users/{person.health_user_id}/settings",
            "timeZone": person.time_zone,
            "utcOffset": duration(offset),
            "languageLocale": "en_GB",
            "autoStrideEnabled": True,
            "distanceUnit": "DISTANCE_UNIT_KILOMETERS",
            "heightUnit": "HEIGHT_UNIT_CENTIMETERS",
            "weightUnit": "WEIGHT_UNIT_KILOGRAMS",
            "temperatureUnit": "TEMPERATURE_UNIT_CELSIUS",
        }

    def paired_devices(self, key: str) -> list[Json]:
        """``PairedDevice`` objects: a tracker, usually the phone, sometimes a scale."""
        person = self.person(key)
        return paired_devices(person, last_sync(person, self._now()))

    def points(self, key: str, data_type: str, first: date, last: date) -> list[Json]:
        """``DataPoint`` objects as ``list`` gives them, the latest first.

        Args:
            key: Of a person.
            data_type: One of ``POINT_TYPES``.
            first: The first civil day, where the person was.
            last: The last civil day. Sleeps that end on the day after come along.

        Raises:
            KeyError: If there is nobody of that key, or no points of that type.
        """
        readings = self._readings(self.person(key), data_type, first, last)
        return [reading.raw() for reading in readings]

    def reconciled(self, key: str, data_type: str, first: date, last: date) -> list[Json]:
        """``ReconciledDataPoint`` objects, merged from all sources, the latest first.

        Arguments and errors are those of ``points``. The summary of a sleep's stages comes twice,
        as observed.
        """
        readings = self._readings(self.person(key), data_type, first, last)
        rows = [reading.reconciled() for reading in readings if reading.merged]
        if data_type == "sleep":
            for row in rows:
                _double_summary(row)
        return rows

    def daily_roll_up(self, key: str, data_type: str, first: date, last: date) -> list[Json]:
        """``DailyRollupDataPoint`` objects of one day each, the latest first.

        Most days without a value are absent; some have a row without one, some an empty value.

        Args:
            key: Of a person.
            data_type: One of ``ROLL_UP_TYPES``.
            first: The first civil day.
            last: The last civil day.

        Raises:
            KeyError: If there is nobody of that key, or no roll-up of that type.
        """
        person = self.person(key)
        member, value = ROLL_UPS[data_type]
        synced = self._synced(person)
        rows: list[Json] = []
        if data_type in person.lacks:
            return rows
        for day in _backwards(person, first, last, synced):
            if first_minute(person, day) * 60 >= synced:
                continue
            row: Json = {
                "civilStartTime": midnight(day),
                "civilEndTime": midnight(day + ONE_DAY),
            }
            rolled = value(person, span_of_day(person, day, synced // 60))
            if rolled is not None:
                rows.append({**row, member: rolled})
            elif (chance := draw(person.health_user_id, day, data_type, "empty").random()) < 0.3:
                rows.append({**row, member: {}} if chance < 0.15 else row)
        return rows

    def roll_up(
        self, key: str, data_type: str, start: datetime, end: datetime, window_seconds: int
    ) -> list[Json]:
        """``RollupDataPoint`` objects of windows from ``start`` on, the latest first.

        Args:
            key: Of a person.
            data_type: One of ``ROLL_UP_TYPES``.
            start: Where the first window begins, timezone-aware.
            end: Where the last window ends at the latest.
            window_seconds: The length of a window. A minute's steps are in the window in which
                the minute begins.

        Raises:
            KeyError: If there is nobody of that key, or no roll-up of that type.
        """
        person = self.person(key)
        if data_type not in ROLL_UPS:
            raise KeyError(data_type)
        bounds = int(start.timestamp()), int(end.timestamp())
        joined = first_minute(person, person.joined)
        first = max(joined, bounds[0] // 60)
        after = min(self._synced(person) // 60, -(-bounds[1] // 60))
        if data_type in person.lacks or first >= after:
            return []
        span = span_between(person, first, after)
        return windows(person, data_type, span, first, bounds, window_seconds)

    def _readings(
        self, person: Person, data_type: str, first: date, last: date
    ) -> Iterator[Reading]:
        readings_of = _POINTS[data_type]
        if data_type not in person.lacks:
            synced = self._synced(person)
            if data_type == "sleep" and last < date.max:
                # An unfinished night ends, so far, on the day before the one on which it will end.
                last += ONE_DAY
            for day in _backwards(person, first, last, synced):
                yield from readings_of(person, day, synced)

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _synced(self, person: Person) -> int:
        """The second since 1970 up to which there are data; 0 before the first sync."""
        return last_sync(person, self._now()) or 0


def _backwards(person: Person, first: date, last: date, synced: int) -> Iterator[date]:
    """Civil days from the last to the first, of those on which there may be data."""
    newest = datetime.fromtimestamp(synced, UTC).date() + ONE_DAY
    day, oldest = min(last, newest), max(first, person.joined)
    while day >= oldest:
        yield day
        day -= ONE_DAY


def _double_summary(row: Json) -> None:
    sleep = row["sleep"]
    if isinstance(sleep, dict) and "stagesSummary" in sleep["summary"]:
        sleep["summary"]["stagesSummary"] *= 2
