"""Several archives of one person as one source: each day from the archive that knows it best."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fitbit_pipeline.civil import contiguous_ranges, days_between
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    Source,
    SourceFailure,
)


@dataclass(frozen=True, slots=True)
class Part:
    """An archive's source and the days for which it can speak."""

    source: Source
    first_day: date
    last_day: date
    synced_until: datetime


class CombinedSource:
    """Archives of one person and kind.

    A day is answered by the archive that was made last among those whose span holds the day: it
    saw the latest syncs. What it does not serve, such as a table that begins later, is left to
    the one before.
    """

    def __init__(self, name: str, parts: Sequence[Part]):
        """Binds the parts.

        Args:
            name: The name of the source that all parts share.
            parts: At least one.
        """
        self.name = name
        self._parts = sorted(parts, key=lambda part: part.synced_until, reverse=True)

    @property
    def endpoints(self) -> frozenset[str]:
        """What any of the archives holds."""
        return frozenset().union(*(part.source.endpoints for part in self._parts))

    @property
    def synced_until(self) -> datetime:
        """The instant of the archive that was made last."""
        return self._parts[0].synced_until

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """Each day from the archive that knows it best; see ``Source.fetch``.

        Raises:
            SourceFailure: For the days that their archive could not bring, or that none spans.
        """
        failures: dict[date, tuple[FailureKind, str]] = {}
        left = set(days_between(first, last))
        for part in self._parts:
            if endpoint not in part.source.endpoints:
                continue
            own = {day for day in left if part.first_day <= day <= part.last_day}
            for begin, end in contiguous_ranges(own):
                missing = set(days_between(begin, end))
                try:
                    for response in part.source.fetch(endpoint, begin, end):
                        missing.discard(response.date)
                        left.discard(response.date)
                        failures.pop(response.date, None)
                        yield response
                except SourceFailure as failure:
                    for day, why in failure.by_day(missing).items():
                        failures[day] = why
                        if why[0] is not FailureKind.NOT_SERVED:
                            left.discard(day)
        for day in left:
            failures.setdefault(day, (FailureKind.NOT_SERVED, "No archive reaches this day."))
        if failures:
            raise SourceFailure.of_days(failures)
