"""Which files an archive has of each family, and which days each of them can hold.

Files are known by base name, because folder names are localised. What does not belong here: what
the files say (``records``).
"""

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Problem
from fitbit_pipeline.sources.archive_files import ArchiveFiles, Member
from fitbit_pipeline.sources.takeout.clock import TimeRule
from fitbit_pipeline.sources.takeout.family import Cadence, FileFamily, Format


@dataclass(frozen=True)
class Chunk:
    """One file of a family.

    Attributes:
        member: The file.
        family: Its family.
        first: The first day that it covers.
        last: The last day that it covers, before the next file of the family begins.
    """

    member: Member
    family: FileFamily
    first: date
    last: date

    @cached_property
    def name(self) -> str:
        """Its base name; the path may hold the person's name, and is never told."""
        return self.member.base_name

    @cached_property
    def opens(self) -> date:
        """The first day of which it may hold records: zones and doubled hours blur the bounds."""
        return self.first - ONE_DAY if self.first > date.min else self.first

    @cached_property
    def closes(self) -> date:
        """The last day of which it may hold records."""
        return self.last + ONE_DAY if self.last < date.max else self.last

    def holds(self, day: date) -> bool:
        """Whether records of a day may be in it; a record of another day is out of place."""
        return self.opens <= day <= self.closes

    def spoils(self, day: date) -> bool:
        """Whether a day must be taken for incomplete when this file cannot be read.

        JSON files end at the participant's midnight (measured: a heart-rate file of 6 May runs
        from 14:00 to 13:59 UTC for a zone ten hours east). Tables in UTC end at any midnight.
        """
        if self.family.format is Format.CSV and self.family.rule is TimeRule.UTC:
            return self.holds(day)
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Index:
    """The files of an archive by family.

    Attributes:
        chunks: The files of each family by its name, in the order of their days.
        problems: Files that were left aside because another of that name says something else.
        doubled: How many files were there twice with the same content.
    """

    chunks: dict[str, tuple[Chunk, ...]]
    problems: tuple[Problem, ...]
    doubled: int

    def of(self, family: FileFamily) -> tuple[Chunk, ...]:
        """The files of a family, in the order of their days."""
        return self.chunks.get(family.name, ())


def build_index(files: ArchiveFiles, families: Iterable[FileFamily]) -> Index:
    """Sorts the files of an archive into families, by their names.

    Args:
        files: The archive; only files of the same name are read, to tell whether they are one.
        families: Those that count.
    """
    by_name: dict[str, list[Member]] = {}
    for member in files.members:
        by_name.setdefault(member.base_name, []).append(member)
    names = sorted(by_name)
    chunks: dict[str, tuple[Chunk, ...]] = {}
    problems: list[Problem] = []
    doubled = 0
    for family in families:
        members = []
        for name in names:
            if not family.pattern.fullmatch(name):
                continue
            chosen, others = _one_of(files, by_name[name])
            members.append(chosen)
            doubled += len(by_name[name]) - 1 - others
            if others:
                problems.append(
                    Problem(name, "", "is there twice with different content; the longer counts")
                )
        if members:
            chunks[family.name] = _chunks(family, members)
    return Index(chunks, tuple(problems), doubled)


def _one_of(files: ArchiveFiles, members: Sequence[Member]) -> tuple[Member, int]:
    """The file that counts among those of one name, and how many others say something else."""
    if len(members) == 1:
        return members[0], 0
    ranked = sorted(
        ((member.size, _content_digest(files, member), -place, member))
        for place, member in enumerate(members)
    )
    best = ranked[-1]
    return best[3], len({digest for _, digest, _, _ in ranked}) - 1


def _content_digest(files: ArchiveFiles, member: Member) -> str:
    try:
        return hashlib.sha256(files.read(member)).hexdigest()
    except UserError:
        # Sorts before every digest: a sound copy of the same size is preferred.
        return ""


def _chunks(family: FileFamily, members: Sequence[Member]) -> tuple[Chunk, ...]:
    starts = [(family.chunk_start(member.base_name), member) for member in members]
    undated = [Chunk(member, family, date.min, date.max) for start, member in starts if not start]
    dated = sorted(
        (Chunk(member, family, start, date.max) for start, member in starts if start),
        key=lambda chunk: (chunk.first, chunk.name),
    )
    span = _span(family, dated)
    bounded = []
    for place, chunk in enumerate(dated):
        later = (each.first for each in dated[place + 1 :] if each.first > chunk.first)
        last = next(later, date.max)
        if last < date.max:
            last -= ONE_DAY
        if span is not Cadence.OPEN:
            last = min(last, chunk.first + (span - 1) * ONE_DAY)
        bounded.append(replace(chunk, last=last))
    return (*undated, *bounded)


def _span(family: FileFamily, dated: Sequence[Chunk]) -> Cadence:
    # Tables come one a day or one a month, by age and family: two of adjoining days tell which.
    if family.format is Format.CSV and any(
        later.first - earlier.first == ONE_DAY for earlier, later in itertools.pairwise(dated)
    ):
        return Cadence.DAY
    return family.cadence
