"""What these tests share: a scripted server, and a participant whose source asks it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import pytest
import requests

from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.sources.protocol import DayResponse, SourceFailure
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline_tests.sources.scripted_server import ScriptedServer

RETRIES = 2


@dataclass
class Tokens:
    """Tokens in a row; ``renewed`` gives the next."""

    names: list[str] = field(default_factory=lambda: ["token-1", "token-2", "token-3"])
    refused: list[str] = field(default_factory=list)

    def current(self) -> str:
        return self.names[0]

    def renewed(self, refused: str) -> str:
        self.refused.append(refused)
        self.names.pop(0)
        return self.names[0]


@dataclass
class Person:
    """A participant of the scripted server."""

    server: ScriptedServer
    session: requests.Session
    tokens: Tokens = field(default_factory=Tokens)
    waits: int = 0
    read_seconds: float = 30.0
    """How long the next part of an answer is awaited; short where a test lets it stall."""

    def wait(self) -> None:
        self.waits += 1

    @property
    def api(self) -> HealthApi:
        return HealthApi(
            self.server.url,
            self.session,
            self.tokens,
            self.wait,
            timeouts=(5.0, self.read_seconds),
            pause_seconds=0.001,
        )

    def source(
        self, zone: str = "Europe/Athens", granted: frozenset[str] | None = None
    ) -> GoogleHealthSource:
        return GoogleHealthSource(self.api, ZoneInfo(zone), granted)

    def days(
        self, endpoint: str, first: date, last: date, zone: str = "Europe/Athens"
    ) -> dict[date, DayResponse]:
        """Every day of a range, each of them once."""
        found: dict[date, DayResponse] = {}
        for response in self.source(zone).fetch(endpoint, first, last):
            assert response.date not in found
            found[response.date] = response
        return found

    def failing(
        self, endpoint: str, first: date, last: date, zone: str = "Europe/Athens"
    ) -> tuple[list[DayResponse], SourceFailure]:
        """What was yielded before the failure, and the failure."""
        found: list[DayResponse] = []
        with pytest.raises(SourceFailure) as caught:
            found.extend(self.source(zone).fetch(endpoint, first, last))
        return found, caught.value


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer().running() as server:
        yield server


@pytest.fixture
def person(server: ScriptedServer) -> Iterator[Person]:
    with pooled_session(
        4, retries=RETRIES, backoff_seconds=0.001, longest_retry_after_seconds=1
    ) as session:
        yield Person(server, session)
