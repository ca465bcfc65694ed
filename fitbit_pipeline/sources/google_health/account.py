"""What Google says of the account itself: whose it is, its settings, and its devices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fitbit_pipeline.sources.google_health import failures
from fitbit_pipeline.sources.google_health.client import USER, Document, HealthApi
from fitbit_pipeline.sources.google_health.paging import pages
from fitbit_pipeline.sources.google_health.rows import utc_instant
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure

PHONE = "MobileTrack"
"""The phone that counts steps appears among the trackers by this name."""
DEVICES_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class PairedDevice:
    """One device of a participant.

    Attributes:
        kind: ``TRACKER`` or ``SCALE``.
        version: The product's name: ``Inspire 3``.
        last_synced: When it last synced, UTC; None if it did not say.
    """

    kind: str
    version: str
    last_synced: datetime | None

    @property
    def is_phone(self) -> bool:
        """Whether it is the phone that counts steps on its own."""
        return self.version == PHONE


@dataclass(frozen=True, slots=True)
class Account:
    """What an account says of itself when it is connected.

    Attributes:
        health_user_id: Google's number for it, which never changes.
        legacy_user_id: The name that Fitbit had for it; None if it was no Fitbit account.
        time_zone: The IANA name in its settings; None if they are not shared.
        devices: The products paired with it, but for the phone; None if they are not shared.
    """

    health_user_id: str
    legacy_user_id: str | None = None
    time_zone: str | None = None
    devices: tuple[str, ...] | None = None


def read_account(api: HealthApi) -> Account:
    """Whose account it is, and what it shares of its settings.

    Raises:
        SourceFailure: As ``pages``; ``damaged`` if the account has no number. A scope that was
            not granted is none.
    """
    who = identity(api)
    health_user_id = who.get("healthUserId")
    if not health_user_id:
        raise failures.unreadable("identity")
    time_zone: str | None = None
    devices: tuple[str, ...] | None = None
    try:
        time_zone = settings(api).get("timeZone") or None
        devices = tuple(each.version for each in paired_devices(api) if not each.is_phone)
    except SourceFailure as failure:
        if failure.kind is not FailureKind.SCOPE_MISSING:
            raise
    return Account(str(health_user_id), who.get("legacyUserId") or None, time_zone, devices)


def identity(api: HealthApi) -> Document:
    """``healthUserId`` and, for who had a Fitbit account, ``legacyUserId``, as Google gives them.

    Raises:
        SourceFailure: As ``HealthApi.get``.
    """
    return api.get(f"{USER}identity").document


def settings(api: HealthApi) -> Document:
    """The settings as Google gives them; ``timeZone`` is an IANA name.

    Raises:
        SourceFailure: As ``HealthApi.get``.
    """
    return api.get(f"{USER}settings").document


def paired_devices(api: HealthApi) -> tuple[PairedDevice, ...]:
    """Every device that is paired with the account.

    Raises:
        SourceFailure: As ``pages``.
    """
    path = f"{USER}pairedDevices"
    params = {"pageSize": str(DEVICES_PER_PAGE)}
    rows = [row for _, rows in pages(api, path, "pairedDevices", params=params) for row in rows]
    try:
        devices: tuple[PairedDevice, ...] | None = tuple(_device(row) for row in rows)
    except (AttributeError, TypeError, ValueError):
        devices = None
    if devices is None:
        raise failures.unreadable("pairedDevices")
    return devices


def synced_until(devices: Iterable[PairedDevice]) -> datetime | None:
    """The newest instant at which a worn device synced; the phone counts if there is no other.

    Args:
        devices: From ``paired_devices``.
    """
    trackers = [device for device in devices if device.kind == "TRACKER"]
    worn = [device for device in trackers if not device.is_phone] or trackers
    return max((device.last_synced for device in worn if device.last_synced), default=None)


def _device(row: dict[str, Any]) -> PairedDevice:
    written = row.get("lastSyncTime")
    last_synced = utc_instant(written) if written else None
    return PairedDevice(str(row.get("deviceType")), str(row.get("deviceVersion")), last_synced)
