"""A store and a home to import archives into."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from pymongo import MongoClient

from fitbit_pipeline.flow.import_archive import Imported, ImportRequest, import_archive
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.fitabase_tables import ask

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ImportBench:
    """Imports archives, and looks at what became of them.

    Attributes:
        store: A real database.
        sources: Opens what was imported.
        directory: Where archives are kept.
    """

    store: Store
    sources: SourceOpener
    directory: Path

    @classmethod
    @contextmanager
    def open(cls, uri: str, database: str, home: Path) -> Iterator[Self]:
        """Connects, and closes everything in the end."""
        directory = home / "archives"
        sources = SourceOpener(directory, archive_limit_gb=1)
        with MongoClient[dict[str, Any]](uri, tz_aware=True) as client:
            yield cls(Store(client[database]), sources, directory)
            sources.close()

    def run(self, *paths: Path, **request: Any) -> Imported:
        """Imports an archive; people live in UTC unless it is said otherwise."""
        defaults = {"participant": None, "time_zone": None, "default_zone": "UTC"}
        asked = ImportRequest(paths=paths, **{**defaults, **request})
        return import_archive(self.store, self.sources, asked, NOW)

    def get(self, name: str) -> Participant:
        """A participant who is there."""
        found = self.store.participants.get(name)
        assert found is not None
        return found

    def steps(self, name: str, first: date, last: date) -> list[Any]:
        """What a participant's source says of the steps of consecutive days."""
        told = ask(self.sources.open(self.get(name)), "steps", f"{first}", f"{last}")
        return [
            answer["dailyActivity"]["TotalSteps"] if isinstance(answer, dict) else answer
            for _, answer in sorted(told.items())
        ]

    def archives(self) -> dict[str, bytes]:
        """Every file of the library."""
        return {
            path.relative_to(self.directory).as_posix(): path.read_bytes()
            for path in self.directory.rglob("*")
            if path.is_file()
        }

    def documents(self) -> dict[str, list[dict[str, Any]]]:
        """Every document of every collection."""
        database = self.store.database
        return {
            name: list(database[name].find().sort("_id"))
            for name in sorted(database.list_collection_names())
        }

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """What is done inside changes neither the database nor the library."""
        before = self.documents(), self.archives(), sorted(self.directory.parent.rglob("*"))
        yield
        after = self.documents(), self.archives(), sorted(self.directory.parent.rglob("*"))
        assert after == before

    @contextmanager
    def refusing(self, name: str) -> Iterator[None]:
        """Meanwhile the database refuses to write a participant."""
        database = self.store.database
        database.create_collection("participants", validator={"_id": {"$ne": name}})
        yield
        database.command("collMod", "participants", validator={})
