"""The nightly schedule: asks once per range of days that are new, late, failed or never asked for.

Which days those are is decided in ``flow.nights``. Dagster drops missed ticks, so a night looks at
what is missing and not at when it last ran.
"""

from collections.abc import Iterator
from datetime import UTC

import dagster as dg

from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.flow.nights import Known, Night, plan_night
from fitbit_pipeline.resources import DEPLOYMENT, NIGHT_TAG, SETTLED_BEFORE_TAG, range_tags
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.store import Store


def tonight(deployment: Deployment) -> Night:
    """What the coming night does, by what the store knows now."""
    settings = deployment.settings
    return plan_night(
        known_participants(deployment.store),
        deployment.yesterday,
        settings.trailing_days,
        settings.nightly_limit_days,
        settings.days_per_run,
        deployment.store.underived.days(),
    )


def known_participants(store: Store) -> dict[str, Known]:
    """What the store knows of every active participant."""
    active = [each for each in store.participants.all() if each.active]
    names = [each.name for each in active]
    asked = store.coverage.asked_days(names)
    unfinished = store.coverage.unfinished_days(names)
    return {
        each.name: Known(
            enrolled_on=each.source_since,
            last_day=each.last_day,
            asked=frozenset(asked.get(each.name, ())),
            unfinished=frozenset(unfinished.get(each.name, ())),
        )
        for each in active
    }


def build_nightly_schedule(job_name: str, settings: Settings) -> dg.ScheduleDefinition:
    """The schedule ``nightly``: switched on by default, at 05:00 unless set otherwise."""

    @dg.schedule(
        name="nightly",
        job_name=job_name,
        cron_schedule=f"{settings.nightly_at.minute} {settings.nightly_at.hour} * * *",
        execution_timezone=settings.time_zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        required_resource_keys={DEPLOYMENT},
        description="Asks for the days that are new, late, failed or never asked for.",
    )
    def nightly(
        context: dg.ScheduleEvaluationContext,
    ) -> Iterator[dg.RunRequest | dg.SkipReason]:
        night = tonight(getattr(context.resources, DEPLOYMENT))
        if night.left:
            context.log.warning(
                "%d days between %s and %s want asking but lie further back than one night "
                "repairs: backfill them.",
                len(night.left),
                night.left[0],
                night.left[-1],
            )
        due = context.scheduled_execution_time.astimezone(UTC).isoformat()
        for first, last in night.ranges:
            # Dagster asks for a key where there are several; a night's own lets the same range be
            # asked for again on another night.
            yield dg.RunRequest(
                run_key=f"{context.scheduled_execution_time.isoformat()}/{first}/{last}",
                tags={
                    **range_tags(first, last),
                    NIGHT_TAG: due,
                    SETTLED_BEFORE_TAG: night.trailing_from.isoformat(),
                },
            )
        if not night.ranges:
            yield dg.SkipReason("Nobody has days that are new, late, failed or never asked for.")

    return nightly
