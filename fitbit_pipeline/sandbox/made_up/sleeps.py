"""Sleeps as data points: nights, naps, and what goes wrong with them.

Now and then a night has no stages, leaves a stub behind that begins with it and is never finished,
or was logged by another app too. A sleep that was synced while it lasted, or right after, is
unfinished.
"""

from collections.abc import Iterator
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

from fitbit_pipeline.sandbox.made_up.days import day_of
from fitbit_pipeline.sandbox.made_up.draws import draw
from fitbit_pipeline.sandbox.made_up.google_json import (
    Json,
    duration,
    fine_stamp,
    interval,
    minute_stamp,
)
from fitbit_pipeline.sandbox.made_up.habits import utc_offset, zone_at_midnight
from fitbit_pipeline.sandbox.made_up.hypnograms import Stage, staged, summary, unstaged
from fitbit_pipeline.sandbox.made_up.nights import Slumber, nap, night
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.readings import (
    Reading,
    from_health_connect,
    from_wearable,
    point_name,
)
from fitbit_pipeline.sandbox.made_up.syncs import next_sync

COMPUTING_SECONDS = 1200
"""Google needs so long after a sleep to work out its stages."""

_SEEN_AFTER_SECONDS = 2700
_OTHER_APP = "org.example.sleep"
_REJECTIONS = ("REJECTED_COVERAGE", "REJECTED_MAX_GAP", "TIMEOUT")


def sleep_readings(person: Person, day: date, synced: int) -> list[Reading]:
    """The sleeps that end on a civil day, the latest first.

    Args:
        person: Who slept.
        day: Where they were when they rose.
        synced: The second since 1970 up to which data are there.
    """
    return [*_nap(person, day, synced), *_night(person, day, synced)]


def is_finished(sleep: Slumber, synced: int) -> bool:
    """Whether a sleep has been synced, and its stages worked out."""
    return synced >= sleep.end * 60 + COMPUTING_SECONDS


def _nap(person: Person, day: date, synced: int) -> Iterator[Reading]:
    # Few days have a nap, and the whole day takes far longer to make up.
    rest = day_of(person, day).nap if nap(person, day) else None
    if rest and is_finished(rest, synced):
        chance = draw(person.health_user_id, day, "nap stages")
        stages = unstaged(chance, rest.end - rest.start)
        metadata: Json = {"stagesStatus": "REJECTED_NAP", "processed": True, "nap": True}
        zone = zone_at_midnight(person, day)
        body = _body(person, rest, "CLASSIC", metadata, stages, zone, chance)
        yield _reading(person, body, day, "nap")


def _night(person: Person, day: date, synced: int) -> Iterator[Reading]:
    sleep = night(person, day)
    if not sleep.recorded or synced < sleep.start * 60 + _SEEN_AFTER_SECONDS:
        return
    chance = draw(person.health_user_id, day, "stages")
    stub, doubled = chance.random() < 0.03, chance.random() < 0.3
    zone = zone_at_midnight(person, day)
    if doubled and person.traits.second_sleep_source and is_finished(sleep, synced):
        yield _from_other_app(person, sleep, day, chance)
    yield _reading(person, _night_body(person, sleep, synced, zone, chance), day, "night")
    if stub:
        minutes = (sleep.end - sleep.start) // chance.randrange(9, 20)
        fragment = Slumber(sleep.start, sleep.start + minutes, recorded=True)
        yield _reading(person, _unfinished(person, fragment, synced, zone), day, "stub")


def _night_body(
    person: Person, sleep: Slumber, synced: int, zone: ZoneInfo, chance: Random
) -> Json:
    if not is_finished(sleep, synced):
        return _unfinished(person, sleep, synced, zone)
    minutes = sleep.end - sleep.start
    if "heart-rate" in person.lacks or chance.random() < person.traits.classic_chance:
        status = chance.choice(_REJECTIONS)
        metadata: Json = {"stagesStatus": status, "processed": True, "mainSleep": True}
        return _body(person, sleep, "CLASSIC", metadata, unstaged(chance, minutes), zone, chance)
    metadata = {"stagesStatus": "SUCCEEDED", "processed": True, "mainSleep": True}
    if chance.random() < 0.03:
        metadata["manuallyEdited"] = True
    return _body(person, sleep, "STAGES", metadata, staged(chance, minutes), zone, chance)


