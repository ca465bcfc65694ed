"""Pictures of every page of the demo's dashboard: ``make screenshots``.

Light and dark, on a screen and on a phone, into ``screenshots/``; with ``--readme`` those that the
README shows, into ``docs/images/``.
"""

import argparse
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from fitbit_pipeline.cli.console import say
from fitbit_pipeline.cli.demo import HOME, demo_settings
from fitbit_pipeline.cli.processes import running, servers_of, wait_until_answering
from fitbit_pipeline.deployment import open_deployment
from tools.browsing import PAGES, chromium, path_of, wait_until_drawn

ROOT = Path(__file__).parents[1]
SCREENSHOTS = ROOT / "screenshots"
README_IMAGES = ROOT / "docs" / "images"

SCHEMES = ("light", "dark")
WIDTHS = {"wide": 1280, "phone": 390}
HEIGHT = 900
MARGIN = 8
MOST_HEIGHT = 16_000

README_HEIGHT = 1500
README_DARK = frozenset({"sleep", "heart"})
MOST_README_BYTES = 300 * 1024

STARTING_SECONDS = 60
SETTLING_MILLISECONDS = 400

# Streamlit scrolls inside the window, so a page is as high as what it scrolls.
_CONTENT_HEIGHT = """() => Math.ceil(
    document.querySelector('[data-testid=stMainBlockContainer]').getBoundingClientRect().bottom
    + document.querySelector('[data-testid=stMain]').scrollTop
)"""
_ENDS_OF_FIGURES = """() => [...document.querySelectorAll(
    '[data-testid=stExpander], [data-testid=stVegaLiteChart], [data-testid=stDownloadButton]'
)].map((each) => each.getBoundingClientRect().bottom)"""


def main() -> None:
    """Takes the pictures."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--readme", action="store_true", help="those of the README instead")
    parser.add_argument("--home", type=Path, default=HOME, help="of a demo")
    parser.add_argument("--participant", default="sandbox-1", help="of pages about one")
    parser.add_argument("--port", type=int, default=8599, help="where the dashboard is served")
    parser.add_argument("--pages", nargs="*", choices=PAGES, default=PAGES)
    arguments = parser.parse_args()
    if not (arguments.home / "mongodb").is_dir():
        program = [sys.executable, "-m", "fitbit_pipeline.cli.main", "demo", "--no-serve"]
        subprocess.run(program, check=True, cwd=arguments.home.parent)  # noqa: S603 - our own
    with _served(arguments.home, arguments.port) as address, chromium() as browser:
        for name in arguments.pages:
            url = f"{address}{path_of(name)}?participant={arguments.participant}"
            if arguments.readme:
                _picture_for_readme(browser, url, name)
            else:
                _pictures(browser, url, name)


@contextmanager
def _served(home: Path, port: int) -> Iterator[str]:
    # The demo's own database, whatever else the environment names.
    os.environ.pop("FITBIT_PIPELINE_MONGODB_URI", None)
    settings = demo_settings().model_copy(update={"home": home.resolve(), "dashboard_port": port})
    _, server = servers_of(settings)
    with open_deployment(settings, keep_server=False), running([server], settings) as processes:
        wait_until_answering([server], processes, STARTING_SECONDS)
        yield server.address


def _pictures(browser: Browser, url: str, name: str) -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    for scheme in SCHEMES:
        for size, width in WIDTHS.items():
            with _opened(browser, url, scheme, width) as (page, height):
                path = SCREENSHOTS / f"{name}-{scheme}-{size}.png"
                page.screenshot(path=path)
                say(f"{path.relative_to(ROOT)}  {width} × {height}")


def _picture_for_readme(browser: Browser, url: str, name: str) -> None:
    scheme = "dark" if name in README_DARK else "light"
    width = WIDTHS["wide"]
    with _opened(browser, url, scheme, width) as (page, height):
        ends = [each + MARGIN for each in page.evaluate(_ENDS_OF_FIGURES)]
        shown = max((each for each in ends if each <= README_HEIGHT), default=README_HEIGHT)
        shown = min(shown, height)
        taken = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": shown})
    path = README_IMAGES / f"{name}.png"
    # With fewer colours the rare ones go first, and those are the marks that matter.
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    picture.save(path, optimize=True)
    written = path.stat().st_size
    if written > MOST_README_BYTES:
        raise SystemExit(f"{path} has {written:,} bytes: take fewer figures.")
    say(f"{path.relative_to(ROOT)}  {picture.width} × {picture.height}, {written // 1024} KB")


@contextmanager
def _opened(browser: Browser, url: str, scheme: str, width: int) -> Iterator[tuple[Page, int]]:
    """A page in a window as high as the page, and that height."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        page.goto(url)
        wait_until_drawn(page)
        height = min(max(page.evaluate(_CONTENT_HEIGHT), HEIGHT), MOST_HEIGHT)
        page.set_viewport_size({"width": width, "height": height})
        # Charts and tables draw themselves anew in the higher window.
        page.wait_for_timeout(SETTLING_MILLISECONDS)
        wait_until_drawn(page)
        yield page, height
    finally:
        context.close()


if __name__ == "__main__":
    main()
