"""``fitbit-pipeline viewers``: who may look at the dashboard once sign-in is switched on."""

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from fitbit_pipeline.cli.console import (
    a_participants,
    ask_password,
    console,
    say,
    told_plainly,
    warn,
)
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.passwords import hash_password
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.store.viewers import Viewer, viewer_name

SETTING = "FITBIT_PIPELINE_DASHBOARD_SIGN_IN"

viewers_app = typer.Typer(
    help="Say who may look at the dashboard; docs/dashboard.md tells how to switch sign-in on.",
    no_args_is_help=True,
)


@viewers_app.command("add")
@told_plainly
def add_command(
    name: Annotated[
        str, typer.Argument(help="A name, or the e-mail address with which the person signs in.")
    ],
    participant: Annotated[
        str | None,
        typer.Option(
            help="The one participant whom they may see; everybody unless given.",
            callback=a_participants,
        ),
    ] = None,
    password: Annotated[
        bool,
        typer.Option(
            "--password/--no-password",
            help="Ask for a password, twice, or read it from a pipe; none is needed for sign-in "
            "through OpenID Connect.",
        ),
    ] = True,
) -> None:
    """Let somebody look at the dashboard.

    Of a name that is known it replaces password and participant; who is signed in under it must
    sign in again.
    """
    settings = load_settings()
    name = viewer_name(name)
    with open_deployment(settings) as deployment:
        if participant is not None and deployment.store.participants.get(participant) is None:
            raise UserError(
                f"There is no participant {participant!r}: fitbit-pipeline participants lists them."
            )
        stored = hash_password(ask_password(confirm=True)) if password else None
        is_new = deployment.store.viewers.add(Viewer(name, participant, stored))
    sees = "everybody" if participant is None else f"{participant} alone"
    say(f"{name} {'is added' if is_new else 'is changed'}, and sees {sees}.")
    if settings.dashboard_sign_in == "none":
        warn(
            "Sign-in is switched off, so everybody who reaches the dashboard sees everybody: set "
            f"{SETTING} to password or oidc."
        )
    elif settings.dashboard_sign_in == "password" and stored is None:
        warn(f"{name} cannot sign in, for {SETTING} is password: add them with a password.")


@viewers_app.command("list")
@told_plainly
def list_command() -> None:
    """List who may look at the dashboard."""
    settings = load_settings()
    with open_deployment(settings) as deployment:
        viewers = deployment.store.viewers.all()
    if viewers:
        table = Table(box=SIMPLE_HEAD)
        for heading in ("viewer", "sees", "password"):
            table.add_column(heading, overflow="fold")
        for each in viewers:
            has_password = "yes" if each.password else "no"
            table.add_row(escape(each.name), each.participant or "everybody", has_password)
        console.print(table)
    else:
        say("There is no viewer yet: fitbit-pipeline viewers add NAME.")
    say(f"{SETTING} is {settings.dashboard_sign_in}.")


@viewers_app.command("remove")
@told_plainly
def remove_command(
    name: Annotated[str, typer.Argument(help="As fitbit-pipeline viewers list shows it.")],
) -> None:
    """Take the access to the dashboard from somebody; who is signed in loses it at once."""
    name = viewer_name(name)
    with open_deployment(load_settings()) as deployment:
        if not deployment.store.viewers.remove(name):
            raise UserError(
                f"There is no viewer {name!r}: fitbit-pipeline viewers list shows them."
            )
    say(f"{name} may not look at the dashboard any more.")
