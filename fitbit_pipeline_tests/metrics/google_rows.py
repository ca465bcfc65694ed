"""Rows of the Google Health API as they were observed, with numbers and names of nobody.

What does not belong here: what is made of them.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from fitbit_pipeline.metrics.catalogue import METRIC, MetricValue
from fitbit_pipeline.metrics.google_health import NORMALISERS
from fitbit_pipeline.metrics.normaliser import DayContext

Row = dict[str, Any]
DAY = {"year": 2026, "month": 7, "day": 15}
CONTEXT = DayContext(date(2026, 7, 15), 1440)


def metrics(endpoint: str, payload: dict[str, Any]) -> dict[str, MetricValue]:
    """The metrics of a payload, all of which the catalogue knows under the endpoint."""
    values = NORMALISERS[endpoint](payload, CONTEXT)
    assert all(METRIC[name].endpoint == endpoint for name in values)
    return values


def rolled_up(member: str, block: Any) -> Row:
    """A row of a daily roll-up; midnight is a time of day without members."""
    return {
        "civilStartTime": {"date": DAY, "time": {}},
        "civilEndTime": {"date": {**DAY, "day": 16}, "time": {}},
        member: block,
    }


def window(start: str, block: Any) -> Row:
    """A row of a roll-up by physical time."""
    return {"startTime": start, "endTime": start, "heartRate": block}


def daily(member: str, **block: Any) -> Row:
    """A point of a type of which there is one per day."""
    return {member: {"date": DAY, **block}}


def sample(member: str, at: str, **block: Any) -> Row:
    """A point of something measured at an instant."""
    return {
        "dataPointName": f"users/1/dataTypes/{member}/dataPoints/{at}",
        member: {"sampleTime": {"physicalTime": at, "utcOffset": "-14400s"}, **block},
    }


def sleep(
    name: str = "8808518358174752984",
    *,
    start: str = "2026-09-26T04:09:00Z",
    minutes: int = 254,
    awake: int = 6,
    offset: str = "32400s",
    **members: Any,
) -> Row:
    """A staged night, as observed; a member that is None is left out."""
    began = datetime.fromisoformat(start).astimezone(UTC)
    ended = began + timedelta(minutes=minutes)
    night = {
        "interval": {
            "startTime": start,
            "startUtcOffset": offset,
            "endTime": ended.isoformat().replace("+00:00", "Z"),
            "endUtcOffset": offset,
        },
        "type": "STAGES",
        "metadata": {"stagesStatus": "SUCCEEDED", "processed": True, "mainSleep": True},
        "summary": {
            "minutesInSleepPeriod": str(minutes),
            "minutesAfterWakeUp": "0",
            "minutesToFallAsleep": "0",
            "minutesAsleep": str(minutes - awake),
            "minutesAwake": str(awake),
            "stagesSummary": [
                {"type": "AWAKE", "minutes": "6", "count": "1"},
                {"type": "LIGHT", "minutes": "146", "count": "6"},
                {"type": "DEEP", "minutes": "48", "count": "3"},
                {"type": "REM", "minutes": "54", "count": "3"},
            ],
        },
        "createTime": "2026-09-26T08:33:36.038623Z",
        "updateTime": "2026-09-26T08:33:42.827423Z",
        **members,
    }
    return {
        "dataPointName": f"users/1/dataTypes/sleep/dataPoints/{name}",
        "sleep": {member: value for member, value in night.items() if value is not None},
    }


def classic_nap(name: str = "2", *, start: str = "2026-09-26T10:00:00Z", minutes: int = 60) -> Row:
    """A nap, as observed: without stages, flagged, ten minutes of it restless."""
    return sleep(
        name,
        start=start,
        minutes=minutes,
        awake=10,
        type="CLASSIC",
        metadata={"stagesStatus": "REJECTED_NAP", "processed": True, "nap": True},
        summary={
            "minutesInSleepPeriod": str(minutes),
            "minutesAsleep": str(minutes - 10),
            "minutesAwake": "10",
            "stagesSummary": [
                {"type": "ASLEEP", "minutes": str(minutes - 10), "count": "2"},
                {"type": "RESTLESS", "minutes": "10", "count": "1"},
            ],
        },
    )


def stage(kind: str, start: str, end: str) -> Row:
    """A stage of a sleep."""
    return {
        "startTime": start,
        "startUtcOffset": "32400s",
        "endTime": end,
        "endUtcOffset": "32400s",
        "type": kind,
        "createTime": "2026-09-26T08:33:37.998943Z",
        "updateTime": "2026-09-26T08:33:37.998943Z",
    }
