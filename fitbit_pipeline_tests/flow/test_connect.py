"""Connecting: whose account it is, what is shared, and what a second consent heals."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.connect import SOURCE, disconnect
from fitbit_pipeline.flow.consents import ConnectRequest, check_request
from fitbit_pipeline.flow.sealed_tokens import unseal
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline_tests.flow.connecting import (
    ACCOUNT,
    ACTIVITY,
    ALL,
    NOW,
    SETTINGS,
    SLEEP,
    START,
    TODAY,
    Bench,
    connect_bench,
)


@pytest.fixture
def bench(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[Bench]:
    with connect_bench(tmp_path, mongodb_uri, database_name) as made:
        yield made


def _sharing(*scopes: str) -> TokenSet:
    return replace(ALL, scopes=frozenset(scopes))


def test_a_consent_makes_a_participant_who_is_asked_from_the_first_partition_on(
    bench: Bench,
) -> None:
    connected = bench.connect()

    assert connected.participant == bench.participant()
    assert connected.participant == Participant(
        name="me", source="google_health", time_zone="Europe/Athens", enrolled_on=START
    )
    assert connected.withheld == ()
    assert connected.consent_ends is None
    credential = bench.store.credentials.get("me")
    assert credential is not None
    assert unseal(bench.vault, credential) == ALL
    assert credential.client == "study"


def test_a_first_day_that_was_named_counts(bench: Bench) -> None:
    assert bench.connect(enrolled_on=TODAY).participant.enrolled_on == TODAY


def test_what_was_unticked_is_told(bench: Bench) -> None:
    connected = bench.connect(tokens=_sharing(SLEEP, SETTINGS))

    assert [scope.title for scope in connected.granted] == ["sleep", "settings"]
    assert [scope.title for scope in connected.withheld] == [
        "activity and fitness",
        "health metrics and measurements",
        "profile",
    ]


@pytest.mark.parametrize("scopes", [(), (SETTINGS,), ("openid",)])
def test_who_shares_no_data_is_not_connected(bench: Bench, scopes: tuple[str, ...]) -> None:
    with pytest.raises(UserError, match="No kind of data was granted"):
        bench.connect(tokens=_sharing(*scopes))

    assert bench.store.participants.all() == []
    assert bench.store.credentials.get("me") is None


def test_a_project_in_testing_gives_a_consent_that_ends(bench: Bench) -> None:
    connected = bench.connect(tokens=replace(ALL, consent_seconds=604799))

    assert connected.consent_ends == NOW + timedelta(seconds=604799)


def test_an_account_that_belongs_to_somebody_else_is_refused(bench: Bench) -> None:
    bench.connect("P01")

    with pytest.raises(UserError, match="belongs to the participant P01") as told:
        bench.connect("P02")

    assert ACCOUNT.health_user_id not in str(told.value)
    assert [each.name for each in bench.store.participants.all()] == ["P01"]


def test_another_account_for_the_same_participant_is_refused(bench: Bench) -> None:
    """Two people's days under one name could never be told apart again."""
    bench.connect()
    other = replace(ACCOUNT, health_user_id="2")

    with pytest.raises(UserError, match="not the Google account from which the days of me come"):
        bench.connect(account=other)

    credential = bench.store.credentials.get("me")
    assert credential is not None
    assert credential.account == ACCOUNT.health_user_id


def test_another_account_is_refused_also_after_leaving(bench: Bench) -> None:
    bench.google.always(200, {})
    bench.connect()
    disconnect(bench.store, bench.vault, bench.clients, "me")

    with pytest.raises(UserError, match="not the Google account"):
        bench.connect(account=replace(ACCOUNT, health_user_id="2"))
    with pytest.raises(UserError, match="belongs to the participant me"):
        bench.connect("P01")

    assert bench.connect().participant.active


