"""The JSON files of a Takeout archive that state a day, a sleep, a log or an exercise each.

Levels of activity and resting heart rates are filled up to the end of their file, with a whole
sedentary day and with nulls.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sandbox.api_times import instant_of
from fitbit_pipeline.sandbox.fitbit_web import body, exercises, sleeps
from fitbit_pipeline.sandbox.fitbit_web.activity import resting_rates
from fitbit_pipeline.sandbox.fitbit_web.paths import Span
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.totals import WHOLE_DAY, Totals, padding
from fitbit_pipeline.sandbox.fitbit_web.units import METRIC
from fitbit_pipeline.sandbox.takeout_files import (
    MONTH_DAYS,
    YEAR_DAYS,
    File,
    chunks,
    json_file,
    stamp,
)

Json = dict[str, Any]

_LEVELS: dict[str, Callable[[Totals], int]] = {
    "sedentary_minutes": lambda day: day.sedentary,
    "lightly_active_minutes": lambda day: day.lightly,
    "moderately_active_minutes": lambda day: day.fairly,
    "very_active_minutes": lambda day: day.very,
}
_ZONES = ("BELOW_DEFAULT_ZONE_1", "IN_DEFAULT_ZONE_1", "IN_DEFAULT_ZONE_2", "IN_DEFAULT_ZONE_3")
_SLEEP_KEYS = (
    "logId",
    "dateOfSleep",
    "startTime",
    "endTime",
    "duration",
    "minutesToFallAsleep",
    "minutesAsleep",
    "minutesAwake",
    "minutesAfterWakeup",
    "timeInBed",
    "efficiency",
    "type",
    "infoCode",
    "logType",
    "levels",
)
_LOGS_OF_A_FILE = 100


def daily_files(synced: Synced, first: date, last: date) -> Iterator[File]:
    """Levels, zones, resting heart rate, sleeps, cardio fitness, weight and height."""
    for start, end in chunks(first, last, MONTH_DAYS):
        yield from _level_files(synced, start, end)
        if logs := sleeps.logs(synced, start, end):
            yield json_file(f"sleep-{start}", [_sleep(log) for log in logs])
        if weights := body.weight_logs(synced, start, end, METRIC):
            yield json_file(f"weight-{start}", [_weight(log) for log in weights])
    for start, end in chunks(first, last, YEAR_DAYS):
        if synced.has_pulse:
            yield json_file(f"resting_heart_rate-{start}", _resting(synced, start, end))
        if fitness := list(_fitness(synced, start, end)):
            yield json_file(f"demographic_vo2_max-{start}", fitness)
    for day in days_between(first, last):
        below, *others = synced.totals(day).zone_minutes
        if synced.has_pulse and (below or any(others)):
            # A day of travel may be longer than any that Fitbit knows.
            minutes = [min(below, WHOLE_DAY - sum(others)), *others]
            zones = dict(zip(_ZONES, map(float, minutes), strict=True))
            record = {"dateTime": stamp(day), "value": {"valuesInZones": zones}}
            yield json_file(f"time_in_heart_rate_zones-{day}", [record])
    height = str(10 * body.height_of(synced.person))
    yield json_file(f"height-{first}", [{"dateTime": stamp(first), "value": height}])


def exercise_files(synced: Synced, first: date, last: date) -> Iterator[File]:
    """Logs of exercises, a hundred in a file; they are stamped in UTC."""
    rows = synced.sessions("exercise", first, last, "start")
    for place in range(0, len(rows), _LOGS_OF_A_FILE):
        logs = []
        for row in rows[place : place + _LOGS_OF_A_FILE]:
            log = exercises.log_of(synced, row, METRIC)
            began = stamp(instant_of(row[2]["interval"], "startTime"))
            modified = stamp(datetime.fromisoformat(log["lastModified"]))
            log |= {"startTime": began, "originalStartTime": began, "lastModified": modified}
            logs.append({**log, "hasGps": False, "shouldFetchDetails": False})
        yield json_file(f"exercise-{place}", logs)


def _level_files(synced: Synced, start: date, end: date) -> Iterator[File]:
    padded = start + timedelta(days=MONTH_DAYS - 1)
    nothing = padding(synced.person)
    totals = {
        day: synced.totals(day) if day <= end else nothing for day in days_between(start, padded)
    }
    for name, minutes in _LEVELS.items():
        records = [
            {"dateTime": stamp(day), "value": str(minutes(of_day))}
            for day, of_day in totals.items()
        ]
        yield json_file(f"{name}-{start}", records)


def _resting(synced: Synced, start: date, end: date) -> list[Json]:
    rates = resting_rates(synced, Span(start, end))
    records = []
    for day in days_between(start, start + timedelta(days=YEAR_DAYS - 1)):
        value: Json = {"date": None, "value": 0.0, "error": 0.0}
        if day in rates:
            value = {"date": day.strftime("%m/%d/%y"), "value": float(rates[day]), "error": 6.93}
        records.append({"dateTime": stamp(day), "value": value})
    return records


def _fitness(synced: Synced, start: date, end: date) -> Iterator[Json]:
    for day, record in synced.daily("daily-vo2-max", start, end):
        estimate, error = record["vo2Max"], record["vo2MaxCovariance"] ** 0.5
        yield {
            "dateTime": stamp(day),
            "value": {
                "demographicVO2Max": estimate,
                "demographicVO2MaxError": round(error, 3),
                "filteredDemographicVO2Max": estimate,
                "filteredDemographicVO2MaxError": round(error / 4, 3),
            },
        }


def _sleep(log: Json) -> Json:
    return {**{key: log[key] for key in _SLEEP_KEYS}, "mainSleep": log["isMainSleep"]}


def _weight(log: Json) -> Json:
    day = date.fromisoformat(log["date"])
    return {**log, "date": day.strftime("%m/%d/%y")}
