"""Which days a night asks for: a pure function of what is known, with no clock and no store."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fitbit_pipeline.civil import ONE_DAY, contiguous_ranges, days_between

DayRange = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one active participant when a night begins.

    Attributes:
        enrolled_on: The first civil day for which their source is asked.
        last_day: The last day that the source can ever have; None while it lives on.
        asked: The days for which the source was ever asked.
        unfinished: Days with an endpoint that failed or is not settled.
    """

    enrolled_on: date
    last_day: date | None
    asked: frozenset[date]
    unfinished: frozenset[date]


@dataclass(frozen=True, slots=True)
class Night:
    """What a night does.

    Attributes:
        ranges: The days to ask for, as ranges of first and last day, oldest first.
        trailing_from: The first of the trailing days, which are asked for whatever is known.
        left: Days that want asking but lie further back than one night repairs.
    """

    ranges: Sequence[DayRange]
    trailing_from: date
    left: Sequence[date]


def plan_night(
    known: Mapping[str, Known],
    yesterday: date,
    trailing_days: int,
    limit_days: int,
    days_per_run: int,
    underived: Collection[date] = (),
) -> Night:
    """Which days to ask for tonight.

    For every participant whose source lives on: the trailing days, since late syncs arrive in
    them; every day that failed or is not settled; and every day since enrolment that was never
    asked for, which is what missed nights leave behind. An archive does not change, so only its
    days behind the newest that was asked for are: they were not over when it was imported, or the
    import was interrupted. An archive that was only registered is left to its user. Besides, of
    whomever, every day from which a run that was cut off did not derive everything.

    Args:
        known: What is known, by participant.
        yesterday: The newest day that is over.
        trailing_days: How many days up to yesterday are asked for in any case.
        limit_days: How far back one night goes; what is older is reported, not asked for.
        days_per_run: How many days one run covers at most.
        underived: Days that were asked for and on which not everything was derived.
    """
    trailing_from = yesterday - timedelta(days=trailing_days - 1)
    wanted = {day for day in underived if day <= yesterday}
    for participant in known.values():
        wanted |= _wanted(participant, yesterday, trailing_from)
    oldest = yesterday - timedelta(days=limit_days - 1)
    ranges = contiguous_ranges(day for day in wanted if day >= oldest)
    return Night(
        ranges=[part for whole in ranges for part in _parts(whole, days_per_run)],
        trailing_from=trailing_from,
        left=sorted(day for day in wanted if day < oldest),
    )


def _wanted(participant: Known, yesterday: date, trailing_from: date) -> set[date]:
    if participant.last_day is not None:
        if not participant.asked:
            return set()
        first = max(max(participant.asked) + ONE_DAY, participant.enrolled_on)
        return set(days_between(first, min(participant.last_day, yesterday)))
    return {
        day
        for day in days_between(participant.enrolled_on, yesterday)
        if day >= trailing_from or day not in participant.asked or day in participant.unfinished
    }


def _parts(whole: DayRange, most_days: int) -> list[DayRange]:
    first, last = whole
    starts = [
        first + timedelta(days=offset) for offset in range(0, (last - first).days + 1, most_days)
    ]
    return [(start, min(start + timedelta(days=most_days - 1), last)) for start in starts]
