"""A backfill in a process of its own, which is interrupted in its wait for another hour."""

import logging
import signal
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.sources.fitbit_web import limiter
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.sandbox_server import NOW

LAST = NOW.date() - timedelta(days=3)
"""Over wherever the person may travel, and so settled once it was asked for."""
FIRST = LAST - timedelta(days=29)


class _Noticed(logging.Handler):
    def __init__(self, waiting: Event):
        super().__init__()
        self._waiting = waiting

    def emit(self, record: logging.LogRecord) -> None:
        self._waiting.set()


def backfill(home: Path, uri: str, database: str, waiting: Event) -> None:
    """Asks for a month of heart rate; tells when the hour is used up, and waits for another."""
    # The shell in which tests run in the background makes them deaf to it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    waits = logging.getLogger(limiter.__name__)
    waits.setLevel(logging.INFO)
    waits.addHandler(_Noticed(waiting))
    with open_deployment(settings_for(home, uri, database), lambda: NOW) as deployment:
        ingest(
            deployment.store,
            deployment.sources.open,
            deployment.store.participants.all(),
            "heart_rate",
            FIRST,
            LAST,
            NOW,
            1,
        )
