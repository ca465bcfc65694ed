"""A collection on somebody's MongoDB server, as a dump that can be imported like any other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fitbit_pipeline.sources.library import ArchiveLibrary
from fitbit_pipeline.sources.lifesnaps.splitting import COLLECTION as LIFESNAPS
from fitbit_pipeline.sources.tutorial.collection import NAME as TUTORIAL
from fitbit_pipeline.store.dump import dump_collection

FILES = {TUTORIAL: f"{TUTORIAL}.bson", LIFESNAPS: f"{LIFESNAPS}.bson"}


@contextmanager
def live_collection(
    address: str, collection: str | None, library: ArchiveLibrary
) -> Iterator[Path]:
    """Copies a collection into a file that is there as long as the block runs.

    Args:
        address: ``mongodb://host/database``.
        collection: Which; by default the tutorial's ``fitbitCollection``, else ``fitbit`` of
            LifeSnaps. One of another name is taken for the tutorial's.
        library: Has room for what is under way.

    Raises:
        UserError: If it cannot be read; the message names hosts, never a user or a password.
    """
    with library.workshop() as folder:
        yield dump_collection(address, collection, FILES, folder)
