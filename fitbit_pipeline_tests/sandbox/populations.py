"""A population for tests, and what its answers say, read as a client would read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.population import Population

SEED = 11
FIRST_DAY = date(2026, 6, 1)
NOW = datetime(2026, 11, 20, 14, 3, 20, tzinfo=UTC)


def population(now: datetime = NOW, people: int = 40) -> Population:
    """People whose first day is the first of June, at a moment in November."""
    return Population(SEED, people, FIRST_DAY, lambda: now)


def somebody(everybody: Population, likeness: Callable[[Person], bool]) -> str:
    """The key of the first person who is like that."""
    return next(person.key for person in everybody.people if likeness(person))


def instant(text: object) -> datetime:
    """An instant of a row."""
    return datetime.fromisoformat(str(text))


def seconds(text: object) -> int:
    """A duration of a row, in seconds."""
    return int(str(text).removesuffix("s"))


def day_of_row(row: dict) -> date:
    """The civil day of a daily roll-up."""
    return date(**row["civilStartTime"]["date"])


def by_day(rows: list[dict], member: str) -> dict[date, dict]:
    """Values of daily roll-ups by civil day; rows without a value are left out."""
    return {day_of_row(row): row[member] for row in rows if row.get(member)}


def civil_day_of_point(point: dict, member: str) -> date:
    """The civil day on which an interval or a sample of a point begins."""
    body = point[member]
    time = body.get("sampleTime", {}).get("civilTime") or body["interval"]["civilStartTime"]
    return date(**time["date"])


def civil_end(sleep: dict) -> datetime:
    """What clocks showed at the end of a session."""
    interval = sleep["interval"]
    offset = timedelta(seconds=seconds(interval["endUtcOffset"]))
    return (instant(interval["endTime"]) + offset).replace(tzinfo=None)
