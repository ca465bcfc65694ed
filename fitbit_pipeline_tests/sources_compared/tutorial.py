"""The tutorial's own way from the API's answers to its documents, and of reading them again.

After its description: the main sleeps alone, wear time as the sum of the four levels with a whole
sedentary day as none, steps as text. What does not belong here: how the view does it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import requests
from pymongo.database import Database

from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import read_fitbit

LEVELS = ("minutesSedentary", "minutesLightlyActive", "minutesFairlyActive", "minutesVeryActive")
STAGES = {"sleep_Deep": "deep", "sleep_Light": "light", "sleep_Rem": "rem", "sleep_Wake": "wake"}
OF_A_SLEEP = {
    "sleep_startTime": "startTime",
    "sleep_endTime": "endTime",
    "timeInBed": "timeInBed",
    "minutesAsleep": "minutesAsleep",
    "minutesAwake": "minutesAwake",
    "sleep_efficiency": "efficiency",
}
TYPES = (*OF_A_SLEEP, *STAGES, *LEVELS, "totalWearTime", "steps")

Documents = dict[str, list[tuple[str, Any]]]
"""Day and value of each document, by type."""


def computed(
    sandbox: Sandbox, session: requests.Session, first: date, last: date
) -> tuple[Documents, set[str]]:
    """The tutorial's documents of a range, and the days that have several main sleeps.

    It asks for the seven things for which the tutorial's notebook asks, by its addresses. A sleep
    without stages, at which the notebook would end, has no documents of stages.
    """

    def rows(resource: str, root: str) -> list[Any]:
        path = f"1.2/user/-/{resource}/date/{first}/{last}.json"
        answer = read_fitbit(sandbox, session, path)
        return list(answer.json()[root]) if answer.ok else []

    series = {
        name: {row["dateTime"]: row["value"] for row in rows(f"activities/{name}", _root(name))}
        for name in (*LEVELS, "steps")
    }
    heart = {row["dateTime"] for row in rows("activities/heart", "activities-heart")}
    nights = [log for log in rows("sleep", "sleep") if log["isMainSleep"]]
    documents: Documents = {type_: [] for type_ in TYPES}
    documents["steps"] = list(series["steps"].items())
    for name in LEVELS:
        documents[name] = [(day, int(value)) for day, value in series[name].items()]
    _add_wear_time(documents, heart)
    days = [log["dateOfSleep"] for log in nights]
    # The longest one last, so that it is the one that stays where a day has several.
    for log in sorted(nights, key=lambda log: int(log["timeInBed"])):
        for type_, member in OF_A_SLEEP.items():
            documents[type_].append((log["dateOfSleep"], log[member]))
        for type_, stage in STAGES.items() if log["type"] == "stages" else ():
            minutes = log["levels"]["summary"][stage]["minutes"]
            documents[type_].append((log["dateOfSleep"], minutes))
    return documents, {day for day in days if days.count(day) > 1}


def found(database: Database[dict[str, Any]]) -> Documents:
    """What a program written for the tutorial's collection reads from it."""
    collection = database["fitbitCollection"]
    return {
        type_: [
            (document["data"]["dateTime"], document["data"]["value"])
            for document in collection.find({"type": type_})
        ]
        for type_ in TYPES
    }


def types_of_values(documents: Documents) -> Mapping[str, set[type]]:
    """Of each type that has any, the types that its values have."""
    return {name: {type(value) for _, value in pairs} for name, pairs in documents.items() if pairs}


def _add_wear_time(documents: Documents, heart: set[str]) -> None:
    """Of the days with an entry of heart rate; others keep their sedentary minutes as they are."""
    by_day = {name: dict(documents[name]) for name in LEVELS}
    for day in sorted(heart):
        if by_day["minutesSedentary"][day] == 1440:
            by_day["minutesSedentary"][day] = 0
        documents["totalWearTime"].append((day, sum(by_day[name][day] for name in LEVELS)))
    documents["minutesSedentary"] = list(by_day["minutesSedentary"].items())


_root: Callable[[str], str] = "activities-{}".format
