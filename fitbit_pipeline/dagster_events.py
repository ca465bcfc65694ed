"""Dagster's own event log on SQLite, at a fraction of its price for every asset and day.

Dagster 1.13 stores one event at a time, each in two files, although it hands over the events of an
asset and its partitions together if it is asked to: here they are stored together. It also makes an
SQLAlchemy engine per connection and so compiles every statement anew; the last connection that
closes writes SQLite's log back into its file and waits for the disk; and with every event it looks
whether tables and columns of newer versions are there. Here engines are kept, and so are what was
found there and the connection to the file that all runs share. Those to a run's own file still
close at once: the Dagster UI follows a run by the changes of that file.

Losing power may cost the newest events, and damages nothing: what is there of every day is known
from the coverage, not from here.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from sqlite3 import Connection as SqliteConnection
from typing import Any, Self

from dagster import EventLogEntry, StringSource
from dagster._core.events import ASSET_EVENTS
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.pool import NullPool, Pool, QueuePool

ENGINES_KEPT = 16
"""Every run has a file of its own besides the common one; a daemon sees many runs."""
BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"
"""Where Dagster looks how many events of an asset it hands over together; unset, each by itself."""
EVENTS_PER_BATCH = 500
_INSERT_IN_ORDER = SqlEventLogStorageTable.insert().returning(
    SqlEventLogStorageTable.c.id, sort_by_parameter_order=True
)
_INDEX_COLUMNS = "columns by which the table of assets is asked"


class EventLogStorage(SqliteEventLogStorage):
    """The event log that ``dagster.yaml`` names."""

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        """What ``dagster.yaml`` may say: the folder of the files."""
        return {"base_dir": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Made by Dagster from ``dagster.yaml``, in every process that has events to store."""
        os.environ.setdefault(BATCH_SIZE, str(EVENTS_PER_BATCH))
        return cls(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        """Closes what was kept open."""
        super().dispose()
        self._index_engine.dispose()

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Stores events of one run: those of assets in one transaction for each of the two files.

        Dagster stores them one by one where this fails.

        Args:
            events: In the order in which they happened.
        """
        of_assets = [event for event in events if event.dagster_event_type in ASSET_EVENTS]
        if of_assets:
            rows = [self._event_to_row(event) for event in of_assets]
            with self.run_connection(of_assets[0].run_id) as connection:
                connection.execute(SqlEventLogStorageTable.insert(), rows)
            with self.index_transaction() as connection:
                ids = connection.scalars(_INSERT_IN_ORDER, rows).all()
                self._store_asset_event_tags(connection, of_assets, ids)
                for event, event_id in _newest(of_assets, ids):
                    self._store_asset_event(connection, event, event_id)
        for event in events:
            if event.dagster_event_type not in ASSET_EVENTS:
                self.store_event(event)

    def has_table(self, table_name: str) -> bool:
        """Whether the common file has a table; one that was there is not looked for again."""
        if table_name not in self._found:
            with self._index_engine.connect() as connection:
                if not inspect(connection).has_table(table_name):
                    return False
            self._found.add(table_name)
        return True

    def _has_asset_key_index_cols_on_connection(self, conn: Connection) -> bool:
        if _INDEX_COLUMNS not in self._found:
            if not super()._has_asset_key_index_cols_on_connection(conn):
                return False
            self._found.add(_INDEX_COLUMNS)
        return True

    @cached_property
    def _found(self) -> set[str]:
        """Tables, and the columns of one, that are there; a migration only ever adds some."""
        return set()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard == INDEX_SHARD_NAME:
            return self._index_engine
        return _run_engine(self.conn_string_for_shard(shard))

    @cached_property
    def _index_engine(self) -> Engine:
        return _new_engine(self.conn_string_for_shard(INDEX_SHARD_NAME), QueuePool)


def _newest(
    events: Sequence[EventLogEntry], ids: Sequence[int]
) -> Iterator[tuple[EventLogEntry, int]]:
    """The last event of each asset and kind, in order: the table of assets keeps no other."""
    newest = {
        (event.get_dagster_event().asset_key, event.dagster_event_type): position
        for position, event in enumerate(events)
    }
    for position in sorted(newest.values()):
        yield events[position], ids[position]


@lru_cache(maxsize=ENGINES_KEPT)
def _run_engine(address: str) -> Engine:
    return _new_engine(address, NullPool)


def _new_engine(address: str, pool: type[Pool]) -> Engine:
    engine = create_engine(
        address,
        poolclass=pool,
        # One thread at a time has it, whichever that is: the storage's own lock sees to that.
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _do_not_wait_for_the_disk)
    return engine


def _do_not_wait_for_the_disk(connection: SqliteConnection, _record: object) -> None:
    """Waits only where the log is written back into the file, which keeps the file whole."""
    connection.execute("PRAGMA synchronous=NORMAL")
