"""Imports an archive: surveys it, registers its people, keeps the original.

Of a collection that was split, everybody's part is kept. Materialising the days is not done here.
Nothing is written until everything has been checked, and the participants are written last, so an
import that fails leaves the store as it was.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.flow.surveying import FoundArchive, SurveyedArchive, found_archive, surveyed
from fitbit_pipeline.sources.archive import Person, Survey
from fitbit_pipeline.sources.library import ArchiveLibrary
from fitbit_pipeline.store.keys import participant_name
from fitbit_pipeline.store.participants import Participant, RegisteredArchive
from fitbit_pipeline.store.store import Store

DEFAULT_NAME = "me"
DEFAULT_PREFIX = "P"


class AlreadyImportedError(UserError):
    """Everybody in the archive has it already."""


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
        kind: What the archive is: its kind, or ``lifesnaps``, whose people have archives of
            Takeout.
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


@dataclass(frozen=True, slots=True)
class _Part:
    """Where one person's days come from: the source, the archive's digest, their part of it."""

    source: str
    digest: str
    person: Person


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
    with found_archive(request.paths, sources) as found:
        default = DEFAULT_PREFIX if found.many_people else DEFAULT_NAME
        prefix = request.participant or default
        with surveyed(found, sources, _zone(store, found, prefix, request)) as everybody:
            parts = {
                participant_name(prefix + key): _Part(archive.kind.name, archive.digest, person)
                for archive in everybody.archives
                for key, person in archive.people.items()
            }
            known = {each.name: each for each in map(store.participants.get, parts) if each}
            _check_known(known, parts)
            registered = [
                _register(known.get(name), name, part, request, now) for name, part in parts.items()
            ]
            _keep(sources.library, everybody.archives)
            store.participants.save(registered)
    shift = timedelta(days=request.shift_days)
    people = [part.person for part in parts.values()]
    return Imported(
        kind=everybody.name,
        participants=registered,
        survey=everybody.survey,
        first_day=min(person.first_day for person in people) + shift,
        last_day=max(person.last_day for person in people) + shift,
    )


def _keep(library: ArchiveLibrary, archives: Sequence[SurveyedArchive]) -> None:
    """Keeps all archives, or none of those that were not there before."""
    with ExitStack() as undo:
        for archive in archives:
            if library.keep(archive.files, archive.kind, archive.digest):
                undo.callback(library.forget, archive.digest)
        undo.pop_all()


def _zone(store: Store, found: FoundArchive, name: str, request: ImportRequest) -> ZoneInfo | None:
    if request.time_zone is not None:
        return time_zone(request.time_zone)
    if found.many_people:
        return time_zone(request.default_zone)
    known = store.participants.get(name)
    return time_zone(known.time_zone) if known else None


def _register(
    known: Participant | None, name: str, part: _Part, request: ImportRequest, now: datetime
) -> Participant:
    if known is not None and _archive_of(known, part.digest):
        return known
    person = part.person
    shift = timedelta(days=request.shift_days)
    archive = RegisteredArchive(
        digest=part.digest,
        person=person.key,
        first_day=person.first_day + shift,
        last_day=person.last_day + shift,
        synced_until=person.synced_until + shift,
        endpoints=person.endpoints,
        shift_days=request.shift_days,
        imported_at=now,
    )
    if known is None:
        return Participant(
            name=name,
            source=part.source,
            time_zone=person.time_zone,
            enrolled_on=archive.first_day,
            last_day=archive.last_day,
            archives=(archive,),
            note=request.note,
        )
    return replace(
        known,
        enrolled_on=min(known.enrolled_on, archive.first_day),
        last_day=max(known.last_day or archive.last_day, archive.last_day),
        archives=(*known.archives, archive),
    )


def _check_known(known: Mapping[str, Participant], parts: Mapping[str, _Part]) -> None:
    for each in known.values():
        if each.source != parts[each.name].source:
            raise UserError(
                f"{each.name} comes from the source {each.source}, and this is an archive of "
                f"{parts[each.name].source}: import it under another name with --participant."
            )
    before = [_archive_of(each, parts[each.name].digest) for each in known.values()]
    # Where only some have it, an import was cut off halfway, and this one finishes it.
    if len(known) == len(parts) and before[0] and all(before):
        had = [each for each in before if each]
        raise AlreadyImportedError(
            f"{next(iter(known))} has this archive already, since "
            f"{had[0].imported_at:%Y-%m-%d}; to materialise its days again, use "
            f"fitbit-pipeline backfill --from {min(each.first_day for each in had)} "
            f"--to {max(each.last_day for each in had)}."
        )
    for each in known.values():
        if each.time_zone != parts[each.name].person.time_zone:
            raise UserError(
                f"{each.name} lives in {each.time_zone}, and civil dates are kept in that zone: "
                f"import the archive with --time-zone {each.time_zone}, or under another name."
            )


def _archive_of(participant: Participant, digest: str) -> RegisteredArchive | None:
    return next((each for each in participant.archives if each.digest == digest), None)
