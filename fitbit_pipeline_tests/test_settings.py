"""Settings: where they come from, and what is said about those that cannot be used."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory of its own, and none of the machine's own settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FITBIT_PIPELINE_{name.upper()}", raising=False)
    return tmp_path


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Sets variables of the environment for one test."""
    return monkeypatch


class TestWhereTheyComeFrom:
    """The environment, the file, the defaults."""

    def test_without_any_setting_it_suits_one_person_on_a_laptop(self) -> None:
        settings = load_settings()
        assert settings.home == Path("~/.fitbit-pipeline").expanduser()
        assert settings.mongodb_uri is None
        assert settings.database == "fitbitDB"
        assert settings.time_zone == "UTC"
        assert settings.host == "127.0.0.1"

    def test_the_environment_sets(self, setting: pytest.MonkeyPatch) -> None:
        setting.setenv("FITBIT_PIPELINE_START_DATE", "2026-01-31")
        setting.setenv("FITBIT_PIPELINE_TIME_ZONE", "Europe/Athens")
        setting.setenv("FITBIT_PIPELINE_NIGHTLY_AT", "04:30")
        settings = load_settings()
        assert settings.start_date == date(2026, 1, 31)
        assert settings.time_zone == "Europe/Athens"
        assert settings.nightly_at == time(4, 30)

    def test_the_file_env_sets(self, folder: Path) -> None:
        (folder / ".env").write_text(
            "FITBIT_PIPELINE_TRAILING_DAYS=14\nOTHER=1\n", encoding="utf-8"
        )
        assert load_settings().trailing_days == 14

    def test_the_environment_is_stronger_than_the_file(
        self, folder: Path, setting: pytest.MonkeyPatch
    ) -> None:
        (folder / ".env").write_text("FITBIT_PIPELINE_TRAILING_DAYS=14\n", encoding="utf-8")
        setting.setenv("FITBIT_PIPELINE_TRAILING_DAYS", "3")
        assert load_settings().trailing_days == 3

    def test_the_home_is_made_absolute(self, folder: Path, setting: pytest.MonkeyPatch) -> None:
        setting.setenv("FITBIT_PIPELINE_HOME", "study/../data")
        assert load_settings().home == folder.resolve() / "data"

    def test_everything_on_disk_lies_under_the_home(self, setting: pytest.MonkeyPatch) -> None:
        setting.setenv("FITBIT_PIPELINE_HOME", "data")
        settings = load_settings()
        for directory in (
            settings.mongodb_directory,
            settings.archives_directory,
            settings.dagster_directory,
        ):
            assert directory.parent == settings.home

    def test_browsers_find_the_ui_where_it_is_bound_to_unless_told_otherwise(
        self, setting: pytest.MonkeyPatch
    ) -> None:
        setting.setenv("FITBIT_PIPELINE_DAGSTER_PORT", "3100")
        assert load_settings().dagster_link == "http://127.0.0.1:3100"
        setting.setenv("FITBIT_PIPELINE_DAGSTER_ADDRESS", "https://study.example.org/dagster/")
        assert load_settings().dagster_link == "https://study.example.org/dagster"

    def test_the_server_address_does_not_show_in_the_settings_text(
        self,
        setting: pytest.MonkeyPatch,
    ) -> None:
        setting.setenv("FITBIT_PIPELINE_MONGODB_URI", "mongodb://me:topsecret@db/")
        assert "topsecret" not in repr(load_settings())


class TestThoseThatCannotBeUsed:
    """One sentence names the setting, and never its value."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("TIME_ZONE", "Mars/Base"),
            ("TIME_ZONE", ""),
            ("START_DATE", "tomorrow"),
            ("START_DATE", "2026-02-30"),
            ("NIGHTLY_AT", "25:00"),
            ("DATABASE", "a.secret"),
            ("DATABASE", "$where"),
            ("TRAILING_DAYS", "0"),
            ("TRAILING_DAYS", "91"),
            ("NIGHTLY_LIMIT_DAYS", "seven"),
            ("PARTICIPANTS_AT_ONCE", "65"),
            ("WORN_MINUTES", "1501"),
            ("WORN_STEPS", "-3"),
            ("DAGSTER_PORT", "65536"),
            ("DAGSTER_ADDRESS", "dagster.example.org"),
            ("DAGSTER_ADDRESS", "javascript:alert(1)"),
            ("HOME", "~nobody-of-this-name/data"),
        ],
    )
    def test_a_setting_that_cannot_be_used_is_named(
        self, setting: pytest.MonkeyPatch, name: str, value: str
    ) -> None:
        setting.setenv(f"FITBIT_PIPELINE_{name}", value)
        with pytest.raises(UserError) as refused:
            load_settings()
        sentence = str(refused.value)
        assert sentence.startswith(f"The setting FITBIT_PIPELINE_{name} cannot be used: ")
        assert "\n" not in sentence
        assert sentence.endswith(".")
        assert not sentence.endswith("..")

    @pytest.mark.parametrize(
        "name", ["TIME_ZONE", "START_DATE", "NIGHTLY_AT", "TRAILING_DAYS", "HOST"]
    )
    def test_a_setting_that_cannot_be_used_is_not_repeated(
        self, setting: pytest.MonkeyPatch, name: str
    ) -> None:
        """A password that was pasted into the wrong variable does not end up in a log."""
        setting.setenv(f"FITBIT_PIPELINE_{name}", "hunter2")
        setting.setenv("FITBIT_PIPELINE_DAGSTER_PORT", "hunter2")
        with pytest.raises(UserError) as refused:
            load_settings()
        assert "hunter2" not in str(refused.value)

    def test_buckets_that_overlap_are_refused_by_both_names(
        self, setting: pytest.MonkeyPatch
    ) -> None:
        setting.setenv("FITBIT_PIPELINE_NORMAL_STEPS", "5001")
        setting.setenv("FITBIT_PIPELINE_HIGH_STEPS", "5000")
        with pytest.raises(UserError) as refused:
            load_settings()
        assert str(refused.value) == (
            "FITBIT_PIPELINE_NORMAL_STEPS is above FITBIT_PIPELINE_HIGH_STEPS: swap them."
        )

    def test_buckets_may_touch(self, setting: pytest.MonkeyPatch) -> None:
        setting.setenv("FITBIT_PIPELINE_NORMAL_STEPS", "5000")
        setting.setenv("FITBIT_PIPELINE_HIGH_STEPS", "5000")
        assert load_settings().normal_steps == 5000

    def test_a_file_env_that_is_no_text_is_named(self, folder: Path) -> None:
        (folder / ".env").write_bytes(b"FITBIT_PIPELINE_HOST=\xff\xfe")
        with pytest.raises(UserError, match=r"The file \.env is not UTF-8 text"):
            load_settings()

    def test_settings_do_not_change(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            load_settings().host = "0.0.0.0"  # noqa: S104
