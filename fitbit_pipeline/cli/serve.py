"""``fitbit-pipeline up`` and ``down``: start and stop a deployment."""

from fitbit_pipeline.cli.console import console, end_on_signals, told_plainly
from fitbit_pipeline.cli.processes import (
    check_ports,
    running,
    servers_of,
    wait_until_answering,
    wait_until_ended,
)
from fitbit_pipeline.cli.sign_in import check_secrets, warn_of_open_pages
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.settings import Settings, load_settings
from fitbit_pipeline.store.embedded import stop_server

STARTING_SECONDS = 120


@told_plainly
def up_command() -> None:
    """Start everything, until Ctrl-C.

    MongoDB (embedded unless configured), Dagster UI and nightly schedule, dashboard.
    Runs until Ctrl-C, then stops what it started.
    """
    settings = load_settings()
    with open_deployment(settings, keep_server=False):
        serve(settings)


@told_plainly
def down_command() -> None:
    """Stop the embedded MongoDB of this home."""
    settings = load_settings()
    if settings.mongodb_uri is not None:
        console.print("FITBIT_PIPELINE_MONGODB_URI names a server of yours: nothing to stop.")
    elif stop_server(settings.mongodb_directory):
        console.print("The embedded MongoDB is stopped.")
    else:
        console.print("No embedded MongoDB is running in this home.")


def serve(settings: Settings) -> None:
    """Runs the Dagster UI and the dashboard until interrupted.

    Raises:
        UserError: If one does not start, or ends by itself, or nobody could sign in.
    """
    check_secrets(settings)
    warn_of_open_pages(settings)
    # Also where the command did so before: a run of Dagster in this process takes the signals over.
    end_on_signals()
    servers = servers_of(settings)
    check_ports(servers)
    # Dagster takes a second to load: commands that run nothing do not wait for it.
    from fitbit_pipeline.cli.dagster_home import dagster_instance
    from fitbit_pipeline.cli.orphans import end_orphans

    with dagster_instance(settings) as instance:
        end_orphans(instance)
    with running(servers, settings) as processes:
        with console.status("Starting …"):
            wait_until_answering(servers, processes, STARTING_SECONDS)
        for server in servers:
            console.print(f"{server.name:<12} {server.address}")
        console.print("Ctrl-C stops everything.")
        try:
            wait_until_ended(servers, processes)
        except KeyboardInterrupt:
            console.print("Stopping …")
