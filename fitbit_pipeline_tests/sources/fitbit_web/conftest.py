"""What these tests share: a participant of a scripted server, and a client of a token address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuotas, Waiting
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.protocol import DayResponse, SourceFailure
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline_tests.sources.fitbit_web.consenting import client_of
from fitbit_pipeline_tests.sources.scripted_server import ScriptedServer, Tokens
from fitbit_pipeline_tests.token_server import TokenServer, token_server

NOON = datetime(2023, 7, 1, 12, tzinfo=UTC)
RESERVE = 5


@dataclass
class Clock:
    """A clock that moves by sleeping alone."""

    now: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Person:
    """A participant of the scripted server; nothing of them really waits."""

    server: ScriptedServer
    session: requests.Session
    tokens: Tokens = field(default_factory=Tokens)
    clock: Clock = field(default_factory=Clock)
    told: list[Waiting] = field(default_factory=list)
    read_seconds: float = 30.0
    """How long the next part of an answer is awaited; short where a test lets it stall."""

    @cached_property
    def quotas(self) -> HourlyQuotas:
        return HourlyQuotas(RESERVE, self.clock, self.clock.sleep, self.told.append)

    @property
    def api(self) -> FitbitApi:
        return FitbitApi(
            self.server.url,
            self.session,
            self.tokens,
            self.quotas.of("P07", "22ABCD"),
            timeouts=(5.0, self.read_seconds),
            sleep=self.clock.sleep,
        )

    def source(
        self, zone: str = "Europe/Athens", granted: frozenset[str] | None = None
    ) -> FitbitWebSource:
        return FitbitWebSource(self.api, ZoneInfo(zone), granted)

    def days(self, endpoint: str, first: date, last: date) -> dict[date, DayResponse]:
        """Every day of a range, each of them once."""
        return by_day(self.source(), endpoint, first, last)

    def failing(
        self, endpoint: str, first: date, last: date
    ) -> tuple[list[DayResponse], SourceFailure]:
        """What was yielded before the failure, and the failure."""
        found: list[DayResponse] = []
        with pytest.raises(SourceFailure) as caught:
            found.extend(self.source().fetch(endpoint, first, last))
        return found, caught.value


def by_day(
    source: FitbitWebSource, endpoint: str, first: date, last: date
) -> dict[date, DayResponse]:
    """Every day of a range, each of them once."""
    found: dict[date, DayResponse] = {}
    for response in source.fetch(endpoint, first, last):
        assert response.date not in found
        found[response.date] = response
    return found


@pytest.fixture
def person(server: ScriptedServer) -> Iterator[Person]:
    with pooled_session(4, retries=0) as session:
        yield Person(server, session)


@pytest.fixture
def fitbit() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


@pytest.fixture
def client(fitbit: TokenServer, tmp_path: Path) -> FitbitClient:
    return client_of(fitbit, tmp_path)
