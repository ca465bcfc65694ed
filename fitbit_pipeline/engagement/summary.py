"""Trailing windows: what the last 7, 30 or 90 days of a participant say together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from operator import add, sub
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.engagement.daily import LEVELS, RULE_VERSION, ActivityBucket

WINDOWS = (7, 30, 90)
"""Lengths of the trailing windows in days, the day itself included."""

BUCKETS = tuple(bucket.value for bucket in ActivityBucket)

Day = Mapping[str, Any]


@dataclass(slots=True)
class _Tally:
    """What is counted and added up over days.

    Attributes:
        counts: Days with data, worn, of unknown wear, with steps, with wear minutes, and per
            bucket.
        sums: Steps, wear minutes, each level, and the length of the days that state all levels.
    """

    counts: tuple[int, ...] = (0,) * (5 + len(BUCKETS))
    sums: tuple[float, ...] = (0,) * (3 + len(LEVELS))

    def __add__(self, other: "_Tally") -> "_Tally":
        return _Tally(
            tuple(map(add, self.counts, other.counts)), tuple(map(add, self.sums, other.sums))
        )

    def __sub__(self, other: "_Tally") -> "_Tally":
        return _Tally(
            tuple(map(sub, self.counts, other.counts)), tuple(map(sub, self.sums, other.sums))
        )


_NOTHING = _Tally()


@dataclass(slots=True)
class Windows:
    """Trailing windows over the days of one participant.

    Days are added up once, and a window is the difference of two running totals; minutes and steps
    are whole numbers, so no rounding creeps in.

    Attributes:
        days: Daily engagement by date; missing days are not in it.
        enrolled_on: The participant's first day; days before it are not expected.
        last: The last day on which a window can end.
    """

    days: Mapping[date, Day]
    enrolled_on: date
    last: date
    _begin: date = field(init=False)
    _totals: list[_Tally] = field(init=False)

    def __post_init__(self) -> None:
        self._begin = max(self.enrolled_on, min(self.days, default=self.enrolled_on))
        self._totals = list(
            accumulate(
                (_tally(self.days.get(day)) for day in days_between(self._begin, self.last)),
                initial=_NOTHING,
            )
        )

    def ending_on(self, last: date, window_days: int) -> dict[str, Any]:
        """The summary of the window that ends on a day.

        Returns:
            ``expected_days`` (days of the window since enrolment), ``days_with_data``,
            ``missing_days``, ``worn_days``, ``unknown_wear_days`` (data, but worn or not is not
            known), ``buckets`` (days per bucket), ``mean_steps``, ``mean_wear_minutes``,
            ``level_minutes`` (per activity level), ``level_day_minutes`` (the length of the days
            that state all levels, in minutes) and ``level_shares`` (of that); means and shares
            are None where there is nothing to take them of.
        """
        first = max(last - timedelta(days=window_days - 1), self.enrolled_on)
        expected = max((last - first).days + 1, 0)
        tally = self._total(last) - self._total(first - timedelta(days=1))
        present, worn, unknown, with_steps, with_wear, *buckets = tally.counts
        steps, wear_minutes, level_day_minutes, *levels = tally.sums
        level_minutes = dict(zip(LEVELS, levels, strict=True))
        return {
            "window_days": window_days,
            "expected_days": expected,
            "days_with_data": present,
            "missing_days": expected - present,
            "worn_days": worn,
            "unknown_wear_days": unknown,
            "buckets": dict(zip(BUCKETS, buckets, strict=True)),
            "mean_steps": steps / with_steps if with_steps else None,
            "mean_wear_minutes": wear_minutes / with_wear if with_wear else None,
            "level_minutes": level_minutes,
            "level_day_minutes": level_day_minutes,
            "level_shares": (
                {level: minutes / level_day_minutes for level, minutes in level_minutes.items()}
                if level_day_minutes
                else None
            ),
            "rule_version": RULE_VERSION,
        }

    def between(self, first: date, last: date) -> Iterator[tuple[date, dict[str, Any]]]:
        """The summaries of every length that end on each day of a range."""
        for day in days_between(first, last):
            for window_days in WINDOWS:
                yield day, self.ending_on(day, window_days)

    def _total(self, day: date) -> _Tally:
        """What the days up to this one add up to."""
        position = (day - self._begin).days + 1
        return self._totals[max(position, 0)]


def _tally(day: Day | None) -> _Tally:
    if day is None:
        return _NOTHING
    steps, wear_minutes, bucket = day["steps"], day["wear_minutes"], day["activity_bucket"]
    levels = [day[level] for level in LEVELS]
    levelled = None not in levels
    return _Tally(
        counts=(
            1,
            int(day["worn"] is True),
            int(day["worn"] is None),
            int(steps is not None),
            int(wear_minutes is not None),
            *(int(bucket == each) for each in BUCKETS),
        ),
        sums=(
            steps or 0,
            wear_minutes or 0,
            day["minutes_of_day"] if levelled else 0,
            *(levels if levelled else (0,) * len(LEVELS)),
        ),
    )
