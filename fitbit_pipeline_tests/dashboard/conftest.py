"""What the dashboard's tests share: stores, the environment of a deployment, a browser."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from playwright.sync_api import Browser, Page, WebSocket

from dashboard.queries.reading import Reading
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.serving import served_study
from tools.browsing import chromium

BROWSER_MILLISECONDS = 60_000


@pytest.fixture(autouse=True)
def the_main_program_stays() -> Iterator[None]:
    """Streamlit's tests make the page the main program, which every new process would run first."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def store(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Store]:
    """An empty store with its indexes."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        found = Store(connection.database)
        found.ensure_indexes()
        yield found


@pytest.fixture
def reading(store: Store) -> Reading:
    """That store, read by somebody who may see everybody."""
    return Reading(store)


@pytest.fixture
def deployment(
    monkeypatch: pytest.MonkeyPatch, mongodb_uri: str, database_name: str, tmp_path: Path
) -> Iterator[None]:
    """The environment in which a page finds that store, and no memory of the test before."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", database_name)
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def study_address(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard of three people, which no test changes."""
    folder = tmp_path_factory.mktemp("study")
    with served_study(mongodb_uri, "study_in_a_browser", folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a module; each has a profile of its own."""
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new profile, on a wide screen."""
    with browser.new_context(viewport={"width": 1280, "height": 1000}) as context:
        context.set_default_timeout(BROWSER_MILLISECONDS)
        yield context.new_page()


@pytest.fixture
def received(page: Page) -> list[bytes]:
    """What the dashboard sent to the page."""
    found: list[bytes] = []

    def keep(payload: str | bytes) -> None:
        found.append(payload if isinstance(payload, bytes) else payload.encode())

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda payload: found.append(
                payload if isinstance(payload, bytes) else payload.encode()
            ),
        )

    page.on("websocket", listen)
    return found