def _from_other_app(person: Person, sleep: Slumber, day: date, chance: Random) -> Reading:
    start, end = sleep.start + chance.randrange(1, 9), sleep.end + chance.randrange(-9, 3)
    stages = unstaged(chance, end - start)
    seen = Slumber(start, end, recorded=True)
    zone = zone_at_midnight(person, day)
    body = _body(person, seen, "CLASSIC", {"processed": True}, stages, zone, chance)
    source = from_health_connect(_OTHER_APP)
    name = point_name(person, "sleep", day, "other app")
    return Reading("sleep", body, source, name, merged=False)


def _reading(person: Person, body: Json, day: date, topic: str) -> Reading:
    name = point_name(person, "sleep", day, topic)
    return Reading("sleep", body, from_wearable(person, "DERIVED"), name)


def _unfinished(person: Person, sleep: Slumber, synced: int, zone: ZoneInfo) -> Json:
    """A sleep as far as it has been synced, without stages."""
    end = min(sleep.end, synced // 60)
    seen = fine_stamp(next_sync(person, sleep.start * 60 + _SEEN_AFTER_SECONDS), 417)
    minutes = str(end - sleep.start)
    return {
        "interval": _interval(sleep.start, end, zone),
        "type": "CLASSIC" if "heart-rate" in person.lacks else "STAGES",
        "metadata": {"processed": False},
        "summary": {
            "minutesInSleepPeriod": minutes,
            "minutesAfterWakeUp": "0",
            "minutesToFallAsleep": "0",
            "minutesAsleep": minutes,
            "minutesAwake": "0",
        },
        "createTime": seen,
        "updateTime": seen,
    }


def _body(
    person: Person,
    sleep: Slumber,
    kind: str,
    metadata: Json,
    stages: list[Stage],
    zone: ZoneInfo,
    chance: Random,
) -> Json:
    created = next_sync(person, sleep.end * 60) + chance.randrange(2, 40)
    written = fine_stamp(created, chance.randrange(1, 1_000_000))
    rows = _stages(stages, sleep.start, zone, written)
    body: Json = {
        "interval": _interval(sleep.start, sleep.end, zone),
        "type": kind,
        "stages": rows,
        "metadata": metadata,
        "summary": summary(stages),
        "createTime": written,
        "updateTime": fine_stamp(created + 6, chance.randrange(1, 1_000_000)),
    }
    if kind == "STAGES":
        body["shortAwakenings"] = _short_awakenings(rows)
    return body


def _stages(stages: list[Stage], start: int, zone: ZoneInfo, written: str) -> list[Json]:
    minutes = [start]
    for _, length in stages:
        minutes.append(minutes[-1] + length)
    stamps = [minute_stamp(minute) for minute in minutes]
    offsets = _offsets(minutes, zone)
    return [
        {
            "startTime": stamps[n],
            "startUtcOffset": offsets[n],
            "endTime": stamps[n + 1],
            "endUtcOffset": offsets[n + 1],
            "type": name,
            "createTime": written,
            "updateTime": written,
        }
        for n, (name, _) in enumerate(stages)
    ]


def _offsets(minutes: list[int], zone: ZoneInfo) -> list[str]:
    """The offset at each minute of a night; it seldom changes in between."""
    first = utc_offset(zone, minutes[0])
    if first == utc_offset(zone, minutes[-1]):
        return [duration(first)] * len(minutes)
    return [duration(utc_offset(zone, minute)) for minute in minutes]


def _short_awakenings(rows: list[Json]) -> list[Json]:
    """Half a minute awake, as every third stage of light sleep begins."""
    light = [row for row in rows if row["type"] == "LIGHT"]
    return [
        {
            "startTime": row["startTime"],
            "startUtcOffset": row["startUtcOffset"],
            "endTime": str(row["startTime"]).replace(":00Z", ":30Z"),
            "endUtcOffset": row["startUtcOffset"],
            "type": "LIGHT",
        }
        for row in light[2::3]
    ]


def _interval(start: int, end: int, zone: ZoneInfo) -> Json:
    return interval(start * 60, end * 60, utc_offset(zone, start), utc_offset(zone, end))
