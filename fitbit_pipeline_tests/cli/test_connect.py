"""``connect``, end to end against the sandbox over HTTP."""

import json
import re
import subprocess
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from cryptography.fernet import Fernet

from fitbit_pipeline.cli.redirect import listening
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.sealed_tokens import unseal
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.sources.google_health.scopes import PREFIX
from fitbit_pipeline_tests.cli.connecting import ADDRESS, Bench, Keyboard, bench_of
from fitbit_pipeline_tests.program import Program, free_port

SLEEP_AND_SETTINGS = (f"{PREFIX}sleep.readonly", f"{PREFIX}settings.readonly")


@pytest.fixture
def bench(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    with bench_of(tmp_path, mongodb_uri, database_name, monkeypatch) as made:
        yield made


def test_a_consent_in_the_browser_connects_a_participant(bench: Bench) -> None:
    result, window = bench.connect()

    person = bench.sandbox.population.person("p001")
    assert result.exit_code == 0, result.output
    assert f"me is connected: time zone {person.time_zone}, devices: " in result.output
    assert "Shared: activity and fitness, health metrics and measurements, sleep" in result.output
    assert "Not shared" not in result.output
    assert "fitbit-pipeline backfill --participant me --from 2026-01-01" in result.output
    assert window.addresses[0] in result.output
    (page,) = window.pages
    assert page.status_code == 200
    assert "Thank you" in page.text
    known = bench.store.participants.get("me")
    assert known is not None
    assert (known.source, known.time_zone, known.active) == (
        "google_health",
        person.time_zone,
        True,
    )
    credential = bench.store.credentials.get("me")
    assert credential is not None
    assert credential.client == "sandbox"
    assert credential.account == person.health_user_id
    tokens = unseal(bench.vault, credential)
    assert bench.sandbox.accounts.access(tokens.access_token) is not None


def test_the_first_day_and_the_client_can_be_named(bench: Bench) -> None:
    result, _ = bench.connect("me", "--client", "sandbox", "--from", "2026-10-01")

    assert "--from 2026-10-01" in result.output


def test_what_else_the_browser_sends_does_not_end_the_waiting(bench: Bench) -> None:
    """Browsers ask for an icon, open connections ahead, and strangers guess."""
    statuses: list[int] = []

    def before(landed: str) -> None:
        base = landed.partition("?")[0]
        guessed = f"{base}?{urlencode({'code': '4/0A-of-a-stranger', 'state': 'guessed'})}"
        statuses.extend(
            requests.get(address, timeout=10).status_code
            for address in (f"{base}favicon.ico", base, guessed)
        )

    result, window = bench.connect(before=before)

    assert statuses == [404, 404, 400]
    assert result.exit_code == 0, result.output
    assert window.pages[0].status_code == 200


def test_what_was_unticked_is_told_and_can_be_added_later(bench: Bench) -> None:
    result, _ = bench.connect(scopes=SLEEP_AND_SETTINGS)
    assert result.exit_code == 0, result.output
    assert "Shared: sleep, settings." in result.output
    assert "Not shared: activity and fitness (steps" in result.output
    assert "Not shared: health metrics" in result.output

    result, _ = bench.connect()
    assert result.exit_code == 0, result.output
    assert "Not shared" not in result.output


def test_without_the_settings_the_zone_is_asked_for(bench: Bench) -> None:
    sleep = (f"{PREFIX}sleep.readonly",)
    result, _ = bench.connect(scopes=sleep)
    assert result.exit_code == 1
    assert "name the zone with --time-zone" in result.output
    assert bench.store.participants.all() == []

    result, _ = bench.connect("me", "--time-zone", "Asia/Tokyo", scopes=sleep)
    assert "me is connected: time zone Asia/Tokyo" in result.output


def test_who_declines_is_not_connected(bench: Bench) -> None:
    window = bench.window(lambda address: grant(address, allow=False))
    result = bench.call("connect", "me")
    window.close()

    assert result.exit_code == 1
    assert "The consent was declined" in result.output
    assert bench.store.participants.all() == []


@pytest.mark.parametrize("what", ["the address", "the code"])
def test_without_a_browser_the_answer_is_pasted(bench: Bench, what: str) -> None:
    """The redirect address is never called: nobody listens there."""

    def pasted(address: str) -> str:
        landed = bench.person()(address)
        return landed if what == "the address" else re.findall(r"code=([^&]+)", landed)[0]

    result = bench.call("connect", "me", keyboard=Keyboard(pasted))

    assert result.exit_code == 0, result.output
    assert "Open this address in any browser" in result.output
    assert "me is connected" in result.output


def test_the_answer_is_pasted_into_a_real_terminal_program(bench: Bench, tmp_path: Path) -> None:
    program = Program(tmp_path, bench.home, {"PYTHONUNBUFFERED": "1", "BROWSER": "false"})
    environment = {**program.variables(), **bench.settings()}
    with subprocess.Popen(
        program.command("connect", "me", "--no-browser"),
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = next(line.strip() for line in process.stdout if re.match(ADDRESS, line))
        said, _ = process.communicate(f"{bench.person()(address)}\n", timeout=60)

    bench.said.append(said)
    assert process.returncode == 0, said
    assert "me is connected" in said


def test_a_wrong_paste_is_explained_and_asked_again(bench: Bench) -> None:
    bench.window(lambda _: pytest.fail("the browser was opened"))
    result = bench.call(
        "connect",
        "me",
        "--no-browser",
        keyboard=Keyboard(lambda address: address, lambda _: "what?", bench.person()),
    )

    assert result.exit_code == 0, result.output
    assert "The address holds no code" in result.output
    assert "neither an address nor a code" in result.output
    assert "me is connected" in result.output


def test_who_declines_is_not_asked_to_paste_again(bench: Bench) -> None:
    keyboard = Keyboard(lambda address: grant(address, allow=False))

    result = bench.call("connect", "me", keyboard=keyboard)

    assert result.exit_code == 1
    assert "The consent was declined" in result.output


def test_three_wrong_pastes_end_it(bench: Bench) -> None:
    result = bench.call("connect", "me", keyboard=Keyboard(*[lambda _: "what?"] * 4))

    assert result.exit_code == 1
    assert result.output.count("neither an address nor a code") == 3


def test_a_browser_inside_the_terminal_is_not_opened(bench: Bench) -> None:
    webbrowser.register("lynx", None, webbrowser.GenericBrowser("false"), preferred=True)

    result = bench.call("connect", "me", keyboard=Keyboard(bench.person()))

    assert result.exit_code == 0, result.output
    assert "Open this address in any browser" in result.output


def test_a_web_client_is_answered_at_its_registered_address(bench: Bench) -> None:
    """Google compares it byte for byte: with localhost, its port, and without a last slash."""
    registered = f"http://localhost:{free_port()}/answer"
    part = bench.sandbox.client_file()["installed"]
    (bench.home / "google-clients" / "sandbox.json").write_text(
        json.dumps({"web": {**part, "redirect_uris": ["https://www.google.com", registered]}})
    )

    result, window = bench.connect()

    assert result.exit_code == 0, result.output
    assert urlencode({"redirect_uri": registered}) in window.addresses[0]


def test_another_account_of_the_same_participant_is_refused(bench: Bench) -> None:
    bench.connect(person="p001")

    result, _ = bench.connect(person="p002")

    assert result.exit_code == 1
    assert "not the Google account from which the days of me come" in result.output


def test_an_account_of_another_participant_is_refused(bench: Bench) -> None:
    bench.connect("P01", person="p001")

    result, _ = bench.connect("P02", person="p001")

    assert result.exit_code == 1
    assert "belongs to the participant P01" in result.output
    assert [each.name for each in bench.store.participants.all()] == ["P01"]


def test_a_project_in_testing_is_warned_about(bench: Bench) -> None:
    bench.sandbox.accounts.testing_mode = True

    result, _ = bench.connect()

    assert result.exit_code == 0, result.output
    assert "This consent ends by itself on" in result.output
    assert "still in testing" in result.output


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (FaultKind.SERVICE_DISABLED, "may not use the Google Health API"),
        (FaultKind.ACCOUNT_NOT_LINKED, "has no profile for this Google account"),
        (FaultKind.NOT_MIGRATED, "never moved from Fitbit to Google"),
    ],
)
def test_an_account_that_cannot_be_read_is_told_and_nothing_is_stored(
    bench: Bench, kind: FaultKind, sentence: str
) -> None:
    bench.sandbox.faults.add(Fault(kind=kind, method="identity"))

    result, _ = bench.connect()

    assert result.exit_code == 1
    assert sentence in result.output
    assert bench.store.participants.all() == []
    assert bench.store.credentials.all() == []


def test_what_cannot_work_is_told_before_anybody_is_asked(bench: Bench) -> None:
    window = bench.window(lambda _: pytest.fail("the person was asked"))
    key = bench.home / "key"
    key.write_text(Fernet.generate_key().decode())
    key.chmod(0o644)

    assert "can be read by others" in bench.call("connect", "me").output
    key.unlink()
    assert "A participant's name has" in bench.call("connect", "a/b").output
    assert "no OAuth client 'other'" in bench.call("connect", "me", "--client", "other").output
    assert "lies before" in bench.call("connect", "me", "--from", "2020-01-01").output
    (bench.home / "google-clients" / "sandbox.json").unlink()
    result = bench.call("connect", "me")
    assert "There is no OAuth client yet" in result.output
    assert result.exit_code == 1
    assert window.addresses == []


def test_nobody_waits_for_ever() -> None:
    with listening() as listener, pytest.raises(UserError, match="Nobody consented within"):
        listener.wait(0.05)


def test_a_port_that_is_taken_is_told() -> None:
    with listening() as listener:
        port = urlsplit(listener.redirect_uri).port
        with (
            pytest.raises(UserError, match=f"Port {port} of this machine cannot be"),
            listening(f"http://localhost:{port}/"),
        ):
            pass
