"""``fitbit-pipeline participants`` and ``coverage``: who there is; what is missing, and why."""

from collections.abc import Iterable, Set
from datetime import date
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from fitbit_pipeline.civil import contiguous_ranges
from fitbit_pipeline.cli.console import a_participants, console, parse_day, say, told_plainly
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.inventory import (
    EndpointInventory,
    Inventory,
    inventory_of,
    take_inventory,
)
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.store.participants import Participant

RANGES_TOLD = 5


@told_plainly
def participants_command() -> None:
    """List the participants."""
    with open_deployment(load_settings()) as deployment:
        participants = deployment.store.participants.all()
        if not participants:
            say(
                "There is nobody yet: connect an account with fitbit-pipeline connect, import an "
                "archive with fitbit-pipeline import, or see fitbit-pipeline demo."
            )
            return
        engagement = deployment.store.engagement_by_participant()
        table = Table(box=SIMPLE_HEAD)
        for name in ("participant", "status", "source", "time zone", "from", "to"):
            table.add_column(name, overflow="fold")
        for name in ("days with data", "worn"):
            table.add_column(name, justify="right")
        for each in participants:
            counted = engagement.get(each.name, {"days": 0, "worn_days": 0})
            table.add_row(
                each.name,
                each.status.value,
                each.source,
                each.time_zone,
                str(each.enrolled_on),
                str(each.last_day or "…"),
                str(counted["days"]),
                str(counted["worn_days"]),
            )
        console.print(table)
        for each in participants:
            if each.status_reason:
                say(f"{each.name}: {each.status_reason}")
        for note in dict.fromkeys(each.note for each in participants if each.note):
            say(note)


@told_plainly
def coverage_command(
    participant: Annotated[
        str | None,
        typer.Option(
            help="Every endpoint of this participant, with reasons.", callback=a_participants
        ),
    ] = None,
    from_day: Annotated[
        str | None, typer.Option("--from", help="The first day; enrolment by default.")
    ] = None,
    to_day: Annotated[
        str | None, typer.Option("--to", help="The last day; yesterday by default.")
    ] = None,
) -> None:
    """Show what is there, what is missing, and why.

    data: the source had something. empty: it answered fully and had nothing. failed: the last try
    failed. forbidden: not granted or not served. never asked: nobody asked yet.
    """
    first = parse_day(from_day) if from_day else None
    last = parse_day(to_day) if to_day else None
    with open_deployment(load_settings()) as deployment:
        newest = min(last, deployment.yesterday) if last else deployment.yesterday
        if participant is not None:
            known = deployment.store.participants.get(participant)
            if known is None:
                raise UserError(
                    f"There is no participant {participant!r}: fitbit-pipeline participants "
                    "lists them."
                )
            _tell_one(deployment, known, inventory_of(deployment.store, known, first, newest))
        else:
            _tell_all(take_inventory(deployment.store, first, newest))


def _tell_all(inventories: Iterable[Inventory]) -> None:
    table = Table(title="Endpoint days by state", box=SIMPLE_HEAD)
    table.add_column("participant")
    table.add_column("days", justify="right")
    for name in ("data", "empty", "failed", "forbidden", "never asked", "not settled"):
        table.add_column(name, justify="right")
    for each in inventories:
        table.add_row(each.participant, str(each.days), *_counts(each.total()))
    if not table.row_count:
        say("There is nobody yet: import an archive with fitbit-pipeline import.")
        return
    console.print(table)
    say("fitbit-pipeline coverage --participant NAME tells which days, and why.")


def _tell_one(deployment: Deployment, participant: Participant, inventory: Inventory) -> None:
    table = Table(
        title=f"{participant.name}: {inventory.days} days by endpoint and state", box=SIMPLE_HEAD
    )
    table.add_column("endpoint")
    for name in ("data", "empty", "failed", "forbidden", "never asked", "not settled"):
        table.add_column(name, justify="right")
    for name, endpoint in inventory.endpoints.items():
        table.add_row(name, *_counts(endpoint))
    console.print(table)
    for name, endpoint in inventory.endpoints.items():
        for reason, days in endpoint.reasons.items():
            say(f"{name}, {_ranges(days)}: {reason}")
        if endpoint.never_asked:
            say(f"{name}, {_ranges(endpoint.never_asked)}: never asked.")
    never_asked = {day for each in inventory.endpoints.values() for day in each.never_asked}
    for sentence in ways_to(never_asked, participant, deployment.settings.start_date):
        say(sentence)


def ways_to(never_asked: Set[date], participant: Participant, start: date) -> list[str]:
    """How days that were never asked for can be had, as sentences.

    Args:
        never_asked: The days.
        participant: Whose they are.
        start: The first partition.
    """
    sentences = []
    since = participant.source_since
    if any(day >= since for day in never_asked):
        hint = (
            f" Days before {start} need an earlier FITBIT_PIPELINE_START_DATE."
            if since < start
            else ""
        )
        sentences.append(f"fitbit-pipeline backfill --from … asks for them.{hint}")
    if any(day < since for day in never_asked):
        sentences.append(
            f"Days before {since} belong to the source {participant.past_sources[-1].source}, "
            "which is not asked any more: an archive, imported under another name, has them."
        )
    return sentences


def _counts(counted: EndpointInventory) -> list[str]:
    return [
        str(counted.data),
        str(counted.empty),
        str(counted.failed),
        str(counted.forbidden),
        str(len(counted.never_asked)),
        str(counted.unsettled),
    ]


def _ranges(days: list[date]) -> str:
    ranges = [
        f"{first}" if first == last else f"{first} to {last}"
        for first, last in contiguous_ranges(days)
    ]
    more = f" and {len(ranges) - RANGES_TOLD} more ranges" if len(ranges) > RANGES_TOLD else ""
    return ", ".join(ranges[:RANGES_TOLD]) + more
