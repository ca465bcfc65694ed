"""The question of every morning: how is everybody doing, and who needs a call today.

What MongoDB gathers of everybody is in ``study_days``. Which of a person's last 30 days are over is
another matter for each zone, so that they are counted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]

from dashboard.queries.engagement import COLLECTION
from dashboard.queries.reading import Reading
from dashboard.queries.study_days import RecentDays, newest_asked, recent_days, troubles
from fitbit_pipeline.civil import ONE_DAY, days_between, time_zone, today
from fitbit_pipeline.engagement.calls import (
    RECENT_DAYS,
    Call,
    Facts,
    Trouble,
    calls,
)
from fitbit_pipeline.store.participants import Participant, ParticipantStatus

WEEK_DAYS = 7

MINUTES = pd.ArrowDtype(pa.list_(pa.float32()))
"""Numbers of minutes, one after the other, in a shape that is quick to remember and to send."""


class Standing(StrEnum):
    """How somebody takes part."""

    ACTIVE = "active"
    NEEDS_CONSENT = "needs_consent"
    LEFT = "left"
    ENDED = "ended"
    """An archive that reaches no further: nothing new can come."""

    @property
    def goes_on(self) -> bool:
        """Whether new days can come, if need be after a new consent."""
        return self in {Standing.ACTIVE, Standing.NEEDS_CONSENT}


COLUMNS: dict[str, Any] = {
    "name": "str",
    "standing": "str",
    "status_reason": "str",
    "source": "str",
    "time_zone": "str",
    "enrolled_on": "str",
    "last_day": "str",
    "synced_until": "datetime64[ms, UTC]",
    "days_since_sync": "Int16",
    "last_data": "str",
    "days_since_worn": "Int16",
    "worn_yesterday": "boolean",
    "worn_7": "Int16",
    "expected_7": "Int16",
    "worn_30": "Int16",
    "expected_30": "Int16",
    "data_30": "Int16",
    "wear_minutes": MINUTES,
    "troubles": "str",
    "why_call": "str",
}


@dataclass(frozen=True, slots=True)
class PersonToCall:
    """Somebody who needs a call today.

    Attributes:
        name: Who.
        why: The reasons, most urgent first; at least one.
    """

    name: str
    why: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """How everybody is doing whom the viewer may see.

    Attributes:
        people: A row per person, by name, those first of whom new days can come. ``standing`` is a
            ``Standing``; days are ISO text.
            ``days_since_sync`` counts from the civil day of the last sync to today,
            ``days_since_worn`` from the last worn day to yesterday (0 is worn yesterday); both are
            missing where it is not known, there never was one, or nothing new can come.
            ``worn_7``, ``worn_30`` and ``data_30`` count worn days and days with data of the 7 or
            30 days before today, ``expected_7`` and ``expected_30`` the days of these that belong
            to the study; all are missing where neither is any. ``wear_minutes`` holds the 30 days,
            oldest first, missing where they are not known, and is missing where the counts are.
            ``worn_yesterday`` is missing where it is not known. ``troubles`` tells in words what
            failed lately or is not shared, ``why_call`` why somebody should call; both are empty if
            nothing does.
        to_call: Who needs a call, most urgent first.
        newest_asked: The newest of the last days about which any source was asked; None if none.
    """

    people: pd.DataFrame
    to_call: tuple[PersonToCall, ...]
    newest_asked: date | None


def study(reading: Reading, now: datetime, after_days: int) -> Study:
    """How everybody is doing.

    Args:
        reading: Whom to ask.
        now: The present instant, UTC. Midnight comes to every zone at a full quarter of an hour,
            so that one rounded down to it gives the same answer, and a cache can keep that.
        after_days: For how many days something must have held to need a call.
    """
    participants = reading.participants()
    days = recent_days(reading, now)
    wrong = troubles(reading, now, max(WEEK_DAYS, after_days))
    rows, to_call = [], []
    for participant in participants:
        theirs = days.get(participant.name, RecentDays({}, {}))
        row, facts = _person(reading, participant, theirs, wrong.get(participant.name, ()), now)
        if why := calls(facts, now, after_days):
            to_call.append(PersonToCall(participant.name, tuple(why)))
            row["why_call"] = " ".join(each.sentence for each in why)
        rows.append(row)
    rows.sort(key=lambda row: not Standing(row["standing"]).goes_on)
    to_call.sort(key=lambda each: (each.why[0].reason.urgency, -each.why[0].days, each.name))
    people = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return Study(people, tuple(to_call), newest_asked(reading, now, WEEK_DAYS))


def _person(
    reading: Reading,
    participant: Participant,
    days: RecentDays,
    wrong: Sequence[Trouble],
    now: datetime,
) -> tuple[dict[str, Any], Facts]:
    zone = time_zone(participant.time_zone)
    this_day = today(now, zone)
    yesterday = this_day - ONE_DAY
    window = _days_before(this_day)
    worn = {day: days.worn[day] for day in window if day in days.worn}
    standing = _standing(participant, this_day)
    last_data = _last_data(reading, participant, worn, ended=standing is Standing.ENDED)
    facts = Facts(
        zone=zone,
        enrolled_on=participant.enrolled_on,
        last_day=participant.last_day,
        left=standing is Standing.LEFT,
        consent_gone=standing is Standing.NEEDS_CONSENT,
        consent_reason=participant.status_reason,
        synced_until=participant.synced_until,
        last_data=last_data,
        last_worn=_last_worn(reading, participant.name, worn)
        if standing.goes_on and last_data
        else None,
        worn=worn,
        troubles=wrong,
    )
    counts = _counts(participant, worn, window, yesterday, left=facts.left)
    row: dict[str, Any] = {
        "name": participant.name,
        "standing": standing.value,
        "status_reason": participant.status_reason,
        "source": participant.source,
        "time_zone": participant.time_zone,
        "enrolled_on": participant.enrolled_on.isoformat(),
        "last_day": participant.last_day.isoformat() if participant.last_day else None,
        "synced_until": participant.synced_until,
        "days_since_sync": None,
        "last_data": last_data.isoformat() if last_data else None,
        "days_since_worn": None,
        "worn_yesterday": worn.get(window[-1]),
        **counts,
        "wear_minutes": None,
        "troubles": "; ".join(each.told for each in wrong),
        "why_call": "",
    }
    if counts["data_30"] is not None:
        row["wear_minutes"] = [days.wear_minutes.get(day) for day in window]
    if standing.goes_on and facts.synced_on:
        row["days_since_sync"] = (this_day - facts.synced_on).days
    if standing.goes_on and facts.last_worn:
        row["days_since_worn"] = max((yesterday - facts.last_worn).days, 0)
    return row, facts


def _counts(
    participant: Participant,
    worn: Mapping[str, bool | None],
    window: Sequence[str],
    yesterday: date,
    *,
    left: bool,
) -> dict[str, int | None]:
    """Counts of the last days; None where no day is expected and none has data."""
    counts: dict[str, int | None] = {"data_30": len(worn)}
    for length in (WEEK_DAYS, RECENT_DAYS):
        within = participant.days_within(yesterday - (length - 1) * ONE_DAY, yesterday)
        # Nobody knows on which day somebody left: no day is expected of them any more.
        expected = (within[1] - within[0]).days + 1 if within and not left else 0
        counts[f"expected_{length}"] = expected
        counts[f"worn_{length}"] = sum(worn.get(day) is True for day in window[-length:])
    if not worn and not counts[f"expected_{RECENT_DAYS}"]:
        return dict.fromkeys(counts)
    return counts


def _standing(participant: Participant, this_day: date) -> Standing:
    if participant.status is ParticipantStatus.LEFT:
        return Standing.LEFT
    if participant.last_day is not None and participant.last_day < this_day:
        return Standing.ENDED
    return Standing(participant.status.value)


def _last_data(
    reading: Reading, participant: Participant, recent: Mapping[str, Any], *, ended: bool
) -> date | None:
    if recent:
        return date.fromisoformat(max(recent))
    if ended:
        return participant.last_day
    found = reading.newest(COLLECTION, participant.name, {})
    return date.fromisoformat(found) if found else None


def _last_worn(reading: Reading, name: str, recent: Mapping[str, bool | None]) -> date | None:
    found = max((day for day, worn in recent.items() if worn), default=None)
    found = found or reading.newest(COLLECTION, name, {"worn": True})
    return date.fromisoformat(found) if found else None


@lru_cache(maxsize=4)
def _days_before(this_day: date) -> tuple[str, ...]:
    """The ISO dates of the 30 days before one, oldest first."""
    days = days_between(this_day - RECENT_DAYS * ONE_DAY, this_day - ONE_DAY)
    return tuple(day.isoformat() for day in days)
