"""The dashboard as ``fitbit-pipeline up`` serves it with sign-in, and what a browser does there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from fitbit_pipeline.cli.processes import running, servers_of, wait_until_answering
from fitbit_pipeline.cli.sign_in import check_secrets
from fitbit_pipeline.passwords import hash_password
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.viewers import Viewer
from fitbit_pipeline_tests.dashboard.signing_in import PAGES, write_people

PASSWORD = "four words and blanks"

Viewers = dict[str, str | None]


@contextmanager
def store_with_viewers(mongodb_uri: str, database: str, viewers: Viewers) -> Iterator[Store]:
    """P07 and P08, and who may look.

    Args:
        mongodb_uri: The server.
        database: The database's name.
        viewers: The one participant whom each may see, None for everybody.
    """
    with connect(mongodb_uri, Path("unused"), database) as opened:
        found = Store(opened.database)
        found.ensure_indexes()
        write_people(found)
        stored = hash_password(PASSWORD)
        for name, participant in viewers.items():
            found.viewers.add(Viewer(name, participant, stored))
        yield found


@contextmanager
def served_with_sign_in(
    store: Store, mongodb_uri: str, folder: Path, sign_in: str, port: int
) -> Iterator[str]:
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


def wait_for_heading(page: Page, title: str) -> None:
    """Waits until a page of that title is there."""
    page.get_by_role("heading", name=title, exact=True, level=1).wait_for()


def sidebar_names(page: Page) -> str:
    """Whom the sidebar shows."""
    return page.get_by_role("combobox", name="Participant").input_value()


def check_nothing_was_sent(received: list[bytes]) -> None:
    """Checks that nothing reached the browser but what one needs to sign in."""
    assert places_of("Sign in", received)
    for hidden in ("P07", "P08", *PAGES):
        assert not places_of(hidden, received)


def places_of(name: str, received: list[bytes]) -> list[bytes]:
    """Where a name stands as a word of its own, and not within a signature or a key."""
    pattern = rb".{0,60}(?<![\w-])%b(?![\w-]).{0,60}" % name.encode()
    return re.findall(pattern, b"".join(received), re.DOTALL)
