"""What ``fitbit-pipeline up`` says before it serves a dashboard that asks people to sign in."""

from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.cli.processes import servers_of
from fitbit_pipeline.cli.sign_in import check_secrets, warn_of_open_pages
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.settings import Settings
from fitbit_pipeline_tests.program import Program

COOKIE_SECRET = "0123456789abcdef" * 4
SECRETS = f"""\
[auth]
redirect_uri = "https://dashboard.example.org/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "the-client"
client_secret = "of-the-client"
server_metadata_url = "https://accounts.example.org/.well-known/openid-configuration"
"""


def _settings(folder: Path, **chosen: Any) -> Settings:
    chosen = {"dashboard_sign_in": "oidc", **chosen}
    return Settings(_env_file=None, home=folder, **chosen)  # type: ignore[call-arg]


def _write(settings: Settings, text: str | bytes, mode: int = 0o600) -> Path:
    path = settings.dashboard_secrets_file
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def test_secrets_that_can_do_are_accepted(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    _write(settings, SECRETS)

    check_secrets(settings)


@pytest.mark.parametrize("sign_in", ["none", "password"])
def test_other_kinds_of_signing_in_need_no_secrets(tmp_path: Path, sign_in: str) -> None:
    settings = _settings(tmp_path, dashboard_sign_in=sign_in)

    check_secrets(settings)

    assert not any("secrets" in part for each in servers_of(settings) for part in each.command)


def test_the_dashboard_alone_is_told_where_its_secrets_are(tmp_path: Path) -> None:
    dagster, dashboard = servers_of(_settings(tmp_path))

    assert "--secrets.files" not in dagster.command
    place = list(dashboard.command).index("--secrets.files")
    assert dashboard.command[place + 1] == str(tmp_path / "dashboard-secrets.toml")


def test_up_says_what_to_write_where_there_are_no_secrets(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    program = Program(
        tmp_path,
        tmp_path / "home",
        {
            "FITBIT_PIPELINE_MONGODB_URI": mongodb_uri,
            "FITBIT_PIPELINE_DATABASE": database_name,
            "FITBIT_PIPELINE_DASHBOARD_SIGN_IN": "oidc",
        },
    )

    done = program.run("up")

    assert done.returncode == 1
    assert done.stderr == (
        f"FITBIT_PIPELINE_DASHBOARD_SIGN_IN is oidc, but {tmp_path}/home/dashboard-secrets.toml is "
        "not there: write it with a section [auth] that holds redirect_uri, cookie_secret, "
        "client_id, client_secret, server_metadata_url; docs/dashboard.md has an example.\n"
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_secrets_that_others_can_read_are_refused(tmp_path: Path, mode: int) -> None:
    settings = _settings(tmp_path)
    path = _write(settings, SECRETS, mode)

    with pytest.raises(UserError, match=f"can be read by others: protect it with chmod 600 {path}"):
        check_secrets(settings)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "lacks redirect_uri, cookie_secret, client_id, client_secret, server_metadata_url"),
        (b"auth = 1", "lacks redirect_uri"),
        (SECRETS.replace("of-the-client", ""), "lacks client_secret in its section"),
        (SECRETS.replace("client_id", "clientid"), "lacks client_id in its section"),
        (SECRETS.replace('"the-client"', "7"), "lacks client_id in its section"),
        (SECRETS.replace("/oauth2callback", "/"), "The redirect_uri in"),
        (SECRETS.replace("https://dashboard", "http://dashboard"), "begins with https://"),
        (SECRETS.replace(COOKIE_SECRET, "short-cookie-secret"), "openssl rand -hex 32"),
        (SECRETS.replace('"the-client"', '"of-the-client'), "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
    ],
)
def test_secrets_that_cannot_do_are_told_without_being_repeated(
    tmp_path: Path, text: str | bytes, sentence: str
) -> None:
    settings = _settings(tmp_path)
    _write(settings, text)

    with pytest.raises(UserError) as refused:
        check_secrets(settings)

    assert sentence in str(refused.value)
    assert str(settings.dashboard_secrets_file) in str(refused.value)
    for secret in ("of-the-client", "short-cookie-secret", COOKIE_SECRET):
        assert secret not in str(refused.value)


def test_a_folder_in_place_of_the_secrets_is_told(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    settings.dashboard_secrets_file.mkdir(mode=0o700)

    with pytest.raises(UserError, match="cannot be read"):
        check_secrets(settings)


@pytest.mark.parametrize(
    ("host", "sign_in", "sentence"),
    [
        ("0.0.0.0", "none", "can read everybody's days in the dashboard and start runs"),  # noqa: S104
        ("192.0.2.7", "none", "set FITBIT_PIPELINE_HOST to 127.0.0.1"),
        ("0.0.0.0", "password", "The Dagster UI asks nobody to sign in"),  # noqa: S104
        ("192.0.2.7", "oidc", "The Dagster UI asks nobody to sign in"),
        ("127.0.0.1", "none", ""),
        ("localhost", "none", ""),
        ("127.0.0.1", "password", ""),
    ],
)
def test_pages_that_others_can_open_are_warned_of(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    host: str,
    sign_in: str,
    sentence: str,
) -> None:
    warn_of_open_pages(_settings(tmp_path, host=host, dashboard_sign_in=sign_in))

    said = capsys.readouterr().err
    assert sentence in said
    assert bool(said) == bool(sentence)
