"""Who needs a call today, and why: from what is known of a participant to sentences for people.

Pure rules; days are civil days of the participant's own zone. What does not belong: where the facts
come from, and how a page shows the sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from fitbit_pipeline.civil import ONE_DAY, days_between, today

SCOPE_MISSING = "scope_missing"
"""The kind of an endpoint's trouble that only the participant can heal, by sharing it."""

NOT_THEIRS = frozenset({"consent_lost", "quota", "service_disabled"})
"""Kinds of trouble for which an endpoint gives no reason to call: the study's own side must act, or
the participant's status says it already."""

WEAR_ENDPOINTS = frozenset({"heart_rate", "steps"})
"""The endpoints without which nothing tells whether a device was worn."""

RECENT_DAYS = 30
"""How many days before today are looked at one by one."""

_NO_DATA = "no data"


class CallReason(StrEnum):
    """Why somebody should call a participant, most urgent first."""

    CONSENT_GONE = "consent_gone"
    NOT_SYNCED = "not_synced"
    NOT_WORN = "not_worn"
    NO_DATA_EVER = "no_data_ever"
    NOT_SHARED = "not_shared"
    FAILING = "failing"

    @property
    def urgency(self) -> int:
        """Its place in the order: 0 is the most urgent."""
        return list(CallReason).index(self)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An endpoint that lately failed, or that the participant does not share.

    Attributes:
        endpoint: Its name.
        kind: The kind of failure, as coverage keeps it.
        days: How many of the last days it concerns.
        attempts: How many tries in a row have failed; 0 for what is not shared.
    """

    endpoint: str
    kind: str
    days: int
    attempts: int

    @property
    def told(self) -> str:
        """In words: ``heart rate: failed on 6 days``, ``sleep: not shared``."""
        what = "not shared" if self.kind == SCOPE_MISSING else f"failed on {_days(self.days)}"
        return f"{_endpoints([self])}: {what}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a participant.

    Attributes:
        zone: Where they live.
        enrolled_on: Their first civil day.
        last_day: The last civil day that their source can ever have; None while it lives on.
        left: Whether they have left the study.
        consent_gone: Whether their consent is gone.
        consent_reason: Why, as a sentence.
        synced_until: The UTC instant up to which the device is known to have synced, if it is.
        last_data: The newest day with any data, whenever it was; None if there never was one.
        last_worn: The newest day that counts as worn, whenever it was.
        worn: The days with data of the last ``RECENT_DAYS`` by ISO date: worn or not, None where
            data do not tell.
        troubles: What failed lately or is not shared.
    """

    zone: ZoneInfo
    enrolled_on: date
    last_day: date | None = None
    left: bool = False
    consent_gone: bool = False
    consent_reason: str | None = None
    synced_until: datetime | None = None
    last_data: date | None = None
    last_worn: date | None = None
    worn: Mapping[str, bool | None] = field(default_factory=dict)
    troubles: Sequence[Trouble] = ()

    @property
    def synced_on(self) -> date | None:
        """The civil day of that last sync."""
        return today(self.synced_until, self.zone) if self.synced_until else None


@dataclass(frozen=True, slots=True)
class Call:
    """One reason to call somebody.

    Attributes:
        reason: Which.
        days: For how many days it has held, as far as that is known: the longer, the more urgent.
        sentence: What is the matter, for whoever calls.
    """

    reason: CallReason
    days: int
    sentence: str


def calls(facts: Facts, now: datetime, after_days: int) -> list[Call]:
    """The reasons to call a participant today.

    Who has left or whose source has ended needs no call. While the consent is gone nothing is
    asked for, so that silence and failures say nothing more.

    Args:
        facts: What is known of them.
        now: The present instant, UTC.
        after_days: For how many days something must have held.

    Returns:
        The reasons, most urgent first; none if nobody need call.
    """
    this_day = today(now, facts.zone)
    if facts.left or (facts.last_day is not None and facts.last_day < this_day):
        return []
    if facts.consent_gone:
        found = [_consent_gone(facts, this_day), _not_shared(facts)]
    else:
        found = [
            _not_synced(facts, this_day, after_days),
            _not_worn(facts, this_day, after_days),
            _no_data_ever(facts, this_day, after_days),
            _not_shared(facts),
            _failing(facts, after_days),
        ]
    return sorted((call for call in found if call), key=lambda call: call.reason.urgency)


def _consent_gone(facts: Facts, this_day: date) -> Call:
    reason = facts.consent_reason or "The consent is gone: they must connect again."
    since = facts.last_data or facts.enrolled_on
    known = (
        f"The last data are of {_date(since, this_day)}."
        if facts.last_data
        else "There never were any data."
    )
    return Call(CallReason.CONSENT_GONE, max((this_day - since).days, 0), f"{reason} {known}")


