"""The dashboard in a real browser: what it draws, what clicks do, what it asks of the outside."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from fitbit_pipeline_tests.dashboard.serving import (
    NEEDS_CHROMIUM,
    QUIET,
    RICH,
    WITHOUT_CONSENT,
    last_day,
)
from tools.browsing import PAGES, path_of, wait_until_drawn

pytestmark = NEEDS_CHROMIUM

PHONE = 390
CHARTS = "[data-testid=stVegaLiteChart]"
ERRORS = "[data-testid=stException], [data-testid=stAlertContentError]"
STREAMLIT_PROBES = {
    f"{path_of(name)}/_stcore/{what}" for name in PAGES for what in ("health", "host-config")
}
"""What Streamlit itself asks for below a page's address, to find out where its server begins."""
FIRST_ROW = (16, 52)
"""Where the box of a table's first row is; rows are painted on a canvas."""

# Streamlit scrolls inside the window; tables scroll by themselves.
TOO_WIDE = """(width) => {
    const main = document.querySelector('[data-testid=stMain]');
    const wide = [...main.querySelectorAll('svg, canvas, img, button, input, p')]
        .filter((each) => !each.closest('[data-testid=stDataFrame]'))
        .filter((each) => each.getBoundingClientRect().right > width + 1)
        .map((each) => each.outerHTML.slice(0, 120));
    return main.scrollWidth > main.clientWidth ? ['the page scrolls sideways', ...wide] : wide;
}"""


def choice_in(page: Page) -> dict[str, str]:
    """What the address says of the view."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def go(page: Page, url: str) -> None:
    page.goto(url)
    wait_until_drawn(page)


def follow(page: Page, title: str) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text=title).click()
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
    wait_until_drawn(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_without_a_word_to_the_console_or_the_outside(
    study_address: str, page: Page, name: str
) -> None:
    said: list[str] = []
    asked: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        probing = urlsplit(message.location["url"]).path in STREAMLIT_PROBES
        if message.type == "error" and not probing:
            said.append(message.text)

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", note)

    go(page, f"{study_address}{path_of(name)}?participant={RICH}")

    assert page.locator(CHARTS).count() or name == "participants"
    assert not page.locator(ERRORS).count()
    assert not said
    outside = [url for url in asked if not url.startswith((study_address, "data:", "blob:"))]
    assert not outside


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_screen_of_a_phone(
    study_address: str, page: Page, name: str
) -> None:
    page.set_viewport_size({"width": PHONE, "height": 844})

    go(page, f"{study_address}{path_of(name)}?participant={RICH}")

    assert page.evaluate(TOO_WIDE, PHONE) == []


def test_an_address_shows_the_page_the_person_and_the_days_it_names(
    study_address: str, page: Page
) -> None:
    first, last = last_day() - timedelta(days=24), last_day() - timedelta(days=20)
    asked = {"participant": QUIET, "from": str(first), "to": str(last)}

    go(page, f"{study_address}/engagement?participant={QUIET}&from={first}&to={last}")

    assert page.get_by_role("heading", name="Engagement", exact=True, level=1).is_visible()
    assert page.get_by_role("combobox", name="Participant").input_value() == QUIET
    assert choice_in(page) == asked
    chart = page.locator(CHARTS).first.get_attribute("aria-label") or ""
    assert "5 days with steps" in chart


def test_pages_keep_the_person_and_the_days(study_address: str, page: Page) -> None:
    first, last = last_day() - timedelta(days=20), last_day() - timedelta(days=3)
    go(page, f"{study_address}/?participant={RICH}&from={first}&to={last}")
    chosen = choice_in(page)

    for title in ("Sleep", "Participants", "Engagement"):
        follow(page, title)

    assert chosen == {"participant": RICH, "from": str(first), "to": str(last)}
    assert choice_in(page) == chosen


def test_another_date_draws_another_chart(study_address: str, page: Page) -> None:
    go(page, f"{study_address}/engagement?participant={RICH}")
    chart = page.locator(CHARTS).first
    before = chart.get_attribute("aria-label") or ""
    first = last_day() - timedelta(days=29)

    field = page.get_by_role("group", name="From", exact=True)
    field.get_by_role("spinbutton", name="year").click()
    page.keyboard.type(f"{first + timedelta(days=10):%Y%m%d}")
    # A typed date counts when the field is left.
    page.get_by_role("heading", name="Engagement", exact=True, level=1).click()

    page.wait_for_url(f"**from={first + timedelta(days=10)}*")
    wait_until_drawn(page)
    assert choice_in(page)["from"] == str(first + timedelta(days=10))
    after = chart.get_attribute("aria-label") or ""
    assert "28 days with steps" in before
    assert "18 days with steps" in after


def test_a_name_in_the_list_of_calls_opens_the_person(study_address: str, page: Page) -> None:
    go(page, f"{study_address}/participants")

    page.get_by_role("button", name=WITHOUT_CONSENT, exact=True).click()

    page.wait_for_url(f"**participant={WITHOUT_CONSENT}*")
    wait_until_drawn(page)
    assert page.get_by_role("heading", name="Overview", exact=True, level=1).is_visible()
    assert page.get_by_role("combobox", name="Participant").input_value() == WITHOUT_CONSENT


def test_a_row_of_the_table_of_participants_opens_the_person(
    study_address: str, page: Page
) -> None:
    go(page, f"{study_address}/participants?participant={QUIET}")
    table = page.get_by_test_id("stDataFrame").first

    x, y = FIRST_ROW
    table.click(position={"x": x, "y": y})

    page.wait_for_url(f"**participant={RICH}*")
    wait_until_drawn(page)
    assert page.get_by_role("heading", name="Overview", exact=True, level=1).is_visible()
