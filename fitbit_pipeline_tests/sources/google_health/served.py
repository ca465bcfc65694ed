"""Rows as Google Health serves them, for scripts of the server."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]


def written_date(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def written_instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def daily_roll_up(day: date, **value: Any) -> Row:
    """``daily_roll_up(day, steps={"countSum": "9525"})``."""
    return {
        "civilStartTime": {"date": written_date(day), "time": {}},
        "civilEndTime": {"date": written_date(day + timedelta(days=1)), "time": {}},
        **value,
    }


def window(at: datetime, **value: Any) -> Row:
    """A window of one minute: ``window(at, heartRate={"beatsPerMinuteAvg": 61.5})``."""
    return {
        "startTime": written_instant(at),
        "endTime": written_instant(at + timedelta(minutes=1)),
        **value,
    }


def session(
    data_type: str, name: str, begin: datetime, end: datetime, offset: str | None, **value: Any
) -> Row:
    """A sleep or an exercise; live answers give no civil times for them."""
    offsets = {} if offset is None else {"startUtcOffset": offset, "endUtcOffset": offset}
    return {
        "dataPointName": f"users/1/dataTypes/{data_type}/dataPoints/{name}",
        data_type: {
            "interval": {
                "startTime": written_instant(begin),
                "endTime": written_instant(end),
                **offsets,
            },
            **value,
        },
    }


def sleep(
    name: str,
    begin: datetime,
    end: datetime,
    offset: str | None = "7200s",
    metadata: dict[str, Any] | None = None,
) -> Row:
    """A sleep, processed unless told otherwise."""
    metadata = {"processed": True} if metadata is None else metadata
    return session("sleep", name, begin, end, offset, type="STAGES", metadata=metadata)


def weight(at: datetime, offset: str, grams: float) -> Row:
    """A weighing, with the civil time that the offset makes of the instant."""
    civil = at + timedelta(seconds=int(offset.removesuffix("s")))
    return {
        "weight": {
            "sampleTime": {
                "physicalTime": written_instant(at),
                "utcOffset": offset,
                "civilTime": {"date": written_date(civil.date()), "time": {"hours": civil.hour}},
            },
            "weightGrams": grams,
        }
    }
