"""Imports an archive: surveys it, registers its people, keeps the original.

Materialising the days is not done here. Nothing is written until everything has been checked, and
the participants are written last, so an import that fails leaves the store as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.sources.archive import ArchiveKind, Person, Survey
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.kinds import recognise
from fitbit_pipeline.store.keys import participant_name
from fitbit_pipeline.store.participants import Participant, RegisteredArchive
from fitbit_pipeline.store.store import Store

DEFAULT_NAME = "me"
DEFAULT_PREFIX = "P"


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the user asked for.

    Attributes:
        paths: The archive: one folder, zip or file, or the part zips of one export.
        participant: The participant's name, or the prefix of names where there are many people;
            None means ``me``, or ``P``.
        time_zone: The zone that the user named, if any.
        default_zone: The zone of people whose archive can name none.
        shift_days: By how many days every date is moved forward.
        note: A sentence kept with the participants.
    """

    paths: Sequence[Path]
    participant: str | None
    time_zone: str | None
    default_zone: str
    shift_days: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import registered.

    Attributes:
        kind: The archive's kind.
        participants: Everybody registered, as they are now.
        survey: What was found.
        first_day: The first day of anybody in this archive, shifted.
        last_day: The last day of anybody in it, shifted.
    """

    kind: str
    participants: Sequence[Participant]
    survey: Survey
    first_day: date
    last_day: date


def import_archive(
    store: Store, sources: SourceOpener, request: ImportRequest, now: datetime
) -> Imported:
    """Surveys an archive, registers its people, keeps the original.

    Raises:
        UserError: If the archive cannot be used, was imported before, or belongs to another
            source than a participant of that name.
    """
    if request.participant is not None:
        participant_name(request.participant)
    files = open_archive(request.paths, sources.limits)
    try:
        kind = recognise(files, sources.kinds)
        prefix = request.participant or (DEFAULT_PREFIX if kind.many_people else DEFAULT_NAME)
        survey = kind.survey(files, _zone(store, kind, prefix, request))
        digest = sources.library.digest(files, kind)
        registered = [
            _register(store, kind, person, prefix, digest, request, now) for person in survey.people
        ]
        sources.library.keep(files, kind, digest)
        store.participants.save(registered)
    finally:
        files.close()
    shift = timedelta(days=request.shift_days)
    return Imported(
        kind=kind.name,
        participants=registered,
        survey=survey,
        first_day=min(person.first_day for person in survey.people) + shift,
        last_day=max(person.last_day for person in survey.people) + shift,
    )


def _zone(store: Store, kind: ArchiveKind, name: str, request: ImportRequest) -> ZoneInfo | None:
    if request.time_zone is not None:
        return time_zone(request.time_zone)
    if kind.many_people:
        return time_zone(request.default_zone)
    known = store.participants.get(name)
    return time_zone(known.time_zone) if known else None


def _register(
    store: Store,
    kind: ArchiveKind,
    person: Person,
    prefix: str,
    digest: str,
    request: ImportRequest,
    now: datetime,
) -> Participant:
    name = participant_name(prefix + person.key)
    shift = timedelta(days=request.shift_days)
    archive = RegisteredArchive(
        digest=digest,
        person=person.key,
        first_day=person.first_day + shift,
        last_day=person.last_day + shift,
        synced_until=person.synced_until + shift,
        endpoints=person.endpoints,
        shift_days=request.shift_days,
        imported_at=now,
    )
    known = store.participants.get(name)
    if known is None:
        return Participant(
            name=name,
            source=kind.name,
            time_zone=person.time_zone,
            enrolled_on=archive.first_day,
            last_day=archive.last_day,
            archives=(archive,),
            note=request.note,
        )
    _check_known(known, kind, person, archive)
    return replace(
        known,
        enrolled_on=min(known.enrolled_on, archive.first_day),
        last_day=max(known.last_day or archive.last_day, archive.last_day),
        archives=(*known.archives, archive),
    )


def _check_known(
    known: Participant, kind: ArchiveKind, person: Person, archive: RegisteredArchive
) -> None:
    if known.source != kind.name:
        raise UserError(
            f"{known.name} comes from the source {known.source}, and this is an archive of "
            f"{kind.name}: import it under another name with --participant."
        )
    for before in known.archives:
        if before.digest == archive.digest:
            raise UserError(
                f"{known.name} has this archive already, since "
                f"{before.imported_at:%Y-%m-%d}; to materialise its days again, use "
                f"fitbit-pipeline backfill --from {before.first_day} --to {before.last_day}."
            )
    if known.time_zone != person.time_zone:
        raise UserError(
            f"{known.name} lives in {known.time_zone}, and civil dates are kept in that zone: "
            f"import the archive with --time-zone {known.time_zone}, or under another name."
        )
