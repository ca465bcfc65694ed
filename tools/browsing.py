"""The dashboard in a real browser: which pages there are, and when one has been drawn.

For the screenshots and for the tests; what is looked at on a page is their own concern.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from dashboard import app_pages

PAGES = sorted(path.stem for path in Path(app_pages.__file__).parent.glob("[!_]*.py"))
"""The pages by their names in the address."""
FIRST_PAGE = "overview"
"""The page that an address without a name shows."""

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

MOST_MILLISECONDS = 30_000

_UNFINISHED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const all = (selector) => [...document.querySelectorAll(selector)];
    const blank = (frame) => !(
        frame.querySelector('svg, canvas')?.getBoundingClientRect().height > 0
    );
    const state = app?.dataset.testScriptState;
    return [
        state === 'notRunning' ? null : `the script is ${state}`,
        all('h1').length ? null : 'there is no title',
        all('[data-testid=stSkeleton], [data-testid=stAppSkeleton]').length ? 'skeletons' : null,
        all('[data-testid=stSpinner], [data-stale=true]').length ? 'old parts' : null,
        all('[data-testid=stVegaLiteChart]').some(blank) ? 'blank charts' : null,
        document.fonts.status === 'loaded' ? null : 'fonts',
    ].filter((each) => each !== null);
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of this machine, which speaks to nobody by itself.

    Raises:
        FileNotFoundError: If there is none.
    """
    if CHROMIUM is None:
        raise FileNotFoundError("Chromium is not installed: install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        try:
            yield browser
        finally:
            browser.close()


def path_of(name: str) -> str:
    """Where a page is at the dashboard's address."""
    return "/" if name == FIRST_PAGE else f"/{name}"


def wait_until_drawn(page: Page) -> None:
    """Waits until the script has run and every chart is there.

    Raises:
        TimeoutError: If that takes too long; it tells what is missing, and what the page says.
    """
    try:
        page.wait_for_function(f"() => ({_UNFINISHED})().length === 0", timeout=MOST_MILLISECONDS)
    except PlaywrightTimeoutError:
        said = page.locator("body").inner_text()[:500]
        raise TimeoutError(f"{page.evaluate(_UNFINISHED)} at {page.url}: {said}") from None
