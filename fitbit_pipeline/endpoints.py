"""The kinds of raw data, by our names. Each source knows how to serve them.

What does not belong here: how a source asks for an endpoint (``sources``), and which metrics are
read from its payload (``metrics.catalogue``).
"""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """The groups in which metrics are derived; one Dagster asset each."""

    ACTIVITY = "activity"
    HEART = "heart"
    SLEEP = "sleep"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One kind of raw data.

    Attributes:
        name: Our name, used in asset keys and document keys.
        family: The group of metrics that is derived from it.
        description: What it holds, for the Dagster UI and the docs.
    """

    name: str
    family: Family
    description: str


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("steps", Family.ACTIVITY, "Steps"),
    Endpoint("distance", Family.ACTIVITY, "Distance covered"),
    Endpoint("floors", Family.ACTIVITY, "Floors climbed"),
    Endpoint("calories", Family.ACTIVITY, "Energy burned, basal rate included"),
    Endpoint("activity_minutes", Family.ACTIVITY, "Minutes at each of four activity levels"),
    Endpoint("active_zone_minutes", Family.ACTIVITY, "Active zone minutes"),
    Endpoint("exercise", Family.ACTIVITY, "Exercise sessions that began on the day"),
    Endpoint("heart_rate", Family.HEART, "Heart-rate readings, the measure of wear time"),
    Endpoint("resting_heart_rate", Family.HEART, "Resting heart rate of the day"),
    Endpoint("heart_rate_zones", Family.HEART, "Minutes in each heart-rate zone"),
    Endpoint("hrv", Family.HEART, "Heart-rate variability during sleep"),
    Endpoint("sleep", Family.SLEEP, "Sleeps that ended on the day, with stages, naps included"),
    Endpoint("breathing_rate", Family.BODY, "Breathing rate during sleep"),
    Endpoint("spo2", Family.BODY, "Blood oxygen saturation during sleep"),
    Endpoint("skin_temperature", Family.BODY, "Skin temperature against the person's usual"),
    Endpoint("vo2_max", Family.BODY, "Cardio fitness"),
    Endpoint("weight", Family.BODY, "Weight and body-fat logs"),
)

ENDPOINT_NAMES: tuple[str, ...] = tuple(endpoint.name for endpoint in ENDPOINTS)


def endpoints_of(family: Family) -> tuple[str, ...]:
    """The names of the endpoints from which a family of metrics is derived."""
    return tuple(endpoint.name for endpoint in ENDPOINTS if endpoint.family is family)
