"""How many requests a participant's year takes, of both live sources, against the fewest possible.

The sandbox counts; the fewest follow from the documented limits by arithmetic of their own. And how
much disk the documents of that year take.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.figure import Detail, Figure, Outcome
from fitbit_pipeline.cli.demo_sandbox import CLIENT, connect_people
from fitbit_pipeline.deployment import Deployment, open_deployment, utc_now
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.sandbox.server import Sandbox, running
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.sources.fitbit_web.planning import fewest_requests_together
from fitbit_pipeline.sources.google_health.planning import fewest_requests
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people

GOOGLE_METHODS = ("list", "reconcile", "rollUp", "dailyRollUp")
FITBIT_METHOD = "fitbit"
FITBIT_PROFILE_AND_DEVICES = ("profile", "devices")
"""Asked for once by every source, and of no endpoint."""
MANY = 1_000_000
"""Requests an hour: waiting for a quota changes no count."""
MEGABYTE = 1024 * 1024
MOST_YEAR_MEGABYTES = 25
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Requests:
    """One participant, asked for a range of days of every endpoint at once.

    Attributes:
        source: Whose requests.
        counted: What the sandbox counted, by endpoint.
        fewest: The fewest that the service's limits allow, by endpoint.
    """

    source: str
    counted: Mapping[str, int]
    fewest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Year:
    """One participant's days, from both live sources.

    Attributes:
        days: How many.
        google: Requests of the Google Health API.
        fitbit: Requests of the Fitbit Web API.
        megabytes: What all documents of Google's days take on disk, raw, derived and indexes.
    """

    days: int
    google: Requests
    fitbit: Requests
    megabytes: float

    def outcome(self) -> Outcome:
        """The figures, and the requests of every endpoint."""
        figures = [
            Figure(
                f"{each.source}: requests of {self.days} days, against the fewest possible",
                sum(each.counted.values()),
                sum(each.fewest.values()),
                most=1.0,
                quoted=True,
            )
            for each in (self.google, self.fitbit)
        ]
        disk = Figure(
            f"disk that {self.days} days of a participant take, against the share of "
            f"{MOST_YEAR_MEGABYTES} MB a year",
            self.megabytes,
            MOST_YEAR_MEGABYTES * self.days / DAYS_OF_A_YEAR,
            "MB",
            digits=1,
            most=1.0,
            quoted=True,
        )
        return Outcome([*figures, disk], [self._by_endpoint()])

    def _by_endpoint(self) -> Detail:
        rows = [
            [
                f"`{endpoint}`",
                *(
                    str(count)
                    for each in (self.google, self.fitbit)
                    for count in (each.counted[endpoint], each.fewest[endpoint])
                ),
            ]
            for endpoint in self.google.counted
        ]
        sources = (self.google.source, self.fitbit.source)
        columns = [f"{source}, {what}" for source in sources for what in ("counted", "fewest")]
        return Detail(
            f"Requests of one participant and {self.days} days",
            ["endpoint", *columns],
            rows,
            "An endpoint that shares its answers with one before it takes no request of its own.",
        )


def measure_year(folder: Path, days: int = DAYS_OF_A_YEAR) -> Year:
    """Asks for the days of one participant, endpoint by endpoint, over the whole range at once.

    Args:
        folder: An empty folder.
        days: How many.
    """
    with _home(folder / "google", days) as (deployment, sandbox, first, last):
        clients = deployment.settings.google_clients_directory
        clients.mkdir(parents=True)
        (clients / f"{CLIENT}.json").write_text(json.dumps(sandbox.client_file()))
        (person,) = connect_people(deployment, {"P1": "p001"}, first)
        counted = _asked(
            deployment,
            person,
            (first, last),
            lambda: sum(sandbox.requests.total(method=each) for each in GOOGLE_METHODS),
        )
        zone = ZoneInfo(person.time_zone)
        fewest = {
            endpoint: fewest_requests(
                endpoint, first, last, zone, _rows(deployment, person, endpoint, first, last)
            )
            for endpoint in ENDPOINT_NAMES
        }
        google = Requests("Google Health", counted, fewest)
        megabytes = _derived(deployment, [person], first, last)
    with _home(folder / "fitbit", days) as (deployment, sandbox, first, last):
        (person,) = connect_fitbit_people(deployment, sandbox, {"P1": "p001"}, first)
        counted = _asked(deployment, person, (first, last), lambda: _fitbit_reads(sandbox))
        logs = _rows(deployment, person, "exercise", first, last)["activities"]
        fitbit = Requests("Fitbit Web API", counted, _fewest_of_fitbit(days, logs))
    return Year(days, google, fitbit, megabytes)


@contextmanager
def _home(folder: Path, days: int) -> Iterator[tuple[Deployment, Sandbox, date, date]]:
    """A deployment of its own, a sandbox that its first participant joins on the first day."""
    settings = Settings(home=folder, start_date=date(2015, 1, 1))
    with open_deployment(settings, keep_server=False) as deployment:
        last = deployment.yesterday
        first = last - timedelta(days=days - 1)
        sandbox = Sandbox(utc_now, first, people=1, fitbit_requests_per_hour=MANY)
        with running(sandbox):
            yield deployment, sandbox, first, last


def _asked(
    deployment: Deployment,
    person: Participant,
    days: tuple[date, date],
    total: Callable[[], int],
) -> dict[str, int]:
    counted = {}
    for endpoint in ENDPOINT_NAMES:
        before = total()
        ingest(
            deployment.store,
            deployment.sources.open,
            [person],
            endpoint,
            *days,
            deployment.clock(),
            1,
        )
        counted[endpoint] = total() - before
    return counted


def _fitbit_reads(sandbox: Sandbox) -> int:
    beside = sum(
        sandbox.requests.total(method=FITBIT_METHOD, data_type=name)
        for name in FITBIT_PROFILE_AND_DEVICES
    )
    return sandbox.requests.total(method=FITBIT_METHOD) - beside


def _fewest_of_fitbit(days: int, logs: int) -> dict[str, int]:
    """By endpoint: how many more requests it takes than those before it, together."""
    fewest: dict[str, int] = {}
    for place, endpoint in enumerate(ENDPOINT_NAMES):
        together = fewest_requests_together(ENDPOINT_NAMES[: place + 1], days, logs)
        fewest[endpoint] = together - sum(fewest.values())
    return fewest


def _rows(
    deployment: Deployment, person: Participant, endpoint: str, first: date, last: date
) -> Counter[str]:
    rows: Counter[str] = Counter()
    for response in deployment.store.raw_responses.read(person.name, [endpoint], first, last):
        for key, values in response.payload.items():
            rows[key] += len(values)
    return rows


def _derived(
    deployment: Deployment, people: Sequence[Participant], first: date, last: date
) -> float:
    """Derives all that there is, and says how much disk everything takes."""
    store = deployment.store
    for family in Family:
        derive_metrics(store, people, family, first, last, 1)
    derive_days(store, people, deployment.thresholds, first, last, 1)
    derive_summaries(store, people, first, last, 1)
    # Sizes are known once everything is written to the files.
    store.database.client.admin.command("fsync")
    statistics = store.database.command("dbStats")
    return float(statistics["storageSize"] + statistics["indexSize"]) / MEGABYTE
