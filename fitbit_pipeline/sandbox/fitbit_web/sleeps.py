"""Sleep logs of version 1.2: nights with stages, classic nights, naps.

A sleep is here when it has been worked out; what Google tells of one that is still going on, Fitbit
does not. Now and then a nap counts as a main sleep beside the night, as it did in real accounts.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from fitbit_pipeline.sandbox.api_times import civil_of
from fitbit_pipeline.sandbox.fitbit_web.paths import Span
from fitbit_pipeline.sandbox.fitbit_web.synced import Row, Synced

Json = dict[str, Any]

STAGES = {"DEEP": "deep", "LIGHT": "light", "REM": "rem", "AWAKE": "wake"}
_CLASSIC = {"ASLEEP": "asleep", "RESTLESS": "restless", "AWAKE": "awake"}
_AVERAGED_DAYS = 30
_INFO_CODES = {"REJECTED_COVERAGE": 1, "REJECTED_MAX_GAP": 1, "REJECTED_NAP": 2, "TIMEOUT": 3}
_MAIN_NAPS = 4
"""Of so many naps on days with a night, one is a main sleep, too."""


def logs(synced: Synced, first: date, last: date) -> list[Json]:
    """The logs of sleeps that ended on civil days, the latest first."""
    since = max(first, synced.person.joined) - timedelta(days=_AVERAGED_DAYS)
    rows = [
        row
        for row in synced.sessions("sleep", since, last, "end")
        if row[2]["metadata"].get("processed")
    ]
    nights = {day for day, _, record in rows if record["metadata"].get("mainSleep")}
    staged = [(day, _minutes(record)) for day, _, record in rows if record["type"] == "STAGES"]
    found = [_log(synced, row, nights, staged) for row in rows if row[0] >= first]
    return sorted(found, key=lambda log: (log["startTime"], log["logId"]), reverse=True)


def of_range(synced: Synced, span: Span) -> Json:
    """The logs of several days."""
    return {"sleep": logs(synced, span.first, span.last)}


def of_day(synced: Synced, span: Span) -> Json:
    """The logs of one day, and what they come to."""
    found = logs(synced, span.first, span.last)
    summary: Json = {
        "totalMinutesAsleep": sum(log["minutesAsleep"] for log in found),
        "totalSleepRecords": len(found),
        "totalTimeInBed": sum(log["timeInBed"] for log in found),
    }
    if staged := [log["levels"]["summary"] for log in found if log["type"] == "stages"]:
        stages = {name: sum(log[name]["minutes"] for log in staged) for name in STAGES.values()}
        summary = {"stages": stages, **summary}
    return {"sleep": found, "summary": summary}


def _log(
    synced: Synced, row: Row, nights: set[date], staged: Sequence[tuple[date, dict[str, int]]]
) -> Json:
    day, number, record = row
    metadata, summary = record["metadata"], record["summary"]
    in_bed, asleep = int(summary["minutesInSleepPeriod"]), int(summary["minutesAsleep"])
    is_staged = record["type"] == "STAGES"
    before = [minutes for night, minutes in staged if 0 <= (day - night).days < _AVERAGED_DAYS]
    is_main = bool(metadata.get("mainSleep"))
    if metadata.get("nap") and day in nights:
        is_main = int(number) % _MAIN_NAPS == 0
    return {
        "dateOfSleep": day.isoformat(),
        "duration": in_bed * 60_000,
        "efficiency": round(100 * asleep / in_bed),
        "endTime": _clock(record["interval"], "end"),
        "infoCode": _info_code(synced, metadata),
        "isMainSleep": is_main,
        "levels": _staged_levels(record, before) if is_staged else _classic_levels(record),
        "logId": int(number),
        "logType": "auto_detected",
        "minutesAfterWakeup": int(summary["minutesAfterWakeUp"]),
        "minutesAsleep": asleep,
        "minutesAwake": int(summary["minutesAwake"]),
        "minutesToFallAsleep": int(summary["minutesToFallAsleep"]),
        "startTime": _clock(record["interval"], "start"),
        "timeInBed": in_bed,
        "type": "stages" if is_staged else "classic",
    }


def _info_code(synced: Synced, metadata: Json) -> int:
    """Why there are no stages; for a device that feels no pulse there is nothing to explain."""
    status = metadata["stagesStatus"]
    if not synced.has_pulse and status != "REJECTED_NAP":
        return 0
    return _INFO_CODES.get(status, 0)


def _staged_levels(record: Json, before: Sequence[dict[str, int]]) -> Json:
    short = [
        {"dateTime": _clock(entry, "start"), "level": "wake", "seconds": 30}
        for entry in record["shortAwakenings"]
    ]
    summary = _summary(record, STAGES)
    for stage, name in STAGES.items():
        nights = [minutes.get(stage, 0) for minutes in before]
        summary[name]["thirtyDayAvgMinutes"] = round(sum(nights) / len(nights))
    summary["wake"]["count"] += len(short)
    return {"data": _data(record, STAGES), "shortData": short, "summary": summary}


def _classic_levels(record: Json) -> Json:
    return {"data": _data(record, _CLASSIC), "summary": _summary(record, _CLASSIC)}


def _data(record: Json, names: dict[str, str]) -> list[Json]:
    return [
        {
            "dateTime": _clock(stage, "start"),
            "level": names[stage["type"]],
            "seconds": _seconds(stage),
        }
        for stage in record["stages"]
    ]


def _summary(record: Json, names: dict[str, str]) -> dict[str, dict[str, int]]:
    stated = {entry["type"]: entry for entry in record["summary"]["stagesSummary"]}
    nothing = {"count": "0", "minutes": "0"}
    return {
        name: {member: int(stated.get(stage, nothing)[member]) for member in ("count", "minutes")}
        for stage, name in names.items()
    }


def _minutes(record: Json) -> dict[str, int]:
    return {entry["type"]: int(entry["minutes"]) for entry in record["summary"]["stagesSummary"]}


def _seconds(stage: Json) -> int:
    start, end = (civil_of(stage, f"{limit}Time", "startUtcOffset") for limit in ("start", "end"))
    return round((end - start).total_seconds())


def _clock(holder: Json, limit: str) -> str:
    local = civil_of(holder, f"{limit}Time", f"{limit}UtcOffset")
    return f"{local.isoformat()}.000"
