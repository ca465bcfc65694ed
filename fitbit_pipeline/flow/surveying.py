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
from fitbit_pipeline.sources.collection_files import known_by_content
from fitbit_pipeline.sources.fitabase import Fitabase
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


@dataclass(frozen=True, slots=True)
class FoundArchive:
    """An archive as it lies on disk, and what it is.

    Attributes:
        files: The archive.
        kind: Its kind; of a collection that is to be split, the kind of everybody's part.
        to_split: The file with the collection of many people, if it is one.
    """

    files: ArchiveFiles
    kind: ArchiveKind
    to_split: Member | None

    @property
    def many_people(self) -> bool:
        """Whether many people are in it, each of whom becomes a participant."""
        return self.to_split is not None or self.kind.many_people


@contextmanager
def found_archive(paths: Sequence[Path], sources: SourceOpener) -> Iterator[FoundArchive]:
    """Opens an archive and recognises it; closed when the block ends.

    Raises:
        UserError: If it cannot be opened, or is of no known kind.
    """
    files = open_archive(paths, sources.limits)
    try:
        if not any(sources.kinds[name].recognises(files) for name in (TAKEOUT, Fitabase.name)):
            files = known_by_content(files)
            if member := lifesnaps.member_of(files):
                yield FoundArchive(files, sources.kinds[TAKEOUT], member)
                return
        yield FoundArchive(files, recognise(files, sources.kinds), None)
    finally:
        files.close()


@contextmanager
def surveyed(
    found: FoundArchive, sources: SourceOpener, zone: ZoneInfo | None
) -> Iterator[Surveyed]:
    """What an archive holds; what was split of it lies on disk as long as the block runs.

    Args:
        found: The archive.
        sources: Has the library's room for what is under way.
        zone: The zone of its people, where it is known.

    Raises:
        UserError: If it cannot be used.
    """
    if found.to_split is not None:
        with _split(found, found.to_split, sources, zone) as everybody:
            yield everybody
        return
    survey = found.kind.survey(found.files, zone)
    digest = sources.library.digest(found.files, found.kind)
    people = {person.key: person for person in survey.people}
    archive = SurveyedArchive(found.files, found.kind, digest, people)
    yield Surveyed(found.kind.name, [archive], survey)


@contextmanager
def _split(
    found: FoundArchive, member: Member, sources: SourceOpener, zone: ZoneInfo | None
) -> Iterator[Surveyed]:
    """Everybody's folder as an archive of Takeout."""
    with sources.library.workshop() as folder, ExitStack() as opened:
        split = lifesnaps.split(found.files, member, folder)
        archives: list[SurveyedArchive] = []
        problems = list(split.problems)
        notes = list(split.notes)
        if zone is not None:
            notes.append(
                f"The collection does not say where people live: their days are those of {zone}; "
                "--time-zone names another zone."
            )
        for key, path in split.people.items():
            theirs = open_archive([path], sources.limits)
            opened.callback(theirs.close)
            try:
                survey = found.kind.survey(theirs, zone)
            except UserError:
                notes.append(f"{key} is left out: no record shows that they used a device.")
                continue
            problems.extend(_of_person(problem, key) for problem in survey.problems)
            digest = sources.library.digest(theirs, found.kind)
            archives.append(SurveyedArchive(theirs, found.kind, digest, {key: survey.people[0]}))
        if not archives:
            raise UserError(
                f"{member.file_name} holds no day on which anybody used a device: check that it is "
                "the collection 'fitbit' of LifeSnaps."
            )
        people = [person for archive in archives for person in archive.people.values()]
        yield Surveyed(lifesnaps.NAME, archives, Survey(people, problems, notes))


def _of_person(problem: Problem, key: str) -> Problem:
    return Problem(str(Path(key) / problem.file), problem.place, problem.message)
