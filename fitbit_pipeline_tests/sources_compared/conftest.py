"""Made-up people whose days came through every source, carried through the whole flow."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.google_health.connecting import QUICK, connect
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox
from fitbit_pipeline_tests.sources_compared.days import ARCHIVE, GOOGLE, WEB

PEOPLE = ("p001", "p005", "p009", "p021")
"""In Berlin, Nairobi and Adelaide people who travel, nap and leave the device at home; in Stockholm
somebody whose device only counts steps."""

FIRST, LAST = date(2026, 9, 12), date(2026, 11, 14)
"""Clocks go forward in Adelaide on 4 October and back in Europe on 25 October."""


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    """The people, served; nobody moves the clock."""
    with running_sandbox(people=21, check=False) as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def bed(
    sandbox: Sandbox, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestBed]:
    """A deployment in which each of the people is there once for each source."""
    folder = tmp_path_factory.mktemp("compared")
    with test_bed(settings_for(folder, mongodb_uri, "test_sources_compared", **QUICK), NOW) as bed:
        connect(bed.deployment, sandbox, _named(GOOGLE), FIRST)
        connect_fitbit_people(bed.deployment, sandbox, _named(WEB), FIRST)
        for name, person in _named(ARCHIVE).items():
            path = _download(sandbox, person, folder)
            bed.import_folder(path, participant=name)
        bed.carry(FIRST, LAST)
        yield bed
        database = bed.deployment.store.database
        database.client.drop_database(database.name)


def _named(source: str) -> dict[str, str]:
    return {f"{person}-{source}": person for person in PEOPLE}


def _download(sandbox: Sandbox, person: str, folder: Path) -> Path:
    """An archive that reaches a day further on both sides, as a real one would."""
    address = f"{sandbox.base_url}/sandbox/people/{person}/takeout.zip"
    span = {"from": str(FIRST - timedelta(days=1)), "to": str(LAST + timedelta(days=1))}
    answer = requests.get(address, params=span, timeout=120)
    answer.raise_for_status()
    path = folder / f"takeout-20261120T090000Z-{person}.zip"
    path.write_bytes(answer.content)
    return path
