"""Connects participants to their Fitbit accounts through the Fitbit Web API, and disconnects them.

How a person is led through the consent is not known here (``cli.connect``).
"""

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
from fitbit_pipeline.flow.services import FITBIT
from fitbit_pipeline.sources.fitbit_web.account import Account
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient, FitbitClients
from fitbit_pipeline.sources.fitbit_web.oauth import revoke
from fitbit_pipeline.sources.fitbit_web.scopes import SCOPES, endpoints_granted
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault

SOURCE = FitbitWebSource.name


def choose_fitbit_client(
    clients: FitbitClients, present: str | None, chosen: str | None
) -> FitbitClient:
    """The OAuth client for a consent: the one chosen, else the participant's, else the first.

    Args:
        clients: Those there are.
        present: The client to which the participant consented before, if any.
        chosen: The client that the user named, if any.

    Raises:
        UserError: If there is none, or none of that name.
    """
    if chosen is not None:
        return clients.get(chosen)
    known = clients.all()
    if not known:
        raise UserError(
            f"There is no OAuth client of the Fitbit Web API: put a file with client_id, "
            f"client_secret, kind and redirect_uri into {clients.folder}; docs/fitbit_web.md tells "
            "how."
        )
    return known[present] if present in known else next(iter(known.values()))


def connect_fitbit(
    store: Store,
    vault: Vault,
    client: FitbitClient,
    tokens: TokenSet,
    account: Account,
    request: ConnectRequest,
    start: date,
    now: datetime,
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
        start: The first partition. Somebody new, whose first day was not named, begins then, or
            when their account did.
        now: The present instant, UTC.

    Raises:
        UserError: If the person shares nothing, it is not the account that belongs to the
            participant, or their time zone is not known.
    """
    name = request.participant
    check_granted(endpoints_granted(tokens.scopes), FITBIT)
    user_id = tokens.user_id or account.user_id
    if user_id is None:
        raise UserError(
            "Fitbit does not say which account it is: connect again with the box of the profile "
            "ticked."
        )
    check_account(store.fitbit_credentials, name, user_id, FITBIT)
    began = max(start, account.member_since or start)
    participant = connected_participant(
        store.participants.get(name), SOURCE, account.time_zone, request, began
    )
    return keep_consent(
        store,
        store.fitbit_credentials,
        vault,
        client.name,
        tokens,
        account,
        user_id,
        participant,
        SCOPES,
        now,
    )


def disconnect_fitbit(
    store: Store, vault: Vault, clients: FitbitClients, name: str
) -> Disconnected:
    """Gives a consent back to Fitbit and forgets it; the participant's days stay.

    Raises:
        UserError: If there is no such participant, or they are not connected.
    """
    return give_back(
        store,
        store.fitbit_credentials,
        connected_to(store, name, SOURCE, FITBIT),
        lambda consent: revoke(clients.get(consent.client), unseal(vault, consent)),
    )
