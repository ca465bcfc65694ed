"""The CSV files of a Takeout archive: nights, active zone minutes, and the profile.

They are stamped with the wall clock, and cut by calendar month.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.sandbox.fitbit_web import people, sleeps
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.fitbit_web.units import METRIC
from fitbit_pipeline.sandbox.made_up.tallies import CREDITED_ZONES, ZONES, zones
from fitbit_pipeline.sandbox.takeout_files import File, minute_stamp, months, table_file

Json = dict[str, Any]
_Row = Sequence[object]

_CREDITS = {ZONES.index(zone) + 1: credit for zone, credit in CREDITED_ZONES.items()}
_TEMPERATURE = (
    "type",
    "sleep_start",
    "sleep_end",
    "temperature_samples",
    "nightly_temperature",
    "baseline_relative_sample_sum",
    "baseline_relative_sample_sum_of_squares",
    "baseline_relative_nightly_standard_deviation",
    "baseline_relative_sample_standard_deviation",
)
_PROFILE = {
    "id": "encodedId",
    "full_name": "fullName",
    "first_name": "firstName",
    "last_name": "lastName",
    "display_name": "displayName",
    "date_of_birth": "dateOfBirth",
    "timezone": "timezone",
    "locale": "locale",
    "member_since": "memberSince",
    "start_of_week": "startDayOfWeek",
    "sleep_tracking": "sleepTracking",
    "gender": "gender",
    "height": "height",
    "weight": "weight",
    "stride_length_walking": "strideLengthWalking",
    "stride_length_running": "strideLengthRunning",
    "weight_unit": "weightUnit",
    "distance_unit": "distanceUnit",
    "height_unit": "heightUnit",
}


def profile_file(synced: Synced) -> File:
    """The profile, a table of one row."""
    user = people.profile(synced, METRIC)["user"]
    row = [user[member] for member in _PROFILE.values()]
    return table_file("Your Profile", "Profile", list(_PROFILE), [row])


def table_files(synced: Synced, first: date, last: date) -> Iterator[File]:
    """Files of every month that has something to say."""
    for start, end in months(first, last):
        for data_type, (folder, name, header, row_of) in _NIGHTS.items():
            records = synced.daily(data_type, start, end)
            if rows := [row_of(day, record) for day, record in records]:
                title = name.format(month=f"{start:%Y-%m}", day=start.day, start=start, end=end)
                yield table_file(folder, title, header, rows)
        if rows := _temperatures(synced, start, end):
            yield table_file("Temperature", f"Computed Temperature - {start}", _TEMPERATURE, rows)
        if rows := [row for day in days_between(start, end) for row in _credits(synced, day)]:
            yield table_file(
                "Active Zone Minutes (AZM)",
                f"Active Zone Minutes - {start}",
                ("date_time", "heart_zone_id", "total_minutes"),
                rows,
            )


def _variability(day: date, record: Json) -> _Row:
    return (
        f"{day}T00:00:00",
        record["averageHeartRateVariabilityMilliseconds"],
        record["nonRemHeartRateBeatsPerMinute"],
        record["entropy"],
    )


def _oxygen(day: date, record: Json) -> _Row:
    bounds = (record["lowerBoundPercentage"], record["upperBoundPercentage"])
    return (f"{day}T00:00:00Z", record["averagePercentage"], *bounds)


def _breathing(day: date, record: Json) -> _Row:
    return (f"{day}T00:00:00", record["breathsPerMinute"])


_NIGHTS: dict[str, tuple[str, str, Sequence[str], Callable[[date, Json], _Row]]] = {
    "daily-heart-rate-variability": (
        "Heart Rate Variability",
        "Daily Heart Rate Variability Summary - {month}-({day})",
        ("timestamp", "rmssd", "nremhr", "entropy"),
        _variability,
    ),
    "daily-oxygen-saturation": (
        "Oxygen Saturation (SpO2)",
        "Daily SpO2 - {start}-{end}",
        ("timestamp", "average_value", "lower_bound", "upper_bound"),
        _oxygen,
    ),
    "daily-respiratory-rate": (
        "Heart Rate Variability",
        "Daily Respiratory Rate Summary - {start}",
        ("timestamp", "daily_respiratory_rate"),
        _breathing,
    ),
}
"""By Google's data type: the folder, the name, the columns, and the row of a day."""


def _temperatures(synced: Synced, start: date, end: date) -> list[_Row]:
    """Against the person's usual; before there is one, these cells are blank."""
    logs = [log for log in sleeps.logs(synced, start, end) if log["isMainSleep"]]
    nights = {log["dateOfSleep"]: log for log in sorted(logs, key=lambda log: log["timeInBed"])}
    rows: list[_Row] = []
    for day, record in synced.daily("daily-sleep-temperature-derivations", start, end):
        night = nights[day.isoformat()]
        samples, measured = night["timeInBed"], record["nightlyTemperatureCelsius"]
        baseline = record["baselineTemperatureCelsius"]
        relative: tuple[object, ...] = ("", "", "", "")
        if baseline != "NaN":
            away = measured - baseline
            relative = (away * samples, away * away * samples, away, 0.3)
        moments = (night["startTime"][:-4], night["endTime"][:-4])
        rows.append(("SKIN", *moments, samples, measured, *relative))
    return rows


def _credits(synced: Synced, day: date) -> Iterator[_Row]:
    happened, seen = synced.day(day)
    if not synced.has_pulse:
        return
    for minute, zone in enumerate(zones(synced.person, happened.pulse[:seen])):
        if zone in _CREDITS:
            wall = happened.first + minute + happened.offset_at(minute) // 60
            name, worth = _CREDITS[zone]
            yield _iso(wall), name, worth


def _iso(minute: int) -> str:
    text = minute_stamp(minute)
    return f"20{text[6:8]}-{text[:2]}-{text[3:5]}T{text[9:14]}"
