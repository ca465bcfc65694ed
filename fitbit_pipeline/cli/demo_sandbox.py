"""The demo's made-up participants: a sandbox of its own, and three people who connect to it.

They go through the same consent and the same source as real ones. The sandbox forgets its tokens
when it stops, so every start of the demo connects them again.
"""

import socket
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from fitbit_pipeline.cli.processes import KEY, MONGODB_URI, Server, running, wait_until_answering
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.flow.connect import connect
from fitbit_pipeline.flow.consents import ConnectRequest
from fitbit_pipeline.flow.new_account import read_new_account
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.sources.google_health.oauth import Consent
from fitbit_pipeline.store.participants import Participant

CLIENT = "sandbox"
PEOPLE = {"sandbox-1": "p001", "sandbox-2": "p002", "sandbox-3": "p003"}
"""The sandbox's people by the names under which the demo connects them."""
DAYS = 120
STARTING_SECONDS = 60
REDIRECT = "http://127.0.0.1:53682/"
"""Nobody listens there: the answer is read from the address itself."""
NOTE = (
    "Made up by the sandbox, a local server that speaks Google's consent and Health API; connected "
    "as real people are."
)
TOLD = {
    "nights with stages": "deep_minutes",
    "days with wear minutes": "heart_rate_minutes",
    "resting heart rate": "resting_heart_rate",
    "heart-rate variability": "hrv_rmssd",
}
"""Columns of the table, and the metric whose days each counts."""


@contextmanager
def sandbox(settings: Settings) -> Iterator[None]:
    """Runs the demo's sandbox until the block ends, and leaves its OAuth client in the home.

    Raises:
        UserError: If it does not start.
    """
    server = _server(settings)
    with running([server], settings) as processes:
        wait_until_answering([server], processes, STARTING_SECONDS)
        yield


def connected(deployment: Deployment, newest: date) -> list[Participant]:
    """The demo's three sandbox people, with the days up to the newest."""
    return connect_people(deployment, PEOPLE, newest - timedelta(days=DAYS - 1))


def connect_people(
    deployment: Deployment,
    people: Mapping[str, str],
    first: date,
    scopes: Collection[str] | None = None,
) -> list[Participant]:
    """Takes people of a running sandbox through its consent page, as they would do it themselves.

    Args:
        deployment: With the sandbox's OAuth client in its home, as ``sandbox.json``.
        people: Keys of people in the sandbox, by the participants' names.
        first: The first day of those who were never connected.
        scopes: What they share; all that is asked for by default.
    """
    google = deployment.google_health
    client = google.clients.get(CLIENT)
    participants = []
    for name, person in people.items():
        consent = Consent(client, REDIRECT)
        code = consent.code_of(grant(consent.address, person=person, scopes=scopes))
        tokens = consent.exchange(code, deployment.clock())
        done = connect(
            deployment.store,
            google.vault,
            client,
            tokens,
            read_new_account(client, tokens),
            ConnectRequest(name, enrolled_on=_first_day(deployment, name, first)),
            first,
            deployment.clock(),
        )
        participants.append(done.participant)
    return participants


def made_up_summary(deployment: Deployment, people: Sequence[Participant]) -> Table:
    """What the sandbox's people have, as a table to print: how many days, and no value."""
    engagement = deployment.store.engagement_by_participant()
    counted = deployment.store.days_per_metric([person.name for person in people])
    table = Table(title="Made up, and connected to the sandbox", box=SIMPLE_HEAD)
    table.add_column("participant")
    for name in ("days with data", "worn", *TOLD, "kinds of metrics"):
        table.add_column(name, justify="right")
    for person in people:
        days = engagement.get(person.name, {"days": 0, "worn_days": 0})
        metrics = counted.get(person.name, {})
        table.add_row(
            person.name,
            str(days["days"]),
            str(days["worn_days"]),
            *(str(metrics.get(metric, 0)) for metric in TOLD.values()),
            str(len(metrics)),
        )
    table.caption = NOTE
    return table


def _first_day(deployment: Deployment, name: str, first: date) -> date:
    """Who is connected again keeps the first day that they had."""
    known = deployment.store.participants.get(name)
    return min(known.enrolled_on, first) if known else first


def _server(settings: Settings) -> Server:
    port = _free_port()
    client_file = settings.google_clients_directory / f"{CLIENT}.json"
    return Server(
        name="Sandbox",
        command=[
            *(sys.executable, "-m", "fitbit_pipeline.cli.main", "sandbox"),
            *("--port", str(port), "--people", str(len(PEOPLE))),
            *("--client-file", str(client_file)),
        ],
        address=f"http://127.0.0.1:{port}",
        log=settings.home / "logs" / Path("sandbox.log"),
        withheld=frozenset({KEY, MONGODB_URI}),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
