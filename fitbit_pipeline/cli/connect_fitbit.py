"""``fitbit-pipeline connect --source fitbit_web``: a consent to the Fitbit Web API."""

from fitbit_pipeline.cli.consent import consent_given, plainly
from fitbit_pipeline.cli.console import console, say, warn
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.flow.connect_fitbit import (
    FitbitConnected,
    choose_fitbit_client,
    connect_fitbit,
)
from fitbit_pipeline.flow.consents import ConnectRequest
from fitbit_pipeline.flow.new_account import read_new_fitbit_account
from fitbit_pipeline.sources.fitbit_web.oauth import Consent


def connect_to_fitbit(
    deployment: Deployment, request: ConnectRequest, client: str | None, *, with_browser: bool
) -> None:
    """Asks a person for their consent, stores it, and says what is shared.

    Args:
        deployment: Where it is stored.
        request: What the user asked for, checked.
        client: The OAuth client that the user named, if any.
        with_browser: Whether this machine's browser is opened.

    Raises:
        UserError: If there is no client, the person declines, or the account cannot be used.
    """
    store, fitbit = deployment.store, deployment.fitbit_web
    # A key that cannot be used is told before the person is asked.
    fitbit.vault.encrypt(b"")
    present = store.fitbit_credentials.get(request.participant)
    chosen = choose_fitbit_client(fitbit.clients, present.client if present else None, client)
    consent, code = consent_given(
        lambda redirect_uri: Consent(chosen, redirect_uri),
        chosen.redirect_uri,
        "Fitbit",
        with_browser=with_browser,
    )
    with console.status("Asking Fitbit for the tokens …"), plainly():
        tokens = consent.exchange(code, deployment.clock())
    with console.status("Asking which account it is …"), plainly():
        account = read_new_fitbit_account(chosen, tokens, deployment.clock)
    connected = connect_fitbit(
        store,
        fitbit.vault,
        chosen,
        tokens,
        account,
        request,
        deployment.settings.start_date,
        deployment.clock(),
    )
    _tell(connected)


def _tell(connected: FitbitConnected) -> None:
    participant = connected.participant
    devices = ", ".join(connected.account.devices or ()) or "none that it tells of"
    say(f"{participant.name} is connected: time zone {participant.time_zone}, devices: {devices}.")
    say(f"Shared: {', '.join(scope.title for scope in connected.granted)}.")
    for scope in connected.withheld:
        warn(
            f"Not shared: {scope.title} ({scope.purpose}). To share it, connect again and tick "
            "its box."
        )
    if connected.account_zone_differs:
        warn(
            f"The account's time zone is {connected.account.time_zone}, and the days of "
            f"{participant.name} are kept in {participant.time_zone}. After a move, connect again "
            "with --time-zone."
        )
    if connected.reopened:
        say(f"{connected.reopened} entries that were forbidden are asked for again at night.")
    say(
        "Every night asks for new days while fitbit-pipeline up runs. For the days before: "
        f"fitbit-pipeline backfill --participant {participant.name} "
        f"--from {participant.enrolled_on}"
    )
