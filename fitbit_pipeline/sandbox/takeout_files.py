"""How the files of a Takeout archive are cut and spelled. Nothing here knows what they say."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

import orjson

File = tuple[str, bytes]
"""The path below the product's folder, and the content."""

MONTH_DAYS, YEAR_DAYS = 30, 365
"""Days of a file of minutes, and of one of yearly numbers."""

_DATA = "Global Export Data"
_EPOCH = date(1970, 1, 1)
_MINUTES_PER_DAY = 1440
_MINUTES = [f"{minute // 60:02}:{minute % 60:02}:00" for minute in range(_MINUTES_PER_DAY)]


def json_file(name: str, records: Sequence[object]) -> File:
    """A JSON file of records."""
    return f"{_DATA}/{name}.json", orjson.dumps(records)


def table_file(
    folder: str, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> File:
    """A CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return f"{folder}/{name}.csv", text.getvalue().encode()


def chunks(first: date, last: date, length: int) -> Iterator[tuple[date, date]]:
    """Days in pieces of so many, each with its first and last day; the last one may be shorter."""
    while first <= last:
        end = min(last, first + timedelta(days=length - 1))
        yield first, end
        first = end + timedelta(days=1)


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Days in calendar months, each with its first and last day."""
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=31)).replace(day=1)
        end = min(last, following - timedelta(days=1))
        yield first, end
        first = end + timedelta(days=1)


def stamp(moment: datetime | date) -> str:
    """As the JSON files write a moment: ``05/06/18 14:00:05``; a day is its first second."""
    return moment.strftime("%m/%d/%y %H:%M:%S")


def minute_stamp(minute: int) -> str:
    """As ``stamp``, of a minute since 1970 by whichever clock."""
    days, minute = divmod(minute, _MINUTES_PER_DAY)
    return f"{_us_date(days)} {_MINUTES[minute]}"


_dates: dict[int, str] = {}


def _us_date(days: int) -> str:
    if days not in _dates:
        _dates[days] = (_EPOCH + timedelta(days=days)).strftime("%m/%d/%y")
    return _dates[days]
