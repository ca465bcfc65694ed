"""Opens the source of a participant, whatever kind it is."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from fitbit_pipeline.sources.archive import Person
from fitbit_pipeline.sources.archive_files import ArchiveLimits
from fitbit_pipeline.sources.combined import CombinedSource, Part
from fitbit_pipeline.sources.kinds import archive_kinds
from fitbit_pipeline.sources.library import ArchiveLibrary
from fitbit_pipeline.sources.protocol import FailureKind, Source, SourceFailure
from fitbit_pipeline.store.participants import Participant, RegisteredArchive

GIGABYTE = 1024**3


class SourceOpener:
    """Opens participants' sources; one serves a whole process, so that archives are read once.

    Attributes:
        kinds: The kinds of archive by name.
        library: Where imported archives are kept.
    """

    def __init__(
        self,
        archives_directory: Path,
        archive_limit_gb: int,
        live: Mapping[str, Callable[[Participant], Source]] | None = None,
    ):
        """Binds the library.

        Args:
            archives_directory: Where imported archives are kept.
            archive_limit_gb: How large an archive may be when unpacked.
            live: What opens the participants of live sources, by the source's name.
        """
        self._live = live or {}
        self.limits = ArchiveLimits(total_bytes=archive_limit_gb * GIGABYTE)
        self.kinds = archive_kinds()
        self.library = ArchiveLibrary(archives_directory, self.limits)
        self._opened: dict[Participant, Source] = {}
        self._lock = threading.Lock()

    def open(self, participant: Participant) -> Source:
        """The source that answers for a participant, opened once.

        Raises:
            SourceFailure: If it is gone.
        """
        # A sync that was noted since makes no other source of it.
        whose = replace(participant, synced_until=None)
        with self._lock:
            if whose not in self._opened:
                self._opened[whose] = self._open(participant)
            return self._opened[whose]

    def _open(self, participant: Participant) -> Source:
        if participant.source in self._live:
            return self._live[participant.source](participant)
        kind = self.kinds.get(participant.source)
        if kind is None or not participant.archives:
            raise SourceFailure(
                FailureKind.SOURCE_GONE,
                f"The source {participant.source} is not known here: import an archive.",
            )
        parts = [
            Part(
                source=kind.open(
                    self.library.open(archive.digest),
                    _person(participant, archive),
                    archive.shift_days,
                ),
                first_day=archive.first_day,
                last_day=archive.last_day,
                synced_until=archive.synced_until,
            )
            for archive in participant.archives
        ]
        return parts[0].source if len(parts) == 1 else CombinedSource(kind.name, parts)

    def close(self) -> None:
        """Closes the archives."""
        self._opened.clear()
        self.library.close()


def _person(participant: Participant, archive: RegisteredArchive) -> Person:
    shift = archive.shift
    return Person(
        key=archive.person,
        first_day=archive.first_day - shift,
        last_day=archive.last_day - shift,
        synced_until=archive.synced_until - shift,
        time_zone=participant.time_zone,
        endpoints=archive.endpoints,
    )
