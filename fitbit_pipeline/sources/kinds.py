"""The kinds of archive that are known, in the order in which they are tried."""

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import ArchiveKind
from fitbit_pipeline.sources.archive_files import ArchiveFiles
from fitbit_pipeline.sources.fitabase import Fitabase
from fitbit_pipeline.sources.takeout.kind import Takeout
from fitbit_pipeline.sources.tutorial.kind import Tutorial


def archive_kinds() -> dict[str, ArchiveKind]:
    """Fresh kinds by name; a kind remembers what it has read, so one set serves one process."""
    kinds: list[ArchiveKind] = [Fitabase(), Takeout(), Tutorial()]
    return {kind.name: kind for kind in kinds}


def recognise(files: ArchiveFiles, kinds: dict[str, ArchiveKind]) -> ArchiveKind:
    """The kind of an archive.

    Raises:
        UserError: If it is of no known kind.
    """
    for kind in kinds.values():
        if kind.recognises(files):
            return kind
    names = ", ".join(part.name for part in files.parts)
    raise UserError(
        f"{names} holds no file of a Google Takeout, Fitbit or Fitabase export, nor a dump of the "
        "tutorial's collection or of LifeSnaps: name the zip or folder as it was downloaded."
    )
