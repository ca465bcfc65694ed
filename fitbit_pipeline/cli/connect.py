"""``fitbit-pipeline connect``, ``disconnect`` and ``rotate-key``: consents and their key."""

from enum import StrEnum
from typing import Annotated

import typer

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.cli.connect_fitbit import connect_to_fitbit
from fitbit_pipeline.cli.consent import consent_given, has_browser, plainly
from fitbit_pipeline.cli.console import a_participants, console, parse_day, say, told_plainly, warn
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.connect import Connected, choose_client, connect, disconnect
from fitbit_pipeline.flow.connect_fitbit import disconnect_fitbit
from fitbit_pipeline.flow.consents import ConnectRequest, check_request
from fitbit_pipeline.flow.new_account import read_new_account
from fitbit_pipeline.flow.sealed_tokens import rotate_key
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.sources.addresses import is_loopback
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.google_health.account import Account
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.oauth import Consent
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.vault import SETTING


class LiveSource(StrEnum):
    """The sources that are connected to an account."""

    GOOGLE_HEALTH = GoogleHealthSource.name
    FITBIT_WEB = FitbitWebSource.name


GUIDE = "docs/google_health.md"


@told_plainly
def connect_command(
    participant: Annotated[
        str,
        typer.Argument(help="Whose account it is: a name of your choice.", callback=a_participants),
    ],
    client: Annotated[
        str | None,
        typer.Option(
            help="The OAuth client: the name of its file without .json; chosen by itself where "
            "there are several."
        ),
    ] = None,
    source: Annotated[
        LiveSource,
        typer.Option(help="Where the days come from; the Fitbit Web API only where it still runs."),
    ] = LiveSource.GOOGLE_HEALTH,
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
    """Connect a participant to their account, of Google Health by default.

    Opens the service's page, where the person chooses what to share. May be repeated: to share
    more, or when a consent has ended. Needs an OAuth client in the home; docs/google_health.md
    tells how.
    """
    settings = load_settings()
    request = ConnectRequest(participant, parse_day(from_day) if from_day else None, time_zone)
    with_browser = has_browser() if browser is None else browser
    with open_deployment(settings) as deployment:
        check_request(
            deployment.store,
            request,
            source.value,
            settings.start_date,
            deployment.yesterday + ONE_DAY,
        )
        if source is LiveSource.FITBIT_WEB:
            connect_to_fitbit(deployment, request, client, with_browser=with_browser)
            return
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
        tokens, account = google_consent(deployment, chosen, with_browser=with_browser)
        connected = connect(
            deployment.store,
            google.vault,
            chosen,
            tokens,
            account,
            request,
            settings.start_date,
            deployment.clock(),
        )
        tell(connected)


@told_plainly
def disconnect_command(
    participant: Annotated[str, typer.Argument(help="Whose account.", callback=a_participants)],
) -> None:
    """Give a participant's consent back and forget it.

    Their days stay, and so does which account they came from.
    """
    with open_deployment(load_settings()) as deployment:
        known = deployment.store.participants.get(participant)
        if known is not None and known.source == LiveSource.FITBIT_WEB:
            fitbit, service = deployment.fitbit_web, "Fitbit"
            done = disconnect_fitbit(deployment.store, fitbit.vault, fitbit.clients, participant)
        else:
            google, service = deployment.google_health, "Google"
            done = disconnect(deployment.store, google.vault, google.clients, participant)
    if done.problem:
        warn(
            f"{service} was not told: {done.problem} The tokens are forgotten here; the person can "
            f"withdraw the access in the settings of their {service} account."
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
        done = rotate_key(
            [deployment.store.credentials, deployment.store.fitbit_credentials], vault
        )
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
        f"--from {participant.source_since}"
    )


def google_consent(
    deployment: Deployment, client: OAuthClient, *, with_browser: bool
) -> tuple[TokenSet, Account]:
    """The tokens that a person's consent brings, and what their account says of itself.

    Raises:
        UserError: If they decline, or the tokens or the account cannot be had.
    """
    consent, code = consent_given(
        lambda redirect_uri: Consent(client, redirect_uri),
        _registered(client),
        "Google",
        with_browser=with_browser,
    )
    with console.status("Asking Google for the tokens …"), plainly():
        tokens = consent.exchange(code, deployment.clock())
    with console.status("Asking which account it is …"), plainly():
        return tokens, read_new_account(client, tokens)


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