def _not_synced(facts: Facts, this_day: date, after_days: int) -> Call | None:
    if facts.last_data is None:
        return None
    if facts.synced_on is not None:
        days = (this_day - facts.synced_on).days
        since = _date(facts.synced_on, this_day)
        sentence = f"The device has not synced for {_days(days)}, since {since}."
    else:
        # The newest day that can be whole is yesterday.
        days = (this_day - ONE_DAY - facts.last_data).days
        since = _date(facts.last_data, this_day)
        sentence = f"No data for {_days(days)}, since {since}; no sync of the device is known."
    return Call(CallReason.NOT_SYNCED, days, sentence) if days >= after_days else None


def _not_worn(facts: Facts, this_day: date, after_days: int) -> Call | None:
    if facts.last_data is None:
        return None
    newest = _newest_told_day(facts.synced_on, facts.last_data, this_day)
    before = facts.last_worn or facts.enrolled_on - ONE_DAY
    begin = max(before + ONE_DAY, this_day - RECENT_DAYS * ONE_DAY)
    looked_at = [facts.worn.get(day.isoformat(), _NO_DATA) for day in days_between(begin, newest)]
    without_data, unknown = looked_at.count(_NO_DATA), looked_at.count(None)
    # A day of which the wear could not be fetched is no day without wear.
    fetched = not any(each.endpoint in WEAR_ENDPOINTS for each in facts.troubles)
    if looked_at.count(False) + (without_data if fetched else 0) < after_days:
        return None
    days = (newest - before).days
    parts = [f"{'No data' if without_data == days else 'Not worn'} for {_days(days)}"]
    if facts.synced_on is not None:
        lately = (this_day - facts.synced_on).days < after_days
        when = _when(facts.synced_on, this_day)
        parts.append(f", though the device synced {when}" if lately else " up to the last sync")
    if facts.last_worn is not None:
        parts.append(f"; last worn on {_date(facts.last_worn, this_day)}")
    if 0 < without_data < days:
        parts.append(f"; {_days(without_data)} of them without data")
    if unknown:
        parts.append(f"; of {_days(unknown)} it is not known")
    return Call(CallReason.NOT_WORN, days, f"{''.join(parts)}.")


def _no_data_ever(facts: Facts, this_day: date, after_days: int) -> Call | None:
    days = (this_day - facts.enrolled_on).days
    if facts.last_data is not None or days < after_days:
        return None
    synced = (
        f"the device synced {_when(facts.synced_on, this_day)}"
        if facts.synced_on
        else "no sync of the device is known"
    )
    sentence = f"No data since enrolment {_days(days)} ago; {synced}."
    return Call(CallReason.NO_DATA_EVER, days, sentence)


def _not_shared(facts: Facts) -> Call | None:
    theirs = [each for each in facts.troubles if each.kind == SCOPE_MISSING]
    if not theirs:
        return None
    return Call(
        CallReason.NOT_SHARED,
        max(each.days for each in theirs),
        f"Not shared: {_endpoints(theirs)}. They must connect again and tick every box.",
    )


def _failing(facts: Facts, after_days: int) -> Call | None:
    # One bad night asks for a week anew and fails for all of it: the tries in a row tell for how
    # many nights it has gone on, the days whether it is not merely one day that cannot be had.
    lasting = [
        each
        for each in facts.troubles
        if each.kind not in {SCOPE_MISSING, *NOT_THEIRS}
        and min(each.days, each.attempts) >= after_days
    ]
    if not lasting:
        return None
    attempts = min(each.attempts for each in lasting)
    return Call(
        CallReason.FAILING,
        attempts,
        f"Fetching has failed {attempts} times in a row: {_endpoints(lasting)}.",
    )


def _newest_told_day(synced_on: date | None, last_data: date, this_day: date) -> date:
    """The newest day that is over and of which the device has told all."""
    if synced_on is not None:
        return min(this_day, synced_on) - ONE_DAY
    return min(this_day - ONE_DAY, last_data)


def _endpoints(troubles: Sequence[Trouble]) -> str:
    return ", ".join(each.endpoint.replace("_", " ") for each in troubles)


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"


def _when(day: date, this_day: date) -> str:
    return {0: "today", 1: "yesterday"}.get((this_day - day).days, f"on {_date(day, this_day)}")


def _date(day: date, this_day: date) -> str:
    return f"{day.day} {day:%B}" if day.year == this_day.year else f"{day.day} {day:%B %Y}"
