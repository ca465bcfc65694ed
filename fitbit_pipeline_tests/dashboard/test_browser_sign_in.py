"""Signing in with a real browser: by password, and through an OpenID Connect provider."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket

from fitbit_pipeline.cli.processes import running, servers_of, wait_until_answering
from fitbit_pipeline.cli.sign_in import check_secrets
from fitbit_pipeline.passwords import hash_password
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.viewers import Viewer
from fitbit_pipeline_tests.dashboard import oidc_provider
from fitbit_pipeline_tests.dashboard.oidc_provider import Account, Provider
from fitbit_pipeline_tests.dashboard.signing_in import PAGES, write_people
from fitbit_pipeline_tests.program import free_port
from tools.browsing import CHROMIUM, chromium

PASSWORD = "four words and blanks"
SECONDS = 60_000

ANNA = "Anna@example.org"
ACCOUNTS = [
    Account(ANNA),
    Account("olga@example.org"),
    Account("stranger@example.org"),
    Account("unverified@example.org", verified=False),
    Account("nearly@example.org", verified="true"),
]

# A laptop may have no Chromium; CI installs it, and there its absence is an error.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed."
)


@pytest.fixture(scope="module")
def store(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """P07 and P08, and who may look."""
    with connect(mongodb_uri, tmp_path_factory.mktemp("none"), "signing_in_a_browser") as opened:
        found = Store(opened.database)
        found.ensure_indexes()
        write_people(found)
        stored = hash_password(PASSWORD)
        for name in ("anna", "anna@example.org"):
            found.viewers.add(Viewer(name, "P07", stored))
        for name in ("olga", *(each.email for each in ACCOUNTS if each.verified is not True)):
            found.viewers.add(Viewer(name, None, stored))
        found.viewers.add(Viewer("olga@example.org", None))
        yield found


@contextmanager
def _served(store: Store, mongodb_uri: str, folder: Path, sign_in: str, port: int) -> Iterator[str]:
    """The dashboard, started as ``fitbit-pipeline up`` starts it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.chdir(folder)
        for name, value in {
            "HOME": str(folder),
            "MONGODB_URI": mongodb_uri,
            "DATABASE": store.database.name,
            "DASHBOARD_PORT": str(port),
            "DASHBOARD_SIGN_IN": sign_in,
        }.items():
            environment.setenv(f"FITBIT_PIPELINE_{name}", value)
        settings = load_settings()
        check_secrets(settings)
        servers = [each for each in servers_of(settings) if each.name == "Dashboard"]
        with running(servers, settings) as processes:
            wait_until_answering(servers, processes, 60)
            yield servers[0].address


