"""What Dagster loads: assets, checks, the job over all of them, and the nightly schedule.

``build_definitions`` makes a fresh set with other settings, clock or resources, for tests and the
command line; nothing is patched.
"""

import warnings
from collections.abc import Mapping

import dagster as dg

from fitbit_pipeline.assets.engagement import build_engagement_assets
from fitbit_pipeline.assets.metrics import build_metric_assets
from fitbit_pipeline.assets.raw import build_raw_assets
from fitbit_pipeline.checks import build_checks
from fitbit_pipeline.deployment import Clock, utc_now
from fitbit_pipeline.partitions import backfill_policy, day_partitions
from fitbit_pipeline.resources import DEPLOYMENT, deployment_resource
from fitbit_pipeline.schedules import build_nightly_schedule
from fitbit_pipeline.settings import Settings, load_settings

JOB = "days"
"""The job that carries a range of days through every asset."""


def build_definitions(
    settings: Settings | None = None,
    clock: Clock = utc_now,
    resources: Mapping[str, object] | None = None,
) -> dg.Definitions:
    """Everything that Dagster needs to know.

    Args:
        settings: What was chosen; read from the environment by default.
        clock: Tells the present instant, UTC.
        resources: Resources that stand in for the usual ones, by key.
    """
    settings = settings or load_settings()
    days, policy = day_partitions(settings), backfill_policy(settings)
    job = dg.define_asset_job(
        JOB,
        selection=dg.AssetSelection.all(),
        description="Raw responses, metrics and engagement of a range of days.",
    )
    with warnings.catch_warnings():
        # Backfill policies are marked beta; without one, a backfill is a run per day.
        warnings.simplefilter("ignore", dg.BetaWarning)
        assets = [
            *build_raw_assets(days, policy),
            *build_metric_assets(days, policy),
            *build_engagement_assets(days, policy),
        ]
    return dg.Definitions(
        assets=assets,
        asset_checks=build_checks(),
        jobs=[job],
        schedules=[build_nightly_schedule(JOB, settings)],
        resources={DEPLOYMENT: deployment_resource(settings, clock), **(resources or {})},
        # A process per step would start Python anew for each; in one process, one pool of
        # connections and one opened archive serve all steps.
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """The entry point of the code location."""
    return build_definitions()
