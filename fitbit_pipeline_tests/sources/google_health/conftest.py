"""What these tests share: a participant of a scripted server, and a client of a token address."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from fitbit_pipeline.sources.google_health.client import HealthApi
from fitbit_pipeline.sources.google_health.clients import OAuthClient
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.sources.protocol import DayResponse, SourceFailure
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline_tests.sources.scripted_server import ScriptedServer, Tokens
from fitbit_pipeline_tests.token_server import TokenServer, token_server

RETRIES = 2


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
def person(server: ScriptedServer) -> Iterator[Person]:
    with pooled_session(
        4, retries=RETRIES, backoff_seconds=0.001, longest_retry_after_seconds=1
    ) as session:
        yield Person(server, session)


@pytest.fixture
def google() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


@pytest.fixture
def client(google: TokenServer, tmp_path: Path) -> OAuthClient:
    return google.client(tmp_path)
