"""``fitbit-pipeline connect --source fitbit_web``: a consent to the Fitbit Web API."""

from fitbit_pipeline.cli.connected import tell
from fitbit_pipeline.cli.consent import consent_given, plainly
from fitbit_pipeline.cli.console import console
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.flow.connect_fitbit import choose_fitbit_client, connect_fitbit
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
    tell(connected)
