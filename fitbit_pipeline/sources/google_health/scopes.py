"""The kinds of data that people are asked to share, and what each of them is for."""

from functools import partial

from fitbit_pipeline.sources import scopes
from fitbit_pipeline.sources.scopes import Scope

PREFIX = "https://www.googleapis.com/auth/googlehealth."


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

ADDRESSES: tuple[str, ...] = tuple(scope.name for scope in SCOPES)


granted = partial(scopes.granted, SCOPES)
endpoints_granted = partial(scopes.endpoints_granted, SCOPES)
