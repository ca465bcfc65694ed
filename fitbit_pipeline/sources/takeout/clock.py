"""Stamps of the archive, and the civil days to which they belong.

What does not belong here: which series is written in which time zone (``families``).
"""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

_US_STAMP = re.compile(r"(\d\d)/(\d\d)/(\d\d)(?: (\d\d):(\d\d):(\d\d))?", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.ASCII)
_PLAIN_TAIL = re.compile(r"(?::[0-5]\d(?:\.\d+)?)?Z?", re.ASCII)
_US_MINUTE = len("05/06/18 14:00")
_ISO_MINUTE = len("2018-05-06T14:00")
_PLAIN_SECONDS = len(":05Z")
FIRST_YEAR, LAST_YEAR = 2007, 2099
"""Fitbit was founded in 2007; what is stamped earlier is a clock that was never set."""


class TimeRule(StrEnum):
    """In which time a series writes its stamps."""

    UTC = "utc"
    """Instants in UTC."""
    LOCAL = "local"
    """The wall clock of the participant, so that the date part is the civil day. Also series of
    days whose stamp ends in ``T00:00:00Z`` and yet means the local date."""


class StampError(ValueError):
    """A stamp that is no date and time; the message does not repeat it."""


def parse_stamp(text: object) -> datetime:
    """A stamp of the archive as date and time, naive unless it states an offset.

    Args:
        text: ``MM/DD/YY``, ``MM/DD/YY HH:MM:SS`` (JSON series), or ISO 8601 (sleep, CSV series).

    Raises:
        StampError: If it is neither, no real date, or far from the time of such devices.
    """
    if not isinstance(text, str):
        raise StampError("has no date")
    moment = None
    try:
        if found := _US_STAMP.fullmatch(text):
            month, day, year, hour, minute, second = (int(part or 0) for part in found.groups())
            moment = datetime(2000 + year, month, day, hour, minute, second)  # noqa: DTZ001
        elif _ISO_DATE.fullmatch(text):
            moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None:
        raise StampError("has a date that cannot be read")
    if moment.year < FIRST_YEAR:
        raise StampError("has a date before there were such devices")
    if moment.year > LAST_YEAR:
        raise StampError(f"has a date after the year {LAST_YEAR}")
    return moment


class CivilClock:
    """Tells the civil day of each stamp of one file.

    A file of heart rate has ten thousand stamps and more, of few minutes: each minute is converted
    once. All zones are whole minutes away from UTC in the years that archives cover.
    """

    def __init__(self, rule: TimeRule, zone: ZoneInfo):
        """Starts without any known minute.

        Args:
            rule: In which time the file is written.
            zone: The participant's zone.
        """
        self._rule = rule
        self._zone = zone
        self._days: dict[str, date] = {}
        self._tails: set[str] = set()

    def day(self, text: object) -> date:
        """The civil day of a stamp.

        Raises:
            StampError: If the stamp cannot be read.
        """
        if not isinstance(text, str):
            raise StampError("has no date")
        cut = _US_MINUTE if text[2:3] == "/" else _ISO_MINUTE
        minute, tail = text[:cut], text[cut:]
        if tail in self._tails and (known := self._days.get(minute)) is not None:
            return known
        moment = parse_stamp(text)
        if self._rule is TimeRule.UTC:
            day = _as_utc(moment).astimezone(self._zone).date()
        else:
            day = moment.date()
        if _PLAIN_TAIL.fullmatch(tail):
            self._days[minute] = day
            if len(tail) <= _PLAIN_SECONDS:
                self._tails.add(tail)
        return day

    def instant(self, text: object) -> datetime:
        """The UTC instant of a stamp; of a doubled local hour the first.

        Raises:
            StampError: If the stamp cannot be read.
        """
        moment = parse_stamp(text)
        if self._rule is TimeRule.UTC:
            return _as_utc(moment)
        return moment.replace(tzinfo=self._zone).astimezone(UTC)


def _as_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)
