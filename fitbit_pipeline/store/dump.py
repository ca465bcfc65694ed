"""Copies a collection of somebody's MongoDB server into a file, as mongodump writes it.

What does not belong here: what its documents mean (``sources``).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import quote_plus, unquote

from pymongo.errors import OperationFailure, PyMongoError

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.connection import connect, hosts

_SCHEMES = ("mongodb:", "mongodb+srv:")
_BATCH = 1000
_MECHANISM = "authmechanism="
"""Of the ways to log in, the one without a name asks for a password."""
_CALLED = "ARCHIVE"
"""The argument of the command line that holds the address."""


def is_address(text: str) -> bool:
    """Whether a text is meant as the address of a MongoDB server, well-formed or not."""
    return text.lower().startswith(_SCHEMES)


def dump_collection(
    address: str, collection: str | None, file_names: Mapping[str, str], folder: Path
) -> Path:
    """Reads a collection from its beginning to its end, and changes nothing on the server.

    Batches go to the file as they come: memory does not grow with the collection.

    Args:
        address: ``mongodb://host/database``.
        collection: Which; None for the first of ``file_names`` that is there.
        file_names: What the file of a collection is called, by collection; any other collection's
            is called as the first.
        folder: Where the file goes, below a folder of the database's name as in a dump.

    Returns:
        The file.

    Raises:
        UserError: If the address is malformed or names no database, the server cannot be read, the
            collection is not there or is a view of ours, or the file cannot be written. The
            message names hosts, never a user or a password.
    """
    database = _database_of(address)
    with connect(address, folder, database, called=_CALLED) as connection:
        place = f"the database '{database}' at {hosts(address)}"
        found = {
            each["name"]: each["type"]
            for each in connection.database.list_collections(
                nameOnly=True, authorizedCollections=True
            )
        }
        chosen = collection or next((name for name in file_names if name in found), None)
        if chosen is None or chosen not in found:
            raise UserError(_absent(chosen, place, file_names))
        if found[chosen] == "view":
            raise UserError(
                f"'{chosen}' in {place} is a view, not a collection, most likely the one that "
                "this program makes of its own metrics: name where the tutorial's own collection "
                "is."
            )
        path = folder / database / file_names.get(chosen, next(iter(file_names.values())))
        try:
            path.parent.mkdir()
            with path.open("wb") as file:
                for batch in connection.database[chosen].find_raw_batches(batch_size=_BATCH):
                    # The driver's types say document; what comes is a batch's bytes.
                    file.write(cast(bytes, batch))
        except OperationFailure as refusal:
            raise UserError(
                f"{place[0].upper()}{place[1:]} refuses to be read (code {refusal.code}): check "
                f"that the user of {_CALLED} may read it."
            ) from None
        except PyMongoError:
            raise UserError(
                f"The connection to {place} broke off while '{chosen}' was read: import it again."
            ) from None
        except OSError as error:
            raise UserError(
                f"The collection cannot be copied to {folder} ({error.strerror}): make room, and "
                "import it again."
            ) from error
    return path


def asks_for_password(address: str) -> bool:
    """Whether an address names a user who has a password, and leaves the password out."""
    scheme, _, rest = address.partition("://")
    login, at, _ = rest.partition("?")[0].rpartition("@")
    return bool(scheme and login and at) and ":" not in login and _MECHANISM not in rest.lower()


def with_password(address: str, password: str) -> str:
    """The address with a password for its user."""
    scheme, _, rest = address.partition("://")
    login, _, place = rest.rpartition("@")
    return f"{scheme}://{login}:{quote_plus(password)}@{place}"


def _database_of(address: str) -> str:
    """The database that an address names; judged before anything of the address is quoted."""
    scheme, slashes, rest = address.partition("://")
    host, _, database = rest.partition("?")[0].partition("/")
    # An unescaped slash in a password makes a database of a part of it.
    if not (slashes and scheme.islower() and host) or "@" in database or "/" in database:
        raise UserError(
            f"{_CALLED} does not lead to a MongoDB server: write it as "
            "mongodb://user:password@host:port/database, and percent-encode : / ? # @ in user and "
            "password."
        )
    if not database:
        raise UserError(
            f"{_CALLED} names no database: write it as mongodb://host/fitbitDB, with the database "
            "in which the collection is."
        )
    return unquote(database)


def _absent(chosen: str | None, place: str, file_names: Mapping[str, str]) -> str:
    if chosen is not None:
        return (
            f"There is no collection '{chosen}' in {place}: check its name and the user's rights."
        )
    names = " nor ".join(f"'{name}'" for name in file_names)
    return (
        f"There is neither {names} in {place}: name the collection with --collection, and check "
        "the database."
    )