def test_a_new_consent_heals_a_participant_who_needed_it(bench: Bench) -> None:
    first = bench.connect(enrolled_on=date(2026, 1, 1)).participant
    bench.store.participants.save(
        [replace(first, status=ParticipantStatus.NEEDS_CONSENT, status_reason="It was withdrawn.")]
    )

    bench.connect(tokens=replace(ALL, access_token="SECRET-new"))

    assert bench.participant() == first
    credential = bench.store.credentials.get("me")
    assert credential is not None
    assert unseal(bench.vault, credential).access_token == "SECRET-new"


def test_forbidden_days_are_opened_again_for_what_is_shared_now(bench: Bench) -> None:
    bench.connect(tokens=_sharing(SLEEP, SETTINGS))
    entries = {
        "steps": CoverageEntry(CoverageState.FORBIDDEN, settled=True, asked_at=NOW),
        "heart_rate": CoverageEntry(CoverageState.FORBIDDEN, settled=True, asked_at=NOW),
        "sleep": CoverageEntry(CoverageState.DATA, settled=True, asked_at=NOW),
    }
    days = (date(2026, 11, 1), date(2026, 11, 2))
    for name in ("me", "me-2"):
        for endpoint, entry in entries.items():
            known = bench.store.coverage.entries(endpoint, [name], *days)
            bench.store.coverage.record(
                "google_health", endpoint, {(name, day): entry for day in days}, known
            )

    connected = bench.connect(tokens=_sharing(SLEEP, SETTINGS, ACTIVITY))

    assert connected.reopened == 2
    for found in bench.store.coverage.days("me", *days).values():
        assert found == {**entries, "steps": replace(entries["steps"], settled=False)}
    for found in bench.store.coverage.days("me-2", *days).values():
        assert found == entries


def test_who_moved_keeps_their_zone_until_told_otherwise(bench: Bench) -> None:
    bench.connect()
    moved = replace(ACCOUNT, time_zone="America/New_York")

    connected = bench.connect(account=moved)
    assert connected.participant.time_zone == "Europe/Athens"
    assert connected.account_zone_differs

    connected = bench.connect(account=moved, time_zone="America/New_York")
    assert bench.participant().time_zone == "America/New_York"
    assert not connected.account_zone_differs


def test_without_the_settings_the_zone_must_be_named(bench: Bench) -> None:
    silent = replace(ACCOUNT, time_zone=None, devices=None)

    with pytest.raises(UserError, match="name the zone with --time-zone"):
        bench.connect(account=silent, tokens=_sharing(SLEEP))
    assert bench.store.credentials.get("me") is None

    connected = bench.connect(account=silent, tokens=_sharing(SLEEP), time_zone="Asia/Tokyo")
    assert connected.participant.time_zone == "Asia/Tokyo"
    assert not connected.account_zone_differs


def test_a_zone_that_is_none_is_refused(bench: Bench) -> None:
    with pytest.raises(UserError, match="is not a time zone"):
        bench.connect(account=replace(ACCOUNT, time_zone="Mars/Olympus"))

    assert bench.store.credentials.get("me") is None


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (ConnectRequest("a/b"), "A participant's name has"),
        (ConnectRequest("old"), "old comes from the source takeout"),
        (ConnectRequest("me", time_zone="Mars"), "is not a time zone"),
        (ConnectRequest("me", START - timedelta(days=1)), "lies before the first partition"),
        (ConnectRequest("me", TODAY + timedelta(days=1)), "is still to come"),
    ],
)
def test_what_cannot_work_is_refused_before_anybody_is_asked(
    bench: Bench, request_: ConnectRequest, sentence: str
) -> None:
    bench.store.participants.save([Participant("old", "takeout", "UTC", START)])

    with pytest.raises(UserError, match=sentence):
        check_request(bench.store, request_, SOURCE, START, TODAY)


def test_a_request_that_can_work_is_let_through(bench: Bench) -> None:
    bench.connect()

    check_request(bench.store, ConnectRequest("me", START, "Europe/Athens"), SOURCE, START, TODAY)
    check_request(bench.store, ConnectRequest("new", TODAY), SOURCE, START, TODAY)
