"""A recorded participant, for scripts of the server: it answers ranges, and refuses long ones.

The longest ranges stand here a second time, as documented, so that the program cannot measure
itself by its own numbers.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply

Json = Any

LONGEST = {
    "activities/steps": 1095,
    "activities/distance": 1095,
    "activities/floors": 1095,
    "activities/calories": 1095,
    "activities/minutesSedentary": 1095,
    "activities/minutesLightlyActive": 1095,
    "activities/minutesFairlyActive": 1095,
    "activities/minutesVeryActive": 1095,
    "activities/active-zone-minutes": 1095,
    "activities/heart": 365,
    "sleep": 100,
    "hrv": 30,
    "br": 30,
    "spo2": 30,
    "temp/skin": 30,
    "cardioscore": 30,
    "body/log/weight": 31,
    "body/log/fat": 30,
}
ROOTS = {
    "sleep": "sleep",
    "hrv": "hrv",
    "br": "br",
    "temp/skin": "tempSkin",
    "cardioscore": "cardioScore",
    "body/log/weight": "weight",
    "body/log/fat": "fat",
}
DATES = {"sleep": "dateOfSleep", "body/log/weight": "date", "body/log/fat": "date"}
RANGE = re.compile(r"/1(?:\.2)?/user/-/(.+)/date/(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)\.json")
MINUTES = re.compile(r"/1/user/-/activities/heart/date/(\d{4}-\d\d-\d\d)/1d/1min\.json")
EXERCISES = "/1/user/-/activities/list.json"
PROFILE = "/1/user/-/profile.json"
DEVICES = "/1/user/-/devices.json"


def refused(error_type: str, message: str, status: int) -> Reply:
    """An error in the form of Fitbit's own."""
    return Reply(
        {"errors": [{"errorType": error_type, "message": message}], "success": False}, status=status
    )


@dataclass
class Recorded:
    """Call it with a request to have its answer.

    Attributes:
        items: By resource, such as ``activities/steps``, the items of all days.
        minutes: By day, the readings of its minutes.
        exercises: The activity logs, in any order.
        user: The profile.
        devices: The devices.
    """

    items: dict[str, list[Json]] = field(default_factory=dict)
    minutes: dict[date, list[Json]] = field(default_factory=dict)
    exercises: list[Json] = field(default_factory=list)
    user: dict[str, Json] = field(default_factory=lambda: {"encodedId": "AB12CD"})
    devices: list[Json] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == PROFILE:
            return Reply({"user": self.user})
        if asked.path == DEVICES:
            return Reply(self.devices)
        if asked.path == EXERCISES:
            return self._page(asked)
        if of_minutes := MINUTES.fullmatch(asked.path):
            return self._minutes(date.fromisoformat(of_minutes[1]))
        of_range = RANGE.fullmatch(asked.path)
        assert of_range is not None, asked.path
        name = of_range[1]
        first, last = (date.fromisoformat(each) for each in of_range.groups()[1:])
        if first > last or (last - first).days >= LONGEST[name]:
            return refused("validation", "The range is too long.", 400)
        wanted = [
            item
            for item in self.items.get(name, [])
            if first.isoformat() <= item[DATES.get(name, "dateTime")] <= last.isoformat()
        ]
        if name == "spo2":
            return Reply(wanted)
        return Reply({ROOTS.get(name, name.replace("/", "-")): wanted})

    def _minutes(self, day: date) -> Reply:
        return Reply(
            {
                "activities-heart": [{"dateTime": day.isoformat(), "value": {}}],
                "activities-heart-intraday": {
                    "dataset": self.minutes.get(day, []),
                    "datasetInterval": 1,
                    "datasetType": "minute",
                },
            }
        )

    def _page(self, asked: Asked) -> Reply:
        offset, limit = int(asked.params["offset"]), int(asked.params["limit"])
        assert asked.params["sort"] == "desc"
        assert limit <= 100
        before = sorted(
            (each for each in self.exercises if each["startTime"] < asked.params["beforeDate"]),
            key=lambda each: str(each["startTime"]),
            reverse=True,
        )
        page = before[offset : offset + limit]
        more = offset + limit < len(before)
        query = f"offset={offset + limit}&limit={limit}&sort=desc"
        following = f"https://api.fitbit.com{EXERCISES}?{query}"
        following += f"&beforeDate={asked.params['beforeDate']}"
        return Reply({"activities": page, "pagination": {"next": following if more else ""}})


def series(days: Iterable[date], value: Callable[[date], Json]) -> list[Json]:
    """Items of a series, as most resources have them."""
    return [{"dateTime": day.isoformat(), "value": value(day)} for day in days]


def heart_day(day: date, resting: int | None) -> Json:
    """An item of the series of heart rate; without a resting rate it was not worn."""
    zones = [{"name": "Out of Range", "min": 30, "max": 110, "minutes": 1440, "caloriesOut": 1.5}]
    value: dict[str, Json] = {"customHeartRateZones": [], "heartRateZones": zones}
    if resting is not None:
        value["restingHeartRate"] = resting
    return {"dateTime": day.isoformat(), "value": value}


def exercise(log_id: int, start: str) -> Json:
    """An activity log that began at a local time with its offset."""
    return {"logId": log_id, "activityName": "Walk", "duration": 600_000, "startTime": start}


def range_of(asked: Asked) -> tuple[date, date]:
    """The first and last day that a request asked for."""
    found = RANGE.fullmatch(asked.path)
    assert found is not None
    return date.fromisoformat(found[2]), date.fromisoformat(found[3])


def last_days(count: int, last: date) -> list[date]:
    """So many days up to a last one, oldest first."""
    return [last - timedelta(days=ago) for ago in reversed(range(count))]
