"""The dashboard as a process of its own, and the little study that it shows to a browser."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests

import dashboard
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.nights import a_night, with_nap
from fitbit_pipeline_tests.dashboard.sample import (
    a_day,
    write_coverage,
    write_metrics,
    write_person,
)
from fitbit_pipeline_tests.program import free_port
from tools.browsing import CHROMIUM

# A laptop may have no Chromium; CI installs it, and there its absence is an error.
NEEDS_CHROMIUM = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed."
)

DAYS = 40
STARTING_SECONDS = 60
QUIET = "P02"
"""Who consents, but has not been heard of for a while."""
WITHOUT_CONSENT = "P03"
RICH = "P01"
"""Who has something for every chart."""


@contextmanager
def served(mongodb_uri: str, database: str, folder: Path) -> Iterator[str]:
    """The dashboard of a database, started from a folder that is not the checkout.

    Args:
        mongodb_uri: The server.
        database: The database's name.
        folder: An empty folder.
    """
    port = free_port()
    app = Path(dashboard.__file__).with_name("app.py")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)),
            # The code of the start is what is tested, whatever is edited meanwhile.
            *("--server.fileWatcherType", "none"),
        ],
        cwd=folder,
        env={
            **os.environ,
            "FITBIT_PIPELINE_HOME": str(folder / "home"),
            "FITBIT_PIPELINE_MONGODB_URI": mongodb_uri,
            "FITBIT_PIPELINE_DATABASE": database,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(address)
        yield address
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def served_study(mongodb_uri: str, database: str, folder: Path) -> Iterator[str]:
    """The dashboard of three people whose newest day is yesterday."""
    with connect(mongodb_uri, folder, database) as connection:
        store = Store(connection.database)
        store.ensure_indexes()
        write_study(store, last_day())
    with served(mongodb_uri, database, folder) as address:
        yield address


def last_day() -> date:
    """The newest day of the study; the pages compare it with the present."""
    return utc_now().date() - timedelta(days=1)


def write_study(store: Store, newest: date) -> None:
    """Three people: one with everything, one not heard of lately, one whose consent is gone."""
    days = [newest - timedelta(days=ago) for ago in reversed(range(DAYS))]
    gap, failed, unsettled = days[-12], days[-9], days[-1]
    everything = {
        day: {**a_day(4000 + 50 * number), **_night(day, number), **_body(number)}
        for number, day in enumerate(days)
        if day not in (gap, failed)
    }
    rich = write_person(
        store, RICH, everything, last_day=newest, failed=[failed], unsettled=[unsettled]
    )
    write_metrics(store, RICH, everything)
    for endpoint in ("sleep", "resting_heart_rate", "heart_rate_zones", "hrv", "spo2"):
        write_coverage(store, RICH, endpoint, everything)
    write_coverage(
        store, RICH, "weight", days, CoverageState.FORBIDDEN, reason="The scope is not shared."
    )
    early = {day: a_day() for day in days[:-15]}
    others = [write_person(store, name, early) for name in (QUIET, WITHOUT_CONSENT)]
    store.participants.save(
        [
            replace(rich, last_day=None),
            replace(others[0], last_day=None),
            replace(others[1], last_day=None, status=ParticipantStatus.NEEDS_CONSENT),
        ]
    )


def _night(day: date, number: int) -> dict[str, MetricValue]:
    night = a_night(day, f"22:{number % 60:02}")
    return with_nap(night) if number % 9 == 0 else night


def _body(number: int) -> dict[str, MetricValue]:
    swing = number % 7
    return {
        "resting_heart_rate": 58 + swing,
        "zone_below_minutes": 1000 - 10 * swing,
        "zone_fat_burn_minutes": 90 + swing,
        "zone_cardio_minutes": 12 + swing,
        "zone_peak_minutes": swing,
        "active_zone_minutes": 20 + swing,
        "hrv_rmssd": 40 + swing,
        "hrv_deep_rmssd": 45 + swing,
        "breathing_rate": 14 + swing / 10,
        "spo2_average": 96 + swing / 10,
        "spo2_lowest": 93,
        "spo2_highest": 99,
        "skin_temperature_deviation": (swing - 3) / 10,
        "vo2_max": 44 + swing / 10,
    }


def _wait_until_healthy(address: str) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        try:
            if requests.get(f"{address}/_stcore/health", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.3)
    raise TimeoutError("The dashboard does not answer.")
