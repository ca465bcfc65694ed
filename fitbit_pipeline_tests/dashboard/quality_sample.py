"""Coverage in every state, and nights, for the tests of the page "Data quality"."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.runs import EndpointAsked, RunIdentity, RunKind, Stretch
from fitbit_pipeline.store.store import Store

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 14)
NEVER = date(2026, 11, 5)
FAILED = (date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 12))
ASKED_AT = datetime(2026, 11, 15, 5, tzinfo=UTC)
BROKEN = "Google Health answered with status 500 for sleep."
NOT_GRANTED = "P07 did not share heart data: connect again with its box ticked."


def write_participant(
    store: Store,
    name: str = "P07",
    *,
    last_day: date | None = None,
    status: ParticipantStatus = ParticipantStatus.ACTIVE,
) -> Participant:
    """Somebody who is enrolled since FIRST, of whom nothing is known yet."""
    participant = Participant(
        name, "google_health", "Europe/Athens", FIRST, last_day, status=status
    )
    store.participants.save([participant])
    return participant


def record(
    store: Store,
    endpoint: str,
    days: Iterable[date],
    state: CoverageState = CoverageState.DATA,
    *,
    name: str = "P07",
    settled: bool = True,
    attempts: int = 0,
    reason: str | None = None,
    kind: str | None = None,
) -> None:
    """What is known of an endpoint, replacing what was known of these days."""
    days = list(days)
    entry = CoverageEntry(state, settled, ASKED_AT, attempts, reason, kind)
    known = store.coverage.entries(endpoint, [name], min(days), max(days))
    store.coverage.record("google_health", endpoint, {(name, day): entry for day in days}, known)


def write_every_state(store: Store) -> Participant:
    """P07 from FIRST to LAST, in every state.

    Every endpoint has data, but: nobody ever asked for NEVER; sleep failed on the days FAILED; the
    source has no floors; heart-rate variability is not shared; there is no weight on any day; and
    steps of the last day may still change.
    """
    participant = write_participant(store)
    days = [day for day in days_between(FIRST, LAST) if day != NEVER]
    for endpoint in ENDPOINT_NAMES:
        if endpoint == "floors":
            reason = "The source google_health has no floors of this participant."
            record(store, endpoint, days, CoverageState.FORBIDDEN, reason=reason, kind=NOT_SERVED)
        elif endpoint == "hrv":
            record(
                store,
                endpoint,
                days,
                CoverageState.FORBIDDEN,
                reason=NOT_GRANTED,
                kind="scope_missing",
            )
        elif endpoint == "weight":
            record(store, endpoint, days, CoverageState.EMPTY)
        else:
            record(store, endpoint, days)
    record(
        store,
        "sleep",
        FAILED,
        CoverageState.FAILED,
        settled=False,
        attempts=2,
        reason=BROKEN,
        kind="transient",
    )
    record(store, "steps", [LAST], settled=False)
    return participant


def write_night(
    store: Store,
    due: datetime,
    run_id: str = "6f2c7a54-0000-4000-8000-000000000001",
    *,
    finished: bool = True,
    days: tuple[date, date] = (FIRST, LAST),
) -> None:
    """A night that asked three participants for steps and sleep, and took four minutes."""
    identity = RunIdentity(run_id, RunKind.NIGHTLY, due)
    asked = {
        "steps": EndpointAsked(3, {"data": 30, "empty": 12}, 6, 1.5, 0),
        "sleep": EndpointAsked(3, {"data": 20, "failed": 22}, 9, 2.5, 2),
    }
    for minutes, (endpoint, what) in enumerate(asked.items()):
        began = due + timedelta(minutes=minutes)
        store.runs.asked(
            identity, Stretch(*days, began, began + timedelta(seconds=30)), endpoint, what
        )
    if finished:
        ended = due + timedelta(minutes=4)
        store.runs.finished(identity, Stretch(*days, due + timedelta(minutes=3), ended))
