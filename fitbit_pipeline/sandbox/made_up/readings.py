"""One data point before it is dressed for an answer, and the sources that points name."""

from dataclasses import dataclass

from fitbit_pipeline.sandbox.made_up.draws import identifier
from fitbit_pipeline.sandbox.made_up.google_json import Json
from fitbit_pipeline.sandbox.made_up.people import Person

PHONE = "MobileTrack"
"""What Google calls a phone that counts steps."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A data point.

    Attributes:
        member: The member of the point that holds it, such as ``dailyVo2Max``.
        body: What that member holds.
        source: The ``dataSource`` of the raw point.
        name: The resource name, for types whose points have one.
        merged: Whether the reconciled stream has it; a doubled night it has not.
    """

    member: str
    body: Json
    source: Json
    name: str | None = None
    merged: bool = True

    def raw(self) -> Json:
        """As ``list`` gives it."""
        named: Json = {"name": self.name} if self.name else {}
        return {**named, "dataSource": self.source, self.member: self.body}

    def reconciled(self) -> Json:
        """As ``reconcile`` gives it."""
        named: Json = {"dataPointName": self.name} if self.name else {}
        return {**named, self.member: self.body}


def point_name(person: Person, data_type: str, *topic: object) -> str:
    """The resource name of a point; the topic tells it from the others of the type."""
    number = identifier(person.health_user_id, data_type, *topic)
    return f"users/{person.health_user_id}/dataTypes/{data_type}/dataPoints/{number}"


def from_wearable(person: Person, recording_method: str) -> Json:
    """The person's device as a source."""
    device = {"displayName": person.device, "formFactor": person.form_factor}
    return {"recordingMethod": recording_method, "device": device, "platform": "FITBIT"}


def from_phone() -> Json:
    """The step counter of the phone as a source."""
    device = {"displayName": PHONE, "formFactor": "PHONE"}
    return {"recordingMethod": "PASSIVELY_MEASURED", "device": device, "platform": "FITBIT"}


def from_health_connect(package: str) -> Json:
    """Another app on the phone as a source; such points have a device without members."""
    return {
        "recordingMethod": "UNKNOWN",
        "device": {},
        "platform": "HEALTH_CONNECT",
        "application": {"packageName": package},
    }
