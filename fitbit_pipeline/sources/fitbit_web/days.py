"""From readings to days: newest first, each once all that answers it is there.

A request that fails by itself loses its own days alone: else one day that Fitbit cannot give would
keep every earlier one away for ever.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sources.fitbit_web.reading import Reading
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    RequestRecord,
    SourceFailure,
)

OF_ONE_REQUEST = frozenset({FailureKind.TRANSIENT, FailureKind.PERMANENT, FailureKind.DAMAGED})
"""Kinds that may be one request's alone; all others are the same for the next."""
MOST_IN_A_ROW = 3
"""So many failures with no answer between them are not one request's: requests are scarce."""


def newest_first(readings: Sequence[Reading], first: date, last: date) -> Iterator[DayResponse]:
    """Every day of a range that can be had, newest first.

    Args:
        readings: Of that range; nothing sent yet.
        first: The first day.
        last: The last, included.

    Raises:
        SourceFailure: For the days not yielded.
    """
    failed: dict[date, SourceFailure] = {}
    in_a_row = 0
    for day in reversed(list(days_between(first, last))):
        while (behind := max(readings, key=lambda each: each.complete_from)).complete_from > day:
            try:
                behind.advance()
            except SourceFailure as failure:
                in_a_row += 1
                if failure.kind not in OF_ONE_REQUEST or in_a_row == MOST_IN_A_ROW:
                    raise
                failed.update(dict.fromkeys(behind.skip(), failure))
            else:
                in_a_row = 0
        response = _response(day, readings)
        if day not in failed:
            yield response
    if failed:
        raise SourceFailure.of_days(
            {day: (failure.kind, failure.reason) for day, failure in failed.items()}
        )


def _response(day: date, readings: Sequence[Reading]) -> DayResponse:
    taken = ((reading.resource.key, reading.take(day)) for reading in readings)
    return DayResponse(
        date=day,
        payload={key: found for key, found in taken if found} or None,
        request=RequestRecord.together(
            [reading.request for reading in readings if reading.request is not None]
        ),
    )
