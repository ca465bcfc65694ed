"""A running deployment: settings, store and sources bound together, for one process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fitbit_pipeline.civil import ONE_DAY, time_zone, today
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.embedded import stop_server
from fitbit_pipeline.store.store import Store

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present instant, UTC; the only place that reads the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What assets, schedules and commands work with.

    Attributes:
        settings: What was chosen.
        store: The documents.
        sources: Opens participants' sources.
        clock: Tells the present instant, UTC.
    """

    settings: Settings
    store: Store
    sources: SourceOpener
    clock: Clock

    @property
    def thresholds(self) -> Thresholds:
        """The lines that the settings draw."""
        return Thresholds(
            worn_minutes=self.settings.worn_minutes,
            worn_steps=self.settings.worn_steps,
            normal_steps=self.settings.normal_steps,
            high_steps=self.settings.high_steps,
        )

    @property
    def yesterday(self) -> date:
        """The newest day that is over in the deployment's zone: the newest partition."""
        return today(self.clock(), time_zone(self.settings.time_zone)) - ONE_DAY


@contextmanager
def open_deployment(
    settings: Settings, clock: Clock = utc_now, *, keep_server: bool = True
) -> Iterator[Deployment]:
    """Connects, starting the embedded MongoDB if it is needed and not there.

    Args:
        settings: What was chosen.
        clock: Tells the present instant, UTC.
        keep_server: Whether an embedded MongoDB that this call started goes on for others, or is
            stopped at the end.

    Raises:
        UserError: If there is no MongoDB to be had.
    """
    uri = settings.mongodb_uri.get_secret_value() if settings.mongodb_uri else None
    sources = SourceOpener(settings.archives_directory, settings.archive_limit_gb)
    started_here = False
    try:
        with connect(uri, settings.mongodb_directory, settings.database) as connection:
            started_here = connection.server is not None and connection.server.started_here
            store = Store(connection.database)
            store.ensure_indexes()
            yield Deployment(settings, store, sources, clock)
    finally:
        sources.close()
        if started_here and not keep_server:
            stop_server(settings.mongodb_directory)
