"""Metrics of the sleeps of one day, as the Fitbit API v1.2 and the archives made from it log them.

A log says whether it is the main sleep as ``isMainSleep`` (API) or ``mainSleep`` (archive). What
does not belong here: where the logs stand in a payload.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline.metrics.records import LARGEST, is_number, log_key

_MAIN_KEYS = ("mainSleep", "isMainSleep")
_MAIN_NUMBERS = {
    "timeInBed": "time_in_bed_minutes",
    "minutesAsleep": "minutes_asleep",
    "minutesAwake": "minutes_awake",
    "efficiency": "sleep_efficiency",
}
_STAGES = {
    "deep": "deep_minutes",
    "light": "light_minutes",
    "rem": "rem_minutes",
    "wake": "wake_minutes",
}


def sleep_metrics(logs: Sequence[Mapping[str, Any]]) -> dict[str, MetricValue]:
    """The metrics of the sleeps that ended on one day.

    The main sleep is the longest in bed of those marked so (a date can have several: 29 did in a
    real export of 2015 to 2018), of equals the one with the lowest id; the longest of all where
    logs are not marked, as before 2017. All others are naps. A log that is there twice counts once.

    Args:
        logs: The sleep logs of the day, in any order.

    Returns:
        Times as the local wall clock (``2018-05-06T23:14:30``), durations in minutes. Without a
        main sleep its metrics are left out; a classic sleep has no stages.

    Raises:
        PayloadRefused: If a log lacks its time in bed, its minutes asleep, or its times.
    """
    sleeps = _distinct(logs)
    if not sleeps:
        return {}
    main = _main_sleep(sleeps)
    naps = [log for log in sleeps if log is not main]
    return {
        **(_main_metrics(main) if main else {}),
        "nap_count": len(naps),
        "nap_minutes_asleep": _total(naps, "minutesAsleep"),
        "nap_time_in_bed_minutes": _total(naps, "timeInBed"),
        "sleep_records": len(sleeps),
        "total_minutes_asleep": _total(sleeps, "minutesAsleep"),
        "total_time_in_bed_minutes": _total(sleeps, "timeInBed"),
    }


def _distinct(logs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    by_id: dict[object, Mapping[str, Any]] = {}
    for place, log in enumerate(logs):
        if not isinstance(log, Mapping):
            raise PayloadRefused("a sleep is no record of names and values")
        by_id.setdefault(log_key(log, place), log)
    return list(by_id.values())


def _main_sleep(sleeps: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    marks = [(log, next((log[key] for key in _MAIN_KEYS if key in log), None)) for log in sleeps]
    is_marked = any(mark is not None for _, mark in marks)
    candidates = [log for log, mark in marks if mark is True or not is_marked]
    return min(candidates, key=_longest_first, default=None)


def _longest_first(log: Mapping[str, Any]) -> tuple[float, float, str]:
    log_id = log.get("logId")
    order = log_id if isinstance(log_id, (int, float)) else math.inf
    return (-_minutes(log, "timeInBed"), order, str(log_id))


def _main_metrics(main: Mapping[str, Any]) -> dict[str, MetricValue]:
    metrics: dict[str, MetricValue] = {
        "sleep_start": _local_time(main, "startTime"),
        "sleep_end": _local_time(main, "endTime"),
    }
    for key, name in _MAIN_NUMBERS.items():
        if main.get(key) is not None:
            metrics[name] = _minutes(main, key)
    return metrics | _stages(main)


def _stages(main: Mapping[str, Any]) -> dict[str, MetricValue]:
    """Minutes of each stage; none of a classic sleep, whose summary knows asleep and restless."""
    levels = main.get("levels")
    summary = levels.get("summary") if isinstance(levels, Mapping) else None
    if main.get("type") == "classic" or not isinstance(summary, Mapping):
        return {}
    return {
        name: _minutes(summary[stage], "minutes")
        for stage, name in _STAGES.items()
        if isinstance(summary.get(stage), Mapping)
    }


def _total(logs: Sequence[Mapping[str, Any]], key: str) -> int | float:
    return sum(_minutes(log, key) for log in logs)


def _minutes(log: Mapping[str, Any], key: str) -> int | float:
    value = log.get(key)
    if not is_number(value):
        raise PayloadRefused(f"a sleep has no number as '{key}'")
    if abs(value) > LARGEST:
        raise PayloadRefused(f"a sleep has a number as '{key}' that nothing measures")
    return value


def _local_time(log: Mapping[str, Any], key: str) -> str:
    try:
        moment = datetime.fromisoformat(str(log.get(key)))
    except ValueError:
        raise PayloadRefused(f"a sleep has no time as '{key}'") from None
    return moment.replace(tzinfo=None, microsecond=0).isoformat()
