"""Importing a collection on a server, which is read and left as it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.import_archive import AlreadyImportedError, Imported
from fitbit_pipeline.flow.live_collection import live_collection
from fitbit_pipeline_tests.flow.collections.imported import Document, steps
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.tutorial_collection import Notebook, mongodump


class TestLive:
    """A collection on a server, which is read and left as it is."""

    @pytest.fixture
    def server(self, mongodb_uri: str, database_name: str) -> Iterator[Any]:
        """Somebody else's database on the server, and its address."""
        place = mongodb_uri.partition("?")[0].rstrip("/")
        with MongoClient[Document](mongodb_uri) as client:
            name = f"{database_name}_theirs"
            yield client[name], f"{place}/{name}"
            client.drop_database(name)

    def run(
        self, bench: ImportBench, address: str, collection: str | None = None, **request: Any
    ) -> Imported:
        """Imports a collection."""
        with live_collection(address, collection, bench.sources.library) as path:
            return bench.run(path, **request)

    def test_the_tutorial_s(self, bench: ImportBench, notebook: Notebook, server: Any) -> None:
        database, address = server
        database["fitbitCollection"].insert_many(notebook.documents)
        before = list(database["fitbitCollection"].find())
        self.run(bench, address, time_zone="UTC")
        assert list(database["fitbitCollection"].find()) == before
        assert database.list_collection_names() == ["fitbitCollection"]
        assert [each["value"] for each in steps(bench, "me")["steps"]] == ["4000"]

    def test_it_is_the_same_archive_as_its_dump(
        self, bench: ImportBench, notebook: Notebook, server: Any, tmp_path: Path
    ) -> None:
        database, address = server
        database["fitbitCollection"].insert_many(notebook.documents)
        self.run(bench, address, time_zone="UTC")
        dump = mongodump(tmp_path / "dump", "fitbitCollection", notebook.documents)
        with bench.unchanged(), pytest.raises(AlreadyImportedError):
            bench.run(dump)

    @pytest.mark.parametrize("collection", [None, "fitbit"])
    def test_lifesnaps(
        self, bench: ImportBench, study: list[Document], server: Any, collection: str | None
    ) -> None:
        database, address = server
        database["fitbit"].insert_many(study)
        assert len(self.run(bench, address, collection).participants) == 2

    def test_a_collection_of_another_name_is_recognised_by_its_documents(
        self, bench: ImportBench, notebook: Notebook, study: list[Document], server: Any
    ) -> None:
        database, address = server
        database["mine"].insert_many(notebook.documents)
        database["theirs"].insert_many(study)
        assert self.run(bench, address, "mine", time_zone="UTC").kind == "tutorial"
        assert self.run(bench, address, "theirs").kind == "lifesnaps"

    def test_of_what_is_read_only_the_archive_stays(
        self, bench: ImportBench, notebook: Notebook, server: Any
    ) -> None:
        database, address = server
        database["fitbitCollection"].insert_many(notebook.documents)
        self.run(bench, address, time_zone="UTC")
        (name,) = bench.archives()
        digest = bench.get("me").archives[0].digest
        assert name == f"{digest}/000/fitbitCollection.bson"

    @pytest.mark.parametrize("documents", [[], [{"a": 1}]], ids=["empty", "of something else"])
    def test_what_is_none_of_both_is_refused(
        self, bench: ImportBench, documents: list[Document], server: Any
    ) -> None:
        database, address = server
        database.create_collection("fitbitCollection")
        if documents:
            database["fitbitCollection"].insert_many(documents)
        bench.directory.mkdir(parents=True)
        with bench.unchanged(), pytest.raises(UserError, match="holds no document of the tutor"):
            self.run(bench, address, time_zone="UTC")
