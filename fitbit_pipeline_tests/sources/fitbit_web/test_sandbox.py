"""The source against the sandbox: a whole service in the place of scripted answers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.sources.consent import ConsentDeclined
from fitbit_pipeline.sources.fitbit_web.account import read_account
from fitbit_pipeline.sources.fitbit_web.client import FitbitApi
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClient, read_client
from fitbit_pipeline.sources.fitbit_web.limiter import HourlyQuotas, Waiting
from fitbit_pipeline.sources.fitbit_web.oauth import Consent, refresh, revoke
from fitbit_pipeline.sources.fitbit_web.planning import fewest_requests
from fitbit_pipeline.sources.fitbit_web.source import FitbitWebSource
from fitbit_pipeline.sources.protocol import DayResponse, FailureKind, SourceFailure
from fitbit_pipeline.sources.session import pooled_session
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline_tests.sandbox_server import running_sandbox
from fitbit_pipeline_tests.sources.fitbit_web.conftest import RESERVE, Clock

NOW = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
FIRST_DAY = date(2022, 12, 1)
YESTERDAY = date(2025, 12, 31)
PERSON = "p001"


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with running_sandbox(people=2, now=NOW, first_day=FIRST_DAY, check=False) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Iterator[Sandbox]:
    """As it was at first, but for the consents."""
    shared.clock = lambda: NOW
    shared.requests.reset()
    yield shared
    shared.faults.clear()
    shared.fitbit.quota.per_hour = 1_000_000
    shared.fitbit.intraday = True
    shared.fitbit.gone = False


@dataclass
class Connected:
    """A person who has consented; renewals are kept as a program would."""

    client: FitbitClient
    tokens: TokenSet
    clock: Clock
    session: requests.Session
    told: list[Waiting] = field(default_factory=list)

    def current(self) -> str:
        return self.tokens.access_token

    def renewed(self, refused: str) -> str:
        self.tokens = refresh(self.client, self.tokens, self.clock())
        return self.tokens.access_token

    def api(self) -> FitbitApi:
        """As of a new process, which knows nothing of the quota."""
        quotas = HourlyQuotas(RESERVE, self.clock, self.clock.sleep, self.told.append)
        quota = quotas.of("P07", self.client.client_id)
        return FitbitApi(self.client.api_url, self.session, self, quota, sleep=self.clock.sleep)

    def source(self) -> FitbitWebSource:
        return FitbitWebSource(self.api(), ZoneInfo("UTC"), self.tokens.scopes)


def connect(
    sandbox: Sandbox, folder: Path, kind: str = "server", scopes: set[str] | None = None
) -> Connected:
    path = folder / f"{kind}.json"
    path.write_text(json.dumps(sandbox.fitbit_client_file(kind=kind)), encoding="utf-8")
    client = read_client(path)
    consent = Consent(client)
    answer = grant(consent.address, person=PERSON, scopes=scopes)
    assert consent.is_answer(answer)
    tokens = consent.exchange(consent.code_of(answer), NOW)
    clock = Clock(NOW)
    sandbox.clock = clock
    return Connected(client, tokens, clock, pooled_session(2, retries=0))


@pytest.fixture
def connected(sandbox: Sandbox, tmp_path: Path) -> Iterator[Connected]:
    person = connect(sandbox, tmp_path)
    with person.session:
        yield person


def responses(
    source: FitbitWebSource, endpoint: str, first: date, last: date
) -> dict[date, DayResponse]:
    found = {each.date: each for each in source.fetch(endpoint, first, last)}
    assert found.keys() == set(days_between(first, last))
    return found


def test_an_account_says_who_it_is(sandbox: Sandbox, connected: Connected) -> None:
    account = read_account(connected.api())

    assert account.user_id == connected.tokens.user_id
    assert account.time_zone
    assert account.member_since
    assert account.devices


@pytest.mark.parametrize("kind", ["server", "client", "personal"])
def test_every_kind_of_application_renews_and_gives_back(
    sandbox: Sandbox, tmp_path: Path, kind: str
) -> None:
    person = connect(sandbox, tmp_path, kind)
    before = person.tokens

    with person.session:
        first, again = (refresh(person.client, before, NOW) for _ in range(2))
        assert first == again
        person.tokens = first
        assert read_account(person.api()).user_id == before.user_id
        with pytest.raises(SourceFailure) as spent:
            refresh(person.client, before, NOW)
        assert spent.value.kind is FailureKind.CONSENT_LOST
        assert revoke(person.client, first)
        assert not revoke(person.client, first)


def test_a_consent_that_is_declined_is_told(sandbox: Sandbox, connected: Connected) -> None:
    consent = Consent(connected.client)

    with pytest.raises(ConsentDeclined):
        consent.code_of(grant(consent.address, person=PERSON, allow=False))


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINT_NAMES if each != "heart_rate"])
def test_three_years_take_the_least_requests(
    sandbox: Sandbox, connected: Connected, endpoint: str
) -> None:
    first = YESTERDAY - timedelta(days=1094)
    source = connected.source()

    days = responses(source, endpoint, first, YESTERDAY)

    logs = (
        sum(len(each.payload["activities"]) for each in days.values() if each.payload)
        if endpoint == "exercise"
        else 0
    )
    member_since = read_account(connected.api()).member_since
    assert member_since is not None
    assert any(each.payload for each in days.values())
    asked = (YESTERDAY - max(first, member_since)).days + 1
    assert source.requests_sent - 1 == fewest_requests(endpoint, asked, logs)


def test_days_before_the_account_began_are_empty(sandbox: Sandbox, connected: Connected) -> None:
    member_since = read_account(connected.api()).member_since
    assert member_since is not None
    before = member_since - timedelta(days=1)

    days = responses(connected.source(), "steps", before, member_since)

    assert days[before].payload is None
    assert days[member_since].payload is not None


def test_an_hour_that_is_used_up_is_awaited_and_nothing_is_missing(
    sandbox: Sandbox, connected: Connected
) -> None:
    """The process ends in the middle, and the next does not know what is left."""
    sandbox.fitbit.quota.per_hour = 75
    connected.clock.now = began = NOW + timedelta(hours=1)
    first = YESTERDAY - timedelta(days=198)
    source = connected.source()
    days = source.fetch("heart_rate", first, YESTERDAY)
    found = {next(days).date for _ in range(100)}
    assert len(connected.told) == 1

    rest = {each.date for each in connected.source().fetch("heart_rate", first, min(found))}

    assert found | rest == set(days_between(first, YESTERDAY))
    assert sandbox.requests.total(method="fitbit", data_type="heart-intraday") == 200
    assert len(connected.told) == 2
    assert connected.clock.now - began < timedelta(hours=3)


def test_who_finds_the_hour_used_up_is_refused_once(sandbox: Sandbox, connected: Connected) -> None:
    sandbox.fitbit.quota.per_hour = 1
    connected.clock.now = NOW + timedelta(hours=6)
    connected.api().get("/1/user/-/devices.json", "devices")
    sandbox.requests.reset()

    connected.api().get("/1/user/-/devices.json", "devices")

    assert sandbox.requests.total(method="fitbit") == 2
    assert [str(each) for each in connected.told] == [
        "waiting until 16:00:20 UTC for P07's hourly quota"
    ]


def test_a_night_on_which_tokens_end_renews_them_once(
    sandbox: Sandbox, connected: Connected
) -> None:
    connected.clock.now += timedelta(hours=9)

    responses(connected.source(), "sleep", date(2025, 12, 1), YESTERDAY)

    assert sandbox.requests.total(method="refresh") == 1


FAULTS: list[tuple[Fault, FailureKind]] = [
    (Fault(kind=FaultKind.STATUS, status=400), FailureKind.PERMANENT),
    (Fault(kind=FaultKind.STATUS, status=403), FailureKind.NOT_SERVED),
    (Fault(kind=FaultKind.STATUS, status=404), FailureKind.PERMANENT),
    (Fault(kind=FaultKind.STATUS, status=409), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.STATUS, status=410), FailureKind.SOURCE_GONE),
    (Fault(kind=FaultKind.STATUS, status=422), FailureKind.PERMANENT),
    (Fault(kind=FaultKind.STATUS, status=429), FailureKind.QUOTA),
    (Fault(kind=FaultKind.STATUS, status=500), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.STATUS, status=502), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.STATUS, status=503), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.HTML_ERROR), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.TRUNCATED_JSON), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.CUT_BODY), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.DROPPED_CONNECTION), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.GONE), FailureKind.SOURCE_GONE),
    (Fault(kind=FaultKind.GOOGLE_ERROR, status=403), FailureKind.SERVICE_DISABLED),
    (Fault(kind=FaultKind.GOOGLE_ERROR, status=500), FailureKind.TRANSIENT),
    (Fault(kind=FaultKind.EXPIRED_TOKEN), FailureKind.CONSENT_LOST),
    (Fault(kind=FaultKind.INVALID_TOKEN), FailureKind.CONSENT_LOST),
    (Fault(kind=FaultKind.INSUFFICIENT_PERMISSIONS), FailureKind.NOT_SERVED),
]


@pytest.mark.parametrize(
    ("fault", "kind"), FAULTS, ids=[f"{fault.kind}-{fault.status}" for fault, _kind in FAULTS]
)
def test_whatever_goes_wrong_is_a_failure_of_its_kind(
    sandbox: Sandbox, connected: Connected, fault: Fault, kind: FailureKind
) -> None:
    sandbox.faults.add(fault)

    with pytest.raises(SourceFailure) as caught:
        responses(connected.source(), "hrv", YESTERDAY, YESTERDAY)

    assert caught.value.kind is kind
    assert connected.tokens.access_token not in caught.value.reason


def test_an_application_without_approval_has_no_minutes(
    sandbox: Sandbox, connected: Connected, tmp_path: Path
) -> None:
    sandbox.fitbit.intraday = False
    with pytest.raises(SourceFailure) as caught:
        responses(connected.source(), "heart_rate", YESTERDAY, YESTERDAY)
    assert caught.value.kind is FailureKind.NOT_SERVED

    personal = connect(sandbox, tmp_path, "personal")
    with personal.session:
        assert responses(personal.source(), "heart_rate", YESTERDAY, YESTERDAY)


def test_what_was_not_ticked_is_missing_and_the_rest_is_there(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    person = connect(sandbox, tmp_path, scopes={"sleep"})

    with person.session:
        assert person.tokens.scopes == {"sleep"}
        assert responses(person.source(), "sleep", YESTERDAY, YESTERDAY)
        assert person.source().synced_until is None
        with pytest.raises(SourceFailure) as caught:
            responses(person.source(), "steps", YESTERDAY, YESTERDAY)

    assert caught.value.kind is FailureKind.SCOPE_MISSING
