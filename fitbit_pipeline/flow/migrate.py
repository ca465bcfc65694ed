"""Moves a participant from the Fitbit Web API to Google Health.

The history stays as it was recorded; new days come from the new source. The seam lies behind the
last day that the old source had finished with: a day that was not settled is asked for anew and
whole, so that no day is counted twice and none is half from each.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from fitbit_pipeline.civil import ONE_DAY, days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.connect import connect
from fitbit_pipeline.flow.consents import ConnectRequest
from fitbit_pipeline.flow.kept_consents import Connected
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.google_health.account import Account
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant, PastSource
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault


@dataclass(frozen=True, slots=True)
class Migrated:
    """What migrating did.

    Attributes:
        connected: What connecting to the new source did.
        since: The first day for which the new source is asked.
        unfinished: How many days before it are not complete or were never asked for, and stay so.
    """

    connected: Connected
    since: date
    unfinished: int


def check_migration(store: Store, name: str) -> Participant:
    """The participant who may be moved.

    Raises:
        UserError: If there is nobody of that name, or their days come from elsewhere.
    """
    known = store.participants.get(name)
    if known is None:
        raise UserError(
            f"There is no participant {name!r}: fitbit-pipeline participants lists them."
        )
    if known.source == GoogleHealthSource.name and known.past_sources:
        raise UserError(
            f"{name} has been moved already: Google Health is asked since {known.source_since}."
        )
    if known.source != FitbitWebSource.name:
        raise UserError(
            f"{name} comes from the source {known.source}, and only those connected to the Fitbit "
            "Web API can be moved to Google Health: connect the account under another name."
        )
    return known


def migrate(
    store: Store,
    vault: Vault,
    client: OAuthClient,
    tokens: TokenSet,
    account: Account,
    name: str,
    newest: date,
    now: datetime,
) -> Migrated:
    """Moves a participant; everything is checked before anything is written.

    Args:
        store: Where the participant is.
        vault: Encrypts the consent.
        client: To whom the consent was given.
        tokens: What Google gave for it.
        account: What the Google account says of itself.
        name: Whom.
        newest: The newest day that is over.
        now: The present instant, UTC.

    Raises:
        UserError: If they cannot be moved, or it is not the same person's account.
    """
    known = check_migration(store, name)
    before = store.fitbit_credentials.account_of(name)
    if account.legacy_user_id is None or account.legacy_user_id != before:
        raise UserError(
            f"The Google account does not confirm that it was the Fitbit account of {name}: sign "
            "in with the Google account into which that one was moved, or connect this one under "
            "another name."
        )
    until, unfinished = _seam(store, known, newest)
    moved = replace(
        known,
        source=GoogleHealthSource.name,
        past_sources=(*known.past_sources, PastSource(known.source, until)),
    )
    connected = connect(
        store, vault, client, tokens, account, ConnectRequest(name), known.enrolled_on, now, moved
    )
    store.fitbit_credentials.remove(name)
    return Migrated(connected, moved.source_since, unfinished)


def _seam(store: Store, known: Participant, newest: date) -> tuple[date, int]:
    """The last day that the old source had finished with, and how many before it are not so."""
    coverage = store.coverage.days(known.name, known.source_since, newest)
    finished = {day for day, entries in coverage.items() if _finished(entries)}
    until = max(finished, default=known.source_since - ONE_DAY)
    return until, len(list(days_between(known.source_since, until))) - len(finished)


def _finished(entries: dict[str, CoverageEntry]) -> bool:
    return all(
        (entry := entries.get(endpoint)) is not None
        and entry.settled
        and entry.state is not CoverageState.FAILED
        for endpoint in ENDPOINT_NAMES
    )
