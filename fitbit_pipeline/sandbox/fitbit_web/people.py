"""What Fitbit says of a person and of their devices."""

from datetime import datetime, timedelta
from typing import Any

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.sandbox.fitbit_web.body import height_of
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.units import Units

Json = dict[str, Any]

_LONGER_STRIDE = 1.35
_AVERAGE_OF_DAYS = 7


def devices(synced: Synced) -> list[Json]:
    """The trackers, the phone among them, and the scale; their last syncs by the wall clock."""
    found = []
    for device in synced.population.paired_devices(synced.person.key):
        number = str(device["name"]).rpartition("/")[2]
        battery = device.get("batteryStatus")
        level = device.get("batteryLevel", {"High": 90, "Empty": 0}.get(str(battery), 50))
        found.append(
            {
                "battery": battery,
                "batteryLevel": level,
                "deviceVersion": device["deviceVersion"],
                "features": [],
                "id": number[-10:],
                "lastSyncTime": _local(synced, str(device["lastSyncTime"])),
                "mac": f"{int(number) % 16**8:08X}XXXX",
                "type": device["deviceType"],
            }
        )
    return found


def profile(synced: Synced, units: Units) -> Json:
    """The profile. The time zone is the one at home, also on a trip."""
    person, traits = synced.person, synced.person.traits
    offset = synced.now.astimezone(time_zone(person.time_zone)).utcoffset() or timedelta()
    stride = traits.stride_millimetres / 10
    days = [synced.today - timedelta(days=back) for back in range(1, _AVERAGE_OF_DAYS + 1)]
    steps = sum(synced.totals(day).steps for day in days)
    picture = "https://static0.fitbit.com/images/profile/defaultProfile_100.png"
    return {
        "user": {
            "age": traits.age,
            "ambassador": False,
            "autoStrideEnabled": True,
            "avatar": picture,
            "averageDailySteps": steps // len(days),
            "clockTimeDisplayFormat": "24hour",
            "corporate": False,
            "dateOfBirth": f"{synced.today.year - traits.age}-01-01",
            "displayName": person.name,
            "displayNameSetting": "name",
            "distanceUnit": "METRIC",
            "encodedId": person.legacy_user_id,
            "features": {"exerciseGoal": True},
            "firstName": person.name,
            "fullName": person.name,
            "gender": "NA",
            "glucoseUnit": "METRIC",
            "height": float(height_of(person)),
            "heightUnit": "METRIC",
            "isChild": False,
            "isCoach": False,
            "languageLocale": "en_GB",
            "lastName": "",
            "locale": "en_GB",
            "memberSince": person.joined.isoformat(),
            "mfaEnabled": False,
            "offsetFromUTCMillis": round(offset.total_seconds()) * 1000,
            "sdkDeveloper": False,
            "sleepTracking": "Normal",
            "startDayOfWeek": "MONDAY",
            "strideLengthRunning": round(stride * _LONGER_STRIDE, 1),
            "strideLengthRunningType": "auto",
            "strideLengthWalking": stride,
            "strideLengthWalkingType": "auto",
            "swimUnit": "METRIC",
            "timezone": person.time_zone,
            "topBadges": [],
            "waterUnit": "METRIC",
            "waterUnitName": "ml",
            "weight": round(traits.weight_grams / 1000 * units.per_kilogram, 1),
            "weightUnit": "METRIC",
        }
    }


def _local(synced: Synced, instant: str) -> str:
    zone = time_zone(synced.person.time_zone)
    local = datetime.fromisoformat(instant).astimezone(zone).replace(tzinfo=None)
    return f"{local.isoformat(timespec='milliseconds')}"
