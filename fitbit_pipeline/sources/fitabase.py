"""Fitabase exports: folders or zips of CSV tables with many people, each a participant.

Only the daily tables are read: ``dailyActivity_merged*.csv`` and ``sleepDay_merged*.csv``.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import day_start, days_between
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Person, Survey
from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.fitabase_tables import (
    DAILY_ACTIVITY,
    PERSON,
    SLEEP_DAY,
    TABLES,
    Table,
    TableContent,
    read_table,
    table_of,
)
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    RequestRecord,
    SourceFailure,
)

Tables = Mapping[str, TableContent]


@dataclass(frozen=True, slots=True)
class _Answering:
    """Which columns of which table answer an endpoint."""

    table: Table
    columns: tuple[str, ...]


ANSWERING: dict[str, _Answering] = {
    "steps": _Answering(DAILY_ACTIVITY, ("TotalSteps",)),
    "distance": _Answering(
        DAILY_ACTIVITY, tuple(name for name in DAILY_ACTIVITY.bounds if name.endswith("Distance"))
    ),
    "activity_minutes": _Answering(
        DAILY_ACTIVITY, tuple(name for name in DAILY_ACTIVITY.bounds if name.endswith("Minutes"))
    ),
    "calories": _Answering(DAILY_ACTIVITY, ("Calories",)),
    "sleep": _Answering(SLEEP_DAY, tuple(SLEEP_DAY.bounds)),
}


class Fitabase:
    """The archive kind ``fitabase``."""

    name = "fitabase"
    many_people = True

    def __init__(self) -> None:
        """Starts with nothing read."""
        self._read: WeakKeyDictionary[ArchiveFiles, Tables] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def recognises(self, files: ArchiveFiles) -> bool:
        """Whether there is a table of daily activity or sleep among the files."""
        return any(table_of(member.base_name) for member in files.members)

    def relevant(self, base_name: str) -> bool:
        """Whether a file is one of the tables."""
        return table_of(base_name) is not None

    def survey(self, files: ArchiveFiles, zone: ZoneInfo | None) -> Survey:
        """Finds everybody in the tables.

        The last day of each person was cut when the export was made, so the archive is whole up
        to its beginning.

        Args:
            files: The archive.
            zone: The zone of all its people; the export names none.

        Raises:
            UserError: If a table is empty or lacks a column, no record can be used, or the zone
                is not named.
        """
        if zone is None:
            raise UserError(
                "A Fitabase export does not say in which time zone its people live: "
                "name it with --time-zone."
            )
        tables = self._tables(files)
        problems = [problem for content in tables.values() for problem in content.problems]
        keys = {key for content in tables.values() for key in (*content.rows, *content.damaged)}
        people = []
        for key in sorted(keys):
            days = [day for content in tables.values() for day in content.rows.get(key, {})]
            days += [day for content in tables.values() for day in content.damaged.get(key, {})]
            people.append(
                Person(
                    key=key,
                    first_day=min(days),
                    last_day=max(days),
                    synced_until=day_start(max(days), zone),
                    time_zone=zone.key,
                    endpoints=_endpoints(tables),
                )
            )
        if not any(content.rows for content in tables.values()):
            first = f" ({problems[0]})" if problems else ""
            raise UserError(
                f"{files.parts[0].name} holds no record that can be used{first}: export it again."
            )
        return Survey(people, problems, _notes(tables))

    def open(self, files: ArchiveFiles, person: Person, shift_days: int) -> "FitabaseSource":
        """One person's days; the tables are read once for all people of an archive."""
        return FitabaseSource(self._tables(files), person, timedelta(days=shift_days))

    def _tables(self, files: ArchiveFiles) -> Tables:
        with self._lock:
            if files not in self._read:
                found = {table.name: read_table(files, table) for table in TABLES}
                self._read[files] = {
                    name: content for name, content in found.items() if content.files
                }
            return self._read[files]


class FitabaseSource:
    """One person's days in a Fitabase export."""

    name = Fitabase.name

    def __init__(self, tables: Tables, person: Person, shift: timedelta):
        """Binds the tables to a person.

        Args:
            tables: The content of the tables, by name.
            person: As the survey found them.
            shift: How far every date is moved forward.
        """
        self._tables = tables
        self._person = person
        self._shift = shift

    @property
    def endpoints(self) -> frozenset[str]:
        """What the export's tables can answer."""
        return _endpoints(self._tables)

    @property
    def synced_until(self) -> datetime:
        """The beginning of the person's last day: the export cut that day."""
        # Moved on the clock of the wall: in between, clocks may have changed.
        zone = ZoneInfo(self._person.time_zone)
        return (self._person.synced_until.astimezone(zone) + self._shift).astimezone(UTC)

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """The record's columns of every day; see ``Source.fetch``.

        Raises:
            SourceFailure: ``damaged`` for days whose only record cannot be used, ``not_served``
                for days outside the table's own span.
        """
        answering = ANSWERING[endpoint]
        content = self._tables[answering.table.name]
        request = RequestRecord("READ", ", ".join(content.files))
        rows = content.rows.get(self._person.key, {})
        damaged = content.damaged.get(self._person.key, {})
        span = content.span
        failures: dict[date, tuple[FailureKind, str]] = {}
        for day in days_between(first, last):
            own_day = day - self._shift
            if own_day in damaged:
                failures[day] = (FailureKind.DAMAGED, f"{damaged[own_day]}: export it again.")
            elif span is None or not span[0] <= own_day <= span[1]:
                reason = f"The table {answering.table.name} does not reach this day."
                failures[day] = (FailureKind.NOT_SERVED, reason)
            else:
                row = rows.get(own_day)
                payload = None
                if row is not None:
                    columns = (PERSON, answering.table.day, *answering.columns)
                    payload = {answering.table.name: {name: row[name] for name in columns}}
                yield DayResponse(day, payload, request)
        if failures:
            raise SourceFailure.of_days(failures)


def _endpoints(tables: Tables) -> frozenset[str]:
    return frozenset(
        endpoint for endpoint, answering in ANSWERING.items() if answering.table.name in tables
    )


def _notes(tables: Tables) -> list[str]:
    doubled = sum(content.doubled for content in tables.values())
    if not doubled:
        return []
    return [
        f"{doubled} doubled records: where two spoke of one person and day, the one that accounts "
        "for more minutes of the day was kept."
    ]
