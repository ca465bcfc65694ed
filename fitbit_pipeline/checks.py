"""Asset checks: coverage is complete, values are plausible, derived equals derived again.

Each looks at the range of days of the run that it belongs to. No check tells a value: it names the
documents.
"""

from datetime import date

import dagster as dg

from fitbit_pipeline.assets.engagement import DAYS, SUMMARIES
from fitbit_pipeline.assets.metrics import metrics_key
from fitbit_pipeline.assets.raw import raw_key
from fitbit_pipeline.endpoints import ENDPOINTS, Endpoint, Family
from fitbit_pipeline.flow import verify
from fitbit_pipeline.resources import DEPLOYMENT, named, of, participants_of


def build_checks() -> list[dg.AssetChecksDefinition]:
    """All checks."""
    return [
        *(_coverage_complete(endpoint) for endpoint in ENDPOINTS),
        *(_values_plausible(family) for family in Family),
        *(_metrics_rederived(family) for family in Family),
        _days_rederived(),
        _summaries_rederived(),
    ]


def _coverage_complete(endpoint: Endpoint) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=raw_key(endpoint.name),
        required_resource_keys={DEPLOYMENT},
        description="Every active participant and day of the range was asked for, none failed.",
    )
    def coverage_complete(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        first, last = _days(context)
        count = verify.count_coverage(
            of(context).store, participants_of(context), endpoint.name, first, last
        )
        told = named(count.reasons, "participants_told")
        if count.nobody is not None:
            # Here and not in the asset: what is derived from other endpoints goes on, and the run
            # fails nevertheless.
            raise dg.Failure(
                f"No participant's {endpoint.name} could be brought for {last}. {count.nobody}",
                metadata={"failed": count.failed, **told},
                allow_retries=False,
            )
        return dg.AssetCheckResult(
            passed=count.never_asked == 0 and count.failed == 0,
            severity=(
                dg.AssetCheckSeverity.ERROR if count.never_asked else dg.AssetCheckSeverity.WARN
            ),
            metadata={
                "expected": count.expected,
                "never_asked": count.never_asked,
                "failed": count.failed,
                "unsettled": count.unsettled,
                **told,
            },
        )

    return coverage_complete


def _values_plausible(family: Family) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=metrics_key(family),
        required_resource_keys={DEPLOYMENT},
        description="Every value lies within the catalogue's bounds and the day's own length.",
    )
    def values_plausible(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        return _none_of(
            verify.implausible_values(
                of(context).store, participants_of(context), family, *_days(context)
            ),
            "implausible",
            dg.AssetCheckSeverity.WARN,
        )

    return values_plausible


def _metrics_rederived(family: Family) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=metrics_key(family),
        required_resource_keys={DEPLOYMENT},
        description="A sample derived again from raw responses equals what is stored.",
    )
    def equals_rederived(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        return _none_of(
            verify.differing_metrics(
                of(context).store, participants_of(context), family, *_days(context)
            ),
            "differing",
            dg.AssetCheckSeverity.ERROR,
        )

    return equals_rederived


def _days_rederived() -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=DAYS,
        required_resource_keys={DEPLOYMENT},
        description="A sample derived again from metrics equals what is stored.",
    )
    def equals_rederived(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        deployment = of(context)
        return _none_of(
            verify.differing_days(
                deployment.store,
                participants_of(context),
                deployment.thresholds,
                *_days(context),
            ),
            "differing",
            dg.AssetCheckSeverity.ERROR,
        )

    return equals_rederived


def _summaries_rederived() -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=SUMMARIES,
        required_resource_keys={DEPLOYMENT},
        description="A sample derived again from daily engagement equals what is stored.",
    )
    def equals_rederived(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        return _none_of(
            verify.differing_summaries(
                of(context).store, participants_of(context), *_days(context)
            ),
            "differing",
            dg.AssetCheckSeverity.ERROR,
        )

    return equals_rederived


def _days(context: dg.AssetCheckExecutionContext) -> tuple[date, date]:
    """The range of the run; a check that is run alone looks at the newest month."""
    if context.has_partition_key or context.has_partition_key_range:
        keys = context.partition_key_range
        return date.fromisoformat(keys.start), date.fromisoformat(keys.end)
    newest = of(context).yesterday
    return newest.replace(day=1), newest


def _none_of(
    found: verify.Finding, what: str, severity: dg.AssetCheckSeverity
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not found.keys,
        severity=severity,
        metadata={
            "documents_looked_at": found.looked_at,
            f"{what}_documents": len(found.keys),
            f"{what}_keys": dg.MetadataValue.json(found.keys[: verify.KEYS_TOLD]),
        },
    )
