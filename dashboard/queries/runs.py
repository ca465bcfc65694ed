"""Questions about the pipeline's own runs: when it last asked, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

import pandas as pd

from dashboard.queries.reading import Reading
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.runs import Run

COLUMNS = (
    "started_at",
    "kind",
    "first",
    "last",
    "seconds",
    "finished",
    "participants",
    *(state.value for state in CoverageState),
    "requests",
    "run_id",
)


@dataclass(frozen=True, slots=True)
class Night:
    """What the last night did.

    Attributes:
        began: When the first of its runs began, UTC.
        ended: When the last of them told of something done, UTC.
        finished: Whether every range of days got through the last asset.
        first: The first day that it asked for.
        last: The last.
        run_ids: Dagster's names of its runs, in the order in which they began.
        participants: Of how many participants a source was asked, for the endpoint with the most.
        concerned: How many participants a failure or a missing scope kept from a day, for the
            endpoint with the most.
        states: Participant days per coverage state, over all endpoints.
        requests: How many requests it took.
        seconds: How long sources were asked, endpoint by endpoint.
    """

    began: datetime
    ended: datetime
    finished: bool
    first: date
    last: date
    run_ids: tuple[str, ...]
    participants: int = 0
    concerned: int = 0
    states: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0


def last_night(reading: Reading) -> Night | None:
    """What the last night did; None before the first.

    Who is bound to a participant is told when it was, and nothing of what it asked.
    """
    runs = reading.last_night()
    if not runs:
        return None
    return Night(
        began=min(run.started_at for run in runs),
        ended=max(run.reported_at for run in runs),
        finished=_finished(runs),
        first=min(run.first for run in runs),
        last=max(run.last for run in runs),
        run_ids=tuple(run.identity.id for run in runs),
        participants=max(_participants(run) for run in runs),
        concerned=max((asked.told for run in runs for asked in run.endpoints.values()), default=0),
        states=dict(sum((_states(run) for run in runs), Counter())),
        requests=sum(_requests(run) for run in runs),
        seconds=sum(asked.seconds for run in runs for asked in run.endpoints.values()),
    )


def nights_have_somebody(reading: Reading) -> bool:
    """Whether a night has anybody to ask: a participant who is active and whose source lives on."""
    return any(each.active and each.last_day is None for each in reading.participants())


def newest_runs(reading: Reading, count: int) -> pd.DataFrame:
    """The runs that began last, newest first; none for who is bound to a participant.

    Returns:
        A row per run: ``started_at`` (UTC), ``kind``, ``first`` and ``last`` (ISO dates),
        ``seconds`` until it last told of something done, ``finished``, ``participants``, a column
        of participant days per coverage state, ``requests`` and ``run_id``.
    """
    rows = [
        {
            "started_at": run.started_at,
            "kind": run.identity.kind.value,
            "first": run.first.isoformat(),
            "last": run.last.isoformat(),
            "seconds": (run.reported_at - run.started_at).total_seconds(),
            "finished": run.finished_at is not None,
            "participants": _participants(run),
            **{state.value: _states(run)[state.value] for state in CoverageState},
            "requests": _requests(run),
            "run_id": run.identity.id,
        }
        for run in reading.newest_runs(count)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _finished(runs: Sequence[Run]) -> bool:
    """Whether each range got through; a run that was cut off is tried again as another run."""

    def days(run: Run) -> tuple[date, date]:
        return run.first, run.last

    return all(
        any(run.finished_at is not None for run in tries)
        for _, tries in groupby(sorted(runs, key=days), key=days)
    )


def _participants(run: Run) -> int:
    return max((asked.asked for asked in run.endpoints.values()), default=0)


def _states(run: Run) -> Counter[str]:
    found: Counter[str] = Counter()
    for asked in run.endpoints.values():
        found.update(asked.states)
    return found


def _requests(run: Run) -> int:
    return sum(asked.requests for asked in run.endpoints.values())
