"""Questions about how many days in a row the device was worn."""

from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.queries.reading import Reading
from fitbit_pipeline.store.coverage import CoverageState


@dataclass(frozen=True, slots=True)
class WearStreak:
    """How many days in a row the device was worn.

    Attributes:
        last_day: The last day of the range with data; None if there is none.
        is_open: Whether that day may still become a worn one, so that it ends no streak.
        days: How many worn days in a row lead up to it, also from before the range.
        since: The first of them; None if there are none.
        longest: The most worn days in a row within the range.
        worn_days: The worn days of the range.
    """

    last_day: date | None
    is_open: bool
    days: int
    since: date | None
    longest: int
    worn_days: int


def wear_streak(reading: Reading, participant: str, first: date, last: date) -> WearStreak:
    """How many days in a row the device was worn, up to the last day of a range with data.

    A day that is missing, not worn or of which wear is unknown ends a streak; a last day that is
    not worn yet and may still change does not.
    """
    runs = _worn_runs(reading, participant, last)
    within = [(min(end, last) - max(start, first)).days + 1 for start, end in runs if end >= first]
    newest = reading.aggregate_days(
        "daily_engagement",
        participant,
        first,
        last,
        [{"$sort": {"_id": -1}}, {"$limit": 1}, {"$project": {"date": 1, "worn": 1}}],
    )
    if not newest:
        return WearStreak(None, is_open=False, days=0, since=None, longest=0, worn_days=0)
    last_day = date.fromisoformat(newest[0]["date"])
    entries = reading.coverage(participant, last_day, last_day, ["heart_rate", "steps"])
    is_open = newest[0]["worn"] is not True and any(
        entry.state is CoverageState.DATA and not entry.settled
        for entry in entries.get(last_day, {}).values()
    )
    ends = last_day - timedelta(days=1) if is_open else last_day
    current = next((start for start, end in runs if end == ends), None)
    return WearStreak(
        last_day=last_day,
        is_open=is_open,
        days=(ends - current).days + 1 if current else 0,
        since=current,
        longest=max(within, default=0),
        worn_days=sum(within),
    )


def _worn_runs(reading: Reading, participant: str, last: date) -> list[tuple[date, date]]:
    # Within a run of days the date less the number of the worn day stays the same.
    number = {
        "$setWindowFields": {
            "sortBy": {"date": 1},
            "output": {"number": {"$documentNumber": {}}},
        }
    }
    island = {
        "$dateSubtract": {
            "startDate": {"$dateFromString": {"dateString": "$date"}},
            "unit": "day",
            "amount": "$number",
        }
    }
    found = reading.aggregate_days(
        "daily_engagement",
        participant,
        date.min,
        last,
        [
            {"$match": {"worn": True}},
            number,
            {"$group": {"_id": island, "first": {"$min": "$date"}, "last": {"$max": "$date"}}},
            {"$sort": {"first": 1}},
        ],
    )
    return [(date.fromisoformat(each["first"]), date.fromisoformat(each["last"])) for each in found]
