"""The data types of the Health API: their kind of record, their scope and what may be asked.

After the table in Google's documentation. Which of them the made-up people have data of is not
known here.
"""

from dataclasses import dataclass
from enum import Enum

SCOPE_PREFIX = "https://www.googleapis.com/auth/googlehealth."

ACTIVITY = f"{SCOPE_PREFIX}activity_and_fitness.readonly"
HEALTH = f"{SCOPE_PREFIX}health_metrics_and_measurements.readonly"
SLEEP = f"{SCOPE_PREFIX}sleep.readonly"
NUTRITION = f"{SCOPE_PREFIX}nutrition.readonly"
PROFILE = f"{SCOPE_PREFIX}profile.readonly"
SETTINGS = f"{SCOPE_PREFIX}settings.readonly"
LOCATION = f"{SCOPE_PREFIX}location.readonly"
ECG = f"{SCOPE_PREFIX}ecg.readonly"

READABLE_DATA = (ACTIVITY, HEALTH, SLEEP, NUTRITION, ECG)
SCOPES = {
    ACTIVITY: "See your Google Health activity and fitness data",
    HEALTH: "See your Google Health health metrics and measurement data",
    SLEEP: "See your Google Health sleep data",
    NUTRITION: "See your Google Health nutrition data",
    PROFILE: "See your Google Health profile data",
    SETTINGS: "See your Google Health settings",
    LOCATION: "See your Google Health GPS location recorded during an exercise",
    ECG: "See your Google Health ECG data",
}
"""The scopes that can be asked for, and what the consent page says about each."""


class Kind(Enum):
    """How records of a data type lie in time."""

    INTERVAL = "interval"
    SAMPLE = "sample"
    DAILY = "daily"
    SESSION = "session"


LIST, GET, RECONCILE, ROLL_UP, DAILY_ROLL_UP = "list", "get", "reconcile", "rollUp", "dailyRollUp"
_POINTS = (LIST, RECONCILE)
_ROLL_UPS = (ROLL_UP, DAILY_ROLL_UP)
_NAMED = (LIST, GET, RECONCILE)


@dataclass(frozen=True, slots=True)
class DataType:
    """One data type.

    Attributes:
        name: As in addresses, such as ``heart-rate``.
        kind: How its records lie in time.
        scope: The scope that opens it.
        actions: The methods that it knows.
    """

    name: str
    kind: Kind
    scope: str
    actions: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """The name in filters, such as ``heart_rate``."""
        return self.name.replace("-", "_")

    @property
    def union(self) -> str:
        """The name in JSON, such as ``heartRate``."""
        first, *others = self.name.split("-")
        return first + "".join(part.capitalize() for part in others)

    @property
    def longest_roll_up_days(self) -> int:
        """The longest range of one roll-up request."""
        return 14 if self.name in _SHORT_ROLL_UPS else 90


_SHORT_ROLL_UPS = {"calories-in-heart-rate-zone", "heart-rate", "active-minutes", "total-calories"}

_TABLE: tuple[tuple[Kind, str, tuple[str, ...], str], ...] = (
    (
        Kind.INTERVAL,
        ACTIVITY,
        (*_POINTS, *_ROLL_UPS),
        "steps distance altitude active-energy-burned active-minutes active-zone-minutes "
        "sedentary-period time-in-heart-rate-zone swim-lengths-data",
    ),
    (Kind.INTERVAL, ACTIVITY, (RECONCILE, *_ROLL_UPS), "floors"),
    (Kind.INTERVAL, ACTIVITY, _ROLL_UPS, "total-calories calories-in-heart-rate-zone"),
    (Kind.INTERVAL, ACTIVITY, _POINTS, "activity-level"),
    (Kind.SAMPLE, ACTIVITY, _POINTS, "vo2-max"),
    (Kind.SAMPLE, ACTIVITY, (*_POINTS, *_ROLL_UPS), "run-vo2-max"),
    (Kind.DAILY, ACTIVITY, _POINTS, "daily-vo2-max"),
    (Kind.SESSION, ACTIVITY, _NAMED, "exercise"),
    (Kind.SAMPLE, HEALTH, (*_POINTS, *_ROLL_UPS), "heart-rate"),
    (
        Kind.SAMPLE,
        HEALTH,
        _POINTS,
        "heart-rate-variability oxygen-saturation respiratory-rate-sleep-summary",
    ),
    (
        Kind.DAILY,
        HEALTH,
        _POINTS,
        "daily-heart-rate-zones daily-resting-heart-rate daily-heart-rate-variability "
        "daily-oxygen-saturation daily-respiratory-rate daily-sleep-temperature-derivations",
    ),
    (
        Kind.SAMPLE,
        HEALTH,
        (*_NAMED, *_ROLL_UPS),
        "core-body-temperature weight body-fat blood-glucose",
    ),
    (Kind.SAMPLE, HEALTH, _NAMED, "height"),
    (Kind.SESSION, SLEEP, _NAMED, "sleep"),
    (Kind.SESSION, NUTRITION, (*_NAMED, *_ROLL_UPS), "hydration-log nutrition-log"),
    (Kind.SESSION, ECG, (LIST,), "electrocardiogram"),
)

DATA_TYPES = {
    name: DataType(name, kind, scope, actions)
    for kind, scope, actions, names in _TABLE
    for name in names.split()
}
"""All data types by name."""

BY_PREFIX = {data_type.prefix: data_type for data_type in DATA_TYPES.values()}
"""All data types by their name in filters."""
