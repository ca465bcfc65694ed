"""The dashboard in a real browser: pages load, charts are drawn, nothing is said to the outside."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, Request, sync_playwright

import dashboard
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import a_day, write_person
from fitbit_pipeline_tests.program import free_port

FIRST = date(2026, 10, 20)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

# A laptop may have no Chromium; CI installs it, and there its absence is an error.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed."
)


@pytest.fixture(scope="module")
def address(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of two people, served from a folder that is not the checkout."""
    folder = tmp_path_factory.mktemp("browser")
    database_name = "dashboard_in_a_browser"
    days = {FIRST + timedelta(days=offset): a_day(4000 + 50 * offset) for offset in range(40)}
    with connect(mongodb_uri, folder, database_name) as connection:
        store = Store(connection.database)
        write_person(store, "P01", days)
        write_person(store, "P02", {day: a_day(100) for day in days})
    port = free_port()
    app = Path(dashboard.__file__).with_name("app.py")
    environment = {
        **os.environ,
        "FITBIT_PIPELINE_MONGODB_URI": mongodb_uri,
        "FITBIT_PIPELINE_DATABASE": database_name,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if requests.get(f"{found}/_stcore/health", timeout=2).ok:
                    break
            except requests.ConnectionError:
                time.sleep(0.3)
        yield found
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of Debian's Chromium, 1280 pixels wide."""
    assert CHROMIUM, "CI needs Debian's package chromium."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        yield browser.new_page(viewport={"width": 1280, "height": 1000})
        browser.close()


def test_the_engagement_page_draws_its_charts_without_a_word_to_the_console_or_the_outside(
    address: str, page: Page
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: message.type == "error" and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)

    page.goto(address)

    page.get_by_role("heading", name="Steps per day").wait_for(timeout=60_000)
    page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").nth(
        3
    ).wait_for(timeout=60_000)
    assert not said
    outside = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert not outside


def test_an_address_shows_the_person_and_the_days_it_names(address: str, page: Page) -> None:
    page.goto(f"{address}/?participant=P02&from=2026-11-01&to=2026-11-07")

    page.get_by_text("1 to 7 November 2026").wait_for(timeout=60_000)
    assert (
        page.get_by_role("combobox").first.input_value() == "P02"
        or page.get_by_text("P02").first.is_visible()
    )


def test_nothing_is_wider_than_the_screen_of_a_phone(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(address)

    page.get_by_role("heading", name="Steps per day").wait_for(timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
