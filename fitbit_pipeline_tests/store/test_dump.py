"""A collection of a server, copied as mongodump would: nothing is changed, no secret is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import MongoClient

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.dump import (
    asks_for_password,
    dump_collection,
    is_address,
    with_password,
)
from fitbit_pipeline.store.mongod_process import choose_port
from fitbit_pipeline_tests.login_server import (
    ENCODED,
    PASSWORD,
    READER,
    address,
    breaking_off,
    login_server,
    owner,
)

FILES = {"fitbitCollection": "fitbitCollection.bson", "fitbit": "fitbit.bson"}
DOCUMENTS = [
    {"_id": number, "id": "abc", "type": "steps", "data": {"dateTime": "2026-03-01", "value": "7"}}
    for number in range(2500)
]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that asks for a password, with both collections, a view and one of another name."""
    with login_server(tmp_path_factory.mktemp("login") / "data") as port:
        with owner(port) as client:
            database = client["fitbitDB"]
            database["fitbitCollection"].insert_many(DOCUMENTS)
            database["fitbit"].insert_one({"_id": 1})
            database["mine"].insert_one({"_id": 2})
            database.command("create", "seen", viewOn="fitbitCollection", pipeline=[])
        yield port


def read(path: Path) -> list[dict[str, Any]]:
    """The documents of a file."""
    return bson.decode_all(path.read_bytes())


def assert_nothing_secret(told: pytest.ExceptionInfo[UserError]) -> None:
    """One sentence, without the password in either form; nor does a cause hold it."""
    sentence = str(told.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    for secret in (PASSWORD, ENCODED, "s3cret"):
        assert secret not in sentence
    assert told.value.__cause__ is None


class TestCopied:
    """What is there, to the byte."""

    def test_the_file_is_what_mongodump_writes(self, port: int, tmp_path: Path) -> None:
        """All documents one after the other, in their order, though they come in batches."""
        path = dump_collection(address(port), None, FILES, tmp_path)
        assert path == tmp_path / "fitbitDB" / "fitbitCollection.bson"
        assert path.read_bytes() == b"".join(map(bson.encode, DOCUMENTS))

    def test_without_the_first_collection_the_second_is_taken(
        self, mongodb_uri: str, database_name: str, tmp_path: Path
    ) -> None:
        with MongoClient[dict[str, Any]](mongodb_uri) as client:
            client[database_name]["fitbit"].insert_one({"_id": 1})
        place = f"{mongodb_uri.partition('?')[0].rstrip('/')}/{database_name}"
        path = dump_collection(place, None, FILES, tmp_path)
        assert (path.name, read(path)) == ("fitbit.bson", [{"_id": 1}])

    def test_another_collection_may_be_named(self, port: int, tmp_path: Path) -> None:
        path = dump_collection(address(port), "mine", FILES, tmp_path)
        assert (path.name, read(path)) == ("fitbitCollection.bson", [{"_id": 2}])

    def test_the_server_is_left_as_it_was(self, port: int, tmp_path: Path) -> None:
        """The reader has no right to write anything, and nothing has changed."""
        with owner(port) as client:
            before = client["fitbitDB"].command("dbHash")["md5"], client.list_database_names()
            dump_collection(address(port), None, FILES, tmp_path)
            after = client["fitbitDB"].command("dbHash")["md5"], client.list_database_names()
        assert after == before


class TestRefused:
    """One sentence for each way in which there is nothing to copy."""

    def test_a_wrong_password(self, port: int, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=rf"127\.0\.0\.1:{port} refuses .* in ARCHIVE") as told:
            dump_collection(address(port, "s3cret-but-wrong"), None, FILES, tmp_path)
        assert_nothing_secret(told)

    def test_another_s_database(self, port: int, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="rights to the database 'hospital'") as told:
            dump_collection(address(port, database="hospital"), None, FILES, tmp_path)
        assert_nothing_secret(told)

    def test_a_user_who_may_see_collections_and_not_read_them(
        self, port: int, tmp_path: Path
    ) -> None:
        with owner(port) as client:
            may = {
                "resource": {"db": "fitbitDB", "collection": ""},
                "actions": ["listCollections"],
            }
            database = client["fitbitDB"]
            database.command("createRole", "lister", privileges=[may], roles=[])
            database.command("createUser", "lister", pwd="s3cret", roles=["lister"])
        place = f"mongodb://lister:s3cret@127.0.0.1:{port}/fitbitDB"
        with pytest.raises(UserError, match=r"refuses to be read \(code 13\)") as told:
            dump_collection(place, None, FILES, tmp_path)
        assert_nothing_secret(told)

    def test_nobody_answers(self, tmp_path: Path) -> None:
        closed = choose_port(None)
        with pytest.raises(UserError, match=rf"answers at 127\.0\.0\.1:{closed}") as told:
            dump_collection(address(closed), None, FILES, tmp_path)
        assert_nothing_secret(told)

    def test_no_such_database(self, mongodb_uri: str, tmp_path: Path) -> None:
        place = f"{mongodb_uri.partition('?')[0].rstrip('/')}/nothing_here"
        with pytest.raises(
            UserError,
            match="There is neither 'fitbitCollection' nor 'fitbit' in the database 'nothing_here'",
        ):
            dump_collection(place, None, FILES, tmp_path)

    def test_no_such_collection(self, port: int, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="There is no collection 'yours' in the da") as told:
            dump_collection(address(port), "yours", FILES, tmp_path)
        assert_nothing_secret(told)

    def test_a_view(self, port: int, tmp_path: Path) -> None:
        """Most likely our own: its metrics would come home as somebody's documents."""
        with pytest.raises(UserError, match="is a view, not a collection") as told:
            dump_collection(address(port), "seen", FILES, tmp_path)
        assert_nothing_secret(told)

    def test_a_connection_that_breaks_off(self, port: int, tmp_path: Path) -> None:
        """The first batch of documents comes through, and then nobody does."""
        with (
            breaking_off(port, 150_000) as broken,
            pytest.raises(UserError, match="broke off while 'fitbitCollection' was read") as told,
        ):
            dump_collection(address(broken), None, FILES, tmp_path)
        assert_nothing_secret(told)

    def test_a_disk_that_cannot_be_written(self, port: int, tmp_path: Path) -> None:
        folder = tmp_path / "file"
        folder.write_text("a file where the folder should be", encoding="utf-8")
        with pytest.raises(UserError, match="The collection cannot be copied to"):
            dump_collection(address(port), None, FILES, folder)

    @pytest.mark.parametrize(
        "place",
        [
            "mongodb:",
            "mongodb:/127.0.0.1/fitbitDB",
            "mongodb://",
            "mongodb:///fitbitDB",
            "mongodb://reader:s3cret/1@127.0.0.1/fitbitDB",
            "mongodb://reader:s3cret/p@ss@127.0.0.1/fitbitDB",
            "MONGODB://reader:s3cret@127.0.0.1/fitbitDB",
            "mongodb://reader:s3c@ret@127.0.0.1/fitbitDB",
            "mongodb://reader:s3cret@127.0.0.1:99999/fitbitDB",
            "mongodb://reader:s3cret@127.0.0.1/fitbitDB/fitbitCollection",
            "mongodb://reader:s3cret@127.0.0.1/fitbitDB?tsl=true",
            "mongodb+srv://reader:s3cret@127.0.0.1/fitbitDB",
        ],
    )
    def test_a_malformed_address(self, place: str, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="does not lead to a MongoDB server") as told:
            dump_collection(place, None, FILES, tmp_path)
        assert_nothing_secret(told)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("place", ["mongodb://127.0.0.1", "mongodb://reader:s3cret@host/?a=b"])
    def test_an_address_without_a_database(self, place: str, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="ARCHIVE names no database") as told:
            dump_collection(place, None, FILES, tmp_path)
        assert_nothing_secret(told)

    @pytest.mark.parametrize("database", ["a%20b", "..", "a.b", "a%2Fb"])
    def test_an_impossible_database(self, database: str, mongodb_uri: str, tmp_path: Path) -> None:
        place = f"{mongodb_uri.partition('?')[0].rstrip('/')}/{database}"
        with pytest.raises(UserError, match=r"cannot be the name|does not lead"):
            dump_collection(place, None, FILES, tmp_path)
        assert list(tmp_path.iterdir()) == []


class TestAddresses:
    """What is an address, and whether its password is to be asked for."""

    @pytest.mark.parametrize(
        ("text", "is_one"),
        [
            ("mongodb://localhost/fitbitDB", True),
            ("mongodb+srv://host/fitbitDB", True),
            ("MongoDB://host", True),
            ("mongodb:/host", True),
            ("mongodb.zip", False),
            ("dump/fitbitDB", False),
            ("", False),
        ],
    )
    def test_an_address_is_told_from_a_path(self, text: str, is_one: bool) -> None:
        assert is_address(text) is is_one

    @pytest.mark.parametrize(
        ("place", "asks"),
        [
            (f"mongodb://{READER}@host/db", True),
            (f"mongodb://{READER}@host/db?authSource=admin", True),
            (f"mongodb://{READER}:{ENCODED}@host/db", False),
            ("mongodb://host/db", False),
            ("mongodb://host/db?note=a@b", False),
            (f"mongodb://{READER}@host/db?authMechanism=MONGODB-X509", False),
        ],
    )
    def test_a_password_is_asked_for_where_a_user_has_none(self, place: str, asks: bool) -> None:
        assert asks_for_password(place) is asks

    def test_the_answer_is_encoded(self, port: int, tmp_path: Path) -> None:
        place = f"mongodb://{READER}@127.0.0.1:{port}/fitbitDB?authSource=admin"
        path = dump_collection(with_password(place, PASSWORD), None, FILES, tmp_path)
        assert len(read(path)) == len(DOCUMENTS)
