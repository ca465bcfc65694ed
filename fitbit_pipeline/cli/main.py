"""The program ``fitbit-pipeline``: its commands and their help."""

import typer

from fitbit_pipeline.cli.connect import connect_command, disconnect_command, rotate_key_command
from fitbit_pipeline.cli.demo import demo_command
from fitbit_pipeline.cli.hidden_password import arguments
from fitbit_pipeline.cli.imports import backfill_command, import_command
from fitbit_pipeline.cli.migrate import migrate_command
from fitbit_pipeline.cli.report import coverage_command, participants_command
from fitbit_pipeline.cli.sandbox import sandbox_command
from fitbit_pipeline.cli.serve import down_command, up_command
from fitbit_pipeline.cli.viewers import viewers_app

app = typer.Typer(
    name="fitbit-pipeline",
    help="Keeps every day of Fitbit data of one person or of a whole study.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
)
app.command("up")(up_command)
app.command("down")(down_command)
app.command("demo")(demo_command)
app.command("connect")(connect_command)
app.command("disconnect")(disconnect_command)
app.command("migrate")(migrate_command)
app.command("import")(import_command)
app.command("backfill")(backfill_command)
app.command("participants")(participants_command)
app.command("coverage")(coverage_command)
app.add_typer(viewers_app, name="viewers")
app.command("rotate-key")(rotate_key_command)
app.command("sandbox")(sandbox_command)


def main() -> None:
    """Runs the program."""
    app(arguments())


if __name__ == "__main__":
    main()
