"""The guide to the dashboard, ``docs/dashboard.md``, says what is so."""

import re
from pathlib import Path

import pytest

import dashboard
from fitbit_pipeline.cli.main import app
from fitbit_pipeline.cli.sign_in import check_secrets
from fitbit_pipeline.cli.viewers import viewers_app
from fitbit_pipeline.settings import Settings
from tools.browsing import FIRST_PAGE, PAGES
from tools.readme import README

GUIDE = README.parent / "docs" / "dashboard.md"


@pytest.fixture(scope="module")
def text() -> str:
    return GUIDE.read_text(encoding="utf-8")


def test_every_command_of_it_exists(text: str) -> None:
    known = {each.name for each in app.registered_commands}
    known |= {f"viewers {each.name}" for each in viewers_app.registered_commands}
    named = set(re.findall(r"fitbit-pipeline (viewers [a-z]+|[a-z-]+)", text))

    assert named >= {"up", "viewers add", "viewers list", "viewers remove"}
    assert named <= known


def test_every_setting_of_it_exists(text: str) -> None:
    for name in set(re.findall(r"FITBIT_PIPELINE_([A-Z_]+[A-Z])", text)):
        assert name.lower() in Settings.model_fields


def test_every_page_stands_with_its_path(text: str) -> None:
    for name in PAGES:
        assert name == FIRST_PAGE or f"`{name}`" in text


def test_every_module_and_link_of_it_exists(text: str) -> None:
    root = Path(dashboard.__file__).parent
    for folder in re.findall(r"`dashboard/(\w+)/`", text):
        assert (root / folder).is_dir()
    for link in re.findall(r"\]\(((?!https?:|#)[^)#]+)", text):
        assert (GUIDE.parent / link).exists(), link


def test_the_secrets_of_its_example_can_do(text: str, tmp_path: Path) -> None:
    """But for the cookie's secret, which everybody makes for themselves."""
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    settings = Settings(home=tmp_path, dashboard_sign_in="oidc")
    path = settings.dashboard_secrets_file
    path.write_text(example.replace("what openssl rand -hex 32 prints", "0123456789abcdef" * 4))
    path.chmod(0o600)

    check_secrets(settings)