@pytest.fixture(scope="module")
def by_password(
    store: Store, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a dashboard with passwords."""
    folder = tmp_path_factory.mktemp("password")
    with _served(store, mongodb_uri, folder, "password", free_port()) as address:
        yield address


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
        with _served(store, mongodb_uri, folder, "oidc", port) as address:
            yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each has a profile of its own."""
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new profile, whose messages from the dashboard are kept."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(SECONDS)
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


def _by_password(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def _by_provider(page: Page, account: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=account).click()


def _wait_for_heading(page: Page, title: str) -> None:
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()


def _sidebar_names(page: Page) -> str:
    return page.get_by_role("combobox", name="Participant").input_value()


def _check_nothing_was_sent(received: list[bytes]) -> None:
    assert _places_of("Sign in", received)
    for hidden in ("P07", "P08", *PAGES):
        assert not _places_of(hidden, received)


def _places_of(name: str, received: list[bytes]) -> list[bytes]:
    """Where a name stands as a word of its own, and not within a signature or a key."""
    pattern = rb".{0,60}(?<![\w-])%b(?![\w-]).{0,60}" % name.encode()
    return re.findall(pattern, b"".join(received), re.DOTALL)


def test_before_signing_in_nothing_is_sent_but_the_form(
    by_password: str, page: Page, received: list[bytes]
) -> None:
    page.goto(f"{by_password}/engagement?participant=X99")

    page.get_by_role("button", name="Sign in").wait_for()
    _by_password(page, "anna", "a wrong password")
    page.get_by_text("The name or the password is wrong.").wait_for()
    _check_nothing_was_sent(received)
    assert not page.get_by_text("Page not found").count()


def test_the_right_password_leads_to_the_page_and_the_view_that_were_asked_for(
    by_password: str, page: Page
) -> None:
    page.goto(f"{by_password}/engagement?participant=P08&from=2026-11-02&to=2026-11-03")

    _by_password(page, "olga")

    _wait_for_heading(page, "Engagement")
    page.get_by_text("2 to 3 November 2026").first.wait_for()
    assert page.url.endswith("/engagement?participant=P08&from=2026-11-02&to=2026-11-03")
    assert _sidebar_names(page) == "P08"
    assert page.get_by_role("link", name="Participants").count()


def test_somebody_bound_is_sent_nothing_of_another(
    by_password: str, page: Page, received: list[bytes]
) -> None:
    page.goto(f"{by_password}/participants?participant=P07")

    _by_password(page, "anna")

    _wait_for_heading(page, "Overview")
    page.get_by_role("combobox", name="Participant").wait_for()
    assert _sidebar_names(page) == "P07"
    for hidden in ("P08", "Participants"):
        assert not _places_of(hidden, received)


def test_a_reload_asks_for_the_password_again(by_password: str, page: Page) -> None:
    page.goto(f"{by_password}/engagement")
    _by_password(page, "anna")
    _wait_for_heading(page, "Engagement")

    page.reload()

    page.get_by_label("Password", exact=True).wait_for()


def test_signing_out_of_a_password_leaves_the_form_alone(by_password: str, page: Page) -> None:
    page.goto(f"{by_password}/engagement?participant=P08")
    _by_password(page, "olga")
    _wait_for_heading(page, "Engagement")

    page.get_by_role("button", name="Sign out").click()

    page.get_by_label("Password", exact=True).wait_for()
    page.get_by_text("P08").first.wait_for(state="detached")
    assert "P08" not in page.url


def test_anna_signs_in_through_the_provider_and_sees_only_herself(
    by_provider: str, page: Page, received: list[bytes]
) -> None:
    page.goto(f"{by_provider}/")
    page.get_by_role("button", name="Sign in").wait_for()
    _check_nothing_was_sent(received)

    _by_provider(page, ANNA)

    _wait_for_heading(page, "Overview")
    page.get_by_role("combobox", name="Participant").wait_for()
    assert _sidebar_names(page) == "P07"
    assert page.get_by_text(f"Signed in as {ANNA.lower()}").count()
    for hidden in ("P08", "Participants"):
        assert not _places_of(hidden, received)


def test_the_address_survives_the_way_to_the_provider_and_back(
    by_provider: str, page: Page
) -> None:
    page.goto(f"{by_provider}/engagement?participant=P08&from=2026-11-02&to=2026-11-03")

    _by_provider(page, "olga@example.org")

    _wait_for_heading(page, "Engagement")
    page.get_by_text("2 to 3 November 2026").first.wait_for()
    assert page.url.endswith("/engagement?participant=P08&from=2026-11-02&to=2026-11-03")


def test_who_changes_their_mind_is_asked_again_and_the_address_is_not_lost(
    by_provider: str, page: Page
) -> None:
    page.goto(f"{by_provider}/engagement?participant=P07&from=2026-11-02&to=2026-11-03")
    _by_provider(page, "Cancel")
    page.get_by_role("button", name="Sign in").wait_for()

    _by_provider(page, "olga@example.org")

    _wait_for_heading(page, "Engagement")
    page.wait_for_url("**/engagement?participant=P07&from=2026-11-02&to=2026-11-03")


def test_who_signed_in_through_the_provider_stays_signed_in_after_a_reload(
    by_provider: str, page: Page
) -> None:
    page.goto(f"{by_provider}/")
    _by_provider(page, ANNA)
    _wait_for_heading(page, "Overview")

    page.goto(f"{by_provider}/sleep")

    _wait_for_heading(page, "Sleep")


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
    _check_nothing_was_sent(received)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    _by_provider(page, ANNA)
    _wait_for_heading(page, "Overview")


def test_who_is_removed_while_signed_in_through_the_provider_loses_access(
    by_provider: str, page: Page, store: Store
) -> None:
    store.viewers.add(Viewer("stranger@example.org", None))
    page.goto(f"{by_provider}/engagement")
    _by_provider(page, "stranger@example.org")
    _wait_for_heading(page, "Engagement")
    store.viewers.remove("stranger@example.org")

    page.get_by_role("link", name="Sleep").click()

    page.get_by_text("stranger@example.org is not known here").wait_for()
    page.get_by_role("combobox", name="Participant").wait_for(state="detached")


def test_signing_out_of_the_provider_forgets_who_it_was(by_provider: str, page: Page) -> None:
    page.goto(f"{by_provider}/engagement?participant=P08")
    _by_provider(page, "olga@example.org")
    _wait_for_heading(page, "Engagement")

    page.get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Sign in").wait_for()
    page.goto(f"{by_provider}/engagement")
    page.get_by_role("button", name="Sign in").wait_for()
    assert not page.get_by_text("P08").count()
