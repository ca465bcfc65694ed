"""The kinds of data that people are asked to share, and what each of them is for."""

from collections.abc import Iterable
from dataclasses import dataclass

PREFIX = "https://www.googleapis.com/auth/googlehealth."


@dataclass(frozen=True, slots=True)
class Scope:
    """One box on Google's consent screen.

    Attributes:
        address: As Google names it.
        title: In words.
        endpoints: The endpoints that cannot be read without it.
        purpose: What it is for.
    """

    address: str
    title: str
    endpoints: frozenset[str]
    purpose: str


SETTINGS = Scope(
    f"{PREFIX}settings.readonly",
    "settings",
    frozenset(),
    "the time zone, and when the devices last synced",
)

SCOPES: tuple[Scope, ...] = (
    Scope(
        f"{PREFIX}activity_and_fitness.readonly",
        "activity and fitness",
        frozenset(
            {
                "steps",
                "distance",
                "floors",
                "calories",
                "activity_minutes",
                "active_zone_minutes",
                "exercise",
                "heart_rate_zones",
                "vo2_max",
            }
        ),
        "steps, distance, energy, exercise, cardio fitness",
    ),
    Scope(
        f"{PREFIX}health_metrics_and_measurements.readonly",
        "health metrics and measurements",
        frozenset(
            {
                "heart_rate",
                "resting_heart_rate",
                "hrv",
                "breathing_rate",
                "spo2",
                "skin_temperature",
                "weight",
            }
        ),
        "heart rate (the measure of wear time), breathing, oxygen, temperature, weight",
    ),
    Scope(f"{PREFIX}sleep.readonly", "sleep", frozenset({"sleep"}), "sleep and its stages"),
    Scope(f"{PREFIX}profile.readonly", "profile", frozenset(), "which account it is"),
    SETTINGS,
)
"""All that is asked for, in one go: adding a kind later takes a whole new consent."""

ADDRESSES: tuple[str, ...] = tuple(scope.address for scope in SCOPES)


def granted(addresses: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes asked for that are among those of an answer."""
    known = frozenset(addresses)
    return tuple(scope for scope in SCOPES if scope.address in known)


def endpoints_granted(addresses: Iterable[str]) -> frozenset[str]:
    """The endpoints that can be read with what was granted."""
    return frozenset[str]().union(*(scope.endpoints for scope in granted(addresses)))
