"""What an archive holds: from which day to which there is evidence, and what cannot be used.

Light families (daily numbers, sleeps, tables of nights) are read wholly. Of the heavy ones, with
thousands of readings a day, only the files at both ends are read, inwards until one shows use: a
damaged file between them comes to light when its days are fetched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import day_start, time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Person, Problem, Survey
from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.takeout.clock import CivilClock, StampError
from fitbit_pipeline.sources.takeout.family import FileFamily, Record, at
from fitbit_pipeline.sources.takeout.index import Chunk, Index, build_index
from fitbit_pipeline.sources.takeout.profile import read_profile
from fitbit_pipeline.sources.takeout.records import Bad, UnreadableError, read_records
from fitbit_pipeline.sources.takeout.services import FAMILIES

_PROBLEMS_TOLD = 20
"""Of one file; the others are counted."""


@dataclass(slots=True)
class _Facts:
    """What one file says: evidence, and what is wrong with it.

    A file whose records are all bad is broken as well: its endpoint is one of the archive's, so
    that its days fail rather than being unknown.
    """

    first: date | None = None
    last: date | None = None
    until: datetime | None = None
    holds_records: bool = False
    broken: bool = False
    problems: list[Problem] = field(default_factory=list)


def survey_archive(files: ArchiveFiles, zone: ZoneInfo | None) -> Survey:
    """Reads as much of an archive as it takes to know its days.

    The last day is the last with real evidence: readings, steps, sleeps, logs. What the export
    fills up behind it (sedentary 1440, zero minutes, null resting heart rates: measured up to 20
    months) is cut, as is the energy that is counted without a device too. The archive is whole up
    to the last such record, or to the start of its day where only dates are known.

    Args:
        files: The archive.
        zone: The person's zone where the user named it, before what the profile says.

    Raises:
        UserError: If the zone is not known, or no day can be used.
    """
    zone, zone_note = _zone(files, zone)
    index = build_index(files, FAMILIES)
    facts = {family.name: _family_facts(files, index, family, zone) for family in FAMILIES}
    problems = [*index.problems, *_problems(facts.values())]
    problems.sort(key=lambda problem: problem.file)
    shown = [each for of_family in facts.values() for each in of_family if each.first]
    if not shown:
        raise UserError(_nothing_usable(files, problems))
    held = {
        family.endpoint
        for family in FAMILIES
        if any(each.holds_records or each.broken for each in facts[family.name])
    }
    person = Person(
        key="",
        first_day=min(each.first for each in shown if each.first),
        last_day=max(each.last for each in shown if each.last),
        synced_until=max(each.until for each in shown if each.until),
        time_zone=zone.key,
        endpoints=frozenset(held),
    )
    return Survey((person,), tuple(problems), (zone_note, *_notes(index)))


def _zone(files: ArchiveFiles, zone: ZoneInfo | None) -> tuple[ZoneInfo, str]:
    if zone:
        return zone, f"Days are those of {zone.key}, as you said."
    stated = read_profile(files).time_zone
    if stated:
        try:
            found = time_zone(stated)
        except UserError:
            stated = None
        else:
            return found, f"Days are those of {found.key}, as the profile in the archive says."
    raise UserError(
        f"{files.parts[0].name} does not say in which time zone the person lives: name it with "
        "--time-zone, such as --time-zone Europe/Athens."
    )


def _family_facts(
    files: ArchiveFiles, index: Index, family: FileFamily, zone: ZoneInfo
) -> list[_Facts]:
    chunks = index.of(family)
    if not family.heavy:
        return [_file_facts(files, chunk, zone) for chunk in chunks]
    read: dict[str, _Facts] = {}
    for inwards in (chunks, chunks[::-1]):
        for chunk in inwards:
            if chunk.name not in read:
                read[chunk.name] = _file_facts(files, chunk, zone)
            if _shows_enough(family, read[chunk.name]):
                break
    for chunk in chunks:
        if chunk.member.size == 0 and chunk.name not in read:
            read[chunk.name] = _file_facts(files, chunk, zone)
    return list(read.values())


def _shows_enough(family: FileFamily, facts: _Facts) -> bool:
    return facts.first is not None if family.evidence else facts.holds_records


def _file_facts(files: ArchiveFiles, chunk: Chunk, zone: ZoneInfo) -> _Facts:
    facts = _Facts()
    last_moments: list[object] = []
    bad = 0
    try:
        for item in read_records(files, chunk, zone):
            if isinstance(item, Bad):
                bad += 1
                facts.broken = True
                if bad <= _PROBLEMS_TOLD:
                    facts.problems.append(Problem(chunk.name, item.place, f"it {item.message}"))
                continue
            facts.holds_records = True
            if _notice(facts, chunk.family, item.day, item.record):
                last_moments.clear()
            if facts.last == item.day:
                last_moments.append(_moment(chunk.family, item.record))
    except UnreadableError as error:
        facts.broken = True
        facts.problems.append(Problem(chunk.name, error.place, f"the file {error.message}"))
    if bad > _PROBLEMS_TOLD:
        more = f"{bad - _PROBLEMS_TOLD} more records cannot be used"
        facts.problems.append(Problem(chunk.name, "", more))
    if facts.last:
        instants = _instants(chunk.family, zone, last_moments)
        facts.until = max(instants, default=day_start(facts.last, zone))
    return facts


def _notice(facts: _Facts, family: FileFamily, day: date, record: Record) -> bool:
    """Takes evidence into account; says whether the last day moved on."""
    is_inside = facts.first and facts.last and facts.first <= day < facts.last
    if is_inside or not (family.evidence and family.evidence(record)):
        return False
    facts.first = min(facts.first or day, day)
    moved = facts.last is None or day > facts.last
    facts.last = max(facts.last or day, day)
    return moved


def _moment(family: FileFamily, record: Record) -> object:
    is_evidence = family.moment and family.evidence and family.evidence(record)
    return at(record, family.moment) if is_evidence and family.moment else None


def _instants(family: FileFamily, zone: ZoneInfo, moments: Sequence[object]) -> list[datetime]:
    clock = CivilClock(family.rule, zone)
    instants = []
    for moment in set(moments) - {None}:
        try:
            instants.append(clock.instant(moment))
        except StampError:
            continue
    return instants


def _problems(facts: Iterable[Sequence[_Facts]]) -> list[Problem]:
    return [problem for of_family in facts for each in of_family for problem in each.problems]


def _nothing_usable(files: ArchiveFiles, problems: Sequence[Problem]) -> str:
    name = files.parts[0].name
    if not problems:
        return (
            f"{name} holds no day on which a device was used: check that the export was made of "
            "the right account, and of Fitbit or Google Health data."
        )
    return f"{name} holds no day that can be used ({problems[0]}): download the export again."


def _notes(index: Index) -> list[str]:
    if not index.doubled:
        return []
    return [f"{index.doubled} files are there twice with the same content and count once."]
