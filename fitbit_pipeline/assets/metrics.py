"""Metric assets: one per family, holding one number or time per participant, day and metric."""

import dagster as dg

from fitbit_pipeline.assets.raw import raw_key
from fitbit_pipeline.endpoints import Family, endpoints_of
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.metrics.catalogue import metrics_of
from fitbit_pipeline.resources import DEPLOYMENT, day_range_of, of, participants_of

GROUP = "metrics"


def metrics_key(family: Family) -> dg.AssetKey:
    """``metrics/activity``."""
    return dg.AssetKey([GROUP, family.value])


def build_metric_assets(
    days: dg.PartitionsDefinition, policy: dg.BackfillPolicy
) -> list[dg.AssetsDefinition]:
    """One asset per family of metrics."""
    return [_metric_asset(family, days, policy) for family in Family]


def _metric_asset(
    family: Family, days: dg.PartitionsDefinition, policy: dg.BackfillPolicy
) -> dg.AssetsDefinition:
    @dg.asset(
        key=metrics_key(family),
        deps=[raw_key(endpoint) for endpoint in endpoints_of(family)],
        partitions_def=days,
        backfill_policy=policy,
        required_resource_keys={DEPLOYMENT},
        group_name=GROUP,
        kinds={"mongodb"},
        description="Derived from the raw responses alone: " + ", ".join(metrics_of(family)) + ".",
    )
    def metrics(context: dg.AssetExecutionContext) -> None:
        deployment = of(context)
        first, last = day_range_of(context)
        report = derive_metrics(
            deployment.store,
            participants_of(context),
            family,
            first,
            last,
            deployment.settings.participants_at_once,
        )
        for place in report.refused:
            context.log.warning("A raw response cannot be read: %s", place)
        for day, documents in report.documents.items():
            context.add_asset_metadata(
                {"documents": documents, "payloads_refused_in_range": len(report.refused)},
                partition_key=day.isoformat(),
            )

    return metrics
