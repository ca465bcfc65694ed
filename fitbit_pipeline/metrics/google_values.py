"""How rows of the Google Health API are read: numbers as text, durations, instants, gaps.

Whole numbers are text there (``"9525"``), doubles are numbers or the text ``"NaN"``, lengths and
UTC offsets are text in seconds (``"3539.368s"``), and members that are zero, false or empty may be
left out. What does not belong here: which metric is read from which member (``google_health``,
``google_sleep``).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.metrics.normaliser import PayloadRefused

Payload = Mapping[str, Any]
Block = Mapping[str, Any]
Values = dict[str, MetricValue]

_LARGEST = 2**53
"""Above it JSON numbers are not exact; nothing that is measured of a day comes near."""
_WHOLE = re.compile(r"-?[0-9]{1,16}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DURATION = re.compile(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,9}))?s")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_PER_MINUTE = 60_000_000


def points(payload: Payload, read: str) -> list[tuple[str, Block]]:
    """What a read states: the values of each row beside the row's name, in the order given.

    Args:
        payload: The rows of a day by read.
        read: Data type and method, such as ``daily-vo2-max:reconcile``. The values of a row stand
            under the data type in camel case: ``dailyVo2Max``.

    Returns:
        Names (empty for types whose points have none) and values. Rows without values, or with an
        empty block, state nothing and are left out.

    Raises:
        PayloadRefused: If there is something else than a list of rows.
    """
    first, *others = read.partition(":")[0].split("-")
    member = first + "".join(word.capitalize() for word in others)
    return [
        (text(row, "dataPointName") or text(row, "name"), block)
        for row in blocks_in(payload, read)
        if (block := block_in(row, member))
    ]


def blocks(payload: Payload, read: str) -> list[Block]:
    """As ``points``, without the names."""
    return [block for _name, block in points(payload, read)]


def blocks_in(block: Block, key: str) -> Sequence[Block]:
    """A list of blocks inside a block; none where it is left out.

    Raises:
        PayloadRefused: If there is something else.
    """
    inner = block.get(key)
    if inner is None:
        return ()
    if not isinstance(inner, list) or not all(isinstance(each, Mapping) for each in inner):
        raise PayloadRefused(f"'{key}' is not a list of names and values")
    return inner


def block_in(block: Block, key: str) -> Block:
    """A block inside a block; empty where it is left out.

    Raises:
        PayloadRefused: If there is something else.
    """
    inner = block.get(key)
    if inner is None:
        return {}
    if not isinstance(inner, Mapping):
        raise PayloadRefused(f"'{key}' is not a record of names and values")
    return inner


def text(block: Block, key: str) -> str:
    """A text, such as a name or the member of an enumeration; empty where it is left out.

    Raises:
        PayloadRefused: If there is something else.
    """
    value = block.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PayloadRefused(f"'{key}' is not a text")
    return value


def flag(block: Block, key: str) -> bool:
    """A yes or no; no where it is left out.

    Raises:
        PayloadRefused: If there is something else.
    """
    value = block.get(key)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise PayloadRefused(f"'{key}' is neither true nor false")
    return value


def number(block: Block, key: str) -> int | float | None:
    """A number, or text that is one; whole text gives a whole number.

    Returns:
        None where it is left out or there is none to state (``"NaN"``).

    Raises:
        PayloadRefused: If there is something else.
    """
    value = block.get(key)
    if value is None or value == "NaN":
        return None
    if isinstance(value, str):
        if _WHOLE.fullmatch(value):
            value = int(value)
        elif _DECIMAL.fullmatch(value):
            value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise PayloadRefused(f"'{key}' is not a number")
    if isinstance(value, float) and math.isnan(value):
        return None
    if abs(value) > _LARGEST:
        raise PayloadRefused(f"'{key}' is larger than any number that is measured")
    return value


def duration(block: Block, key: str) -> timedelta | None:
    """A length of time or a UTC offset, such as ``"-14400s"``; None where it is left out.

    Raises:
        PayloadRefused: If there is something else.
    """
    value = block.get(key)
    if value is None:
        return None
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PayloadRefused(f"'{key}' is not a length of time")
    sign, seconds, fraction = found.groups()
    microseconds = int(((fraction or "") + "000000")[:6])
    length = timedelta(seconds=int(seconds), microseconds=microseconds)
    return -length if sign else length


def instant(block: Block, key: str) -> datetime:
    """An instant in UTC, to the microsecond.

    Raises:
        PayloadRefused: If there is none.
    """
    value = block.get(key)
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise PayloadRefused(f"'{key}' is not an instant")


def wall_clock(block: Block, key: str, offset_key: str) -> str:
    """An instant as the participant's clock showed it: ``2026-09-26T13:09:00``.

    Args:
        block: What holds both.
        key: The instant.
        offset_key: The UTC offset at that instant; where it is left out it is zero.

    Raises:
        PayloadRefused: If there is no instant, or something else than an offset.
    """
    try:
        local = instant(block, key) + (duration(block, offset_key) or timedelta())
    except OverflowError:
        raise PayloadRefused(f"'{offset_key}' is not an offset") from None
    return local.replace(tzinfo=None, microsecond=0).isoformat()


def elapsed(block: Block) -> timedelta:
    """The time between ``startTime`` and ``endTime`` of an interval.

    Raises:
        PayloadRefused: If one is not there, or the end is before the start.
    """
    length = instant(block, "endTime") - instant(block, "startTime")
    if length < timedelta():
        raise PayloadRefused("an interval ends before it begins")
    return length


def minutes(lengths: Iterable[timedelta]) -> int | float:
    """Lengths added up exactly, in minutes: a whole number where it is one."""
    microseconds = sum(length // _MICROSECOND for length in lengths)
    whole, rest = divmod(microseconds, _MICROSECONDS_PER_MINUTE)
    return microseconds / _MICROSECONDS_PER_MINUTE if rest else whole
