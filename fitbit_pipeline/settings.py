"""One typed settings object, read from the environment and from ``.env``.

Every setting is named ``FITBIT_PIPELINE_…`` in the environment. Nothing else in the project reads
the environment.
"""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.errors import UserError


def _known_zone(name: str) -> str:
    try:
        time_zone(name)
    except UserError:
        raise ValueError("it is not a time zone of the IANA list, such as Europe/Athens") from None
    return name


def _absolute(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except RuntimeError:
        raise ValueError("there is no user of that name, or the path goes in circles") from None


def _web_address(address: str | None) -> str | None:
    # Whatever else a link may begin with would do something in the reader's browser.
    if address is not None and not address.lower().startswith(("http://", "https://")):
        raise ValueError("it does not begin with http:// or https://")
    return address.rstrip("/") if address else None


class Settings(BaseSettings):
    """What a deployment can choose. Defaults suit one person on a laptop."""

    model_config = SettingsConfigDict(
        env_prefix="FITBIT_PIPELINE_", env_file=".env", extra="ignore", frozen=True
    )

    home: Annotated[Path, AfterValidator(_absolute)] = Field(
        default=Path("~/.fitbit-pipeline"),
        validate_default=True,
        description="Everything on disk: database, Dagster's own files, archives",
    )
    mongodb_uri: SecretStr | None = Field(
        default=None, description="A MongoDB server of yours; without it one is embedded"
    )
    database: str = Field(
        default="fitbitDB", pattern=r"^[A-Za-z0-9_-]{1,38}$", description="The database's name"
    )
    tutorial_participant: str | None = Field(
        default=None,
        description="Whom the view `fitbitCollection` shows in the tutorial's shape; by default "
        "the only participant",
    )
    start_date: date = Field(
        default=date(2015, 1, 1), description="The first partition; older days are not kept"
    )
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="UTC",
        description="The deployment's zone: when the night runs, and participants' default",
    )
    nightly_at: time = Field(
        default=time(5, 0), description="When the nightly job runs, in the deployment's zone"
    )
    trailing_days: int = Field(
        default=7, ge=1, le=90, description="How many past days every night asks for again"
    )
    nightly_limit_days: int = Field(
        default=120, ge=1, le=3660, description="How many days back one night repairs at most"
    )
    days_per_run: int = Field(
        default=90, ge=1, le=3660, description="How many days one run of a backfill covers at most"
    )
    key: SecretStr | None = Field(
        default=None,
        description="Keys that encrypt tokens, comma separated, the first encrypts; without it "
        "the file `key` in the home holds them",
    )
    google_people_per_client: int = Field(
        default=100,
        ge=1,
        description="How many people one Google OAuth client may connect: 100 until it is verified",
    )
    google_requests_per_minute: int = Field(
        default=300,
        ge=1,
        description="Requests per participant and minute; 150 for a client that is not verified",
    )
    google_requests_per_minute_and_client: int = Field(
        default=15_000,
        ge=1,
        description="Requests per OAuth client and minute; a verified client may send 120,000",
    )
    google_pause_seconds: float = Field(
        default=1.0,
        gt=0,
        description="The pause before a request that failed is sent again; it doubles each time",
    )
    google_timeout_seconds: float = Field(
        default=60.0,
        gt=0,
        description="How long to wait for the next part of an answer of Google's",
    )
    fitbit_web_url: str = Field(
        default="https://api.fitbit.com",
        description="Where the Fitbit Web API is; the file of a client may name another place",
    )
    fitbit_web_authorize_url: str = Field(
        default="https://www.fitbit.com/oauth2/authorize",
        description="Where people consent to it; likewise",
    )
    fitbit_web_reserve: int = Field(
        default=5,
        ge=0,
        le=100,
        description="How many of the requests of an hour are left unused for other programs",
    )
    participants_at_once: int = Field(
        default=4, ge=1, le=64, description="How many participants are asked side by side"
    )
    worn_minutes: int = Field(
        default=600, ge=1, le=1500, description="Wear minutes from which a day counts as worn"
    )
    worn_steps: int = Field(
        default=500,
        ge=1,
        description="Steps from which a day without measured wear time counts as worn",
    )
    normal_steps: int = Field(
        default=500, ge=1, description="Steps from which a day is normal; fewer are low"
    )
    high_steps: int = Field(
        default=10_000, ge=1, description="Steps above which a day is high; up to it normal"
    )
    call_after_days: int = Field(
        default=3,
        ge=1,
        le=30,
        description="Days without a sync, or without wear, after which a participant needs a call",
    )
    archive_limit_gb: int = Field(
        default=50, ge=1, description="How large an archive may be when unpacked"
    )
    host: str = Field(
        default="127.0.0.1", description="The address that the UI and the dashboard bind to"
    )
    dagster_port: int = Field(default=3000, ge=1, le=65535, description="Port of the Dagster UI")
    dashboard_port: int = Field(default=8501, ge=1, le=65535, description="Port of the dashboard")
    dashboard_sign_in: Literal["none", "password", "oidc"] = Field(
        default="none",
        description="How people sign in to the dashboard: `none`, `password` or `oidc`; "
        "docs/dashboard.md tells how",
    )
    dagster_address: Annotated[str | None, AfterValidator(_web_address)] = Field(
        default=None,
        description="Where browsers find the Dagster UI, for links; by default its host and port",
    )

    @model_validator(mode="after")
    def _buckets_in_order(self) -> "Settings":
        if self.normal_steps > self.high_steps:
            raise ValueError(
                "FITBIT_PIPELINE_NORMAL_STEPS is above FITBIT_PIPELINE_HIGH_STEPS: swap them"
            )
        return self

    @property
    def dagster_link(self) -> str:
        """Where browsers find the Dagster UI, without a slash at the end."""
        return self.dagster_address or f"http://{self.host}:{self.dagster_port}"

    @property
    def mongodb_directory(self) -> Path:
        """Where the embedded MongoDB keeps its files."""
        return self.home / "mongodb"

    @property
    def archives_directory(self) -> Path:
        """Where imported archives are kept as they came."""
        return self.home / "archives"

    @property
    def key_file(self) -> Path:
        """Where the keys are kept that encrypt tokens, unless the environment holds them."""
        return self.home / "key"

    @property
    def google_clients_directory(self) -> Path:
        """Where the files of the OAuth clients lie, as downloaded from Google's console."""
        return self.home / "google-clients"

    @property
    def fitbit_clients_directory(self) -> Path:
        """Where the files of the Fitbit Web API's OAuth clients lie."""
        return self.home / "fitbit-clients"

    @property
    def dashboard_secrets_file(self) -> Path:
        """What the dashboard needs to sign people in through OpenID Connect."""
        return self.home / "dashboard-secrets.toml"

    @property
    def dagster_directory(self) -> Path:
        """The ``DAGSTER_HOME`` of this deployment."""
        return self.home / "dagster"


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        UserError: If a setting is not of its kind; the sentence names it, but not its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise UserError(f"{message}.") from None
        name = "_".join(["FITBIT_PIPELINE", *(str(part).upper() for part in first["loc"])])
        raise UserError(f"The setting {name} cannot be used: {message}.") from None
    except UnicodeDecodeError:
        raise UserError("The file .env is not UTF-8 text: save it again as UTF-8.") from None
