"""Connects participants to their Fitbit accounts through the Fitbit Web API, and disconnects them.

How a person is led through the consent is not known here (``cli.connect``).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.connect import Disconnected
from fitbit_pipeline.flow.consents import ConnectRequest, check_account, connected_participant
from fitbit_pipeline.flow.sealed_tokens import seal, unseal
from fitbit_pipeline.sources.fitbit_web.account import Account
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient, FitbitClients
from fitbit_pipeline.sources.fitbit_web.oauth import revoke
from fitbit_pipeline.sources.fitbit_web.scopes import SCOPES, Scope, endpoints_granted, granted
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.protocol import SourceFailure
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault

SOURCE = FitbitWebSource.name


@dataclass(frozen=True, slots=True)
class FitbitConnected:
    """What connecting did.

    Attributes:
        participant: As they are now.
        account: What the account says of itself.
        granted: What the person shares.
        withheld: What they were asked for and do not share.
        reopened: How many forbidden entries of coverage will be asked again.
    """

    participant: Participant
    account: Account
    granted: tuple[Scope, ...]
    withheld: tuple[Scope, ...]
    reopened: int

    @property
    def account_zone_differs(self) -> bool:
        """Whether the profile names another zone than the participant's."""
        return self.account.time_zone not in (None, self.participant.time_zone)


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
) -> FitbitConnected:
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
    endpoints = endpoints_granted(tokens.scopes)
    if not endpoints:
        raise UserError(
            "No kind of data was granted: connect again, and leave the boxes ticked on Fitbit's "
            "page."
        )
    user_id = tokens.user_id or account.user_id
    if user_id is None:
        raise UserError(
            "Fitbit does not say which account it is: connect again with the box of the profile "
            "ticked."
        )
    check_account(store.fitbit_credentials, name, user_id, "Fitbit")
    began = max(start, account.member_since or start)
    participant = connected_participant(
        store.participants.get(name), SOURCE, account.time_zone, request, began
    )
    store.fitbit_credentials.put(
        name,
        client=client.name,
        secret=seal(vault, tokens),
        scopes=tokens.scopes,
        account=user_id,
        now=now,
    )
    store.participants.save([participant])
    shared = granted(tokens.scopes)
    return FitbitConnected(
        participant=participant,
        account=account,
        granted=shared,
        withheld=tuple(scope for scope in SCOPES if scope not in shared),
        reopened=store.coverage.reopen(name, sorted(endpoints)),
    )


def disconnect_fitbit(
    store: Store, vault: Vault, clients: FitbitClients, name: str
) -> Disconnected:
    """Gives a consent back to Fitbit and forgets it; the participant's days stay.

    Raises:
        UserError: If there is no such participant, or they are not connected.
    """
    known = store.participants.get(name)
    if known is None or known.source != SOURCE:
        raise UserError(
            f"{name} is not connected to a Fitbit account: fitbit-pipeline participants lists "
            "everybody."
        )
    credential = store.fitbit_credentials.get(name)
    problem = None
    if credential is not None:
        try:
            revoke(clients.get(credential.client), unseal(vault, credential))
        except (SourceFailure, UserError) as failure:
            problem = str(failure)
        store.fitbit_credentials.remove(name)
    left = replace(known, status=ParticipantStatus.LEFT, status_reason=f"{name} was disconnected.")
    store.participants.save([left])
    return Disconnected(left, problem)
