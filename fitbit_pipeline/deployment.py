"""A running deployment: settings, store and sources bound together, for one process."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fitbit_pipeline.civil import ONE_DAY, time_zone, today
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.flow.open_fitbit_web import FitbitWebOpener
from fitbit_pipeline.flow.open_google_health import GoogleHealthOpener
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.flow.tutorial_view import refresh_tutorial_view
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClients
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuotas
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.google_health.clients import OAuthClients
from fitbit_pipeline.sources.google_health.limiter import RequestLimiter
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.embedded import stop_server
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault

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
        google_health: Opens the sources of participants connected to Google Health.
        fitbit_web: Opens those of participants connected to the Fitbit Web API.
        clock: Tells the present instant, UTC.
        check_database: Raises where the database has been silent for so long that whoever asked it
            now would wait in vain.
    """

    settings: Settings
    store: Store
    sources: SourceOpener
    google_health: GoogleHealthOpener
    fitbit_web: FitbitWebOpener
    clock: Clock
    check_database: Callable[[], None]

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
    started_here = False
    try:
        with connect(uri, settings.mongodb_directory, settings.database) as connection:
            started_here = connection.server is not None and connection.server.started_here
            store = Store(connection.database)
            store.ensure_indexes()
            refresh_tutorial_view(store, settings.tutorial_participant)
            vault = Vault(
                settings.key_file, settings.key.get_secret_value() if settings.key else None
            )
            google_health = _google_health(settings, store, vault, clock)
            fitbit_web = _fitbit_web(settings, store, vault, clock)
            sources = SourceOpener(
                settings.archives_directory,
                settings.archive_limit_gb,
                {
                    GoogleHealthSource.name: google_health.open,
                    FitbitWebSource.name: fitbit_web.open,
                },
            )
            try:
                yield Deployment(
                    settings, store, sources, google_health, fitbit_web, clock, connection.check
                )
                # Somebody may have joined.
                refresh_tutorial_view(store, settings.tutorial_participant)
            finally:
                sources.close()
                google_health.close()
                fitbit_web.close()
    finally:
        if started_here and not keep_server:
            stop_server(settings.mongodb_directory)


def _google_health(
    settings: Settings, store: Store, vault: Vault, clock: Clock
) -> GoogleHealthOpener:
    return GoogleHealthOpener(
        store.credentials,
        vault,
        OAuthClients(settings.google_clients_directory),
        clock,
        RequestLimiter(
            settings.google_requests_per_minute, settings.google_requests_per_minute_and_client
        ),
        settings.participants_at_once,
        settings.google_pause_seconds,
        settings.google_timeout_seconds,
    )


def _fitbit_web(settings: Settings, store: Store, vault: Vault, clock: Clock) -> FitbitWebOpener:
    return FitbitWebOpener(
        store.fitbit_credentials,
        vault,
        FitbitClients(
            settings.fitbit_clients_directory,
            settings.fitbit_web_url,
            settings.fitbit_web_authorize_url,
        ),
        clock,
        HourlyQuotas(settings.fitbit_web_reserve, clock),
        settings.participants_at_once,
    )
