"""``fitbit-pipeline connect``, ``disconnect`` and ``rotate-key``: consents and their key."""

from enum import StrEnum
from typing import Annotated

import typer

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.cli.connect_fitbit import connect_to_fitbit
from fitbit_pipeline.cli.connect_google import connect_to_google
from fitbit_pipeline.cli.consent import WithBrowser, has_browser
from fitbit_pipeline.cli.console import a_participants, parse_day, say, told_plainly, warn
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.flow.connect import disconnect
from fitbit_pipeline.flow.connect_fitbit import disconnect_fitbit
from fitbit_pipeline.flow.consents import ConnectRequest, check_request
from fitbit_pipeline.flow.sealed_tokens import rotate_key
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.vault import SETTING


class LiveSource(StrEnum):
    """The sources that are connected to an account."""

    GOOGLE_HEALTH = GoogleHealthSource.name
    FITBIT_WEB = FitbitWebSource.name


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
    browser: WithBrowser = None,
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
        ask = connect_to_fitbit if source is LiveSource.FITBIT_WEB else connect_to_google
        ask(deployment, request, client, with_browser=with_browser)


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
