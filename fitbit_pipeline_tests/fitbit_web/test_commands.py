"""``connect``, ``disconnect`` and ``migrate`` of the Fitbit Web API, against the sandbox."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.sealed_tokens import unseal
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.store.coverage import CoverageEntry, CoverageState
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline_tests.cli.connecting import Bench, Keyboard, bench_of
from fitbit_pipeline_tests.fitbit_web.connecting import CLIENT
from fitbit_pipeline_tests.program import dump, free_port

FITBIT = ("--source", "fitbit_web")
ZONE = "Asia/Tokyo"


@pytest.fixture
def bench(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """The program, with a client for the sandbox's Fitbit; nothing that was said holds a token."""
    with bench_of(tmp_path, mongodb_uri, database_name, monkeypatch) as made:
        folder = made.home / "fitbit-clients"
        folder.mkdir()
        file = made.sandbox.fitbit_client_file("server")
        file["redirect_uri"] = f"http://127.0.0.1:{free_port()}/"
        (folder / f"{CLIENT}.json").write_text(json.dumps(file))
        yield made
        secrets = {file["client_secret"]}
        for each in made.store.fitbit_credentials.all():
            tokens = unseal(made.vault, each)
            secrets |= {tokens.access_token, tokens.refresh_token}
        assert not [secret for secret in secrets for said in made.said if secret in said]


def joined(bench: Bench, person: str = "p001") -> date:
    return bench.sandbox.population.person(person).joined


def test_a_consent_in_the_browser_connects_a_participant(bench: Bench) -> None:
    result, window = bench.connect("me", *FITBIT)

    person = bench.sandbox.population.person("p001")
    assert result.exit_code == 0, result.output
    assert f"me is connected: time zone {person.time_zone}, devices: " in result.output
    assert "Shared: activity and exercise, heart rate, sleep" in result.output
    assert "Not shared" not in result.output
    assert window.pages[0].status_code == 200
    known = bench.store.participants.get("me")
    assert known is not None
    assert (known.source, known.time_zone) == ("fitbit_web", person.time_zone)
    credential = bench.store.fitbit_credentials.get("me")
    assert credential is not None
    assert (credential.client, credential.account) == (CLIENT, person.legacy_user_id)


