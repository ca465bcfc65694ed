"""What must be true after any night, whatever happened in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from fitbit_pipeline.civil import ONE_DAY, days_between
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sandbox.made_up.habits import first_minute
from fitbit_pipeline.sandbox.made_up.syncs import last_sync
from fitbit_pipeline.sandbox.world import Sandbox
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.keys import day_range, raw_key
from fitbit_pipeline.store.participants import Participant

LOOKED_AT = timedelta(days=40)
"""The last days are looked at after each night; all days at the end."""


@dataclass(slots=True)
class Seen:
    """What is wrong.

    Attributes:
        lies: Keys of entries that say something that is not so.
        never_asked: Keys of days that an undisturbed night should have asked for.
    """

    lies: list[str] = field(default_factory=list)
    never_asked: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """As sentences that name the first few."""
        return [
            f"{len(keys)} {what}: {', '.join(keys[:3])}."
            for keys, what in (
                (self.lies, "entries of coverage say what is not so"),
                (self.never_asked, "days were never asked for"),
            )
            if keys
        ]


def look_along_the_way(
    deployment: Deployment, sandbox: Sandbox, people: Mapping[str, str], *, undisturbed: bool
) -> Seen:
    """Looks at the last days of everybody.

    Coverage never says that there are data without there being any, and calls no day settled that
    the device had not synced whole. After an undisturbed night every day has been asked for.

    Args:
        deployment: Of the study.
        sandbox: Where people are.
        people: Keys in the sandbox, by participant.
        undisturbed: Whether the night was.
    """
    seen = Seen()
    for participant in deployment.store.participants.all():
        last = deployment.yesterday
        first = max(participant.enrolled_on, last - LOOKED_AT)
        _look_at(deployment, sandbox, people[participant.name], participant, first, last, seen)
        if undisturbed and participant.active:
            limit = timedelta(days=deployment.settings.nightly_limit_days)
            _find_never_asked(
                deployment, participant, max(first, last - limit + ONE_DAY), last, seen
            )
    return seen


def _look_at(
    deployment: Deployment,
    sandbox: Sandbox,
    key: str,
    participant: Participant,
    first: date,
    last: date,
    seen: Seen,
) -> None:
    name = participant.name
    person = sandbox.population.person(key)
    synced = last_sync(person, int(sandbox.now().timestamp())) or 0
    raw = deployment.store.database["raw_responses"]
    stored = {
        document["_id"]
        for endpoint in ENDPOINT_NAMES
        for document in raw.find(day_range(f"{name}/{endpoint}", first, last), {"_id": 1})
    }
    for day, entries in deployment.store.coverage.days(name, first, last).items():
        for endpoint, entry in entries.items():
            document = raw_key(name, endpoint, day)
            answered = entry.state in (CoverageState.DATA, CoverageState.EMPTY)
            over = first_minute(person, day + ONE_DAY) * 60
            if (entry.state is CoverageState.DATA and document not in stored) or (
                answered and entry.settled and synced < over
            ):
                seen.lies.append(document)


def _find_never_asked(
    deployment: Deployment, participant: Participant, first: date, last: date, seen: Seen
) -> None:
    known = deployment.store.coverage.days(participant.name, first, last)
    seen.never_asked += [
        raw_key(participant.name, endpoint, day)
        for day in days_between(first, last)
        for endpoint in ENDPOINT_NAMES
        if endpoint not in known.get(day, {})
    ]
