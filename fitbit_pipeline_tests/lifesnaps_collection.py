"""Documents as the collection ``fitbit`` of LifeSnaps has them: many people's Takeout records."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bson import ObjectId

from fitbit_pipeline_tests.takeout_archive import sleep_log

Document = dict[str, Any]

ANN = "621e2e8e67b776a24055b564"
BEN = "621e2eaf67b776a2406b14ac"
LEVELS = (
    "sedentary_minutes",
    "lightly_active_minutes",
    "moderately_active_minutes",
    "very_active_minutes",
)


def document(person: str, type_: str, data: Any) -> Document:
    """A record of somebody; the key is of the time of anonymising, and says nothing."""
    return {"_id": ObjectId(), "id": ObjectId(person), "type": type_, "data": data}


def us(moment: datetime) -> str:
    """As most records are stamped."""
    return f"{moment:%m/%d/%y %H:%M:%S}"


def iso(moment: datetime) -> str:
    """As the other records are stamped."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def steps(person: str, minutes: Iterable[tuple[datetime, int]]) -> list[Document]:
    """Steps of minutes, stamped in UTC."""
    return [
        document(person, "steps", {"dateTime": us(at), "value": str(count)})
        for at, count in minutes
    ]


def levels(person: str, day: date, minutes: Sequence[int]) -> list[Document]:
    """Sedentary, lightly, moderately and very active minutes of a day."""
    stamp = f"{day:%m/%d/%y} 00:00:00"
    return [
        document(person, type_, {"dateTime": stamp, "value": str(count)})
        for type_, count in zip(LEVELS, minutes, strict=True)
    ]


def resting(person: str, day: date, bpm: float) -> Document:
    """The resting heart rate of a day; 0.0 is what stands for none, and has no date."""
    text = f"{day:%m/%d/%y}"
    value = {"date": text if bpm else None, "value": bpm, "error": 6.8 if bpm else 0.0}
    return document(person, "resting_heart_rate", {"dateTime": f"{text} 00:00:00", "value": value})


def heart_rate(person: str, moments: Iterable[datetime], bpm: int = 64) -> list[Document]:
    """Readings, stamped in UTC."""
    return [
        document(person, "heart_rate", {"dateTime": us(at), "value": {"bpm": bpm, "confidence": 3}})
        for at in moments
    ]


def sleep(person: str, day: date, log_id: int, **changes: Any) -> Document:
    """A main sleep that ended at seven."""
    return document(person, "sleep", sleep_log(f"{day}", log_id, **changes))


def ordinary_day(person: str, day: date, count: int) -> list[Document]:
    """A day with steps at noon, levels, a resting heart rate, readings and a night."""
    noon = datetime(day.year, day.month, day.day, 12, 0)  # noqa: DTZ001
    return [
        *steps(person, [(noon, count)]),
        *levels(person, day, (600, 200, 20, 10)),
        resting(person, day, 61.5),
        *heart_rate(person, [noon + timedelta(seconds=5 * number) for number in range(24)]),
        sleep(person, day, 1000 + day.toordinal()),
    ]
