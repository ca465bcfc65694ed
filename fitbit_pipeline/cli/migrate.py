"""``fitbit-pipeline migrate``: a participant moves from the Fitbit Web API to Google Health."""

from typing import Annotated

import typer

from fitbit_pipeline.cli.connect_google import google_consent
from fitbit_pipeline.cli.connected import tell
from fitbit_pipeline.cli.consent import WithBrowser, has_browser
from fitbit_pipeline.cli.console import a_participants, say, told_plainly, warn
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.flow.migrate import check_migration, migrate
from fitbit_pipeline.settings import load_settings


@told_plainly
def migrate_command(
    participant: Annotated[str, typer.Argument(help="Who moves.", callback=a_participants)],
    client: Annotated[
        str | None,
        typer.Option(help="The OAuth client of Google: the name of its file without .json."),
    ] = None,
    browser: WithBrowser = None,
) -> None:
    """Move a participant from the Fitbit Web API to Google Health.

    Their history stays as it was recorded; new days come from Google Health, once the person has
    consented with the Google account into which their Fitbit account was moved.
    """
    with_browser = has_browser() if browser is None else browser
    with open_deployment(load_settings()) as deployment:
        store = deployment.store
        check_migration(store, participant)
        chosen, tokens, account = google_consent(
            deployment, participant, client, with_browser=with_browser
        )
        done = migrate(
            store,
            deployment.google_health.vault,
            chosen,
            tokens,
            account,
            participant,
            deployment.yesterday,
            deployment.clock(),
        )
    tell(done.connected)
    say(f"The days until then stay as they are; Google Health is asked from {done.since} on.")
    if done.unfinished:
        days = "1 day" if done.unfinished == 1 else f"{done.unfinished} days"
        warn(
            f"Of the time before {done.since}, {days} are not complete or were never asked for, "
            "and nobody is asked for them any more: "
            f"fitbit-pipeline coverage --participant {participant} lists them."
        )
