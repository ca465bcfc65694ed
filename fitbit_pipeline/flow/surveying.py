"""Surveys what is to be imported: one archive, or the archives of everybody in a collection.

What does not belong here: registering whom it found (``import_archive``).
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.sources import lifesnaps
from fitbit_pipeline.sources.archive import ArchiveKind, Person, Problem, Survey
from fitbit_pipeline.sources.archive_files import ArchiveFiles, Member, open_archive
from fitbit_pipeline.sources.kinds import recognise
from fitbit_pipeline.sources.takeout.source import NAME as TAKEOUT


@dataclass(frozen=True, slots=True)
class SurveyedArchive:
    """An archive that is to be kept, and whom it holds.

    Attributes:
        files: The archive.
        kind: Its kind, which is the source of its people.
        digest: What it is known by.
        people: Everybody in it, by what their names end with.
    """

    files: ArchiveFiles
    kind: ArchiveKind
    digest: str
    people: dict[str, Person]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What is to be imported.

    Attributes:
        name: What it is, for people: the kind, or ``lifesnaps``.
        archives: Each archive; one unless a collection was split.
        survey: Everybody, with all that cannot be used.
    """

    name: str
    archives: Sequence[SurveyedArchive]
    survey: Survey


def holds_many(files: ArchiveFiles, sources: SourceOpener) -> bool:
    """Whether many people are in an archive, each of whom becomes a participant.

    Raises:
        UserError: If it is of no known kind.
    """
    return lifesnaps.member_of(files) is not None or recognise(files, sources.kinds).many_people


@contextmanager
def surveyed(
    files: ArchiveFiles, sources: SourceOpener, zone: ZoneInfo | None
) -> Iterator[Surveyed]:
    """What an archive holds; what was split of it lies on disk as long as the block runs.

    Args:
        files: The archive.
        sources: Its kinds, and the library's room for what is under way.
        zone: The zone of its people, where it is known.

    Raises:
        UserError: If it cannot be used.
    """
    member = lifesnaps.member_of(files)
    if member is not None:
        with _lifesnaps(files, member, sources, zone) as found:
            yield found
        return
    kind = recognise(files, sources.kinds)
    survey = kind.survey(files, zone)
    digest = sources.library.digest(files, kind)
    people = {person.key: person for person in survey.people}
    yield Surveyed(kind.name, [SurveyedArchive(files, kind, digest, people)], survey)


@contextmanager
def _lifesnaps(
    files: ArchiveFiles, member: Member, sources: SourceOpener, zone: ZoneInfo | None
) -> Iterator[Surveyed]:
    """Everybody's folder as an archive of Takeout."""
    kind = sources.kinds[TAKEOUT]
    with sources.library.workshop() as folder, ExitStack() as opened:
        split = lifesnaps.split(files, member, folder)
        archives: list[SurveyedArchive] = []
        problems = list(split.problems)
        notes = list(split.notes)
        for key, path in split.people.items():
            theirs = open_archive([path], sources.limits)
            opened.callback(theirs.close)
            try:
                survey = kind.survey(theirs, zone)
            except UserError as unusable:
                notes.append(f"{key} is left out: {unusable}")
                continue
            problems.extend(_of_person(problem, key) for problem in survey.problems)
            digest = sources.library.digest(theirs, kind)
            archives.append(SurveyedArchive(theirs, kind, digest, {key: survey.people[0]}))
        if not archives:
            raise UserError(
                f"{member.base_name} holds no day on which anybody used a device: check that it is "
                "the collection 'fitbit' of LifeSnaps."
            )
        people = [person for archive in archives for person in archive.people.values()]
        yield Surveyed(lifesnaps.NAME, archives, Survey(people, problems, notes))


def _of_person(problem: Problem, key: str) -> Problem:
    return Problem(str(Path(key) / problem.file), problem.place, problem.message)
