"""What Fitbit says of the account itself: whose it is, its time zone, and its devices.

Health data is not read here: a profile holds much, and nothing of it is kept but what stands here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.fitbit_web import failures
from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.protocol import FailureKind, RequestRecord, SourceFailure

PROFILE_PATH = "/1/user/-/profile.json"
DEVICES_PATH = "/1/user/-/devices.json"
PHONE = "MobileTrack"
"""The phone that counts steps appears among the trackers by this name."""
TRACKER = "TRACKER"
NOT_SHARED = frozenset({FailureKind.SCOPE_MISSING, FailureKind.NOT_SERVED})


@dataclass(frozen=True, slots=True)
class Profile:
    """What is used of a participant's profile.

    Attributes:
        user_id: Fitbit's name for the account; None if it does not say.
        time_zone: The zone in which all its times are; None if it says none that is known.
        member_since: The day on which the account began; None if it does not say.
        request: The request that brought it.
    """

    user_id: str | None
    time_zone: ZoneInfo | None
    member_since: date | None
    request: RequestRecord


@dataclass(frozen=True, slots=True)
class Device:
    """One device of a participant.

    Attributes:
        kind: ``TRACKER`` or ``SCALE``.
        version: The product's name: ``Charge 6``.
        last_synced: When it last synced, by the wall clock of the account's time zone; None if it
            did not say.
    """

    kind: str
    version: str
    last_synced: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """What an account says of itself when it is connected.

    Attributes:
        user_id: Fitbit's name for it; None if the profile is not shared.
        time_zone: The IANA name in its profile; None if that is not shared.
        member_since: The day on which it began; None if the profile is not shared.
        devices: The products paired with it, but for the phone; None if they are not shared.
    """

    user_id: str | None = None
    time_zone: str | None = None
    member_since: date | None = None
    devices: tuple[str, ...] | None = None


def read_account(api: FitbitApi) -> Account:
    """Whose account it is, and what it shares of its settings.

    Raises:
        SourceFailure: As ``FitbitApi.get``. A scope that was not granted is none.
    """
    user_id: str | None = None
    zone: ZoneInfo | None = None
    member_since: date | None = None
    devices: tuple[str, ...] | None = None
    try:
        profile = read_profile(api)
        user_id, zone, member_since = profile.user_id, profile.time_zone, profile.member_since
    except SourceFailure as failure:
        if failure.kind not in NOT_SHARED:
            raise
    try:
        devices = tuple(each.version for each in read_devices(api) if each.version != PHONE)
    except SourceFailure as failure:
        if failure.kind not in NOT_SHARED:
            raise
    return Account(user_id, zone.key if zone else None, member_since, devices)


def read_profile(api: FitbitApi) -> Profile:
    """The participant's profile.

    Raises:
        SourceFailure: As ``FitbitApi.get``; ``damaged`` if it is none.
    """
    answer = api.get(PROFILE_PATH, "profile")
    user = answer.document.get("user") if isinstance(answer.document, dict) else None
    if not isinstance(user, dict):
        raise failures.unreadable("profile")
    user_id = user.get("encodedId")
    return Profile(
        user_id=str(user_id) if user_id else None,
        time_zone=_zone(user.get("timezone")),
        member_since=_date(user.get("memberSince")),
        request=answer.request,
    )


def read_devices(api: FitbitApi) -> tuple[Device, ...]:
    """Every device that is paired with the account.

    Raises:
        SourceFailure: As ``FitbitApi.get``; ``damaged`` if they have another form than documented.
    """
    rows = api.get(DEVICES_PATH, "devices").document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise failures.unreadable("devices")
    return tuple(
        Device(str(row.get("type")), str(row.get("deviceVersion")), _wall(row.get("lastSyncTime")))
        for row in rows
    )


def synced_until(devices: Iterable[Device], zones: Iterable[ZoneInfo]) -> datetime | None:
    """The newest instant up to which a worn device has synced for certain.

    A device tells the wall clock alone. An hour that comes twice is taken as its first time, one
    that does not come at all by the earlier reading, and of several zones the one in which it was
    earliest: no day may be called settled too soon.

    Args:
        devices: From ``read_devices``; the phone counts if there is no other tracker.
        zones: The zones by which the time may be meant; at least one.

    Returns:
        UTC; None if no tracker tells.
    """
    trackers = [device for device in devices if device.kind == TRACKER]
    worn = [device for device in trackers if device.version != PHONE] or trackers
    newest = max((each.last_synced for each in worn if each.last_synced), default=None)
    if newest is None:
        return None
    return min(
        newest.replace(tzinfo=zone, fold=fold).astimezone(UTC) for zone in zones for fold in (0, 1)
    )


def _zone(name: Any) -> ZoneInfo | None:
    try:
        return time_zone(name) if isinstance(name, str) and name else None
    except UserError:
        return None


def _date(written: Any) -> date | None:
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return None


def _wall(written: Any) -> datetime | None:
    """The wall clock; an offset, which is not documented, is left out of it."""
    try:
        return datetime.fromisoformat(str(written)).replace(tzinfo=None)
    except ValueError:
        return None
