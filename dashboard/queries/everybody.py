"""Questions about the coverage of all participants together, counted by MongoDB."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.queries.days import NEVER_ASKED
from dashboard.queries.quality import STANDINGS, standing_of
from dashboard.queries.reading import Reading
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.participants import Participant, ParticipantStatus

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EverybodysCoverage:
    """How a range of days stands, of all who are in the study.

    Attributes:
        participants: How many have a day of the range, who left not counted.
        participant_days: How many days those are, one for each participant and date.
        concerned: How many participants a failure keeps from something.
        endpoints: A row per endpoint: ``endpoint``, a column of participant days per standing of
            ``queries.quality.STANDINGS``, and ``concerned``, the participants whose last try of it
            failed.
    """

    participants: int
    participant_days: int
    concerned: int
    endpoints: pd.DataFrame


def everybodys_coverage(reading: Reading, first: date, last: date) -> EverybodysCoverage:
    """How every endpoint stands over a range of days, of all whom the viewer may see.

    Who left is not asked any more and not counted.

    Args:
        reading: Whom to ask.
        first: The first day.
        last: The last day, included; name none that is not over.
    """
    everybody = reading.participants()
    left = [each.name for each in everybody if each.status is ParticipantStatus.LEFT]
    expected = {
        each.name: days
        for each in everybody
        if each.status is not ParticipantStatus.LEFT and (days := _days(each, first, last))
    }
    counts: Counter[tuple[str, str]] = Counter()
    failing: dict[str, set[str]] = {name: set() for name in ENDPOINT_NAMES}
    for pattern in _patterns(reading, first, last, left):
        for endpoint, state, kind in zip(
            ENDPOINT_NAMES, pattern["_id"]["states"], pattern["_id"]["kinds"], strict=True
        ):
            if state is None:
                continue
            counts[endpoint, standing_of(state, kind)] += pattern["days"]
            if state == CoverageState.FAILED.value:
                failing[endpoint].update(pattern["participants"])
    participant_days = sum(expected.values())
    return EverybodysCoverage(
        participants=len(expected),
        participant_days=participant_days,
        concerned=len(set().union(*failing.values())),
        endpoints=pd.DataFrame(
            [_row(name, counts, participant_days, len(failing[name])) for name in ENDPOINT_NAMES]
        ),
    )


def _patterns(reading: Reading, first: date, last: date, left: list[str]) -> list[Document]:
    """Days grouped by how all their endpoints stand: far fewer groups than there are entries.

    Taking every entry apart instead, or counting each endpoint and state by itself, takes MongoDB
    two to four times as long.
    """
    return reading.aggregate_everybody(
        "coverage",
        {
            "date": {"$gte": first.isoformat(), "$lte": last.isoformat()},
            "participant": {"$nin": left},
        },
        [
            {
                "$group": {
                    "_id": {
                        "states": [f"$endpoints.{name}.state" for name in ENDPOINT_NAMES],
                        "kinds": [f"$endpoints.{name}.kind" for name in ENDPOINT_NAMES],
                    },
                    "days": {"$sum": 1},
                    "participants": {"$addToSet": "$participant"},
                }
            }
        ],
    )


def _days(participant: Participant, first: date, last: date) -> int:
    span = participant.days_within(first, last)
    return (span[1] - span[0]).days + 1 if span else 0


def _row(
    endpoint: str, counts: Counter[tuple[str, str]], participant_days: int, concerned: int
) -> dict[str, Any]:
    known = {standing: counts[endpoint, standing] for standing in STANDINGS}
    known[NEVER_ASKED] = max(participant_days - sum(known.values()), 0)
    return {"endpoint": endpoint, **known, "concerned": concerned}
