"""What connecting an account has in common, whichever service it belongs to."""

from dataclasses import dataclass, replace
from datetime import date

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.services import Service
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.store.keys import participant_name
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """What the user asked for.

    Attributes:
        participant: The participant's name.
        enrolled_on: Their first day; None means the first partition, or what it was before.
        time_zone: The zone that the user named; None means the account's, or what it was before.
    """

    participant: str
    enrolled_on: date | None = None
    time_zone: str | None = None


def check_request(
    store: Store, request: ConnectRequest, source: str, start: date, today: date
) -> None:
    """Refuses what cannot be connected, before anybody is bothered with a consent.

    Args:
        store: Who there is.
        request: What the user asked for.
        source: Which source is to be connected.
        start: The first partition.
        today: The present civil date in the deployment's zone.

    Raises:
        UserError: If the name is malformed or belongs to somebody of another source, or the first
            day or the zone cannot be used.
    """
    participant_name(request.participant)
    if request.time_zone is not None:
        time_zone(request.time_zone)
    known = store.participants.get(request.participant)
    if known is not None and known.source != source:
        raise UserError(
            f"{known.name} comes from the source {known.source}, and a participant has one "
            "source at a time: connect the account under another name, or, if it is the same "
            f"person's, use fitbit-pipeline migrate {known.name}."
        )
    if request.enrolled_on is not None:
        if request.enrolled_on < start:
            raise UserError(
                f"{request.enrolled_on} lies before the first partition, {start}: set "
                f"FITBIT_PIPELINE_START_DATE={request.enrolled_on} or begin later."
            )
        if request.enrolled_on > today:
            raise UserError(f"{request.enrolled_on} is still to come: begin today or earlier.")


def check_granted(endpoints: frozenset[str], service: Service) -> None:
    """Refuses a consent that shares nothing.

    Args:
        endpoints: What can be read with it.
        service: To which it was given.

    Raises:
        UserError: If that is nothing.
    """
    if not endpoints:
        raise UserError(
            "No kind of data was granted: connect again, and leave the boxes ticked on "
            f"{service.name}'s page."
        )


def check_account(credentials: Credentials, name: str, account: str, service: Service) -> None:
    """Refuses an account that is somebody else's, or another than before.

    Args:
        credentials: The consents to the service.
        name: The participant's name.
        account: The account, as the service names it.
        service: To which it belongs.

    Raises:
        UserError: If it is not the account of this participant.
    """
    owner = credentials.by_account(account)
    if owner is not None and owner != name:
        raise UserError(
            f"This {service.name} account belongs to the participant {owner}: sign in with the "
            f"account of {name}, or connect {owner}."
        )
    before = credentials.account_of(name)
    if before is not None and before != account:
        raise UserError(
            f"This is not the {service.name} account from which the days of {name} come: sign in "
            "with that one, or connect this one under another name."
        )


def connected_participant(
    known: Participant | None,
    source: str,
    account_zone: str | None,
    request: ConnectRequest,
    start: date,
) -> Participant:
    """The participant whom a consent makes, or makes active again.

    Args:
        known: As they were; None if they are new.
        source: Which source was connected.
        account_zone: The zone that the account names; None if it names none.
        request: What the user asked for.
        start: The first partition.

    Raises:
        UserError: If their time zone is not known.
    """
    zone = request.time_zone or (known.time_zone if known else account_zone)
    if zone is None:
        raise UserError(
            "The time zone is not known, because the settings are not shared: connect again with "
            "the box of the settings ticked, or name the zone with --time-zone."
        )
    time_zone(zone)
    enrolled_on = request.enrolled_on or (known.enrolled_on if known else start)
    if known is None:
        return Participant(
            name=request.participant, source=source, time_zone=zone, enrolled_on=enrolled_on
        )
    return replace(
        known,
        source=source,
        time_zone=zone,
        enrolled_on=enrolled_on,
        status=ParticipantStatus.ACTIVE,
        status_reason=None,
    )
