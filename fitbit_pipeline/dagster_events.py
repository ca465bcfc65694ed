"""Dagster's own event log on SQLite, without a new engine and a wait for the disk with every event.

Dagster 1.13 makes an SQLAlchemy engine per connection and so compiles every statement anew; the
last connection that closes writes SQLite's log back into its file and waits for the disk; and with
every event it looks whether tables and columns of newer versions are there. Together that is most
of what an asset and partition cost. Here engines are kept, and so are what was found there and the
connection to the file that all runs share. Those to a run's own file still close at once: the
Dagster UI follows a run by the changes of that file.

Losing power may cost the newest events, and damages nothing: what is there of every day is known
from the coverage, not from here.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, lru_cache
from sqlite3 import Connection as SqliteConnection
from typing import Any, Self

from dagster import StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.pool import NullPool, Pool, QueuePool

ENGINES_KEPT = 16
"""Every run has a file of its own besides the common one; a daemon sees many runs."""
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
        """Made by Dagster from ``dagster.yaml``."""
        return cls(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        """Closes what was kept open."""
        super().dispose()
        self._index_engine.dispose()

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
