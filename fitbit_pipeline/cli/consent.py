"""Leads a person through a service's consent page: in this machine's browser, or in any other."""

import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

import typer

from fitbit_pipeline.cli.console import console, say, warn
from fitbit_pipeline.cli.redirect import listening
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.addresses import is_loopback
from fitbit_pipeline.sources.consent import ConsentDeclined, ConsentUnderWay
from fitbit_pipeline.sources.protocol import SourceFailure

WAIT_SECONDS = 600
PASTE_TRIES = 3
NOBODY_LISTENS = "http://127.0.0.1:53682/"
"""Where a desktop client may send people whose answer is copied from the address bar."""

WithBrowser = Annotated[
    bool | None,
    typer.Option(
        "--browser/--no-browser",
        help="Open the browser of this machine, or print an address for a browser elsewhere.",
    ),
]
"""Which browser the person consents in."""


Asked = TypeVar("Asked", bound=ConsentUnderWay)


def has_browser() -> bool:
    """Whether this machine has a browser with a window; one inside the terminal will not do."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    return type(found) is not webbrowser.GenericBrowser


def consent_given(
    ask: Callable[[str], Asked], registered: str | None, service: str, *, with_browser: bool
) -> tuple[Asked, str]:
    """A consent and the code that the person brought back from it.

    Args:
        ask: Makes the consent for a redirect address.
        registered: The redirect address that the service expects; None where any of this machine
            will do.
        service: As people know it.
        with_browser: Whether this machine's browser is opened, where the redirect leads here.

    Raises:
        UserError: If the person declines, or the answer cannot be read.
    """
    if with_browser and (registered is None or is_loopback(registered)):
        return _by_browser(ask, registered, service)
    return _by_paste(ask(registered or NOBODY_LISTENS), service)


@contextmanager
def plainly() -> Iterator[None]:
    """Turns a source's failure into its sentence."""
    try:
        yield
    except SourceFailure as failure:
        raise UserError(failure.reason) from None


def _by_browser(
    ask: Callable[[str], Asked], registered: str | None, service: str
) -> tuple[Asked, str]:
    with listening(registered) as listener:
        consent = ask(listener.redirect_uri)
        listener.accept(consent.is_answer)
        say(
            f"The browser opens {service}'s page. If it does not, open this address on this "
            "machine:"
        )
        say(consent.address)
        webbrowser.open(consent.address)
        with console.status("Waiting for the consent …"):
            answer = listener.wait(WAIT_SECONDS)
    return consent, consent.code_of(answer)


def _by_paste(consent: Asked, service: str) -> tuple[Asked, str]:
    say(f"Open this address in any browser, and sign in with the person's {service} account:")
    say(consent.address)
    say(
        "At the end the browser shows a page that cannot be reached, or an unrelated one. That is "
        "expected: copy the whole address from its address bar."
    )
    for _ in range(PASTE_TRIES - 1):
        answer = typer.prompt("Address or code")
        try:
            return consent, consent.code_of(answer)
        except ConsentDeclined:
            raise
        except UserError as error:
            warn(str(error))
    return consent, consent.code_of(typer.prompt("Address or code"))
