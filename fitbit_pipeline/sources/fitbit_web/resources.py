"""Which resources of the Fitbit Web API answer each of our endpoints, and how each is read.

A table and nothing else, with the longest ranges as documented. What does not belong here: the
requests that follow from it (``planning``), and which scope an endpoint needs (``scopes``).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from fitbit_pipeline.sources.fitbit_web.failures import EVERY_MINUTE

ACTIVITY_DAYS = 1095
HEART_DAYS = 365
SLEEP_DAYS = 100
NIGHTLY_DAYS = 30
WEIGHT_DAYS = 31
FAT_DAYS = 30
LOGS_PER_PAGE = 100


class Form(StrEnum):
    """How a resource answers."""

    RANGE = "range"
    """A range of days; an object that holds the items."""
    BARE_RANGE = "bare_range"
    """A range of days; the items themselves."""
    MINUTES = "minutes"
    """One day; an object that holds the readings of its minutes."""
    PAGES = "pages"
    """All there is before a day, newest first, in pages."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource.

    Attributes:
        what: Its name in words, for failures.
        path: Below the API's address; ``{first}`` and ``{last}`` stand for days.
        key: The member of the answer that holds the items; in a payload they stand under it too.
        most_days: The longest range of one request; 0 where there is no such limit.
        date_members: The members of an item that may say its day, the first that is there does.
        form: How it answers.
        needs: The member of an item's value without which the item says nothing; empty for none.
    """

    what: str
    path: str
    key: str
    most_days: int
    date_members: tuple[str, ...] = ("dateTime",)
    form: Form = Form.RANGE
    needs: str = ""


def _activity(name: str) -> Resource:
    return Resource(
        name,
        f"/1/user/-/activities/{name}/date/{{first}}/{{last}}.json",
        f"activities-{name}",
        ACTIVITY_DAYS,
    )


def _nightly(what: str, name: str, key: str, form: Form = Form.RANGE) -> Resource:
    path = f"/1/user/-/{name}/date/{{first}}/{{last}}.json"
    return Resource(what, path, key, NIGHTLY_DAYS, form=form)


def _body_log(name: str, most_days: int) -> Resource:
    path = f"/1/user/-/body/log/{name}/date/{{first}}/{{last}}.json"
    return Resource(f"logs of {name}", path, name, most_days, ("date",))


_HEART = replace(_activity("heart"), what="heart rate by day", most_days=HEART_DAYS)
_EVERY_MINUTE = Resource(
    EVERY_MINUTE,
    "/1/user/-/activities/heart/date/{first}/1d/1min.json",
    "activities-heart-intraday",
    1,
    form=Form.MINUTES,
)
_SLEEP = Resource(
    "sleep", "/1.2/user/-/sleep/date/{first}/{last}.json", "sleep", SLEEP_DAYS, ("dateOfSleep",)
)
_EXERCISE = Resource(
    "exercise",
    "/1/user/-/activities/list.json",
    "activities",
    0,
    ("startTime", "startDate"),
    form=Form.PAGES,
)

RESOURCES: dict[str, tuple[Resource, ...]] = {
    "steps": (_activity("steps"),),
    "distance": (_activity("distance"),),
    "floors": (_activity("floors"),),
    "calories": (_activity("calories"),),
    "activity_minutes": (
        _activity("minutesSedentary"),
        _activity("minutesLightlyActive"),
        _activity("minutesFairlyActive"),
        _activity("minutesVeryActive"),
    ),
    "active_zone_minutes": (_activity("active-zone-minutes"),),
    "exercise": (_EXERCISE,),
    "heart_rate": (_EVERY_MINUTE,),
    "resting_heart_rate": (replace(_HEART, needs="restingHeartRate"),),
    "heart_rate_zones": (_HEART,),
    "hrv": (_nightly("heart-rate variability", "hrv", "hrv"),),
    "sleep": (_SLEEP,),
    "breathing_rate": (_nightly("breathing rate", "br", "br"),),
    "spo2": (_nightly("blood oxygen", "spo2", "spo2", Form.BARE_RANGE),),
    "skin_temperature": (_nightly("skin temperature", "temp/skin", "tempSkin"),),
    "vo2_max": (_nightly("cardio fitness", "cardioscore", "cardioScore"),),
    "weight": (_body_log("weight", WEIGHT_DAYS), _body_log("fat", FAT_DAYS)),
}
"""By endpoint: the resources that answer it. A day is answered once all of them cover it."""


def sharing(path: str) -> frozenset[str]:
    """The endpoints that ask for the same path, and can share one answer.

    Args:
        path: As a resource has it, before any day stands in it.
    """
    return frozenset(
        endpoint
        for endpoint, resources in RESOURCES.items()
        for resource in resources
        if resource.path == path
    )
