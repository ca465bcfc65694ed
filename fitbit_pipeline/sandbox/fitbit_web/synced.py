"""One made-up person as far as their devices have sent what they had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from fitbit_pipeline.civil import ONE_DAY, time_zone, today
from fitbit_pipeline.sandbox.api_times import civil_of
from fitbit_pipeline.sandbox.fitbit_web.totals import Totals, padding, totals_of
from fitbit_pipeline.sandbox.made_up.days import Day, day_of
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.made_up.syncs import last_sync

Json = dict[str, Any]
Row = tuple[date, str, Json]
"""The civil day of a record, its number, and what Google says of it."""


@dataclass(frozen=True, slots=True)
class Synced:
    """One person.

    Attributes:
        population: Everybody.
        person: Who it is.
        now: The present instant, UTC.
        second: The second since 1970 up to which there are data; 0 before the first sync.
    """

    population: Population
    person: Person
    now: datetime
    second: int

    @classmethod
    def of(cls, population: Population, key: str, now: datetime) -> "Synced":
        """The person of a key at an instant."""
        person = population.person(key)
        return cls(population, person, now, last_sync(person, int(now.timestamp())) or 0)

    @property
    def today(self) -> date:
        """The civil date where the person lives."""
        return today(self.now, time_zone(self.person.time_zone))

    @property
    def today_somewhere(self) -> date:
        """The latest civil date that it can be for a person who travels."""
        return self.now.date() + ONE_DAY

    @property
    def has_pulse(self) -> bool:
        """Whether the device feels the pulse."""
        return "heart-rate" not in self.person.lacks

    @property
    def newest_day(self) -> date:
        """The last civil day, where the person was, of which anything has been synced."""
        day = self.today_somewhere
        while day >= self.person.joined and day_of(self.person, day).first * 60 >= self.second:
            day -= ONE_DAY
        return day

    def day(self, day: date) -> tuple[Day, int]:
        """The minutes of a day that is not to come, and how many of them have been synced."""
        happened = day_of(self.person, day)
        return happened, max(0, min(happened.length, self.second // 60 - happened.first))

    def totals(self, day: date) -> Totals:
        """What a day comes to; days to come are like days without a device."""
        if day > self.today_somewhere:
            return padding(self.person)
        return totals_of(self.person, day, self.second)

    def daily(self, data_type: str, first: date, last: date) -> Iterable[tuple[date, Json]]:
        """Records of a day each, oldest first, of a type such as ``daily-vo2-max``."""
        for record in self._records(data_type, first, last):
            yield date(**record["date"]), record

    def samples(self, data_type: str, first: date, last: date) -> Iterable[Row]:
        """Measurements, oldest first, of a type such as ``weight``."""
        for name, record in self._named(data_type, first, last):
            day = date(**record["sampleTime"]["civilTime"]["date"])
            if first <= day <= last:
                yield day, name, record

    def sessions(self, data_type: str, first: date, last: date, limit: str) -> list[Row]:
        """Sleeps or exercises, oldest first.

        Args:
            data_type: ``sleep`` or ``exercise``.
            first: The first civil day.
            last: The last civil day.
            limit: ``start`` or ``end``: by which of them a session belongs to a day.
        """
        found = []
        for name, record in self._named(data_type, first, last):
            interval = record["interval"]
            day = civil_of(interval, f"{limit}Time", f"{limit}UtcOffset").date()
            if first <= day <= last:
                found.append((day, name, record))
        return found

    def _records(self, data_type: str, first: date, last: date) -> Iterable[Json]:
        return (record for _, record in self._named(data_type, first, last))

    def _named(self, data_type: str, first: date, last: date) -> list[tuple[str, Json]]:
        rows = self.population.reconciled(self.person.key, data_type, first, last)
        member = _member(data_type)
        return [
            (str(row.get("dataPointName", "")).rpartition("/")[2], cast(Json, row[member]))
            for row in reversed(rows)
        ]


def _member(data_type: str) -> str:
    first, *others = data_type.split("-")
    return first + "".join(part.capitalize() for part in others)
