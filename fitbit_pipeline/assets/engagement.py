"""Engagement assets: wear and activity per day, and trailing summaries of 7, 30 and 90 days."""

import dagster as dg

from fitbit_pipeline.assets.metrics import metrics_key
from fitbit_pipeline.assets.raw import raw_key
from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.resources import (
    DEPLOYMENT,
    day_range_of,
    of,
    participants_of,
    run_identity_of,
    stretch_since,
)
from fitbit_pipeline.store.derived import Changes

GROUP = "engagement"
DAYS = dg.AssetKey([GROUP, "days"])
SUMMARIES = dg.AssetKey([GROUP, "summaries"])
ALL = (*map(raw_key, ENDPOINT_NAMES), *map(metrics_key, Family), DAYS, SUMMARIES)


def build_engagement_assets(
    days: dg.PartitionsDefinition, policy: dg.BackfillPolicy
) -> list[dg.AssetsDefinition]:
    """Daily engagement and its trailing summaries."""

    @dg.asset(
        key=DAYS,
        deps=[metrics_key(family) for family in Family],
        partitions_def=days,
        backfill_policy=policy,
        required_resource_keys={DEPLOYMENT},
        group_name=GROUP,
        kinds={"mongodb"},
        description="Wear time, worn or not, activity bucket and activity levels of every day.",
    )
    def engagement_days(context: dg.AssetExecutionContext) -> None:
        deployment = of(context)
        changes = derive_days(
            deployment.store,
            participants_of(context),
            deployment.thresholds,
            *day_range_of(context),
            deployment.settings.participants_at_once,
        )
        _tell(context, changes)

    # Dagster is told of the same day only. Were it told that a summary looks back 89 days, a
    # backfill of one day would launch 89 more; the asset itself makes later summaries anew.
    @dg.asset(
        key=SUMMARIES,
        deps=[DAYS],
        partitions_def=days,
        backfill_policy=policy,
        required_resource_keys={DEPLOYMENT},
        group_name=GROUP,
        kinds={"mongodb"},
        description="Worn days, buckets and shares of the 7, 30 and 90 days that end on each day.",
    )
    def engagement_summaries(context: dg.AssetExecutionContext) -> None:
        deployment = of(context)
        began = deployment.clock()
        first, last = day_range_of(context)
        changes = derive_summaries(
            deployment.store,
            participants_of(context),
            first,
            last,
            deployment.settings.participants_at_once,
        )
        if _carries_everything(context):
            deployment.store.underived.derived(context.run.run_id, first, last)
        deployment.store.runs.finished(run_identity_of(context), stretch_since(context, began))
        _tell(context, changes)

    return [engagement_days, engagement_summaries]


def _carries_everything(context: dg.AssetExecutionContext) -> bool:
    """Whether the run has all assets: one with a part of them leaves the rest to a night."""
    steps = context.run.step_keys_to_execute
    return steps is None or all(key.to_python_identifier() in steps for key in ALL)


def _tell(context: dg.AssetExecutionContext, changes: Changes) -> None:
    first, last = day_range_of(context)
    for day in days_between(first, last):
        context.add_asset_metadata(
            {
                "documents_of_range": changes.wanted,
                "documents_written_in_range": changes.written,
                "documents_removed_in_range": changes.removed,
            },
            partition_key=day.isoformat(),
        )
