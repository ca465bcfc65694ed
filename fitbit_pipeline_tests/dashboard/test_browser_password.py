"""Signing in by password with a real browser."""

from collections.abc import Iterator

import pandas as pd
import pytest
from playwright.sync_api import Page

from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.browser_sign_in import (
    PASSWORD,
    check_nothing_was_sent,
    places_of,
    served_with_sign_in,
    sidebar_names,
    store_with_viewers,
    wait_for_heading,
)
from fitbit_pipeline_tests.dashboard.serving import NEEDS_CHROMIUM
from fitbit_pipeline_tests.program import free_port

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def store(mongodb_uri: str) -> Iterator[Store]:
    """P07 and P08; Anna who sees P07, and Olga who sees everybody."""
    viewers = {"anna": "P07", "olga": None}
    with store_with_viewers(mongodb_uri, "by_password_in_a_browser", viewers) as found:
        yield found


@pytest.fixture(scope="module")
def by_password(
    store: Store, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a dashboard with passwords."""
    folder = tmp_path_factory.mktemp("password")
    with served_with_sign_in(store, mongodb_uri, folder, "password", free_port()) as address:
        yield address


def _by_password(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_before_signing_in_nothing_is_sent_but_the_form(
    by_password: str, page: Page, received: list[bytes]
) -> None:
    page.goto(f"{by_password}/engagement?participant=X99")

    page.get_by_role("button", name="Sign in").wait_for()
    _by_password(page, "anna", "a wrong password")
    page.get_by_text("The name or the password is wrong.").wait_for()
    check_nothing_was_sent(received)
    assert not page.get_by_text("Page not found").count()


def test_the_right_password_leads_to_the_page_and_the_view_that_were_asked_for(
    by_password: str, page: Page
) -> None:
    page.goto(f"{by_password}/engagement?participant=P08&from=2026-11-02&to=2026-11-03")

    _by_password(page, "olga")

    wait_for_heading(page, "Engagement")
    page.get_by_text("2 to 3 November 2026").first.wait_for()
    assert page.url.endswith("/engagement?participant=P08&from=2026-11-02&to=2026-11-03")
    assert sidebar_names(page) == "P08"
    assert page.get_by_role("link", name="Participants").count()


def test_somebody_bound_is_sent_nothing_of_another(
    by_password: str, page: Page, received: list[bytes]
) -> None:
    page.goto(f"{by_password}/participants?participant=P07")

    _by_password(page, "anna")

    wait_for_heading(page, "Overview")
    page.get_by_role("combobox", name="Participant").wait_for()
    assert sidebar_names(page) == "P07"
    for hidden in ("P08", "Participants"):
        assert not places_of(hidden, received)


def test_a_reload_asks_for_the_password_again(by_password: str, page: Page) -> None:
    page.goto(f"{by_password}/engagement")
    _by_password(page, "anna")
    wait_for_heading(page, "Engagement")

    page.reload()

    page.get_by_label("Password", exact=True).wait_for()


def test_signing_out_of_a_password_leaves_the_form_alone(by_password: str, page: Page) -> None:
    page.goto(f"{by_password}/engagement?participant=P08")
    _by_password(page, "olga")
    wait_for_heading(page, "Engagement")

    page.get_by_role("button", name="Sign out").click()

    page.get_by_label("Password", exact=True).wait_for()
    page.get_by_text("P08").first.wait_for(state="detached")
    assert "P08" not in page.url


def test_what_somebody_bound_downloads_is_theirs_whatever_the_address_asks_for(
    by_password: str, page: Page
) -> None:
    """P07 walked 7,000 steps a day, and P08 12,000."""
    page.goto(f"{by_password}/engagement?participant=P08&from=2026-11-01&to=2026-11-05")
    _by_password(page, "anna")
    wait_for_heading(page, "Engagement")
    page.get_by_text("Table", exact=True).first.click()

    with page.expect_download() as started:
        page.get_by_role("button", name="Download table (CSV)").first.click()

    assert started.value.suggested_filename == "steps-P07-2026-11-01-2026-11-05.csv"
    table = pd.read_csv(started.value.path())
    assert list(table["Steps"]) == [7000] * 5
