"""Every page as axe sees it, light and dark: what stands in the way of whoever reads otherwise."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from fitbit_pipeline_tests.dashboard.serving import NEEDS_CHROMIUM, RICH
from tools.browsing import PAGES, path_of, wait_until_drawn

pytestmark = NEEDS_CHROMIUM

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
# Whatever lies below the window is left out of the measure of contrast: so high, nothing does.
WINDOW = {"width": 1280, "height": 6000}


@dataclass(frozen=True)
class Finding:
    """What axe finds wrong with an element.

    Attributes:
        rule: The rule's name, such as ``color-contrast``.
        selector: Where the element is.
        told: What the rule asks for, and why the element fails it.
    """

    rule: str
    selector: str
    told: str


@dataclass(frozen=True)
class Known:
    """What Streamlit or Vega does by itself, and no page of ours can help.

    Attributes:
        rule: The rule's name.
        selector: A pattern of the selectors of the elements.
        reason: Why it is there.
    """

    rule: str
    selector: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is this one."""
        return finding.rule == self.rule and bool(re.search(self.selector, finding.selector))


NOT_OURS = (
    Known(
        "svg-img-alt",
        r"\.metric_chart_\w+_highlighted_points_marks",
        "The line in a tile: Streamlit adds a layer for the point under the pointer. While there "
        "is none, Vega leaves the empty group without a name.",
    ),
)


@pytest.fixture(scope="module")
def findings(study_address: str, browser: Browser) -> Callable[[str, Scheme], list[Finding]]:
    """Opens a page and tells what axe finds there; each is opened once."""

    @cache
    def look_at(name: str, scheme: Scheme) -> list[Finding]:
        with browser.new_context(viewport=WINDOW, color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(f"{study_address}{path_of(name)}?participant={RICH}")
            wait_until_drawn(page)
            violations = Axe().run(page).response["violations"]
        return [
            Finding(each["id"], str(node["target"]), f"{each['help']}. {node['failureSummary']}")
            for each in violations
            for node in each["nodes"]
        ]

    return look_at


@pytest.mark.parametrize(("name", "scheme"), list(product(PAGES, SCHEMES)))
def test_axe_finds_nothing_that_is_ours(
    findings: Callable[[str, Scheme], list[Finding]], name: str, scheme: Scheme
) -> None:
    ours = [
        each for each in findings(name, scheme) if not any(known.covers(each) for known in NOT_OURS)
    ]

    assert not ours, "\n".join(f"{each.rule} at {each.selector}: {each.told}" for each in ours)


@pytest.mark.parametrize("known", NOT_OURS, ids=lambda known: known.rule)
def test_what_is_not_ours_is_still_there(
    findings: Callable[[str, Scheme], list[Finding]], known: Known
) -> None:
    found = [each for name, scheme in product(PAGES, SCHEMES) for each in findings(name, scheme)]

    assert any(known.covers(each) for each in found), f"Take it from the list: {known.reason}"
