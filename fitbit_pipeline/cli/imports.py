"""``fitbit-pipeline import`` and ``backfill``: bring days in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.cli.console import (
    EXIT_USER_ERROR,
    a_participants,
    ask_password,
    console,
    errors,
    fail,
    in_one_line,
    parse_day,
    say,
    told_plainly,
    waits_told,
    warn,
)
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.import_archive import Imported, ImportRequest, import_archive
from fitbit_pipeline.flow.live_collection import live_collection
from fitbit_pipeline.settings import Settings, load_settings
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.store.dump import asks_for_password, is_address, with_password
from fitbit_pipeline.store.runs import RunKind

PROBLEMS_TOLD = 20


@told_plainly
def import_command(
    archive: Annotated[
        list[str],
        typer.Argument(
            help="A folder or zip as it was downloaded; for an export in parts, all part zips. Of "
            "a MongoDB collection a dump, an export, or mongodb://host/database, where it is read "
            "and nothing is written."
        ),
    ],
    participant: Annotated[
        str | None,
        typer.Option(
            help="Whose data it is: 'me' by default. For a file with many people, the prefix of "
            "their names: 'P' by default.",
            callback=a_participants,
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(
            help="The time zone that the person lives in, such as Europe/Athens; needed only "
            "where the archive does not say it."
        ),
    ] = None,
    collection: Annotated[
        str | None,
        typer.Option(
            help="Which collection of a mongodb:// database: 'fitbitCollection' by default, or "
            "'fitbit' where that is not there."
        ),
    ] = None,
    register_only: Annotated[
        bool,
        typer.Option(
            "--register-only", help="Register the people and stop; materialise in the Dagster UI."
        ),
    ] = False,
) -> None:
    """Import an archive and materialise its days.

    Google Takeout, Fitbit export, Fitabase export, the tutorial's collection or LifeSnaps: the
    kind is recognised. The people in it become participants, the original is kept under the home,
    and its days are materialised. An archive that cannot be used changes nothing.
    """
    settings = load_settings()
    address = _address(archive, collection)
    with open_deployment(settings) as deployment:
        with (
            console.status("Reading the archive and keeping a copy …"),
            _paths(deployment, archive, address, collection) as paths,
        ):
            imported = import_archive(
                deployment.store,
                deployment.sources,
                ImportRequest(paths, participant, time_zone, settings.time_zone),
                deployment.clock(),
            )
        tell_import(imported)
        span = materialisable(deployment, imported.first_day, imported.last_day)
        if span is None or register_only:
            if span:
                say(
                    "Registered. Materialise the days in the Dagster UI, or with "
                    f"fitbit-pipeline backfill --from {span[0]} --to {span[1]}."
                )
            return
        # Dagster takes a second to load: commands that run nothing do not wait for it.
        from fitbit_pipeline.cli.runs import materialise

        only = imported.participants[0].name if len(imported.participants) == 1 else None
        finish(materialise(settings, *span, participant=only, kind=RunKind.IMPORT).failures)


@told_plainly
def backfill_command(
    from_day: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")],
    to_day: Annotated[
        str | None, typer.Option("--to", help="The last day, YYYY-MM-DD; yesterday by default.")
    ] = None,
    participant: Annotated[
        str | None,
        typer.Option(help="Only this participant; everybody by default.", callback=a_participants),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again",
            help="Ask the Fitbit Web API for settled days again, too: its requests are scarce.",
        ),
    ] = False,
) -> None:
    """Ask for a range of days again.

    Everything is derived anew from what the sources say. May be repeated; one that was broken off
    goes on where it stopped.
    """
    settings = load_settings()
    first = parse_day(from_day)
    with open_deployment(settings) as deployment:
        last = parse_day(to_day) if to_day else deployment.yesterday
        if participant is not None and deployment.store.participants.get(participant) is None:
            raise UserError(
                f"There is no participant {participant!r}: fitbit-pipeline participants lists them."
            )
        _check_backfill(settings, first, last, deployment.yesterday)
        asked = [
            each
            for each in deployment.store.participants.all()
            if each.active and participant in (None, each.name)
        ]
        from fitbit_pipeline.cli.runs import materialise

        with waits_told():
            report = materialise(
                settings,
                first,
                last,
                participant,
                scarce=any(each.source == FitbitWebSource.name for each in asked),
                again=again,
            )
        finish(report.failures)


def _address(archive: list[str], collection: str | None) -> str | None:
    """The address of a server that is to be read, with the password that was asked for."""
    address = next((each for each in archive if is_address(each)), None)
    if address is None:
        if collection is not None:
            raise UserError(
                "--collection names a collection of a server, and ARCHIVE is none: leave it out, "
                "or name the server as mongodb://host/database."
            )
        return None
    if len(archive) > 1:
        raise UserError("A server is imported by itself: name no other ARCHIVE beside it.")
    if not asks_for_password(address):
        return address
    return with_password(address, ask_password(confirm=False))


@contextmanager
def _paths(
    deployment: Deployment, archive: list[str], address: str | None, collection: str | None
) -> Iterator[list[Path]]:
    """The archive on disk; the collection of a server is there as long as the block runs."""
    if address is None:
        yield [Path(each) for each in archive]
        return
    with live_collection(address, collection, deployment.sources.library) as path:
        yield [path]


def tell_import(imported: Imported) -> None:
    """Says who was found, and which records cannot be used."""
    people = imported.participants
    names = people[0].name if len(people) == 1 else f"{people[0].name} … {people[-1].name}"
    count = "1 participant" if len(people) == 1 else f"{len(people)} participants"
    say(f"{imported.kind}: {count} ({names}), {imported.first_day} to {imported.last_day}.")
    for note in imported.survey.notes:
        say(note)
    problems = imported.survey.problems
    if problems:
        warn(f"{len(problems)} records cannot be used:")
        for problem in problems[:PROBLEMS_TOLD]:
            errors.print(in_one_line(f"  {problem}"), markup=False, soft_wrap=True)
        if len(problems) > PROBLEMS_TOLD:
            errors.print(f"  … and {len(problems) - PROBLEMS_TOLD} more.")


def materialisable(deployment: Deployment, first: date, last: date) -> tuple[date, date] | None:
    """The part of a range of days that has partitions; says which days have none and why."""
    start = deployment.settings.start_date
    newest = deployment.yesterday
    if first < start:
        until = min(last, start - ONE_DAY)
        warn(
            f"{(until - first).days + 1} days from {first} to {until} lie before the first "
            f"partition, {start}, and are not materialised: set FITBIT_PIPELINE_START_DATE={first}"
            " and backfill them."
        )
    if last > newest:
        warn(f"The days after {newest} are not over yet: the coming nights materialise them.")
    span = max(first, start), min(last, newest)
    return span if span[0] <= span[1] else None


def finish(failures: Sequence[str]) -> None:
    """Ends a command that ran Dagster: says what failed, and with which exit code."""
    if not failures:
        return
    for sentence in each_reason_once(failures):
        fail(sentence)
    raise typer.Exit(EXIT_USER_ERROR)


def each_reason_once(failures: Sequence[str]) -> list[str]:
    """Failures for people: what failed for the same reason is told together.

    Args:
        failures: Each says what failed, and behind that sentence why, if it does.
    """
    failed_by_reason: dict[str, list[str]] = {}
    for failure in dict.fromkeys(failures):
        failed, stop, reason = failure.partition(". ")
        failed_by_reason.setdefault(reason or failure, []).append(failed + stop.rstrip())
    return [
        failed[0]
        if reason == failed[0]
        else " ".join([*failed[:1], *_and_more(len(failed) - 1), reason])
        for reason, failed in failed_by_reason.items()
    ]


def _and_more(count: int) -> list[str]:
    if count == 0:
        return []
    return ["And 1 failure more:" if count == 1 else f"And {count} failures more:"]


def _check_backfill(settings: Settings, first: date, last: date, newest: date) -> None:
    if first < settings.start_date:
        raise UserError(
            f"{first} lies before the first partition, {settings.start_date}: set "
            f"FITBIT_PIPELINE_START_DATE={first} or begin later."
        )
    if last > newest:
        raise UserError(f"{last} is not over yet: the newest day that can be asked is {newest}.")
    if first > last:
        raise UserError(f"{first} lies after {last}: name the earlier day with --from.")
