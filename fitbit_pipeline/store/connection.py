"""The way to the database: a server of the user's, or the embedded one.

Here are the promises that all reads and writes inherit: acknowledged by a majority and journaled,
times in UTC, patience with a server that restarts.
"""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymongo
from pymongo import MongoClient, errors
from pymongo.database import Database
from pymongo.errors import (
    ConfigurationError,
    InvalidName,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)
from pymongo.uri_parser import parse_uri

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.bulk import WriteRefusedError
from fitbit_pipeline.store.embedded import RunningServer, ensure_server
from fitbit_pipeline.store.pulse import Pulse, ServerSilentError

Document = dict[str, Any]

_GREETING_SECONDS = 5.0
_SETTING = "FITBIT_PIPELINE_MONGODB_URI"
_SRV = "mongodb+srv://"

# Only what the user's own address does not say. timeoutMS bounds an operation with all its retries,
# and only with it does the driver retry more than once: so a server that restarts, even twice, is
# waited for, and one that hangs (without it: for ever) ends the operation. Two minutes, because the
# largest batch of writes takes seconds.
_PATIENCE: dict[str, Any] = {
    "timeoutMS": 120_000,
    "connectTimeoutMS": 10_000,
    "serverSelectionTimeoutMS": 60_000,
}


_OURS = (WriteRefusedError, ServerSilentError)
FAILURES = frozenset(
    each.__name__
    for each in (*vars(errors).values(), *_OURS)
    if isinstance(each, type) and issubclass(each, (PyMongoError, *_OURS))
)
"""The names of all errors by which a server that fails is known: Dagster keeps no more of them."""


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection; closing it leaves an embedded server running, for the other processes.

    Whoever loses the server inside its ``with`` block gets a ``UserError`` that says so.

    Attributes:
        client: For transactions; its writes are majority-acknowledged and journaled.
        database: The database of the pipeline, with the same promises and times in UTC.
        server: The embedded server, or None if the user's own is used.
        where: Where the server is, as people are told it.
        pulse: Whether it is there.
    """

    client: MongoClient[Document]
    database: Database[Document]
    server: RunningServer | None
    where: str
    pulse: Pulse

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        if isinstance(error, (PyMongoError, *_OURS)):
            # The driver's own message may quote a document, and with it health data.
            raise UserError(lost(self.where)) from None

    def check(self) -> None:
        """Does nothing unless the server has been silent for longer than one waits for it.

        Raises:
            ServerSilentError: If it has: whoever asked it now would wait as long again.
        """
        self.pulse.check(self.client.options.server_selection_timeout)

    def close(self) -> None:
        """Ends the connection; a second time does nothing."""
        self.client.close()


def connect(
    uri: str | None, embedded_directory: Path, database: str, called: str = _SETTING
) -> Connection:
    """Connects to the user's server, or starts and uses the embedded one.

    Args:
        uri: The address of the user's server, or None for the embedded one.
        embedded_directory: Where the embedded server is; not touched if there is an address.
        database: The name of the database.
        called: What the person knows the address by.

    Raises:
        UserError: If the address is malformed, or the server cannot be reached or started, refuses,
            or is too old. The message names hosts, never a user or a password.
    """
    server = None if uri else ensure_server(embedded_directory)
    pulse = Pulse()
    client = _open_client(server.uri if server else uri or "", called, pulse)
    try:
        where = whereabouts(uri, embedded_directory)
        _greet(client, database, where, called)
        return Connection(client, client[database], server, where, pulse)
    except BaseException:
        client.close()
        raise


def _open_client(uri: str, called: str, pulse: Pulse) -> MongoClient[Document]:
    """A client that has not connected yet."""
    said = uri.lower()
    patience = {name: value for name, value in _PATIENCE.items() if name.lower() not in said}
    try:
        # An unescaped slash in a password makes the driver take what precedes it for a port.
        if not uri.startswith(_SRV) and "@" in (parse_uri(uri)["database"] or ""):
            raise InvalidURI
        return MongoClient[Document](
            uri,
            appname="fitbit-pipeline",
            w="majority",
            journal=True,
            retryWrites=True,
            retryReads=True,
            tz_aware=True,
            tzinfo=UTC,
            event_listeners=[pulse],
            **patience,
        )
    except (PyMongoError, ValueError, TypeError):
        # The driver's own message may quote a part of the address, and with it the password.
        raise UserError(
            f"{called} does not lead to a MongoDB server: write it as "
            "mongodb://user:password@host:port/?options, check the spelling of its options and of "
            "a mongodb+srv host, and percent-encode : / ? # @ in user and password."
        ) from None


def _greet(client: MongoClient[Document], database: str, where: str, called: str) -> None:
    """Finds out at once, not in the middle of the night, whether the server can be used."""
    try:
        with pymongo.timeout(_GREETING_SECONDS):
            # Unlike a ping, this is refused to whoever has not logged in.
            client[database].command("listCollections", nameOnly=True, authorizedCollections=True)
    except InvalidName:
        raise UserError(
            f"'{database}' cannot be the name of a MongoDB database: use letters and digits."
        ) from None
    except OperationFailure as refusal:
        raise UserError(
            f"The MongoDB server at {where} refuses (code {refusal.code}): check user, password, "
            f"authSource and the user's rights to the database '{database}' in {called}."
        ) from None
    except ConfigurationError:
        raise UserError(
            f"The MongoDB server at {where} cannot be used, most likely because it is older than "
            f"MongoDB 4.4: update it, or name another one in {called}."
        ) from None
    except PyMongoError:
        raise UserError(
            f"No MongoDB server that can be written to answers at {where} within "
            f"{_GREETING_SECONDS:.0f} seconds: start it, or check host, port, TLS and replicaSet "
            f"in {called}."
        ) from None


def whereabouts(uri: str | None, embedded_directory: Path) -> str:
    """Where a server is: its hosts, or the directory of the embedded one."""
    return hosts(uri) if uri else str(embedded_directory)


def lost(where: str) -> str:
    """The sentence for a server that was there and then failed."""
    return (
        f"The MongoDB server at {where} went away or refused to write in the middle of the work: "
        "see that it runs and that its disk is not full, then do this again; what was finished "
        "stays."
    )


def hosts(uri: str) -> str:
    """The hosts of a well-formed address, without user and password."""
    if uri.startswith(_SRV):
        return uri.removeprefix(_SRV).split("?")[0].split("/")[0].rpartition("@")[2]
    nodes = parse_uri(uri)["nodelist"]
    return ", ".join(f"{host}:{port}" if port else host for host, port in nodes)
