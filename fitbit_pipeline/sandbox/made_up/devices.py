"""What Google says of the devices that a person has paired."""

from fitbit_pipeline.sandbox.made_up.draws import draw, identifier
from fitbit_pipeline.sandbox.made_up.google_json import Json, stamp
from fitbit_pipeline.sandbox.made_up.measurements import SCALE
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.readings import PHONE

_SECONDS_PER_CHARGE = 5 * 86400
_FEATURES = ["STEPS", "HEART_RATE", "SLEEP"]


def paired_devices(person: Person, synced: int | None) -> list[Json]:
    """``PairedDevice`` objects: the wearable, the phone if it counts steps, the scale if any.

    Args:
        person: Whose.
        synced: The second since 1970 of the last sync; None if nothing is paired yet.
    """
    if synced is None:
        return []
    level = 100 - 90 * (synced % _SECONDS_PER_CHARGE) // _SECONDS_PER_CHARGE
    features = [name for name in _FEATURES if name != "HEART_RATE" or _feels_pulse(person)]
    wearable: Json = {
        **_device(person, "TRACKER", person.device, synced),
        "batteryStatus": "High" if level > 70 else "Medium" if level > 30 else "Low",
        "batteryLevel": level,
        "features": features,
    }
    devices = [wearable]
    if person.traits.phone:
        devices.append({**_device(person, "TRACKER", PHONE, synced), "batteryStatus": "Empty"})
    if person.traits.scale == "FITBIT":
        earlier = synced - draw(person.health_user_id, "scale sync").randrange(86400)
        devices.append({**_device(person, "SCALE", SCALE, earlier), "batteryStatus": "High"})
    return devices


def _device(person: Person, kind: str, version: str, synced: int) -> Json:
    number = identifier(person.health_user_id, "device", version)
    return {
        "name": f"users/{person.health_user_id}/pairedDevices/{number}",
        "deviceType": kind,
        "lastSyncTime": stamp(synced),
        "deviceVersion": version,
    }


def _feels_pulse(person: Person) -> bool:
    return "heart-rate" not in person.lacks
