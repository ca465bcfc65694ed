"""Questions about who there is, and how far their days reach."""

from dataclasses import dataclass
from datetime import date

from dashboard.queries.reading import Reading
from fitbit_pipeline.store.participants import Participant

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Person:
    """A participant, and the days of theirs that have data.

    Attributes:
        participant: Who.
        data_span: The first and last day with engagement, None if there is none.
    """

    participant: Participant
    data_span: Span | None


def names(reading: Reading) -> list[str]:
    """Everybody whom the viewer may see, by name."""
    return reading.names()


def person(reading: Reading, name: str) -> Person | None:
    """One participant, None if there is nobody of that name."""
    participant = reading.participant(name)
    if participant is None:
        return None
    first = reading.oldest("daily_engagement", name, {})
    last = reading.newest("daily_engagement", name, {})
    span = (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None
    return Person(participant, span)
