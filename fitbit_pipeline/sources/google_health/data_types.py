"""Which data types of Google's API answer each of our endpoints, and how each is read.

A table and nothing else. What does not belong here: the requests that follow from it
(``planning``), and which scope an endpoint needs (``scopes``).
"""

from dataclasses import dataclass
from enum import StrEnum

PAGE_SIZE = 10_000
"""The most rows of a page."""
SESSION_PAGE_SIZE = 25
"""The most rows of a page of sleeps or exercises."""
ROLL_UP_DAYS = 90
"""The most days of a roll-up, by Google's documentation."""
SHORT_ROLL_UP_DAYS = 14
"""The most days of a roll-up of heart rate, active minutes or total calories."""


class Method(StrEnum):
    """How Google's API is asked for a data type, as it names the methods itself."""

    DAILY_ROLL_UP = "dailyRollUp"
    """One row for each civil day, merged over all devices."""
    ROLL_UP = "rollUp"
    """One row for each window of physical time, here of 60 seconds, merged over all devices."""
    RECONCILE = "reconcile"
    """The points themselves, merged over all devices; the list method would double them."""


class DayRule(StrEnum):
    """How the civil day is found to which a row belongs."""

    WINDOW_DATE = "window_date"
    """The row's ``civilStartTime.date``."""
    WINDOW_INSTANT = "window_instant"
    """The row's ``startTime``, in the participant's zone."""
    DATE = "date"
    """The value's ``date``."""
    END = "end"
    """The value's ``interval.endTime``, by its own offset from UTC."""
    START = "start"
    """The value's ``interval.startTime``, by its own offset from UTC."""
    SAMPLE = "sample"
    """The value's ``sampleTime``, by its civil time or its own offset from UTC."""


@dataclass(frozen=True, slots=True)
class Read:
    """One data type, asked for by one method.

    Attributes:
        data_type: The name in paths: ``daily-vo2-max``.
        method: How it is asked for.
        day_rule: How the civil day of a row is found.
        most_days: The longest range of one request; 0 where there is no such limit.
        page_size: The rows of a page; 0 where it must not be sent.
        filter_member: What a reconcile read is filtered by; empty for roll-ups.
    """

    data_type: str
    method: Method
    day_rule: DayRule
    most_days: int = 0
    page_size: int = 0
    filter_member: str = ""

    @property
    def key(self) -> str:
        """The name under which its rows stand in a payload: ``steps:dailyRollUp``."""
        return f"{self.data_type}:{self.method}"

    @property
    def union_key(self) -> str:
        """The name of the value in a row: ``dailyVo2Max`` for ``daily-vo2-max``."""
        first, *others = self.data_type.split("-")
        return first + "".join(part.capitalize() for part in others)


def _daily_roll_up(data_type: str, most_days: int = ROLL_UP_DAYS) -> Read:
    return Read(data_type, Method.DAILY_ROLL_UP, DayRule.WINDOW_DATE, most_days=most_days)


def _points(data_type: str, member: str, day_rule: DayRule, page_size: int = PAGE_SIZE) -> Read:
    return Read(
        data_type,
        Method.RECONCILE,
        day_rule,
        page_size=page_size,
        filter_member=f"{data_type.replace('-', '_')}.{member}",
    )


def _daily_points(data_type: str) -> Read:
    return _points(data_type, "date", DayRule.DATE)


def _samples(data_type: str) -> Read:
    return _points(data_type, "sample_time.civil_time", DayRule.SAMPLE)


READS: dict[str, tuple[Read, ...]] = {
    "steps": (_daily_roll_up("steps"),),
    "distance": (_daily_roll_up("distance"),),
    "floors": (_daily_roll_up("floors"),),
    "calories": (_daily_roll_up("total-calories", SHORT_ROLL_UP_DAYS),),
    "activity_minutes": (
        _daily_roll_up("active-minutes", SHORT_ROLL_UP_DAYS),
        _daily_roll_up("sedentary-period"),
    ),
    "active_zone_minutes": (_daily_roll_up("active-zone-minutes"),),
    "exercise": (
        _points("exercise", "interval.civil_start_time", DayRule.START, SESSION_PAGE_SIZE),
    ),
    "heart_rate": (
        _daily_roll_up("heart-rate", SHORT_ROLL_UP_DAYS),
        Read("heart-rate", Method.ROLL_UP, DayRule.WINDOW_INSTANT, page_size=PAGE_SIZE),
    ),
    "resting_heart_rate": (_daily_points("daily-resting-heart-rate"),),
    "heart_rate_zones": (_daily_roll_up("time-in-heart-rate-zone"),),
    "hrv": (_daily_points("daily-heart-rate-variability"),),
    "sleep": (_points("sleep", "interval.civil_end_time", DayRule.END, SESSION_PAGE_SIZE),),
    "breathing_rate": (_daily_points("daily-respiratory-rate"),),
    "spo2": (_daily_points("daily-oxygen-saturation"),),
    "skin_temperature": (_daily_points("daily-sleep-temperature-derivations"),),
    "vo2_max": (_daily_points("daily-vo2-max"),),
    "weight": (_samples("weight"), _samples("body-fat")),
}
"""By endpoint: the reads that answer it. A day is answered once all of them cover it."""
