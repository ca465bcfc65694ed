"""The days of one person out of a Takeout archive, behind the protocol of all sources."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fitbit_pipeline.civil import days_between, time_zone
from fitbit_pipeline.sources.archive import Person
from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.protocol import (
    DayResponse,
    FailureKind,
    RequestRecord,
    SourceFailure,
)
from fitbit_pipeline.sources.takeout.data_sources import rows_of_one_source
from fitbit_pipeline.sources.takeout.days import FamilyDay, FamilyDays
from fitbit_pipeline.sources.takeout.family import FileFamily
from fitbit_pipeline.sources.takeout.index import build_index
from fitbit_pipeline.sources.takeout.profile import Heights, Profile, read_profile
from fitbit_pipeline.sources.takeout.services import FAMILIES, SERVICES, Service

NAME = "takeout"


class TakeoutSource:
    """One person's days.

    It keeps the list of files and nothing that it read, so that several threads may fetch at once.
    """

    def __init__(self, files: ArchiveFiles, person: Person, shift_days: int = 0):
        """Sorts the files by name and reads none but those that are there twice.

        Args:
            files: The archive.
            person: As the survey found, in the archive's own dates.
            shift_days: By how many days the dates of responses lie after those of the archive.
        """
        self._files = files
        self._person = person
        self._zone = time_zone(person.time_zone)
        self._shift = timedelta(days=shift_days)
        self._index = build_index(files, FAMILIES)

    @property
    def name(self) -> str:
        """``takeout``."""
        return NAME

    @property
    def endpoints(self) -> frozenset[str]:
        """The endpoints of which the survey found something."""
        return self._person.endpoints

    @property
    def synced_until(self) -> datetime | None:
        """The UTC instant of the last evidence, shifted by whole local days."""
        local = self._person.synced_until.astimezone(self._zone)
        return (local + self._shift).astimezone(UTC)

    def fetch(self, endpoint: str, first: date, last: date) -> Iterator[DayResponse]:
        """Yields every day of a range that lies within the archive, oldest first.

        The archive reaches from the first to the last day with evidence; days outside of it are
        neither yielded nor failed, since it says nothing of them.

        Args:
            endpoint: A name from ``endpoints``.
            first: The first day, in shifted dates.
            last: The last day, in shifted dates.

        Raises:
            SourceFailure: ``NOT_SERVED`` for an endpoint that the archive does not have;
                ``DAMAGED`` after the last day with the days that files or records spoil;
                ``SOURCE_GONE`` when the archive was removed.
        """
        if endpoint not in self.endpoints:
            raise SourceFailure(
                FailureKind.NOT_SERVED, f"The archive holds no {endpoint.replace('_', ' ')}."
            )
        span = (
            max(first - self._shift, self._person.first_day),
            min(last - self._shift, self._person.last_day),
        )
        failures: dict[date, str] = {}
        for day, answer in self._answers(SERVICES[endpoint], span):
            if isinstance(answer, str):
                failures[day + self._shift] = answer
            else:
                payload, names = answer
                request = RequestRecord("READ", ", ".join(names))
                yield DayResponse(day + self._shift, payload, request)
        if failures:
            raise SourceFailure(
                FailureKind.DAMAGED,
                f"{len(failures)} days of {endpoint.replace('_', ' ')} cannot be read from the "
                f"archive, the first because of {next(iter(failures.values()))} Download the "
                "archive again.",
                failures,
            )

    def _answers(
        self, service: Service, span: tuple[date, date]
    ) -> Iterator[tuple[date, str | tuple[dict[str, Any] | None, tuple[str, ...]]]]:
        """Each day with its payload and files, or with the reason why it cannot be brought."""
        primary = [(family, self._days(family, span)) for family in service.primary]
        fallback = service.fallback
        fallback_days = self._days(fallback, span) if fallback else None
        facts = _BodyFacts(self._files) if service is SERVICES["weight"] else None
        for day in days_between(*span):
            taken = [(family, days.take(day)) for family, days in primary]
            if fallback and fallback_days and not any(_says_something(each) for _, each in taken):
                taken.append((fallback, fallback_days.take(day)))
            failure = next((each.failure for _, each in taken if each.failure), None)
            if failure:
                yield day, failure
                continue
            payload = _payload(taken)
            if payload and facts:
                facts.add_to(payload, day)
            names = dict.fromkeys(name for _, each in taken for name in each.files)
            yield day, (payload, tuple(names))

    def _days(self, family: FileFamily, span: tuple[date, date]) -> FamilyDays:
        return FamilyDays(self._files, self._index, family, self._zone, span)


class _BodyFacts:
    """What is needed to know in which unit weights are logged."""

    def __init__(self, files: ArchiveFiles):
        self._profile: Profile = read_profile(files)
        self._heights = Heights(files)

    def add_to(self, payload: dict[str, Any], day: date) -> None:
        facts = {
            "weight_unit": self._profile.weight_unit,
            "height_mm": self._heights.on(day),
        }
        if stated := {name: fact for name, fact in facts.items() if fact is not None}:
            payload["profile"] = stated


def _says_something(taken: FamilyDay) -> bool:
    return bool(taken.records) or taken.failure is not None


def _payload(taken: list[tuple[FileFamily, FamilyDay]]) -> dict[str, Any] | None:
    payload: dict[str, Any] = {}
    for family, each in taken:
        if each.records:
            payload[family.name] = (
                rows_of_one_source(family, each.records) if family.sourced else each.records
            )
    return payload or None
