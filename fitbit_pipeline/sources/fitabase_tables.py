"""Reads the tables of a Fitabase export: one row per person and day, many people in one file.

What does not belong here: which part of a row answers which endpoint (``fitabase``).
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fnmatch import fnmatch
from functools import cached_property, lru_cache
from typing import IO

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Problem
from fitbit_pipeline.sources.archive_files import ArchiveFiles, Member

LONGEST_LINE = 65_536
MOST_PROBLEMS = 100_000
Row = Mapping[str, str]
"""One record verbatim, by column."""

PERSON = "Id"
PERSON_KEY_LENGTH = 40
YEARS = range(2007, 2100)
DATES_KEPT = 20_000
"""Texts of dates that are parsed once: everybody's rows speak of the same days."""
"""Fitbit was founded in 2007; what is dated otherwise is no day of a device."""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file of the export.

    Attributes:
        name: As payloads name it.
        pattern: How its files are named.
        day: The column that holds the date.
        bounds: The columns that hold numbers, and the largest that each can be; the smallest is 0.
        evidence: The columns whose sum tells how much of the day a record accounts for.
        proof: A column that is above 0 in every record that a device made, if there is one.
    """

    name: str
    pattern: str
    day: str
    bounds: Mapping[str, int]
    evidence: tuple[str, ...]
    proof: str | None = None


DAILY_ACTIVITY = Table(
    name="dailyActivity",
    pattern="dailyactivity_merged*.csv",
    day="ActivityDate",
    bounds={
        "TotalSteps": 200_000,
        "TotalDistance": 500,
        "TrackerDistance": 500,
        "LoggedActivitiesDistance": 500,
        "VeryActiveDistance": 500,
        "ModeratelyActiveDistance": 500,
        "LightActiveDistance": 500,
        "SedentaryActiveDistance": 500,
        "VeryActiveMinutes": 1500,
        "FairlyActiveMinutes": 1500,
        "LightlyActiveMinutes": 1500,
        "SedentaryMinutes": 1500,
        "Calories": 50_000,
    },
    evidence=(
        "VeryActiveMinutes",
        "FairlyActiveMinutes",
        "LightlyActiveMinutes",
        "SedentaryMinutes",
    ),
    # Whoever is alive burns energy: a record with 0 calories was filled in, not measured.
    proof="Calories",
)
SLEEP_DAY = Table(
    name="sleepDay",
    pattern="sleepday_merged*.csv",
    day="SleepDay",
    bounds={"TotalSleepRecords": 50, "TotalMinutesAsleep": 1500, "TotalTimeInBed": 1500},
    evidence=("TotalTimeInBed",),
)
TABLES = (DAILY_ACTIVITY, SLEEP_DAY)


@dataclass
class TableContent:
    """What the files of one table hold.

    Attributes:
        rows: The record of each person and day.
        damaged: Days of each person whose only record cannot be used, with the reason.
        problems: Every record that cannot be used.
        doubled: How many records were left out because another one spoke of the same day.
        files: The base names of the files read.
    """

    rows: dict[str, dict[date, Row]] = field(default_factory=dict)
    damaged: dict[str, dict[date, str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    doubled: int = 0
    files: list[str] = field(default_factory=list)

    @cached_property
    def span(self) -> tuple[date, date] | None:
        """The first and last day of anybody, between which the table can answer.

        Found once, since every participant's every endpoint asks: ask when all is read.
        """
        days = [day for by_day in self.rows.values() for day in by_day]
        days += [day for by_day in self.damaged.values() for day in by_day]
        return (min(days), max(days)) if days else None


class _RecordRefused(Exception):
    """A record that cannot be used; the message says why, without its value."""


def table_of(base_name: str) -> Table | None:
    """The table that a file belongs to, judged by its name."""
    for table in TABLES:
        if fnmatch(base_name.lower(), table.pattern):
            return table
    return None


def read_table(files: ArchiveFiles, table: Table) -> TableContent:
    """Reads all files of one table.

    Where two records speak of one person and day, the one that accounts for more minutes of the
    day is kept: the other was cut by the end of an export. A record without proof of a device
    accounts for none.

    Raises:
        UserError: If a file is empty, is no CSV, or lacks a column.
    """
    content = TableContent()
    for member in sorted(files.members, key=lambda each: each.path):
        if table_of(member.base_name) is table:
            content.files.append(member.base_name)
            for person, day, row in _records(files, member, table, content):
                _keep(content, table, person, day, row)
    for person, days in content.rows.items():
        damaged = content.damaged.get(person, {})
        for day in days:
            damaged.pop(day, None)
    return content


def _keep(content: TableContent, table: Table, person: str, day: date, row: Row) -> None:
    rows = content.rows.setdefault(person, {})
    if day in rows:
        content.doubled += 1
        row = max(rows[day], row, key=lambda each: _rank(each, table))
    rows[day] = row


def _rank(row: Row, table: Table) -> tuple[float, tuple[float, ...], tuple[str, ...]]:
    measured = table.proof is None or float(row[table.proof]) > 0
    minutes = sum(float(row[column]) for column in table.evidence) if measured else 0.0
    # The text decides last: "1" and "1.0" are equal, and the order of files must not choose.
    numbers = tuple(float(row[column]) for column in table.bounds)
    return minutes, numbers, tuple(row.values())


def _records(
    files: ArchiveFiles, member: Member, table: Table, content: TableContent
) -> Iterator[tuple[str, date, Row]]:
    name = files.display_name(member)
    files.check_size(member, member.size)
    with files.stream(member) as raw:
        try:
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
            reader = csv.reader(_lines(text))
            header = next(reader, None)
            if not header:
                raise UserError(f"{name} is empty: export it again.")
            for column in (PERSON, table.day, *table.bounds):
                if column not in header:
                    raise UserError(
                        f"{name}, line 1: the column {column} is missing, so this is not a whole "
                        "Fitabase export: export it again."
                    )
            for cells in reader:
                if cells:
                    yield from _record(header, cells, table, content, member, reader.line_num)
                if len(content.problems) > MOST_PROBLEMS:
                    raise UserError(
                        f"{name} holds more than {MOST_PROBLEMS} records that cannot be used: "
                        "export it again."
                    )
        except (UnicodeDecodeError, csv.Error) as error:
            raise UserError(f"{name} is not a CSV text file: export it again.") from error


def _lines(text: IO[str]) -> Iterator[str]:
    """The lines of a text, none of which is held beyond any length that a row has."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error("A line is longer than any row.")
        yield line


