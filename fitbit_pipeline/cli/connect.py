"""``fitbit-pipeline connect``, ``disconnect`` and ``rotate-key``: consents and their key."""

import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.cli.console import console, parse_day, say, told_plainly, warn
from fitbit_pipeline.cli.redirect import listening
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.connect import (
    Connected,
    ConnectRequest,
    check_request,
    choose_client,
    connect,
    disconnect,
)
from fitbit_pipeline.flow.google_tokens import rotate_key
from fitbit_pipeline.flow.new_account import read_new_account
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.sources.google_health.account import Account
from fitbit_pipeline.sources.google_health.clients import OAuthClient, is_loopback
from fitbit_pipeline.sources.google_health.oauth import Consent, ConsentDeclined
from fitbit_pipeline.sources.google_health.token_answers import TokenSet
from fitbit_pipeline.sources.protocol import SourceFailure
from fitbit_pipeline.vault import SETTING

WAIT_SECONDS = 600
PASTE_TRIES = 3
NOBODY_LISTENS = "http://127.0.0.1:53682/"
"""Where a desktop client may send people whose answer is copied from the address bar."""

GUIDE = "docs/google_health.md"


@told_plainly
def connect_command(
    participant: Annotated[str, typer.Argument(help="Whose account it is: a name of your choice.")],
    client: Annotated[
        str | None,
        typer.Option(
            help="The OAuth client: the name of its file without .json; chosen by itself where "
            "there are several."
        ),
    ] = None,
    from_day: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="The participant's first day, YYYY-MM-DD; by default FITBIT_PIPELINE_START_DATE.",
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(
            help="The time zone that the person lives in; needed only where the account does not "
            "say it, or after a move."
        ),
    ] = None,
    browser: Annotated[
        bool | None,
        typer.Option(
            "--browser/--no-browser",
            help="Open the browser of this machine, or print an address for a browser elsewhere.",
        ),
    ] = None,
) -> None:
    """Connect a participant to their Google Health account.

    Opens Google's page, where the person chooses what to share. May be repeated: to share more, or
    when a consent has ended. Needs an OAuth client in the home; docs/google_health.md tells how.
    """
    settings = load_settings()
    request = ConnectRequest(participant, parse_day(from_day) if from_day else None, time_zone)
    with open_deployment(settings) as deployment:
        check_request(
            deployment.store, request, settings.start_date, deployment.yesterday + ONE_DAY
        )
        google = deployment.google_health
        # A key that cannot be used is told before the person is asked.
        google.vault.encrypt(b"")
        chosen = choose_client(
            google.clients,
            deployment.store.credentials,
            participant,
            client,
            settings.google_people_per_client,
        )
        tokens = _consent(
            deployment, chosen, with_browser=_has_browser() if browser is None else browser
        )
        connected = connect(
            deployment.store,
            google.vault,
            chosen,
            tokens,
            _account(chosen, tokens),
            request,
            settings.start_date,
            deployment.clock(),
        )
        tell(connected)


@told_plainly
def disconnect_command(
    participant: Annotated[str, typer.Argument(help="Whose account.")],
) -> None:
    """Give a participant's consent back to Google and forget it.

    Their days stay, and so does which account they came from.
    """
    with open_deployment(load_settings()) as deployment:
        google = deployment.google_health
        done = disconnect(deployment.store, google.vault, google.clients, participant)
    if done.problem:
        warn(
            f"Google was not told: {done.problem} The tokens are forgotten here; the person can "
            "withdraw the access in the settings of their Google account."
        )
    say(
        f"{participant} is disconnected and will not be asked any more. The days until now stay; "
        f"fitbit-pipeline connect {participant} brings them back."
    )


