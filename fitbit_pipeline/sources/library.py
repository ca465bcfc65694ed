"""The library of imported archives: each kept under the home as it came, by its digest."""

import shutil
import tempfile
import threading
from contextlib import AbstractContextManager
from pathlib import Path

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import ArchiveKind
from fitbit_pipeline.sources.archive_files import ArchiveFiles, ArchiveLimits, open_archive
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.workshop import workshop

COPY_CHUNK = 1024 * 1024


class ArchiveLibrary:
    """Keeps archives, and opens kept ones; safe to use from several threads."""

    def __init__(self, directory: Path, limits: ArchiveLimits):
        """Binds a directory; it is made when the first archive is kept."""
        self._directory = directory
        self._limits = limits
        self._opened: dict[str, ArchiveFiles] = {}
        self._lock = threading.Lock()

    def digest(self, files: ArchiveFiles, kind: ArchiveKind) -> str:
        """The digest by which an archive is known: of the files that its kind reads."""
        return files.digest([each for each in files.members if kind.relevant(each.base_name)])

    def keep(self, files: ArchiveFiles, kind: ArchiveKind, digest: str) -> bool:
        """Copies an archive into the library; one that is there already is left alone.

        A zip is kept whole, a folder with the files that its kind reads; so is a zip with a file
        that is known by another name. The copy appears under its name only when it is complete.

        Returns:
            Whether it was not there before.

        Raises:
            UserError: If it cannot be written.
        """
        target = self._directory / digest
        if target.exists():
            return False
        incoming: Path | None = None
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            incoming = Path(tempfile.mkdtemp(prefix="incoming-", dir=self._directory))
            for number, part in enumerate(files.parts):
                self._copy_part(files, kind, number, part, incoming)
            incoming.rename(target)
        except OSError as error:
            raise UserError(
                f"The archive cannot be kept under {self._directory} ({error.strerror}): "
                "make room or mend the permissions, and import it again."
            ) from error
        finally:
            if incoming is not None and incoming.exists():
                shutil.rmtree(incoming, ignore_errors=True)
        return True

    def forget(self, digest: str) -> None:
        """Takes an archive out of the library that nobody was registered with."""
        shutil.rmtree(self._directory / digest, ignore_errors=True)

    def open(self, digest: str) -> ArchiveFiles:
        """A kept archive; opened once for all who ask.

        Raises:
            SourceFailure: ``source_gone`` if it is no longer in the library.
        """
        with self._lock:
            if digest not in self._opened:
                folder = self._directory / digest
                try:
                    files = open_archive(sorted(folder.iterdir()), self._limits)
                except (OSError, UserError) as error:
                    raise SourceFailure(
                        FailureKind.SOURCE_GONE,
                        "The kept archive is no longer in the home: import it again.",
                    ) from error
                self._opened[digest] = files
            return self._opened[digest]

    def workshop(self) -> AbstractContextManager[Path]:
        """A folder for what is under way, on the library's own disk; see ``workshop``."""
        return workshop(self._directory)

    def close(self) -> None:
        """Closes every archive that was opened."""
        with self._lock:
            while self._opened:
                self._opened.popitem()[1].close()

    @staticmethod
    def _copy_part(
        files: ArchiveFiles, kind: ArchiveKind, number: int, part: Path, incoming: Path
    ) -> None:
        own = [member for member in files.members if member.part == number]
        if not part.is_dir() and not any(member.called for member in own):
            shutil.copyfile(part, incoming / f"{number:03}-{part.name}")
            return
        folder = incoming / f"{number:03}"
        for member in own:
            if kind.relevant(member.base_name):
                # Under the name that it is known by: it is recognised by that when it is opened.
                copy = (folder / member.path).with_name(member.base_name)
                copy.parent.mkdir(parents=True, exist_ok=True)
                with files.stream(member) as source, copy.open("wb") as target:
                    shutil.copyfileobj(source, target, COPY_CHUNK)