def _record(
    header: list[str],
    cells: list[str],
    table: Table,
    content: TableContent,
    member: Member,
    line: int,
) -> Iterator[tuple[str, date, Row]]:
    row = dict(zip(header, cells, strict=False))
    person: str | None = None
    day: date | None = None
    try:
        # Whose and when comes first: the day of a record that was cut is damaged, not empty.
        person = _person(row.get(PERSON, ""))
        day = _day(row.get(table.day, ""), table.day)
        if len(cells) != len(header):
            raise _RecordRefused(f"has {len(cells)} of {len(header)} columns")
        for column, highest in table.bounds.items():
            _check_number(row[column], column, highest)
    except _RecordRefused as refused:
        problem = Problem(member.base_name, f"line {line}", str(refused))
        content.problems.append(problem)
        if person is not None and day is not None:
            content.damaged.setdefault(person, {})[day] = str(problem)
        return
    yield person, day, row


def _person(text: str) -> str:
    key = text.strip()
    if not key.isascii() or not key.isalnum() or len(key) > PERSON_KEY_LENGTH:
        raise _RecordRefused(f"{PERSON} is not an identifier of letters and digits")
    return key


@lru_cache(maxsize=DATES_KEPT)
def _day(text: str, column: str) -> date:
    """A date in one of the two forms that exports use: ``4/12/2016`` and with a midnight behind."""
    try:
        # The export's dates are civil: the time behind them is always midnight and says nothing.
        day = datetime.strptime(text.strip().split(" ")[0], "%m/%d/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise _RecordRefused(f"{column} is not a date") from None
    if day.year not in YEARS:
        raise _RecordRefused(f"{column} is not between {YEARS.start} and {YEARS.stop - 1}")
    return day


def _check_number(text: str, column: str, highest: int) -> None:
    try:
        number = float(text) if column.endswith("Distance") else int(text)
    except ValueError:
        raise _RecordRefused(f"{column} is not a number of its kind") from None
    if not 0 <= number <= highest:
        raise _RecordRefused(f"{column} is not between 0 and {highest}")
