"""A backfill under 150 requests an hour: the least requests, patience, and nothing asked twice."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.cheapest_first import CHEAPEST_FIRST
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.flow.open_fitbit_web import FitbitWebOpener
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuotas, Waiting
from fitbit_pipeline.sources.fitbit_web.planning import fewest_requests, fewest_requests_together
from fitbit_pipeline.store.coverage import CoverageState
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline_tests.deployments import settings_for
from fitbit_pipeline_tests.fitbit_web.connecting import connect_fitbit_people
from fitbit_pipeline_tests.sandbox_server import NOW, Recorder, running_sandbox

LAST = NOW.date() - timedelta(days=3)
"""Over wherever the person may travel, and so settled once it was asked for."""
DAYS = 1095
FIRST = LAST - timedelta(days=DAYS - 1)
DEAR = "heart_rate"
DEAR_DAYS = 200
"""Every day of it takes a request: three years of them, which are counted elsewhere, take long."""
PROFILE_AND_DEVICES = 2
TOO_MANY = 429

pytestmark = pytest.mark.timeout(300)


@dataclass
class MovedClock:
    """A clock that moves only when somebody sleeps, for the deployment and the sandbox alike."""

    now: datetime = NOW
    waits: list[Waiting] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@contextmanager
def _sources(deployment: Deployment, quotas: HourlyQuotas) -> Iterator[SourceOpener]:
    fitbit = deployment.fitbit_web
    opener = FitbitWebOpener(
        fitbit.credentials, fitbit.vault, fitbit.clients, deployment.clock, quotas, 1
    )
    sources = SourceOpener(deployment.settings.archives_directory, 50, {"fitbit_web": opener.open})
    try:
        yield sources
    finally:
        sources.close()
        opener.close()


def _ask(deployment: Deployment, sources: SourceOpener, people: list[Participant]) -> None:
    for endpoint in CHEAPEST_FIRST:
        first = LAST - timedelta(days=DEAR_DAYS - 1) if endpoint == DEAR else FIRST
        ingest(deployment.store, sources.open, people, endpoint, first, LAST, deployment.clock(), 1)


def _least(deployment: Deployment) -> int:
    """The least requests for what there is, by the documented ranges."""
    logs = sum(
        len(each["payload"]["activities"])
        for each in deployment.store.database["raw_responses"].find({"endpoint": "exercise"})
    )
    others = [name for name in ENDPOINT_NAMES if name != DEAR]
    least = fewest_requests_together(others, DAYS, logs) + fewest_requests(DEAR, DEAR_DAYS)
    return least + PROFILE_AND_DEVICES


def _too_many(recorder: Recorder) -> list[str]:
    return [answer.path for answer in recorder.answers if answer.status == TOO_MANY]


def test_three_years_take_the_least_requests_and_wait_for_their_hours(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    """No request is refused twice, and nothing is missing."""
    clock, recorder = MovedClock(), Recorder()
    settings = settings_for(tmp_path, mongodb_uri, database_name)
    with (
        running_sandbox(
            people=1, check=False, recorder=recorder, fitbit_requests_per_hour=150, first_day=FIRST
        ) as sandbox,
        open_deployment(settings, clock) as deployment,
    ):
        sandbox.clock = clock
        people = connect_fitbit_people(deployment, sandbox, {"me": "p001"}, FIRST)
        sandbox.requests.reset()
        quotas = HourlyQuotas(settings.fitbit_web_reserve, clock, clock.sleep, clock.waits.append)
        with _sources(deployment, quotas) as sources:
            _ask(deployment, sources, people)

        refused = _too_many(recorder)
        assert len(refused) == len(set(refused))
        least = _least(deployment)
        assert sandbox.requests.total(method="fitbit") == least + len(refused)
        coverage = deployment.store.coverage.days("me", FIRST, LAST)

    assert len(clock.waits) == len({waiting.until for waiting in clock.waits}) >= least // 150
    assert "hourly quota" in str(clock.waits[0])
    assert coverage.keys() == set(days_between(FIRST, LAST))
    states = {entry.state for entries in coverage.values() for entry in entries.values()}
    assert states <= {CoverageState.DATA, CoverageState.EMPTY}
    dear = {day for day, entries in coverage.items() if DEAR in entries}
    assert dear == set(days_between(LAST - timedelta(days=DEAR_DAYS - 1), LAST))
    assert all(set(ENDPOINT_NAMES) - {DEAR} <= entries.keys() for entries in coverage.values())


HOUR_SECONDS = 3.0
PER_HOUR = 40
SHORT_FIRST = LAST - timedelta(days=89)


def _fast_clock(begun: float) -> datetime:
    """Three seconds are an hour."""
    return NOW + timedelta(hours=(time.time() - begun) / HOUR_SECONDS)


def _backfill(folder: Path, uri: str, database: str, begun: float) -> None:
    settings = settings_for(folder, uri, database)

    def sleep(seconds: float) -> None:
        time.sleep(seconds * HOUR_SECONDS / 3600)

    with open_deployment(settings, lambda: _fast_clock(begun)) as deployment:
        quotas = HourlyQuotas(settings.fitbit_web_reserve, deployment.clock, sleep)
        with _sources(deployment, quotas) as sources:
            people = deployment.store.participants.all()
            for endpoint in CHEAPEST_FIRST:
                ingest(
                    deployment.store,
                    sources.open,
                    people,
                    endpoint,
                    SHORT_FIRST,
                    LAST,
                    deployment.clock(),
                    1,
                )


def test_a_backfill_that_is_killed_goes_on_where_it_stopped(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    """Killed in its second hour of heart rate, it asks again for ten days at most."""
    begun = time.time()
    settings = settings_for(tmp_path, mongodb_uri, database_name)
    days = (LAST - SHORT_FIRST).days + 1
    with (
        running_sandbox(people=1, check=False, fitbit_requests_per_hour=PER_HOUR) as sandbox,
        open_deployment(settings, lambda: NOW) as deployment,
    ):
        connect_fitbit_people(deployment, sandbox, {"me": "p001"}, SHORT_FIRST)
        sandbox.clock = lambda: _fast_clock(begun)
        sandbox.requests.reset()
        context = multiprocessing.get_context("spawn")
        arguments = (tmp_path, mongodb_uri, database_name, begun)

        first = context.Process(target=_backfill, args=arguments)
        first.start()
        while sandbox.requests.total(data_type="heart-intraday") < PER_HOUR:
            assert first.is_alive()
            time.sleep(0.02)
        assert first.pid is not None
        os.kill(first.pid, signal.SIGKILL)
        first.join(60)
        second = context.Process(target=_backfill, args=arguments)
        second.start()
        second.join(200)

        assert second.exitcode == 0
        asked = sandbox.requests.total(data_type="heart-intraday")
        assert days <= asked <= days + 10
        assert sandbox.requests.total(data_type="steps") == 1
        coverage = deployment.store.coverage.days("me", SHORT_FIRST, LAST)
        assert coverage.keys() == set(days_between(SHORT_FIRST, LAST))
        assert all(entries.keys() == set(ENDPOINT_NAMES) for entries in coverage.values())
        with_data = {
            day for day, entries in coverage.items() if entries[DEAR].state is CoverageState.DATA
        }
        stored = deployment.store.raw_responses.hashes("me", [DEAR], SHORT_FIRST, LAST)
        assert len(stored) == len(with_data) > 0
