"""How records of archives and of the Fitbit Web API are read: numbers that are text, blank cells.

What does not belong here: which metric is read from which record (``takeout``, ``fitbit_web``).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.metrics.normaliser import PayloadRefused

Payload = Mapping[str, Any]
Record = Mapping[str, Any]
Values = dict[str, MetricValue]

LARGEST = 10**12
"""Nothing that is measured of a day comes near, and MongoDB keeps the sum of millions of such."""


def records_of(payload: Payload, family: str) -> Sequence[Record]:
    """The records of a family; none where the payload does not have it.

    Raises:
        PayloadRefused: If there is something else than a list of records.
    """
    records = payload.get(family, ())
    if not isinstance(records, Sequence) or not all(isinstance(each, Mapping) for each in records):
        raise PayloadRefused(f"'{family}' is not a list of records")
    return records


def part(record: Record, key: str) -> Record:
    """The names and values inside a record.

    Raises:
        PayloadRefused: If there are none.
    """
    inner = record.get(key)
    if not isinstance(inner, Mapping):
        raise PayloadRefused(f"a record has nothing as '{key}'")
    return inner


def number(record: Record, key: str) -> int | float:
    """A number of a record; of one written as text a whole one where it is whole.

    Raises:
        PayloadRefused: If there is no number, or one that is larger than any that is measured.
    """
    value = record.get(key)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            pass
        else:
            value = int(value) if abs(value) <= LARGEST and value.is_integer() else value
    if not is_number(value):
        raise PayloadRefused(f"a record has no number as '{key}'")
    if abs(value) > LARGEST:
        raise PayloadRefused(f"a record has a number as '{key}' that nothing measures")
    return value


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number, however large; true, false and NaN are none."""
    if isinstance(value, float):
        return not math.isnan(value)
    return isinstance(value, int) and not isinstance(value, bool)


def total(numbers: Iterable[int | float]) -> int | float:
    """The exact sum: a whole number of whole numbers, else without the noise of adding up."""
    values = list(numbers)
    if all(isinstance(value, int) for value in values):
        return sum(values)
    return math.fsum(values)


def named(rows: Sequence[Record], names: Mapping[str, str]) -> Values:
    """The cells of the last row that states them, by the metrics' names; blank ones left out."""
    values: Values = {}
    for row in rows:
        values |= {name: number(row, column) for column, name in names.items() if row.get(column)}
    return values


def log_key(log: Record, place: int) -> object:
    """What tells a log from the others of its list: its id, or where it has none its place.

    Raises:
        PayloadRefused: If its id is neither a number nor a text.
    """
    log_id = log.get("logId")
    if log_id is None:
        return f"unnamed {place}"
    if not isinstance(log_id, (int, float, str)):
        raise PayloadRefused("a log has no number as 'logId'")
    return log_id


def log_moment(log: Record) -> tuple[datetime, float]:
    """When in the day a weight or fat was logged, and the number of the log: later is greater.

    Raises:
        PayloadRefused: If its time of day cannot be read.
    """
    try:
        time = datetime.strptime(str(log.get("time", "00:00:00")), "%H:%M:%S")  # noqa: DTZ007
    except ValueError:
        raise PayloadRefused("a weight has no time of day") from None
    log_id = log.get("logId")
    return time, log_id if isinstance(log_id, (int, float)) else 0