def test_somebody_new_begins_when_their_account_did(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody can have is not missing."""
    monkeypatch.setenv("FITBIT_PIPELINE_START_DATE", "2015-01-01")

    result, _ = bench.connect("me", *FITBIT)

    known = bench.store.participants.get("me")
    assert known is not None
    assert known.enrolled_on == joined(bench) > date(2015, 1, 1)
    assert f"--participant me --from {known.enrolled_on}" in result.output


def test_a_first_day_that_is_named_is_kept(bench: Bench) -> None:
    bench.connect("me", *FITBIT, "--from", "2026-02-03")
    bench.connect("me", *FITBIT)

    known = bench.store.participants.get("me")
    assert known is not None
    assert known.enrolled_on == date(2026, 2, 3)


def test_without_a_browser_the_address_is_copied(bench: Bench) -> None:
    keyboard = Keyboard(bench.person())

    result = bench.call("connect", "me", *FITBIT, "--no-browser", keyboard=keyboard)

    assert result.exit_code == 0, result.output
    assert "sign in with the person's Fitbit account" in result.output


def test_what_is_not_shared_is_told(bench: Bench) -> None:
    result, _ = bench.connect("me", *FITBIT, scopes=("sleep", "profile"))

    assert result.exit_code == 0, result.output
    assert "Shared: sleep, profile." in result.output
    assert "Not shared: heart rate (heart rate (the measure of wear time)" in result.output
    assert "Not shared: Fitbit devices and settings (when devices last synced)" in result.output


def test_a_zone_other_than_the_accounts_is_told(bench: Bench) -> None:
    result, _ = bench.connect("me", *FITBIT, "--time-zone", ZONE)

    zone = bench.sandbox.population.person("p001").time_zone
    assert f"The account's time zone is {zone}, and the days of me are kept in {ZONE}" in (
        result.output
    )


def test_a_consent_that_is_declined_changes_nothing(bench: Bench) -> None:
    before = dump(bench.store.database)
    keyboard = Keyboard(lambda address: grant(address, person="p001", allow=False))

    result = bench.call("connect", "me", *FITBIT, "--no-browser", keyboard=keyboard)

    assert result.exit_code == 1
    assert "The consent was declined" in result.output
    assert dump(bench.store.database) == before


def test_without_a_client_it_is_told_where_one_belongs(bench: Bench) -> None:
    folder = bench.home / "fitbit-clients"
    (folder / f"{CLIENT}.json").unlink()

    result = bench.call("connect", "me", *FITBIT)

    assert result.exit_code == 1
    assert str(folder) in result.output.replace("\n", "")
    assert "docs/fitbit_web.md" in result.output


def test_what_was_switched_off_is_told_with_the_two_ways_on(bench: Bench) -> None:
    landed = []

    def answering(address: str) -> str:
        landed.append(grant(address, person="p001"))
        bench.sandbox.fitbit.gone = True
        return landed[0]

    result = bench.call("connect", "me", *FITBIT, "--no-browser", keyboard=Keyboard(answering))

    assert result.exit_code == 1
    assert "switched off on 2 November 2026" in result.output
    assert "fitbit-pipeline migrate" in result.output
    assert "fitbit-pipeline import" in result.output
    assert re.findall(r"code=([^&#]+)", landed[0])[0] not in result.output


def test_a_consent_is_given_back_and_the_account_stays_the_participants(bench: Bench) -> None:
    bench.connect("me", *FITBIT)

    result = bench.call("disconnect", "me")

    assert result.exit_code == 0, result.output
    assert bench.store.fitbit_credentials.get("me") is None
    assert bench.sandbox.fitbit.accounts.granted("p001") == ()
    known = bench.store.participants.get("me")
    assert known is not None
    assert known.status is ParticipantStatus.LEFT
    again, _ = bench.connect("me", *FITBIT, person="p002")
    assert again.exit_code == 1
    assert "This is not the Fitbit account from which the days of me come" in again.output


def test_the_account_of_another_participant_is_refused(bench: Bench) -> None:
    bench.connect("me", *FITBIT)

    result, _ = bench.connect("you", *FITBIT)

    assert result.exit_code == 1
    assert "belongs to the participant me" in result.output
    assert bench.store.participants.get("you") is None


def test_who_comes_from_one_service_is_led_to_migrate_for_the_other(bench: Bench) -> None:
    bench.connect("me", *FITBIT)

    result = bench.call("connect", "me")

    assert result.exit_code == 1
    assert "fitbit-pipeline migrate me" in result.output


def test_a_participant_moves_to_google_health_by_one_command(bench: Bench) -> None:
    bench.connect("me", *FITBIT)
    window = bench.window(bench.person("p001"))

    result = bench.call("migrate", "me")
    window.close()

    assert result.exit_code == 0, result.output
    assert "me is connected" in result.output
    assert "Google Health is asked from 2026-01-01 on" in result.output
    assert bench.store.fitbit_credentials.get("me") is None
    known = bench.store.participants.get("me")
    assert known is not None
    assert known.source == "google_health"
    assert [past.source for past in known.past_sources] == ["fitbit_web"]


def test_days_that_were_not_complete_at_the_seam_are_told(bench: Bench) -> None:
    bench.connect("me", *FITBIT)
    now = bench.sandbox.now()
    first = date(2026, 3, 1)
    states = {
        first: CoverageEntry(CoverageState.FAILED, settled=False, asked_at=now, reason="No."),
        first + timedelta(days=1): CoverageEntry(CoverageState.EMPTY, settled=True, asked_at=now),
    }
    for endpoint in ENDPOINT_NAMES:
        entries = {("me", day): entry for day, entry in states.items()}
        bench.store.coverage.record("fitbit_web", endpoint, entries, {}, {})
    window = bench.window(bench.person("p001"))

    result = bench.call("migrate", "me")
    window.close()

    assert result.exit_code == 0, result.output
    assert "Google Health is asked from 2026-03-03 on" in result.output
    assert "fitbit-pipeline backfill --participant me --from 2026-03-03" in result.output
    assert "Of the time before 2026-03-03, 60 days are not complete or were never asked for" in (
        result.output
    )


def test_somebody_elses_google_account_is_refused(bench: Bench) -> None:
    bench.connect("me", *FITBIT)
    before = dump(bench.store.database)
    window = bench.window(bench.person("p002"))

    result = bench.call("migrate", "me")
    window.close()

    assert result.exit_code == 1
    assert "does not confirm that it was the Fitbit account of me" in result.output
    assert dump(bench.store.database) == before
