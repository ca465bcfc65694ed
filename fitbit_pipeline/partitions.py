"""The partitions: one per civil date, and nothing else.

Participants are rows inside a run, not partitions: Dagster pays for every asset and partition
(``docs/performance.md``), so neither assets nor partition dimensions are free. A partition is a
date alone; which instants it spans is each participant's own affair.
"""

from datetime import datetime, time

import dagster as dg

from fitbit_pipeline.settings import Settings


def day_partitions(settings: Settings) -> dg.DailyPartitionsDefinition:
    """One partition per civil date, from the configured first day to yesterday.

    Days end in the deployment's zone; today is not over and so is no partition yet.
    """
    return dg.DailyPartitionsDefinition(
        start_date=datetime.combine(settings.start_date, time()),
        timezone=settings.time_zone,
    )


def backfill_policy(settings: Settings) -> dg.BackfillPolicy:
    """A backfill becomes one run per range of days, or several of a bounded length.

    The same policy stands on every asset, so that one run carries a range through all of them.
    """
    return dg.BackfillPolicy.multi_run(max_partitions_per_run=settings.days_per_run)
