"""One day of one made-up person as each source told it, and what really happened on it.

What does not belong here: which differences are expected (``differences``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fitbit_pipeline.civil import ONE_DAY, time_zone
from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.habits import zone_at_midnight
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.made_up.textures import SEDENTARY

WEB, GOOGLE, ARCHIVE = SOURCES = ("fitbit_web", "google_health", "takeout")
ENGAGEMENT = "daily_engagement"
"""The name under which the presence of a day's engagement is compared; its fields follow a dot."""
_KEYS = {"_id", "participant", "date", "source"}

Values = Mapping[str, MetricValue | bool | None]
Documents = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Truth:
    """What the sandbox knows of a day, whatever any source says.

    Attributes:
        worn: Whether the device was worn in any minute.
        abroad: Whether the person spent any of the day, or the night before, in another zone.
        hours: The length of the day at home, where clocks may change.
        seated: Minutes worn, out of bed, and not active.
        floors_counted: Whether the device has an altimeter.
        fragment: Whether Google keeps the stub of a night under the day, never finished.
    """

    worn: bool
    abroad: bool
    hours: int
    seated: int
    floors_counted: bool
    fragment: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of one person.

    Attributes:
        key: ``p001 2026-10-25``.
        truth: What happened.
        told: By source, the metrics and the fields of daily engagement that it led to; what is
            unknown is not in it.
    """

    key: str
    truth: Truth
    told: Mapping[str, Values]

    @property
    def names(self) -> list[str]:
        """All that any source told."""
        return sorted({name for values in self.told.values() for name in values})

    def tells(self, source: str, name: str) -> bool:
        """Whether a source could have told it: a field of engagement only where it has the day."""
        return not name.startswith(f"{ENGAGEMENT}.") or ENGAGEMENT in self.told[source]


def days_of(
    documents: Mapping[str, Documents], population: Population, now: datetime
) -> Iterator[Day]:
    """The days of everybody who is there as ``p001-takeout``, ``p001-fitbit_web`` and so on.

    Args:
        documents: The documents of a deployment by collection and key.
        population: Who the people are.
        now: When the sources were asked.
    """
    told: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(
        lambda: {source: {} for source in SOURCES}
    )
    for document in documents["metrics"].values():
        _of(told, document)[document["metric"]] = document["value"]
    for document in documents[ENGAGEMENT].values():
        values = _of(told, document)
        values[ENGAGEMENT] = "there"
        for field, value in document.items():
            if field not in _KEYS and value is not None:
                values[f"{ENGAGEMENT}.{field}"] = value
    for (person, day), by_source in sorted(told.items()):
        synced = Synced.of(population, person, now)
        yield Day(f"{person} {day}", _truth(synced, date.fromisoformat(day)), by_source)


def _of(
    told: dict[tuple[str, str], dict[str, dict[str, Any]]], document: Mapping[str, Any]
) -> dict[str, Any]:
    person, _, source = document["participant"].partition("-")
    return told[person, document["date"]][source]


def _truth(synced: Synced, day: date) -> Truth:
    person, happened = synced.person, day_of(synced.person, day)
    midnights = (day - ONE_DAY, day, day + ONE_DAY)
    home = time_zone(person.time_zone)
    sleeps = [sleep for _, _, sleep in synced.sessions("sleep", day, day, "end")]
    return Truth(
        worn=synced.totals(day).worn,
        abroad=any(zone_at_midnight(person, each) != home for each in midnights),
        hours=_hours(person, day),
        seated=happened.levels.count(SEDENTARY),
        floors_counted="floors" not in person.lacks,
        fragment=not all(sleep["metadata"].get("processed") for sleep in sleeps),
    )


def _hours(person: Person, day: date) -> int:
    zone = time_zone(person.time_zone)
    start, end = (
        datetime.combine(each, datetime.min.time(), zone).timestamp()
        for each in (day, day + ONE_DAY)
    )
    return round((end - start) / 3600)
