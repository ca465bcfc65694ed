"""Connects participants to their Google accounts, and disconnects them.

How a person is led through the consent is not known here (``cli.connect``).
"""

from collections.abc import Mapping
from datetime import date, datetime

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.consents import (
    ConnectRequest,
    check_account,
    check_granted,
    connected_participant,
)
from fitbit_pipeline.flow.kept_consents import (
    Connected,
    Disconnected,
    connected_to,
    give_back,
    keep_consent,
)
from fitbit_pipeline.flow.sealed_tokens import unseal
from fitbit_pipeline.flow.services import GOOGLE
from fitbit_pipeline.sources.google_health.account import Account
from fitbit_pipeline.sources.google_health.clients import OAuthClient, OAuthClients
from fitbit_pipeline.sources.google_health.oauth import revoke
from fitbit_pipeline.sources.google_health.scopes import SCOPES, endpoints_granted
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault

SOURCE = GoogleHealthSource.name


def choose_client(
    clients: OAuthClients,
    credentials: Credentials,
    participant: str,
    chosen: str | None,
    people_per_client: int,
) -> OAuthClient:
    """The OAuth client for a consent.

    The one chosen; else the participant's present one; else the one with the fewest people, all
    clients of one Google Cloud project counted together, for Google counts them so.

    Raises:
        UserError: If there is none, or all are full.
    """
    if chosen is not None:
        return clients.get(chosen)
    known = clients.all()
    present = credentials.get(participant)
    if present is not None and present.client in known:
        return known[present.client]
    if not known:
        raise UserError(
            f"There is no OAuth client yet: put the file of one, as downloaded from Google's "
            f"console, into {clients.folder}; docs/google_health.md tells how to make one."
        )
    people = _people_by_project(known, credentials.count_by_client())
    best = min(known.values(), key=lambda client: (people[client.project], client.name))
    if people[best.project] >= people_per_client:
        raise UserError(
            f"Every OAuth client in {clients.folder} connects {people_per_client} people already: "
            "add the client of another Google Cloud project, or, once Google has verified yours, "
            "raise FITBIT_PIPELINE_GOOGLE_PEOPLE_PER_CLIENT."
        )
    return best


def connect(
    store: Store,
    vault: Vault,
    client: OAuthClient,
    tokens: TokenSet,
    account: Account,
    request: ConnectRequest,
    start: date,
    now: datetime,
    known: Participant | None = None,
) -> Connected:
    """Stores a consent and its participant.

    Everything is checked before anything is written, and everything may be repeated.

    Args:
        store: Where the consent and its participant are stored.
        vault: Encrypts the consent.
        client: To whom the consent was given.
        tokens: The tokens, fresh.
        account: What the account says of itself.
        request: What the user asked for, as checked by ``check_request``.
        start: The first partition.
        now: The present instant, UTC.
        known: The participant as they are to be; by default as they are stored, if they are.

    Raises:
        UserError: If the person shares nothing, it is not the account that belongs to the
            participant, or their time zone is not known.
    """
    name = request.participant
    check_granted(endpoints_granted(tokens.scopes), GOOGLE)
    check_account(store.credentials, name, account.health_user_id, GOOGLE)
    participant = connected_participant(
        known or store.participants.get(name), SOURCE, account.time_zone, request, start
    )
    return keep_consent(
        store,
        store.credentials,
        vault,
        client.name,
        tokens,
        account,
        account.health_user_id,
        participant,
        SCOPES,
        now,
    )


def disconnect(store: Store, vault: Vault, clients: OAuthClients, name: str) -> Disconnected:
    """Gives a consent back to Google and forgets it; the participant's days stay.

    Raises:
        UserError: If there is no such participant, or they are not connected.
    """
    known = connected_to(store, name, SOURCE, GOOGLE)
    if known.status is ParticipantStatus.LEFT and store.credentials.get(name) is None:
        raise UserError(
            f"{name} has left already: fitbit-pipeline connect {name} brings them back."
        )
    return give_back(
        store,
        store.credentials,
        known,
        lambda consent: revoke(clients.get(consent.client), unseal(vault, consent)),
    )


def _people_by_project(
    clients: Mapping[str, OAuthClient], people_by_client: Mapping[str, int]
) -> dict[str, int]:
    people: dict[str, int] = {}
    for name, client in clients.items():
        people[client.project] = people.get(client.project, 0) + people_by_client.get(name, 0)
    return people
