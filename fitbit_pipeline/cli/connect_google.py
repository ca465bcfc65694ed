"""A consent to Google Health, for ``fitbit-pipeline connect`` and ``fitbit-pipeline migrate``."""

from fitbit_pipeline.cli.connected import tell
from fitbit_pipeline.cli.consent import consent_given, plainly
from fitbit_pipeline.cli.console import console
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.connect import choose_client, connect
from fitbit_pipeline.flow.consents import ConnectRequest
from fitbit_pipeline.flow.new_account import read_new_account
from fitbit_pipeline.sources.addresses import is_loopback
from fitbit_pipeline.sources.google_health.account import Account
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.oauth import Consent
from fitbit_pipeline.sources.tokens import TokenSet


def connect_to_google(
    deployment: Deployment, request: ConnectRequest, client: str | None, *, with_browser: bool
) -> None:
    """Asks a person for their consent, stores it, and says what is shared; as for Fitbit."""
    chosen, tokens, account = google_consent(
        deployment, request.participant, client, with_browser=with_browser
    )
    connected = connect(
        deployment.store,
        deployment.google_health.vault,
        chosen,
        tokens,
        account,
        request,
        deployment.settings.start_date,
        deployment.clock(),
    )
    tell(connected)


def google_consent(
    deployment: Deployment, participant: str, client: str | None, *, with_browser: bool
) -> tuple[OAuthClient, TokenSet, Account]:
    """The client that was chosen, the tokens of a person's consent, and what their account says.

    Args:
        deployment: Where the clients are.
        participant: Who is asked.
        client: The OAuth client that the user named, if any.
        with_browser: Whether this machine's browser is opened.

    Raises:
        UserError: If there is no client, they decline, or the tokens or the account cannot be had.
    """
    google = deployment.google_health
    # A key that cannot be used is told before the person is asked.
    google.vault.encrypt(b"")
    chosen = choose_client(
        google.clients,
        deployment.store.credentials,
        participant,
        client,
        deployment.settings.google_people_per_client,
    )
    consent, code = consent_given(
        lambda redirect_uri: Consent(chosen, redirect_uri),
        _registered(chosen),
        "Google",
        with_browser=with_browser,
    )
    with console.status("Asking Google for the tokens …"), plainly():
        tokens = consent.exchange(code, deployment.clock())
    with console.status("Asking which account it is …"), plainly():
        return chosen, tokens, read_new_account(chosen, tokens)


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
