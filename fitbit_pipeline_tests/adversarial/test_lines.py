"""New lines and colours in what people type, and in addresses: no header or line of theirs.

Proves that a sentence for people stays one line whatever is quoted in it, that the sandbox's
consent page sends nobody to an address with a header in it, and that a token with a new line goes
into no request (invariant 9 and section 10).
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from typer.testing import CliRunner

from fitbit_pipeline.cli.main import app
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.sources.session import Bearer
from fitbit_pipeline_tests.fitabase_archive import write_export
from fitbit_pipeline_tests.sandbox_server import authorization_address, running_sandbox

INJECTED = "x\r\nSet-Cookie: session=1\r\n\r\n\x1b[2J"


@pytest.fixture
def folder(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", database_name)
    return write_export(tmp_path / "export", {"1": {date(2026, 3, 1): 4000}})


@pytest.mark.parametrize(
    "arguments",
    [
        ["connect", "me", "--client", INJECTED],
        ["connect", "me", "--source", "fitbit_web", "--client", INJECTED],
        ["import", "export", "--time-zone", INJECTED],
        ["connect", "me", "--time-zone", INJECTED],
        ["backfill", "--from", INJECTED],
        ["backfill", "--from", "2026-01-01", "--to", INJECTED],
        ["connect", "me", "--from", INJECTED],
        ["viewers", "add", INJECTED, "--no-password"],
        ["viewers", "remove", INJECTED],
        ["import", INJECTED],
    ],
    ids=lambda arguments: " ".join(arguments).partition("x\r")[0],
)
def test_a_sentence_stays_one_line(arguments: list[str], folder: Path) -> None:
    result = CliRunner().invoke(app, arguments)

    assert result.exit_code in {1, 2}
    told = result.stderr.strip("\n").split("\n")
    assert len(told) == 1 or told[0].startswith("Usage: ")
    assert told[-1].isprintable()
    assert not any(line.startswith("Set-Cookie") for line in told)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(people=1, check=False) as sandbox:
        yield sandbox


@pytest.mark.parametrize("place", ["redirect_uri", "state"])
def test_no_header_comes_out_of_an_address(place: str, sandbox: Sandbox) -> None:
    """The consent page refuses the address, or writes what it carries in percent signs."""
    value = f"http://127.0.0.1:53682/{INJECTED}" if place == "redirect_uri" else INJECTED
    address = authorization_address(sandbox, **{place: value})
    assert quote("\r\n") in address

    with requests.Session() as session:
        answers = [session.get(address, allow_redirects=False, timeout=10)]
        answers.append(
            session.post(address, data={"person": "p001"}, allow_redirects=False, timeout=10)
        )

    for answer in answers:
        assert "session=1" not in answer.headers.get("Set-Cookie", "")
        assert "\n" not in answer.headers.get("Location", "")


def test_a_token_with_a_new_line_goes_into_no_request() -> None:
    request = requests.Request("GET", "http://127.0.0.1:1/", auth=Bearer(INJECTED))

    with requests.Session() as session, pytest.raises(requests.RequestException) as refused:
        session.send(session.prepare_request(request), timeout=1)

    assert "session=1" not in str(refused.value)


def test_the_files_of_an_archive_colour_no_terminal(folder: Path) -> None:
    """A file inside it may be called as whoever made it liked."""
    (folder.parent / "takeout").mkdir()
    bad = "steps-2026-03-02.json"
    (folder.parent / "takeout" / "\x1b[2J\r\nDone.").mkdir()
    (folder.parent / "takeout" / "\x1b[2J\r\nDone." / bad).write_text("[")

    result = CliRunner().invoke(app, ["import", "takeout", "--time-zone", "UTC"])

    assert result.exit_code == 1
    assert result.stderr.strip("\n").isprintable()
