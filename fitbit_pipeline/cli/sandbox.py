"""``fitbit-pipeline sandbox``: serve a made-up Google with made-up people."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from fitbit_pipeline.cli.console import end_on_signals, parse_day, say, told_plainly
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sandbox.server import Sandbox, running

DAYS_BEFORE = 120
"""How much history there is where no first day is named."""


@told_plainly
def sandbox_command(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it is served.")] = 8600,
    people: Annotated[int, typer.Option(min=1, help="How many people there are.")] = 3,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed brings the same people and days.")
    ] = 1,
    from_day: Annotated[
        str | None,
        typer.Option(
            "--from", help="The first day with data, YYYY-MM-DD; by default 120 days ago."
        ),
    ] = None,
    client_file: Annotated[
        Path | None,
        typer.Option(help="Where to write the OAuth client file that points the pipeline here."),
    ] = None,
    requests_per_minute: Annotated[
        int, typer.Option(min=1, help="How many requests each person may have in a minute.")
    ] = 300,
    fitbit_client_file: Annotated[
        Path | None,
        typer.Option(help="Where to write the client file of the Fitbit Web API."),
    ] = None,
    fitbit_requests_per_hour: Annotated[
        int,
        typer.Option(
            min=1, help="How many requests of the Fitbit Web API each person may have in an hour."
        ),
    ] = 150,
    testing_mode: Annotated[
        bool,
        typer.Option(
            "--testing-mode", help="Let consents end after seven days, as for an app in testing."
        ),
    ] = False,
) -> None:
    """Serve a made-up Google with made-up people, until Ctrl-C.

    Google's consent page and Health API on this machine alone, and beside them the Fitbit Web API
    of the same people: to try the pipeline without an account. Everything is forgotten at the end,
    also who consented.
    """
    first_day = parse_day(from_day) if from_day else utc_now().date() - timedelta(days=DAYS_BEFORE)
    end_on_signals()
    sandbox = Sandbox(
        utc_now,
        first_day,
        people=people,
        seed=seed,
        requests_per_minute=requests_per_minute,
        testing_mode=testing_mode,
        fitbit_requests_per_hour=fitbit_requests_per_hour,
    )
    with running(sandbox, port):
        if client_file is not None:
            _write_client(sandbox.client_file(), client_file, "--client-file")
        if fitbit_client_file is not None:
            client = sandbox.fitbit_client_file()
            _write_client(client, fitbit_client_file, "--fitbit-client-file")
        _tell(sandbox, client_file, fitbit_client_file)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            say("Stopping …")


def _write_client(client: dict[str, Any], path: Path, option: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(client, indent=2) + "\n", encoding="utf-8")
    except OSError:
        raise UserError(
            f"The OAuth client file {path} cannot be written: name another path with {option}."
        ) from None


def _tell(sandbox: Sandbox, client_file: Path | None, fitbit_client_file: Path | None) -> None:
    say(f"The sandbox is at {sandbox.base_url}. Its people are made up:")
    for person in sandbox.population.people:
        say(f"  {person.key}  {person.name} ({person.time_zone})")
    if client_file is None:
        say(
            f"To connect one, save {sandbox.base_url}/sandbox/client as sandbox.json in the folder "
            "google-clients of the home, and call:"
        )
    else:
        say(f"The OAuth client is in {client_file}. To connect one:")
    say("  fitbit-pipeline connect NAME --client sandbox")
    if fitbit_client_file is None:
        say(
            "The same people are behind the Fitbit Web API, which was switched off: save "
            f"{sandbox.base_url}/sandbox/fitbit-client as sandbox.json in the folder "
            "fitbit-clients of the home, and call:"
        )
    else:
        say(
            "The same people are behind the Fitbit Web API, which was switched off. Its client is "
            f"in {fitbit_client_file}, also to be had at {sandbox.base_url}/sandbox/fitbit-client. "
            "To connect one:"
        )
    say("  fitbit-pipeline connect NAME --source fitbit_web")
    say("Ctrl-C stops it.")
