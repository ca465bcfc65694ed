"""Civil days: dates of a participant, and the instants between which they lie.

A civil day has 23, 24 or 25 hours (some zones have moved by other amounts, and Samoa skipped a
day); everything that divides by the length of a day asks here. Nothing here reads a clock.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fitbit_pipeline.errors import UserError

ONE_DAY = timedelta(days=1)


def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name, such as ``Europe/Athens``.

    Raises:
        UserError: If there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(
            f"'{name}' is not a time zone: name one from the IANA list, such as Europe/Athens."
        ) from None


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a civil day begins in a zone."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a civil day ends, which is the start of the next."""
    return day_start(day + ONE_DAY, zone)


def day_end_everywhere(day: date) -> datetime:
    """The UTC instant at which a civil day is over wherever somebody may be: at UTC-12 last."""
    return datetime.combine(day + ONE_DAY, time(12), tzinfo=UTC)


def minutes_of_day(day: date, zone: ZoneInfo) -> int:
    """The length of a civil day: 1440 minutes, or 1380 or 1500 where clocks change."""
    return round((day_end(day, zone) - day_start(day, zone)).total_seconds() / 60)


def today(now: datetime, zone: ZoneInfo) -> date:
    """The civil date at an instant in a zone."""
    return now.astimezone(zone).date()


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included; none if they are the wrong way round."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def contiguous_ranges(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days folded into ranges of first and last day, oldest first.

    Args:
        days: Days in any order; doubled ones count once.
    """
    return ranges_with_gaps(days, 1)


def ranges_with_gaps(days: Iterable[date], longest_step: int) -> list[tuple[date, date]]:
    """Days folded into ranges of first and last day, oldest first, over gaps that are short.

    Args:
        days: Days in any order; doubled ones count once.
        longest_step: The longest step from a day of a range to the next; 1 joins neighbours.
    """
    ranges: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if ranges and (day - ranges[-1][1]).days <= longest_step:
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges
