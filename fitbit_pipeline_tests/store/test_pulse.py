"""Whoever asks a server that has been silent for long enough is told so at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.connection import Connection, connect
from fitbit_pipeline.store.embedded import RunningServer, ensure_server
from fitbit_pipeline.store.pulse import ServerSilentError
from fitbit_pipeline_tests.store.homes import kill

IMPATIENT = "&serverSelectionTimeoutMS=300&timeoutMS=5000"


@pytest.fixture
def server(home: Path) -> RunningServer:
    """One that may be killed."""
    return ensure_server(home)


@pytest.fixture
def connection(server: RunningServer, home: Path) -> Iterator[Connection]:
    """A way to it, without much patience."""
    connection = connect(server.uri + IMPATIENT, home, "test")
    yield connection
    connection.close()


def _wait_in_vain(connection: Connection) -> None:
    """Asks until no server is found; before that, what is open may break off."""
    while True:
        try:
            connection.database["things"].find_one()
        except ServerSelectionTimeoutError:
            return
        except AutoReconnect:
            continue


def test_a_server_that_answers_is_not_silent(connection: Connection) -> None:
    connection.database["things"].find_one()

    connection.check()


def test_after_somebody_waited_in_vain_nobody_else_waits(
    connection: Connection, server: RunningServer
) -> None:
    kill(server)
    _wait_in_vain(connection)

    with pytest.raises(ServerSilentError):
        while True:
            connection.check()


def test_a_server_that_came_back_is_asked_again(
    connection: Connection, server: RunningServer, home: Path
) -> None:
    kill(server)
    _wait_in_vain(connection)

    ensure_server(home)
    while True:
        try:
            connection.database["things"].find_one()
            break
        except AutoReconnect:
            continue

    connection.check()


def test_who_loses_the_server_in_the_middle_is_told_a_sentence_without_a_value(
    connection: Connection, server: RunningServer
) -> None:
    with pytest.raises(UserError, match="went away or refused to write") as told, connection:
        kill(server)
        while True:
            connection.database["things"].insert_one({"steps": 4242})

    assert "4242" not in str(told.value)
    assert told.value.__cause__ is None
