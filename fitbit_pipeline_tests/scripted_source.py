"""A source whose answers are decided by the test: the interface's other implementation.

It keeps the protocol of all sources (``sources.protocol``): what it yields is a complete answer,
and what it cannot bring is a typed failure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    RequestRecord,
    SourceFailure,
)

Payload = Mapping[str, Any]


@dataclass
class ScriptedSource:
    """Says what it was told to say.

    Attributes:
        payloads: By endpoint and day; a day that is left out is answered with nothing.
        synced_until: Up to when the device has synced.
        failing: The kind of failure of each day that it cannot bring.
        newest_first: Whether it answers the newest day first.
        name: Whose rules read the payloads.
        endpoints: What it serves.
    """

    payloads: Mapping[str, Mapping[date, Payload]] = field(default_factory=dict)
    synced_until: datetime | None = datetime(2026, 11, 20, tzinfo=UTC)
    failing: Mapping[date, FailureKind] = field(default_factory=dict)
    newest_first: bool = False
    name: str = "google_health"
    endpoints: frozenset[str] = frozenset(ENDPOINT_NAMES)

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """One answer for every day that does not fail."""
        days = list(days_between(first, last))
        for day in reversed(days) if self.newest_first else days:
            if day not in self.failing:
                payload = self.payloads.get(endpoint, {}).get(day)
                yield DayResponse(day, payload, RequestRecord("GET", f"/{endpoint}"))
        failures = {
            day: (self.failing[day], f"{day} cannot be had: ask again.")
            for day in days
            if day in self.failing
        }
        if failures:
            raise SourceFailure.of_days(failures)
