"""Raw assets: one per endpoint, holding what the sources said, verbatim."""

from collections import Counter
from datetime import date
from typing import Any

import dagster as dg

from fitbit_pipeline.endpoints import ENDPOINTS, Endpoint
from fitbit_pipeline.flow.cheapest_first import COSTS
from fitbit_pipeline.flow.ingest import IngestReport, ingest
from fitbit_pipeline.resources import (
    DEPLOYMENT,
    again_of,
    day_range_of,
    named,
    of,
    participants_of,
    run_identity_of,
    settled_before_of,
    stretch_since,
)
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.runs import EndpointAsked

GROUP = "raw"

PRIORITY = "dagster/priority"
"""The higher comes first among what is ready: nothing waits behind a quota that something dearer
has used up."""


def raw_key(endpoint: str) -> dg.AssetKey:
    """``raw/steps``."""
    return dg.AssetKey([GROUP, endpoint])


def build_raw_assets(
    days: dg.PartitionsDefinition, policy: dg.BackfillPolicy
) -> list[dg.AssetsDefinition]:
    """One asset per endpoint."""
    return [_raw_asset(endpoint, days, policy) for endpoint in ENDPOINTS]


def _raw_asset(
    endpoint: Endpoint, days: dg.PartitionsDefinition, policy: dg.BackfillPolicy
) -> dg.AssetsDefinition:
    @dg.asset(
        key=raw_key(endpoint.name),
        partitions_def=days,
        backfill_policy=policy,
        required_resource_keys={DEPLOYMENT},
        group_name=GROUP,
        kinds={"mongodb"},
        op_tags={PRIORITY: str(-COSTS[endpoint.name])},
        description=(
            f"{endpoint.description}: what each active participant's source said, verbatim, and "
            "in `coverage` whether it had data, had nothing, failed, or does not serve it."
        ),
    )
    def raw(context: dg.AssetExecutionContext) -> None:
        deployment = of(context)
        first, last = day_range_of(context)
        began = deployment.clock()
        participants = participants_of(context)
        run_id = context.run.run_id
        names = [each.name for each in participants]
        deployment.store.underived.take_up(run_id, names, first, last)
        report = ingest(
            deployment.store,
            deployment.sources.open,
            [each for each in participants if each.active],
            endpoint.name,
            first,
            last,
            began,
            deployment.settings.participants_at_once,
            settled_before_of(context),
            again=again_of(context),
            run=run_id,
        )
        deployment.store.runs.asked(
            run_identity_of(context), stretch_since(context, began), endpoint.name, _asked(report)
        )
        for day, metadata in _metadata(report).items():
            context.add_asset_metadata(metadata, partition_key=day.isoformat())

    return raw


def _asked(report: IngestReport) -> EndpointAsked:
    """The numbers of the whole range, which name nobody."""
    states: Counter[str] = Counter()
    for of_day in report.states.values():
        states.update({state.value: participants for state, participants in of_day.items()})
    return EndpointAsked(
        asked=report.asked,
        states=states,
        requests=report.requests,
        seconds=round(report.seconds, 3),
        told=len({name for reasons in report.told.values() for name in reasons}),
    )


def _metadata(report: IngestReport) -> dict[date, dict[str, Any]]:
    """Counts per coverage state of each day, who is missing and why, and what the range cost."""
    return {
        day: {
            **{f"participants_{state.value}": states[state] for state in CoverageState},
            **named(report.told[day], "participants_told"),
            "requests_of_range": report.requests,
            "seconds_of_range": round(report.seconds, 3),
        }
        for day, states in report.states.items()
    }
