"""The kinds of data that people are asked to share with Fitbit, and what each of them is for."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One box on Fitbit's consent page.

    Attributes:
        name: As Fitbit names it.
        title: In words.
        endpoints: The endpoints that cannot be read without it.
        purpose: What it is for.
    """

    name: str
    title: str
    endpoints: frozenset[str]
    purpose: str


PROFILE = Scope(
    "profile", "profile", frozenset(), "the time zone, and since when there is an account"
)
SETTINGS = Scope("settings", "Fitbit devices and settings", frozenset(), "when devices last synced")

SCOPES: tuple[Scope, ...] = (
    Scope(
        "activity",
        "activity and exercise",
        frozenset(
            {
                "steps",
                "distance",
                "floors",
                "calories",
                "activity_minutes",
                "active_zone_minutes",
                "exercise",
            }
        ),
        "steps, distance, energy, activity minutes, exercise",
    ),
    Scope(
        "heartrate",
        "heart rate",
        frozenset({"heart_rate", "resting_heart_rate", "heart_rate_zones", "hrv"}),
        "heart rate (the measure of wear time) and its variability",
    ),
    Scope("sleep", "sleep", frozenset({"sleep"}), "sleep and its stages"),
    Scope("weight", "weight", frozenset({"weight"}), "weight and body fat"),
    Scope("oxygen_saturation", "oxygen saturation", frozenset({"spo2"}), "blood oxygen"),
    Scope("respiratory_rate", "breathing rate", frozenset({"breathing_rate"}), "breathing rate"),
    Scope("temperature", "temperature", frozenset({"skin_temperature"}), "skin temperature"),
    Scope("cardio_fitness", "cardio fitness", frozenset({"vo2_max"}), "cardio fitness"),
    PROFILE,
    SETTINGS,
)
"""All that is asked for, in one go: adding a kind later takes a whole new consent."""

NAMES: tuple[str, ...] = tuple(scope.name for scope in SCOPES)


def granted(names: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes asked for that are among those of an answer, whatever the answer's order."""
    known = frozenset(names)
    return tuple(scope for scope in SCOPES if scope.name in known)


def endpoints_granted(names: Iterable[str]) -> frozenset[str]:
    """The endpoints that can be read with what was granted."""
    return frozenset[str]().union(*(scope.endpoints for scope in granted(names)))
