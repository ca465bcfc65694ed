"""What to do about days that are missing: sentences with the commands to copy.

Pure: no Streamlit, no store. Which days are missing, and why, is asked in ``queries.quality``.
"""

from dataclasses import dataclass
from datetime import date

from dashboard.queries.days import NEVER_ASKED
from dashboard.queries.quality import NOT_SHARED, Gap
from fitbit_pipeline.civil import contiguous_ranges
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline.store.coverage import NOT_SERVED
from fitbit_pipeline.store.participants import Participant, ParticipantStatus

RANGES_TOLD = 5


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back days can be asked for.

    Attributes:
        backfills: The first partition: no earlier day can be asked for.
        nights: The first day that the coming night looks at.
    """

    backfills: date
    nights: date


def remedy(gap: Gap, participant: Participant, reach: Reach) -> str:
    """What brings the days of a gap, as Markdown.

    Args:
        gap: What is missing.
        participant: Whose.
        reach: How far back days can be asked for.
    """
    connect = f"`fitbit-pipeline connect {participant.name}`"
    backfill = _backfill(gap, participant, reach.backfills)
    if gap.standing == NOT_SERVED:
        return "Nothing is wrong: there is none to be had from this source."
    if gap.shared_since:
        return f"It is shared by now: the coming night asks again; {backfill} asks now."
    if gap.standing == NOT_SHARED:
        return f"{connect}, with every box ticked on Google's page, then {backfill}."
    if gap.kind == FailureKind.CONSENT_LOST or participant.status is not ParticipantStatus.ACTIVE:
        return f"{connect}, then {backfill}."
    if gap.kind in {FailureKind.DAMAGED, FailureKind.SOURCE_GONE}:
        return f"`fitbit-pipeline import` with the archive, downloaded again, then {backfill}."
    if gap.kind == FailureKind.SERVICE_DISABLED:
        return f"Mend what the reason names (`docs/google_health.md` tells how), then {backfill}."
    lives_on = participant.last_day is None
    if gap.standing != NEVER_ASKED and lives_on and gap.days[0] >= reach.nights:
        return f"The coming night asks again; {backfill} asks now."
    return f"{backfill} asks for them."


def spoken_days(days: tuple[date, ...]) -> str:
    """Days as ranges, the first few of many: ``2026-11-01 to 2026-11-05, 2026-11-09``."""
    ranges = [
        f"{first}" if first == last else f"{first} to {last}"
        for first, last in contiguous_ranges(days)
    ]
    more = len(ranges) - RANGES_TOLD
    return ", ".join(ranges[:RANGES_TOLD]) + (f" and {more} more ranges" if more > 0 else "")


def _backfill(gap: Gap, participant: Participant, start: date) -> str:
    first, last = gap.days[0], gap.days[-1]
    command = f"`fitbit-pipeline backfill --from {first} --to {last} --participant"
    command = f"{command} {participant.name}`"
    return f"`FITBIT_PIPELINE_START_DATE={first}` and {command}" if first < start else command
