"""Stretches of synced minutes, of whatever length, cut from the days of a person."""

from dataclasses import dataclass
from datetime import date, timedelta

from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.people import Person

_EPOCH = date(1970, 1, 1)
_MINUTES_PER_DAY = 1440


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes in a row, one byte each; members as of a ``Day``."""

    steps: bytes
    pulse: bytes
    patterns: bytes
    levels: bytes
    floors: bytes

    @property
    def is_worn(self) -> bool:
        """Whether the device was worn in any of the minutes."""
        return any(self.levels)

    def cut(self, start: int, end: int) -> "Span":
        """The minutes from one to the one before another, counted from the span's first."""
        return Span(
            self.steps[start:end],
            self.pulse[start:end],
            self.patterns[start:end],
            self.levels[start:end],
            self.floors[start:end],
        )


def span_of_day(person: Person, day: date, synced: int) -> Span:
    """The minutes of a civil day, as far as they have been synced.

    Args:
        person: Whose.
        day: Where they were.
        synced: The minute since 1970 before which data are there.
    """
    happened = day_of(person, day)
    whole = Span(
        happened.steps, happened.pulse, happened.patterns, happened.levels, happened.floors
    )
    seen = synced - happened.first
    return whole if seen >= happened.length else whole.cut(0, max(0, seen))


def span_between(person: Person, start: int, end: int) -> Span:
    """The minutes since 1970 from one to the one before another, whatever has been synced."""
    day = _EPOCH + timedelta(days=start // _MINUTES_PER_DAY)
    while day_of(person, day).first > start:
        day -= timedelta(days=1)
    spans = []
    reached = start
    while reached < end:
        happened = day_of(person, day)
        whole = span_of_day(person, day, end)
        spans.append(whole.cut(max(0, start - happened.first), happened.length))
        reached = happened.first + happened.length
        day += timedelta(days=1)
    return Span(
        b"".join(span.steps for span in spans),
        b"".join(span.pulse for span in spans),
        b"".join(span.patterns for span in spans),
        b"".join(span.levels for span in spans),
        b"".join(span.floors for span in spans),
    )
