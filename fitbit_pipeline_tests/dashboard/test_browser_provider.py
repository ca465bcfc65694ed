"""Signing in through an OpenID Connect provider with a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.viewers import Viewer
from fitbit_pipeline_tests.dashboard import oidc_provider
from fitbit_pipeline_tests.dashboard.browser_sign_in import (
    check_nothing_was_sent,
    places_of,
    served_with_sign_in,
    sidebar_names,
    store_with_viewers,
    wait_for_heading,
)
from fitbit_pipeline_tests.dashboard.oidc_provider import Account, Provider
from fitbit_pipeline_tests.dashboard.serving import NEEDS_CHROMIUM
from fitbit_pipeline_tests.program import free_port

pytestmark = NEEDS_CHROMIUM

ANNA = "Anna@example.org"
ACCOUNTS = [
    Account(ANNA),
    Account("olga@example.org"),
    Account("stranger@example.org"),
    Account("unverified@example.org", verified=False),
    Account("nearly@example.org", verified="true"),
]


@pytest.fixture(scope="module")
def store(mongodb_uri: str) -> Iterator[Store]:
    """P07 and P08; Anna who sees P07, and others who see everybody, if they are vouched for."""
    others = [each.email for each in ACCOUNTS if each.verified is not True]
    viewers = {ANNA: "P07", **dict.fromkeys(["olga@example.org", *others])}
    with store_with_viewers(mongodb_uri, "by_provider_in_a_browser", viewers) as found:
        yield found


@pytest.fixture(scope="module")
def by_provider(
    store: Store, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a dashboard with a provider."""
    folder = tmp_path_factory.mktemp("provider")
    port = free_port()
    redirect_uri = f"http://127.0.0.1:{port}/oauth2callback"
    with oidc_provider.served(Provider(ACCOUNTS, redirect_uri)) as provider:
        secrets = folder / "dashboard-secrets.toml"
        secrets.write_text(
            "[auth]\n"
            f'redirect_uri = "{redirect_uri}"\n'
            f'cookie_secret = "{"0123456789abcdef" * 4}"\n'
            f'client_id = "{oidc_provider.CLIENT_ID}"\n'
            f'client_secret = "{oidc_provider.CLIENT_SECRET}"\n'
            f'server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"\n'
        )
        secrets.chmod(0o600)
        with served_with_sign_in(store, mongodb_uri, folder, "oidc", port) as address:
            yield address


def _by_provider(page: Page, account: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=account).click()


def test_anna_signs_in_through_the_provider_and_sees_only_herself(
    by_provider: str, page: Page, received: list[bytes]
) -> None:
    page.goto(f"{by_provider}/")
    page.get_by_role("button", name="Sign in").wait_for()
    check_nothing_was_sent(received)

    _by_provider(page, ANNA)

    wait_for_heading(page, "Overview")
    page.get_by_role("combobox", name="Participant").wait_for()
    assert sidebar_names(page) == "P07"
    assert page.get_by_text(f"Signed in as {ANNA.lower()}").count()
    for hidden in ("P08", "Participants"):
        assert not places_of(hidden, received)


def test_the_address_survives_the_way_to_the_provider_and_back(
    by_provider: str, page: Page
) -> None:
    page.goto(f"{by_provider}/engagement?participant=P08&from=2026-11-02&to=2026-11-03")

    _by_provider(page, "olga@example.org")

    wait_for_heading(page, "Engagement")
    page.get_by_text("2 to 3 November 2026").first.wait_for()
    assert page.url.endswith("/engagement?participant=P08&from=2026-11-02&to=2026-11-03")


def test_who_changes_their_mind_is_asked_again_and_the_address_is_not_lost(
    by_provider: str, page: Page
) -> None:
    page.goto(f"{by_provider}/engagement?participant=P07&from=2026-11-02&to=2026-11-03")
    _by_provider(page, "Cancel")
    page.get_by_role("button", name="Sign in").wait_for()

    _by_provider(page, "olga@example.org")

    wait_for_heading(page, "Engagement")
    page.wait_for_url("**/engagement?participant=P07&from=2026-11-02&to=2026-11-03")


def test_who_signed_in_through_the_provider_stays_signed_in_after_a_reload(
    by_provider: str, page: Page
) -> None:
    page.goto(f"{by_provider}/")
    _by_provider(page, ANNA)
    wait_for_heading(page, "Overview")

    page.goto(f"{by_provider}/sleep")

    wait_for_heading(page, "Sleep")


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        ("stranger@example.org", "stranger@example.org is not known here"),
        ("unverified@example.org", "does not vouch for your e-mail address"),
        ("nearly@example.org", "does not vouch for your e-mail address"),
    ],
)
def test_who_is_not_known_or_not_vouched_for_sees_nothing_and_can_sign_out(
    by_provider: str, page: Page, received: list[bytes], account: str, sentence: str
) -> None:
    page.goto(f"{by_provider}/")

    _by_provider(page, account)

    page.get_by_text(sentence).wait_for()
    check_nothing_was_sent(received)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    _by_provider(page, ANNA)
    wait_for_heading(page, "Overview")


def test_who_is_removed_while_signed_in_through_the_provider_loses_access(
    by_provider: str, page: Page, store: Store
) -> None:
    store.viewers.add(Viewer("stranger@example.org", None))
    page.goto(f"{by_provider}/engagement")
    _by_provider(page, "stranger@example.org")
    wait_for_heading(page, "Engagement")
    store.viewers.remove("stranger@example.org")

    page.get_by_role("link", name="Sleep").click()

    page.get_by_text("stranger@example.org is not known here").wait_for()
    page.get_by_role("combobox", name="Participant").wait_for(state="detached")


def test_signing_out_of_the_provider_forgets_who_it_was(by_provider: str, page: Page) -> None:
    page.goto(f"{by_provider}/engagement?participant=P08")
    _by_provider(page, "olga@example.org")
    wait_for_heading(page, "Engagement")

    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Sign in").wait_for()
    page.goto(f"{by_provider}/engagement")
    page.get_by_role("button", name="Sign in").wait_for()
    assert not page.get_by_text("P08").count()