@told_plainly
def rotate_key_command() -> None:
    """Encrypt all stored consents with a new key.

    Safe to interrupt and to repeat, also while everything runs.
    """
    with open_deployment(load_settings()) as deployment:
        vault = deployment.google_health.vault
        done = rotate_key(deployment.store.credentials, vault)
        key_file = deployment.settings.key_file
    count = "1 consent" if done == 1 else f"{done} consents"
    if vault.from_setting:
        say(
            f"{count} encrypted again with the first key of {SETTING}; all keys behind it can be "
            "dropped."
        )
    else:
        say(
            f"{count} encrypted again with a new key, the only one in {key_file} now: back it up. "
            "Keep the old one with older backups of the database."
        )


def tell(connected: Connected) -> None:
    """Says who was connected, what is shared, and what to do next."""
    participant, account = connected.participant, connected.account
    devices = ", ".join(account.devices or ()) or "none that it tells of"
    say(f"{participant.name} is connected: time zone {participant.time_zone}, devices: {devices}.")
    say(f"Shared: {', '.join(scope.title for scope in connected.granted)}.")
    for scope in connected.withheld:
        warn(
            f"Not shared: {scope.title} ({scope.purpose}). To share it, connect again and tick "
            "its box."
        )
    if connected.account_zone_differs:
        warn(
            f"The account's time zone is {account.time_zone}, and the days of {participant.name} "
            f"are kept in {participant.time_zone}. After a move, connect again with --time-zone."
        )
    if connected.consent_ends is not None:
        warn(
            f"This consent ends by itself on {connected.consent_ends:%Y-%m-%d}: the Google Cloud "
            "project is still in testing, or the person limited it. Publish the app ('In "
            f"production') and connect again; {GUIDE} tells how."
        )
    if connected.reopened:
        say(f"{connected.reopened} entries that were forbidden are asked for again at night.")
    say(
        "Every night asks for new days while fitbit-pipeline up runs. For the days before: "
        f"fitbit-pipeline backfill --participant {participant.name} "
        f"--from {participant.enrolled_on}"
    )


def _has_browser() -> bool:
    """Whether this machine has a browser with a window; one inside the terminal will not do."""
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    return type(found) is not webbrowser.GenericBrowser


def _consent(deployment: Deployment, client: OAuthClient, *, with_browser: bool) -> TokenSet:
    registered = _registered(client)
    if with_browser and (registered is None or is_loopback(registered)):
        consent, code = _by_browser(client, registered)
    else:
        consent, code = _by_paste(client, registered or NOBODY_LISTENS)
    with console.status("Asking Google for the tokens …"), _plainly():
        return consent.exchange(code, deployment.clock())


def _registered(client: OAuthClient) -> str | None:
    """The redirect address that Google expects; None where any of this machine will do."""
    if client.kind == "installed":
        return None
    if not client.redirect_uris:
        raise UserError(
            f"The OAuth client {client.name} is a web client without a redirect address: add "
            "http://localhost:8080/ to it in Google's console and download its file again, or "
            "make one of the type 'Desktop app'."
        )
    own = (each for each in client.redirect_uris if each.startswith("http:") and is_loopback(each))
    return next(own, client.redirect_uris[0])


def _by_browser(client: OAuthClient, registered: str | None) -> tuple[Consent, str]:
    with listening(registered) as listener:
        consent = Consent(client, listener.redirect_uri)
        listener.accept(consent.is_answer)
        say("The browser opens Google's page. If it does not, open this address on this machine:")
        say(consent.address)
        webbrowser.open(consent.address)
        with console.status("Waiting for the consent …"):
            answer = listener.wait(WAIT_SECONDS)
    return consent, consent.code_of(answer)


def _by_paste(client: OAuthClient, redirect_uri: str) -> tuple[Consent, str]:
    consent = Consent(client, redirect_uri)
    say("Open this address in any browser, and sign in with the person's Google account:")
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


def _account(client: OAuthClient, tokens: TokenSet) -> Account:
    with console.status("Asking which account it is …"), _plainly():
        return read_new_account(client, tokens)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except SourceFailure as failure:
        raise UserError(failure.reason) from None
