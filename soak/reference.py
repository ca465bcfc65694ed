"""What an undisturbed fetch of the same people brings, into a database of its own.

Everybody is asked once, for all their days, at the instant of the last undisturbed night in which
they took part; nothing goes wrong.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from fitbit_pipeline.civil import ONE_DAY
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.store.participants import Participant
from soak.people import join, write_clients
from soak.study import Year, opened


@contextmanager
def undisturbed(year: Year) -> Iterator[Deployment]:
    """A deployment that holds what the study ought to hold, until the block ends."""
    settings = year.settings.model_copy(
        update={"home": year.settings.home.parent / "reference", "database": "reference"}
    )
    year.sandbox.faults.clear()
    write_clients(year.sandbox, settings)
    with opened(year.settings, year.sandbox.now) as deployment:
        studied = {each.name: each for each in deployment.store.participants.all()}
    by_night: defaultdict[date, list[Participant]] = defaultdict(list)
    for name, night in year.final.items():
        by_night[night].append(studied[name])
    for night, participants in sorted(by_night.items()):
        year.stand_at(year.due(night))
        with opened(settings, year.sandbox.now) as deployment:
            _fetch(deployment, year, participants, night - ONE_DAY)
    year.stand_at(year.due(year.last_night))
    with opened(settings, year.sandbox.now) as deployment:
        _derive(deployment, year.last_night - ONE_DAY)
        yield deployment


def _fetch(deployment: Deployment, year: Year, participants: list[Participant], last: date) -> None:
    for each in participants:
        join(deployment, year.plan, {each.name: year.people[each.name]}, each.enrolled_on)
    names = {each.name for each in participants}
    connected = [each for each in deployment.store.participants.all() if each.name in names]
    for endpoint in ENDPOINT_NAMES:
        ingest(
            deployment.store,
            deployment.sources.open,
            connected,
            endpoint,
            min(each.enrolled_on for each in connected),
            last,
            deployment.clock(),
            deployment.settings.participants_at_once,
        )


def _derive(deployment: Deployment, last: date) -> None:
    store, at_once = deployment.store, deployment.settings.participants_at_once
    participants = store.participants.all()
    first = min(each.enrolled_on for each in participants)
    for family in Family:
        derive_metrics(store, participants, family, first, last, at_once)
    derive_days(store, participants, deployment.thresholds, first, last, at_once)
    derive_summaries(store, participants, first, last, at_once)
