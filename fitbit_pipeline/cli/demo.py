"""``fitbit-pipeline demo``: real people's days, through everything, in one command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from fitbit_pipeline.cli.console import console, end_on_signals, say, told_plainly
from fitbit_pipeline.cli.demo_sandbox import NOTE, connected, made_up_summary, sandbox
from fitbit_pipeline.cli.imports import finish, materialisable, tell_import
from fitbit_pipeline.cli.serve import serve
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.engagement.daily import ActivityBucket
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.import_archive import (
    AlreadyImportedError,
    ImportRequest,
    import_archive,
)
from fitbit_pipeline.settings import Settings, load_settings
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.runs import RunKind

HOME = Path(".demo")
LAST_RECORDED_DAY = date(2016, 5, 12)
FIRST_RECORDED_DAY = date(2016, 3, 12)
ATTRIBUTION = (
    "Data: Furberg, Brinton, Keating, Ortiz: Crowd-sourced Fitbit datasets, Zenodo, "
    "doi 10.5281/zenodo.53894, CC BY 4.0."
)


@told_plainly
def demo_command(
    serve_pages: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the pages until Ctrl-C, or end.")
    ] = True,
) -> None:
    """Show everything on 35 real people's days, and on three made-up ones.

    Imports the recorded days, connects three people of a local sandbox, materialises every asset,
    and serves the pages until Ctrl-C.

    Everything goes into the folder .demo; delete it to begin anew.
    """
    end_on_signals()
    settings = demo_settings()
    with open_deployment(settings, keep_server=False) as deployment, sandbox(settings):
        recorded = registered(deployment)
        say(recorded[0].note or "")
        say(ATTRIBUTION)
        made_up = connected(deployment, deployment.yesterday)
        say(f"{', '.join(person.name for person in made_up)}: {NOTE}")
        first = min(person.enrolled_on for person in (*recorded, *made_up))
        settings = settings.model_copy(update={"start_date": first})
        with _environment(settings):
            # Dagster takes a second to load: commands that run nothing do not wait for it.
            from fitbit_pipeline.cli.runs import materialise

            done = materialise(settings, first, deployment.yesterday, kind=RunKind.IMPORT)
            finish(done.failures)
            console.print(summary(deployment, recorded))
            console.print(made_up_summary(deployment, made_up))
            if serve_pages:
                serve(settings)


def demo_settings() -> Settings:
    """The settings of the environment, with the demo's own home and database."""
    return load_settings().model_copy(
        update={"home": HOME.resolve(), "mongodb_uri": None, "start_date": FIRST_RECORDED_DAY}
    )


def registered(deployment: Deployment) -> list[Participant]:
    """The demo's participants, imported if they are not there yet.

    The dates are moved forward by whole weeks, so that weekdays stay true, and as far as the last
    day is over. Who is there already stays where they are, and the others join them there.
    """
    known = [each for each in deployment.store.participants.all() if each.archives]
    if known:
        weeks = known[0].archives[0].shift_days // 7
    else:
        weeks = (deployment.yesterday - LAST_RECORDED_DAY).days // 7
    note = (
        f"Recorded in 2016; every date is moved forward by {weeks} weeks, so that the last day is "
        f"{LAST_RECORDED_DAY + timedelta(weeks=weeks)}."
    )
    with as_file(files("fitbit_pipeline") / "demo_data") as folder:
        request = ImportRequest(
            paths=[folder],
            participant=None,
            time_zone=None,
            default_zone=deployment.settings.time_zone,
            shift_days=7 * weeks,
            note=note,
        )
        try:
            imported = import_archive(
                deployment.store, deployment.sources, request, deployment.clock()
            )
        except AlreadyImportedError:
            return known
    tell_import(imported)
    if materialisable(deployment, imported.first_day, imported.last_day) is None:
        raise UserError("None of the demo's days are over yet: check this machine's clock.")
    return list(imported.participants)


def summary(deployment: Deployment, participants: list[Participant]) -> Table:
    """People, days, worn days and buckets, as a table to print."""
    counted = deployment.store.count_engagement([each.name for each in participants])
    table = Table(title="Recorded by real people", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    first = min(participant.enrolled_on for participant in participants)
    last = max(participant.last_day or first for participant in participants)
    table.add_row("people", f"{len(participants)}")
    table.add_row("from", f"{first}")
    table.add_row("to", f"{last}")
    table.add_row("days with data", f"{counted['days']:,}")
    table.add_row("days worn", f"{counted['worn_days']:,}")
    for bucket in ActivityBucket:
        label = bucket.value.replace("_", " ")
        table.add_row(f"  {label}", f"{counted['buckets'].get(bucket.value, 0):,}")
    table.add_row("metric values", f"{counted['metrics']:,}")
    return table


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """Lets code that Dagster loads by itself find the demo's home, too."""
    values = {
        "FITBIT_PIPELINE_HOME": str(settings.home),
        "FITBIT_PIPELINE_START_DATE": settings.start_date.isoformat(),
    }
    before = {name: os.environ.get(name) for name in (*values, "FITBIT_PIPELINE_MONGODB_URI")}
    os.environ.update(values)
    os.environ.pop("FITBIT_PIPELINE_MONGODB_URI", None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
