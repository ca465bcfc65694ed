"""Keeps consents with their participants, and gives them back, whichever service they belong to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.sealed_tokens import seal
from fitbit_pipeline.flow.services import Service
from fitbit_pipeline.sources.protocol import SourceFailure
from fitbit_pipeline.sources.scopes import Scope, endpoints_granted, granted
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.credentials import Credential, Credentials
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault


class Account(Protocol):
    """What an account says of itself, of any service."""

    @property
    def time_zone(self) -> str | None:
        """The IANA name in its settings; None if they are not shared."""

    @property
    def devices(self) -> tuple[str, ...] | None:
        """The products paired with it, but for the phone; None if they are not shared."""


@dataclass(frozen=True, slots=True)
class Connected:
    """What connecting did.

    Attributes:
        participant: As they are now.
        account: What the account says of itself.
        granted: What the person shares.
        withheld: What they were asked for and do not share.
        reopened: How many forbidden entries of coverage will be asked again.
        consent_ends: When the consent ends by itself, UTC, if the service said so.
    """

    participant: Participant
    account: Account
    granted: tuple[Scope, ...]
    withheld: tuple[Scope, ...]
    reopened: int
    consent_ends: datetime | None

    @property
    def account_zone_differs(self) -> bool:
        """Whether the account names another zone than the participant's."""
        return self.account.time_zone not in (None, self.participant.time_zone)


@dataclass(frozen=True, slots=True)
class Disconnected:
    """What disconnecting did.

    Attributes:
        participant: As they are now.
        problem: Why the service could not be told, as a sentence; None where it was.
    """

    participant: Participant
    problem: str | None


def keep_consent(
    store: Store,
    credentials: Credentials,
    vault: Vault,
    client: str,
    tokens: TokenSet,
    account: Account,
    account_name: str,
    participant: Participant,
    scopes: tuple[Scope, ...],
    now: datetime,
) -> Connected:
    """Stores a consent and its participant, which were checked before; may be repeated.

    Args:
        store: Where the participant is stored.
        credentials: Where the consent is stored.
        vault: Encrypts it.
        client: The name of the client to whom the consent was given.
        tokens: The tokens, fresh.
        account: What the account says of itself.
        account_name: The account, as the service names it.
        participant: As they are to be.
        scopes: What the person was asked for.
        now: The present instant, UTC.
    """
    credentials.put(
        participant.name,
        client=client,
        secret=seal(vault, tokens),
        scopes=tokens.scopes,
        account=account_name,
        now=now,
    )
    store.participants.save([participant])
    shared = granted(scopes, tokens.scopes)
    endpoints = endpoints_granted(scopes, tokens.scopes)
    lasting = tokens.consent_seconds
    return Connected(
        participant=participant,
        account=account,
        granted=shared,
        withheld=tuple(scope for scope in scopes if scope not in shared),
        reopened=store.coverage.reopen(participant.name, sorted(endpoints)),
        consent_ends=None if lasting is None else now + timedelta(seconds=lasting),
    )


def give_back(
    store: Store,
    credentials: Credentials,
    participant: Participant,
    revoke: Callable[[Credential], object],
) -> Disconnected:
    """Gives a consent back and forgets it, if there is one; the participant's days stay.

    Args:
        store: Where the participant is stored.
        credentials: Where the consent is stored.
        participant: As they were.
        revoke: Tells the service.
    """
    name = participant.name
    credential = credentials.get(name)
    problem = None
    if credential is not None:
        try:
            revoke(credential)
        except (SourceFailure, UserError) as failure:
            problem = str(failure)
        credentials.remove(name)
    left = replace(
        participant, status=ParticipantStatus.LEFT, status_reason=f"{name} was disconnected."
    )
    store.participants.save([left])
    return Disconnected(left, problem)


def connected_to(store: Store, name: str, source: str, service: Service) -> Participant:
    """The participant of a live source, connected now or before.

    Raises:
        UserError: If there is no such participant, or their days come from elsewhere.
    """
    known = store.participants.get(name)
    if known is None or known.source != source:
        raise UserError(
            f"{name} is not connected to a {service.name} account: fitbit-pipeline participants "
            "lists everybody."
        )
    return known
