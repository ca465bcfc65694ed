"""Questions about sleep: the nights of a range, what sums them up, and when they were.

A night is the main sleep of a day, and belongs to the day on which it ended. Times are those of the
wall clock where the person was, as the source states them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import pandas as pd

from dashboard.queries.days import metric_days
from dashboard.queries.reading import Reading
from dashboard.queries.sleep_clock import MINUTES_OF_CLOCK, UsualTime, on_clock, usual_time
from fitbit_pipeline.civil import days_between, minutes_of_day, time_zone
from fitbit_pipeline.store.coverage import CoverageState

MAIN = (
    "sleep_start",
    "sleep_end",
    "time_in_bed_minutes",
    "minutes_asleep",
    "minutes_awake",
    "sleep_efficiency",
)
STAGES = ("deep_minutes", "light_minutes", "rem_minutes", "wake_minutes")
NAPS = ("nap_count", "nap_minutes_asleep", "nap_time_in_bed_minutes")
TOTALS = ("sleep_records", "total_minutes_asleep", "total_time_in_bed_minutes")

SLOT_MINUTES = 30
SLOTS = MINUTES_OF_CLOCK // SLOT_MINUTES
WEEKDAYS = 7


class Night(StrEnum):
    """What is known of the main sleep of a day."""

    MAIN = "main"
    NAPS_ONLY = "naps_only"
    TOTALS_ONLY = "totals_only"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class SleepFigures:
    """The numbers that sum the nights of a range up; None where no night states what they need.

    Attributes:
        days: Civil days of the range.
        nights: Those with a main sleep.
        days_with_sleep: Those with any sleep, be it naps or a total.
        mean_minutes_asleep: In the main sleep.
        mean_time_in_bed: Of the main sleep, in minutes.
        mean_efficiency: In percent.
        mean_total_asleep: In all sleeps of a day together, in minutes.
        mean_total_in_bed: Likewise.
        start: When the main sleep began.
        end: When it ended.
        middle: The moment half-way between.
    """

    days: int
    nights: int
    days_with_sleep: int
    mean_minutes_asleep: float | None
    mean_time_in_bed: float | None
    mean_efficiency: float | None
    mean_total_asleep: float | None
    mean_total_in_bed: float | None
    start: UsualTime | None
    end: UsualTime | None
    middle: UsualTime | None


def sleep_days(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """Every civil day of a range, with the sleep that ended on it.

    Returns:
        As ``days.metric_days``, with all metrics of sleep, and ``night`` (a ``Night``),
        ``start_minute`` (when the main sleep began, in minutes from the midnight before it, 0 up to
        1440) and ``length_minutes`` (to its end, by the wall clock: where clocks change in the
        night it is another number than the time in bed). Both are missing unless the end lies
        behind the start and less than 24 hours from it; after a flight to the west it may not.
    """
    days = metric_days(reading, participant, first, last, *MAIN, *STAGES, *NAPS, *TOTALS)
    placed = [
        _placed(start, end)
        for start, end in zip(days["sleep_start"], days["sleep_end"], strict=True)
    ]
    has_main = days[list(MAIN)].notna().any(axis=1)
    kinds = [
        _kind(has_data=has_data, has_main=main, naps=naps)
        for has_data, main, naps in zip(
            days["has_data"], has_main, days["nap_count"].fillna(0), strict=True
        )
    ]
    return days.assign(
        night=kinds,
        start_minute=pd.array([start for start, _ in placed], dtype="Float64"),
        length_minutes=pd.array([length for _, length in placed], dtype="Float64"),
    )


def sleep_figures(days: pd.DataFrame) -> SleepFigures:
    """The numbers that sum a range up.

    Args:
        days: From ``sleep_days``.
    """
    sleeps = placed_sleeps(days)
    return SleepFigures(
        days=len(days),
        nights=int((days["night"] == Night.MAIN).sum()),
        days_with_sleep=int(days["has_data"].sum()),
        mean_minutes_asleep=_mean(days["minutes_asleep"]),
        mean_time_in_bed=_mean(days["time_in_bed_minutes"]),
        mean_efficiency=_mean(days["sleep_efficiency"]),
        mean_total_asleep=_mean(days["total_minutes_asleep"]),
        mean_total_in_bed=_mean(days["total_time_in_bed_minutes"]),
        start=usual_time([start for start, _ in sleeps]),
        end=usual_time([on_clock(start + length) for start, length in sleeps]),
        middle=usual_time([on_clock(start + length / 2) for start, length in sleeps]),
    )


def placed_sleeps(days: pd.DataFrame) -> list[tuple[float, float]]:
    """The main sleeps that have a place on the clock, as start and length in minutes.

    Args:
        days: From ``sleep_days``.
    """
    placed = days[["start_minute", "length_minutes"]].dropna()
    return [(float(start), float(length)) for start, length in placed.itertuples(index=False)]


def in_bed_shares(days: pd.DataFrame) -> pd.DataFrame:
    """How often the person was in bed, by weekday and half hour of the clock.

    A night counts in a half hour if it covers the middle of it.

    Args:
        days: From ``sleep_days``.

    Returns:
        A row for every weekday and half hour: ``weekday`` (0 is Monday; of the day on which the
        night ended), ``slot`` (0 begins at midnight), ``nights`` (of that weekday with a place on
        the clock), ``in_bed`` (in how many of them) and ``share`` (missing without nights).
    """
    placed = days.dropna(subset=["start_minute", "length_minutes"])
    nights = [0] * WEEKDAYS
    counts = [[0] * SLOTS for _ in range(WEEKDAYS)]
    for day, sleep in zip(placed["date"], placed_sleeps(placed), strict=True):
        weekday = date.fromisoformat(day).weekday()
        nights[weekday] += 1
        for slot in _slots_in_bed(*sleep):
            counts[weekday][slot] += 1
    table = pd.DataFrame(
        [
            (weekday, slot, nights[weekday], counts[weekday][slot])
            for weekday in range(WEEKDAYS)
            for slot in range(SLOTS)
        ],
        columns=["weekday", "slot", "nights", "in_bed"],
    )
    share = table["in_bed"] / table["nights"].where(table["nights"] > 0)
    return table.assign(share=share.astype("Float64"))


def clock_changes(reading: Reading, participant: str, first: date, last: date) -> list[date]:
    """The days of a range that have more or fewer than 24 hours where the participant lives."""
    person = reading.participant(participant)
    if person is None:
        return []
    zone = time_zone(person.time_zone)
    return [
        day for day in days_between(first, last) if minutes_of_day(day, zone) != MINUTES_OF_CLOCK
    ]


def last_sleep(reading: Reading, participant: str) -> date | None:
    """The last day with any sleep, whatever the range; None if there never was one."""
    found = reading.newest("metrics", participant, {"metric": "sleep_records"})
    return date.fromisoformat(found) if found else None


def refusals(reading: Reading, participant: str, first: date, last: date) -> pd.DataFrame:
    """Why the source gives no sleep of some days at all.

    Returns:
        ``kind`` (such as ``scope_missing`` or ``not_served``), ``reason`` (a sentence) and ``days``
        (how many): a row for every combination, most days first.
    """
    asked = reading.coverage(participant, first, last, ["sleep"])
    found = [
        (entry.kind, entry.reason)
        for entries in asked.values()
        for entry in entries.values()
        if entry.state is CoverageState.FORBIDDEN
    ]
    table = pd.DataFrame(found, columns=["kind", "reason"], dtype="object")
    return table.value_counts(dropna=False).rename("days").reset_index()


def _kind(*, has_data: bool, has_main: bool, naps: float) -> Night:
    if not has_data:
        return Night.NOTHING
    if has_main:
        return Night.MAIN
    return Night.NAPS_ONLY if naps > 0 else Night.TOTALS_ONLY


def _placed(start: str, end: str) -> tuple[float | None, float | None]:
    if pd.isna(start) or pd.isna(end):
        return None, None
    began, ended = datetime.fromisoformat(start), datetime.fromisoformat(end)
    length = (ended - began).total_seconds() / 60
    if not 0 < length < MINUTES_OF_CLOCK:
        return None, None
    midnight = began.replace(hour=0, minute=0, second=0)
    return (began - midnight).total_seconds() / 60, length


def _slots_in_bed(start: float, length: float) -> Iterator[int]:
    for slot in range(SLOTS):
        middle = (slot + 0.5) * SLOT_MINUTES
        if on_clock(middle - start) < length:
            yield slot


def _mean(values: pd.Series) -> float | None:
    known = values.dropna()
    return float(known.mean()) if len(known) else None
