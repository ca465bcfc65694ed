"""What all tests share: one real MongoDB server for the session, a fresh database for each test.

No test of the whole suite may print, log or leave behind a token or a secret: that is looked at
here, after each test and at the end of the session.
"""

import logging
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pluggy import Result
from pymongo import MongoClient

from fitbit_pipeline.store.embedded import ensure_server, stop_server
from fitbit_pipeline_tests import hypothesis_profiles
from fitbit_pipeline_tests.leaks import files_with_secrets, secrets_in

settings.load_profile(hypothesis_profiles.SHORT)

HERE = Path(__file__).parent
LONGEST_FIRST = (
    "test_demo.py",
    "soak/test_year.py",
    "test_daemon.py",
    "kills/test_killed_server.py",
    "kills/test_killed_runs.py",
    "google_health/test_nights.py",
    "kills/test_killed_night.py",
    "kills/test_full_disk.py",
    "google_health/test_hundred.py",
    "sources_compared/test_sources_compared.py",
    "adversarial/test_secrets_of_children.py",
    "fitbit_web/test_tokens.py",
    "fitbit_web/test_backfill.py",
    "dashboard/test_browser.py",
    "dashboard/test_accessibility.py",
    "dashboard/test_browser_provider.py",
)
"""Files of a minute and more: of several workers none is left with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first; the others keep their order."""
    places = {HERE / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Fails a test whose output, log or error message holds a token or a secret."""
    outcome: Result[pytest.TestReport] = yield  # type: ignore[misc]
    report = outcome.get_result()
    of_this_phase = [text for name, text in report.sections if name.endswith(report.when or "")]
    if any(secrets_in(text) for text in (report.longreprtext, *of_this_phase)):
        report.outcome = "failed"
        report.sections = []
        report.longrepr = f"{report.nodeid} printed, logged or told a token or a secret."


@pytest.fixture(scope="session", autouse=True)
def nothing_secret_is_left_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Dagster's event logs and compute logs of every test, and every log of the program."""
    yield
    assert not list(files_with_secrets(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="session", autouse=True)
def nobody_is_at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A test that does not say where its deployment lives has it here, and is noticed.

    Otherwise it would work in the home of whoever runs the tests.
    """
    home = tmp_path_factory.mktemp("session") / "nobody"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FITBIT_PIPELINE_HOME", str(home))
        yield
    stop_server(home / "mongodb")
    assert not home.exists()


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that runs for the whole session."""
    directory = tmp_path_factory.mktemp("session") / "mongodb"
    try:
        yield ensure_server(directory).uri
    finally:
        stop_server(directory)
        # pytest keeps the directories of three sessions, and each journal takes 300 MB.
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def database_name(mongodb_uri: str) -> Iterator[str]:
    """The name of a database that no other test uses; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    yield name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
def nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Everything is logged, and nothing of it may be secret."""
    caplog.set_level(logging.DEBUG)
    yield
    assert not [each for each in caplog.get_records("call") if "SECRET" in each.getMessage()]
