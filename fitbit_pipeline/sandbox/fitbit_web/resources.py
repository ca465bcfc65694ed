"""The resources of the Fitbit Web API: scope, forms of address, and how much one request may ask.

After the reference's pages. What the resources say of the made-up people stands in the modules
named after them.
"""

from dataclasses import dataclass
from enum import Enum

DAY, WEEKS, MONTH = ("1d",), ("7d", "1w"), ("30d", "1m")
_UP_TO_A_MONTH = frozenset({*DAY, *WEEKS, *MONTH})
_UP_TO_A_YEAR = _UP_TO_A_MONTH | {"3m", "6m", "1y", "max"}
_NO_PERIODS: frozenset[str] = frozenset()

LEVELS = frozenset({"1min", "5min", "15min"})
"""How finely most resources may be read within the day."""


class Kind(Enum):
    """Which module answers."""

    ACTIVITY = "activity"
    SUMMARY = "summary"
    CREDITS = "credits"
    HEART = "heart"
    SLEEP = "sleep"
    NIGHT = "night"
    LOG = "log"
    BODY = "body"
    EXERCISES = "exercises"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource.

    Attributes:
        name: As in the counts of requests and in faults.
        kind: Which module answers.
        scope: The scope that opens it.
        key: The member of the answer that holds it; empty where the answer is a bare list.
        longest: The days of one request.
        periods: The periods that may stand in place of a second date.
        single: Whether it may be asked for one day without a period.
        counts_points: Whether a longer request is told as too many points.
        levels: How finely it may be read within the day.
        version: The only version of the API that has it; empty if all have.
    """

    name: str
    kind: Kind
    scope: str
    key: str
    longest: int = 1
    periods: frozenset[str] = _NO_PERIODS
    single: bool = False
    counts_points: bool = False
    levels: frozenset[str] = frozenset()
    version: str = ""


_SERIES = [
    "steps",
    "distance",
    "floors",
    "elevation",
    "calories",
    "caloriesBMR",
    "activityCalories",
    "minutesSedentary",
    "minutesLightlyActive",
    "minutesFairlyActive",
    "minutesVeryActive",
]
_WITHIN_THE_DAY = frozenset({"steps", "distance", "floors", "elevation", "calories"})
_NIGHTS = {
    "hrv": ("hrv", "heartrate", "hrv"),
    "spo2": ("spo2", "oxygen_saturation", ""),
    "br": ("br", "respiratory_rate", "br"),
    "cardioscore": ("cardioscore", "cardio_fitness", "cardioScore"),
    "temp/skin": ("temp-skin", "temperature", "tempSkin"),
    "temp/core": ("temp-core", "temperature", "tempCore"),
}


def _series(name: str, place: str) -> Resource:
    return Resource(
        f"{place}{name}",
        Kind.ACTIVITY,
        "activity",
        f"activities-{place.replace('/', '-')}{name}",
        longest=30 if name == "activityCalories" else 1095,
        periods=_UP_TO_A_YEAR,
        counts_points=True,
        levels=LEVELS if name in _WITHIN_THE_DAY and not place else frozenset(),
    )


def _night(name: str, scope: str, key: str) -> Resource:
    return Resource(name, Kind.NIGHT, scope, key, longest=30, single=True)


RESOURCES = {
    **{f"activities/{name}": _series(name, "") for name in _SERIES},
    **{
        f"activities/tracker/{name}": _series(name, "tracker/")
        for name in _SERIES
        if name != "caloriesBMR"
    },
    "activities": Resource("activities-summary", Kind.SUMMARY, "activity", "summary", single=True),
    "activities/active-zone-minutes": Resource(
        "active-zone-minutes",
        Kind.CREDITS,
        "activity",
        "activities-active-zone-minutes",
        longest=1095,
        periods=_UP_TO_A_YEAR - {"max"},
        counts_points=True,
    ),
    "activities/heart": Resource(
        "heart",
        Kind.HEART,
        "heartrate",
        "activities-heart",
        longest=365,
        periods=_UP_TO_A_MONTH,
        levels=LEVELS | {"1sec"},
    ),
    "sleep": Resource("sleep", Kind.SLEEP, "sleep", "sleep", 100, single=True, version="1.2"),
    **{path: _night(*described) for path, described in _NIGHTS.items()},
    "body/log/weight": Resource(
        "weight-log", Kind.LOG, "weight", "weight", 31, _UP_TO_A_MONTH, single=True
    ),
    "body/log/fat": Resource("fat-log", Kind.LOG, "weight", "fat", 30, _UP_TO_A_MONTH, single=True),
    **{
        f"body/{name}": Resource(
            f"body-{name}",
            Kind.BODY,
            "weight",
            f"body-{name}",
            longest=1095,
            periods=_UP_TO_A_YEAR,
            counts_points=True,
        )
        for name in ("weight", "fat", "bmi")
    },
}
"""Resources of days by the part of the path before ``/date/``."""

UNDATED = {
    "activities/list": Resource("activities-list", Kind.EXERCISES, "activity", "activities"),
    "sleep/list": Resource("sleep-list", Kind.SLEEP, "sleep", "sleep", version="1.2"),
    "devices": Resource("devices", Kind.PERSON, "settings", ""),
    "profile": Resource("profile", Kind.PERSON, "profile", "user"),
}
"""Resources without days in the path, by the path."""
