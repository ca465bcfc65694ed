"""What a source is: the one interface between where days come from and everything above.

A source belongs to one participant. It is asked for an endpoint and a first and last day and
yields one response for every day that it could bring; for those that it could not, it raises a
typed failure, and what it yielded before stands. An archive, a live API and the sandbox are the
same to what stands above.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """The request that brought a response, kept beside the payload.

    Attributes:
        method: ``GET`` or ``POST`` for a live source, ``READ`` for a file of an archive.
        url: The address without secrets; for an archive the names of the files read.
        params: The parameters of the request, without secrets.
    """

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells one request from another: several days may have come by the same."""
        return (self.method, self.url, *(f"{name}={self.params[name]}" for name in self.params))

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {"method": self.method, "url": self.url, "params": dict(self.params)}

    @classmethod
    def together(cls, records: "Sequence[RequestRecord]") -> "RequestRecord":
        """Several requests as one record: a day may take more than one.

        Args:
            records: In the order in which they are to be told; one stays as it is.
        """
        if len(records) == 1:
            return records[0]
        return cls(
            method=", ".join(dict.fromkeys(record.method for record in records)),
            url=", ".join(record.url for record in records),
            params={
                f"{number}_{name}": value
                for number, record in enumerate(records, 1)
                for name, value in record.params.items()
            },
        )


@dataclass(frozen=True, slots=True)
class DayResponse:
    """What a source said about one civil day.

    Attributes:
        date: The participant's civil date.
        payload: The part of the answer that speaks of this day, verbatim, as JSON values; None
            states that the source answered fully and had nothing for the day.
        request: The request that brought it.
        final: False where the source itself says that it still works on the day, such as on the
            stages of a sleep; the day is then not settled, however far the device has synced.
    """

    date: date
    payload: Payload | None
    request: RequestRecord
    final: bool = True


class FailureKind(StrEnum):
    """Why a source could not bring days. The kind decides what is recorded and what is retried."""

    DAMAGED = "damaged"
    """The data is there but cannot be read; asking again brings the same."""
    NOT_SERVED = "not_served"
    """The source has no such endpoint for this participant."""
    SOURCE_GONE = "source_gone"
    """The archive or the service is no longer there."""
    PERMANENT = "permanent"
    """A live source refuses the request itself; asking the same again brings the same."""
    CONSENT_LOST = "consent_lost"
    """The participant's consent is gone, or their account is not one: only they can heal it."""
    SCOPE_MISSING = "scope_missing"
    """The participant did not grant this kind of data."""
    SERVICE_DISABLED = "service_disabled"
    """The deployment's own project may not use the service."""
    QUOTA = "quota"
    """Too many requests; asking later helps."""
    TRANSIENT = "transient"
    """The service or the way to it failed; asking later may help."""


class SourceFailure(Exception):
    """Days that a source could not bring.

    Attributes:
        kind: Why.
        reason: One sentence that says what happened and what to do, without any health value.
        days: The days concerned, each with its own sentence; None means every day asked for that
            was not yielded before.
        also: Failures of other kinds in the same range of days.
    """

    def __init__(
        self,
        kind: FailureKind,
        reason: str,
        days: Mapping[date, str] | None = None,
        also: "Sequence[SourceFailure]" = (),
    ):
        """Keeps the parts of the failure.

        Args:
            kind: Why the days could not be brought.
            reason: One sentence for all the days.
            days: A sentence of its own for each day concerned, where the source can tell.
            also: Failures of other kinds, each naming its days.
        """
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.days = days
        self.also = tuple(also)

    @classmethod
    def of_days(cls, failures: "Mapping[date, tuple[FailureKind, str]]") -> "SourceFailure":
        """One failure for days that failed for reasons of their own.

        Args:
            failures: Kind and sentence by day; at least one.
        """
        by_kind: dict[FailureKind, dict[date, str]] = {}
        for day, (kind, reason) in failures.items():
            by_kind.setdefault(kind, {})[day] = reason
        first, *others = (
            cls(kind, next(iter(days.values())), days) for kind, days in by_kind.items()
        )
        first.also = tuple(others)
        return first

    def by_day(self, missing: Iterable[date]) -> dict[date, tuple[FailureKind, str]]:
        """Kind and sentence of every day that failed.

        Args:
            missing: The days asked for that were not yielded.
        """
        missing = tuple(missing)
        found: dict[date, tuple[FailureKind, str]] = {}
        for failure in (self, *self.also):
            days = dict.fromkeys(missing, failure.reason) if failure.days is None else failure.days
            for day, reason in days.items():
                found.setdefault(day, (failure.kind, reason))
        return found


@runtime_checkable
class CountsRequests(Protocol):
    """A source that counts what it sends: one answer may take several requests."""

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far."""


@runtime_checkable
class ScarceRequests(Protocol):
    """A source that may be asked so rarely that no request of it is to be spent twice."""

    @property
    def scarce_requests(self) -> bool:
        """Whether what is settled is better left alone until somebody asks for it again."""


class Source(Protocol):
    """Where one participant's days come from."""

    @property
    def name(self) -> str:
        """The source's name, as stored with every document: ``takeout``, ``fitabase``."""

    @property
    def endpoints(self) -> frozenset[str]:
        """The endpoints that it can serve for this participant."""

    @property
    def synced_until(self) -> datetime | None:
        """The UTC instant up to which the device is known to have synced, if it is known.

        A day is settled when it ended at or before this instant.
        """

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """The responses for every day of a range, in any order, each day once.

        Args:
            endpoint: A name from ``endpoints``.
            first: The first day asked for.
            last: The last day asked for, included.

        Raises:
            SourceFailure: For the days that it could not bring, after all that it could.
        """
