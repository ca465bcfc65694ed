"""What every kind of archive offers: to be recognised, surveyed, and opened for one person.

An archive is a source whose days are all there already. Importing surveys it once, registers the
people that it found, and keeps the original; raw assets then read the kept original.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.protocol import Source


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that could not be used.

    Attributes:
        file: The file's name inside the archive.
        place: ``line 17`` or ``record 3``; empty when the whole file is meant.
        message: What is wrong with it, without its value.
    """

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Person:
    """One person found in an archive.

    Attributes:
        key: The person's identifier inside the archive; empty where an archive is one person's.
        first_day: The first civil day with evidence.
        last_day: The last civil day with evidence; padding behind it is cut.
        synced_until: The UTC instant up to which the archive is known to be whole.
        time_zone: The person's IANA zone.
        endpoints: What the archive holds for this person.
    """

    key: str
    first_day: date
    last_day: date
    synced_until: datetime
    time_zone: str
    endpoints: frozenset[str]


@dataclass(frozen=True, slots=True)
class Survey:
    """What an archive holds.

    Attributes:
        people: Everybody in it, by key.
        problems: Records that cannot be used, in the order of the files.
        notes: Sentences worth telling the user, such as how doubled rows were settled.
    """

    people: Sequence[Person]
    problems: Sequence[Problem] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)


class ArchiveKind(Protocol):
    """A format of archive."""

    @property
    def name(self) -> str:
        """The source's name: ``fitabase``, ``takeout``."""

    @property
    def many_people(self) -> bool:
        """Whether one archive holds many people, each of whom becomes a participant."""

    def recognises(self, files: ArchiveFiles) -> bool:
        """Whether the files look like this kind, judged by their names."""

    def relevant(self, base_name: str) -> bool:
        """Whether a file is read by this kind; the others of a folder are not kept."""

    def survey(self, files: ArchiveFiles, zone: ZoneInfo | None) -> Survey:
        """Reads the archive once, front to back.

        Args:
            files: The archive.
            zone: The person's zone where the user named it; it overrides what the archive says.

        Raises:
            UserError: If the archive cannot be used at all; the sentence names file and place.
        """

    def open(self, files: ArchiveFiles, person: Person, shift_days: int) -> Source:
        """The source of one person's days.

        Args:
            files: The archive.
            person: As found by ``survey``, before any shift.
            shift_days: By how many days every date is moved forward (whole weeks for the demo,
                otherwise 0); payloads stay verbatim.
        """
