"""Thin wiring: from settings to the deployment that assets and schedules work with.

Keep logic out of this module; what a deployment is stands in ``deployment``.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import dagster as dg

from fitbit_pipeline.deployment import Clock, Deployment, open_deployment
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.runs import RunIdentity, RunKind, Stretch

DEPLOYMENT = "deployment"
"""The key under which assets and schedules find it."""

RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"
SETTLED_BEFORE_TAG = "fitbit_pipeline/settled_before"
"""A run that bears it repairs: before that day it asks only for what failed, is not settled, or was
never asked for; without it, for every day."""

PARTICIPANTS_NAMED = 100
"""How many participants the metadata of one event names."""

PARTICIPANT_TAG = "fitbit_pipeline/participant"
"""A run that bears it concerns one participant; without it, everybody."""

AGAIN_TAG = "fitbit_pipeline/again"
"""A run that bears it asks for settled days again even where requests are scarce."""

NIGHT_TAG = "fitbit_pipeline/night"
"""A run that bears it belongs to the night that was due at that instant."""

KIND_TAG = "fitbit_pipeline/kind"
"""A run that the command line began bears it, with the kind of run that it is."""

BACKFILL_TAG = "dagster/backfill"
"""Dagster's own: a run that bears it is part of a backfill from the UI."""


def deployment_resource(settings: Settings, clock: Clock) -> dg.ResourceDefinition:
    """A resource that connects when a run or a tick begins, and disconnects when it ends."""

    @dg.resource(description="MongoDB and the participants' sources")
    def deployment(_context: dg.InitResourceContext) -> Iterator[Deployment]:
        with open_deployment(settings, clock) as opened:
            yield opened

    return deployment


def of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Deployment:
    """The deployment of a run.

    Raises:
        ServerSilentError: If a step before has waited for the database in vain, and it is not back:
            so the steps of a run do not wait one after the other.
    """
    deployment: Deployment = getattr(context.resources, DEPLOYMENT)
    deployment.check_database()
    return deployment


def range_tags(first: date, last: date, participant: str | None = None) -> dict[str, str]:
    """The tags by which a run knows its range of days, and whom it concerns."""
    tags = {RANGE_START_TAG: first.isoformat(), RANGE_END_TAG: last.isoformat()}
    return tags if participant is None else {**tags, PARTICIPANT_TAG: participant}


def participants_of(
    context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext,
) -> list[Participant]:
    """Whom a run concerns: everybody, or the participant that its tag names."""
    name = context.run.tags.get(PARTICIPANT_TAG)
    return [
        participant
        for participant in of(context).store.participants.all()
        if name is None or participant.name == name
    ]


def named(reasons: Mapping[str, str], key: str) -> dict[str, dg.MetadataValue]:
    """Participants and the sentence of each as metadata; nothing where there is nobody.

    A sentence holds no health value and no secret. Of many, the first by name are told, and how
    many there are.
    """
    if not reasons:
        return {}
    told = {name: reasons[name] for name in sorted(reasons)[:PARTICIPANTS_NAMED]}
    return {
        key: dg.MetadataValue.json(told),
        f"{key}_count": dg.MetadataValue.int(len(reasons)),
    }


def settled_before_of(context: dg.AssetExecutionContext) -> date | None:
    """The day before which a run leaves settled days alone; None where it asks for everything."""
    day = context.run.tags.get(SETTLED_BEFORE_TAG)
    return date.fromisoformat(day) if day else None


def again_of(context: dg.AssetExecutionContext) -> bool:
    """Whether a run asks for settled days again even where requests are scarce."""
    return AGAIN_TAG in context.run.tags


def run_identity_of(context: dg.AssetExecutionContext) -> RunIdentity:
    """Which run it is, and why it takes place."""
    tags = context.run.tags
    if NIGHT_TAG in tags:
        night = datetime.fromisoformat(tags[NIGHT_TAG])
        return RunIdentity(context.run.run_id, RunKind.NIGHTLY, night)
    if BACKFILL_TAG in tags:
        return RunIdentity(context.run.run_id, RunKind.BACKFILL)
    return RunIdentity(context.run.run_id, RunKind(tags.get(KIND_TAG, RunKind.MANUAL)))


def stretch_since(context: dg.AssetExecutionContext, began: datetime) -> Stretch:
    """What an asset covered, from when it began until now."""
    return Stretch(*day_range_of(context), began, of(context).clock())


def day_range_of(context: dg.AssetExecutionContext) -> tuple[date, date]:
    """The first and last day of the range that a run covers."""
    keys = context.partition_key_range
    return date.fromisoformat(keys.start), date.fromisoformat(keys.end)
