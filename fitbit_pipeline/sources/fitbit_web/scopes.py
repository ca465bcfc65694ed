"""The kinds of data that people are asked to share with Fitbit, and what each of them is for."""

from functools import partial

from fitbit_pipeline.sources import scopes
from fitbit_pipeline.sources.scopes import Scope

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


granted = partial(scopes.granted, SCOPES)
endpoints_granted = partial(scopes.endpoints_granted, SCOPES)
