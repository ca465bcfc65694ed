"""A deployment for tests: a real database, a folder of its own, and a clock that stands still."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import SecretStr

from fitbit_pipeline.definitions import JOB, build_definitions
from fitbit_pipeline.deployment import Deployment, open_deployment
from fitbit_pipeline.endpoints import ENDPOINT_NAMES, Family
from fitbit_pipeline.flow.derive_engagement import derive_days, derive_summaries
from fitbit_pipeline.flow.derive_metrics import derive_metrics
from fitbit_pipeline.flow.import_archive import Imported, ImportRequest, import_archive
from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.resources import range_tags
from fitbit_pipeline.settings import Settings
from fitbit_pipeline_tests.program import dump

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def settings_for(folder: Path, uri: str, database: str, **chosen: Any) -> Settings:
    """Settings that know nothing of the environment."""
    defaults = {
        "home": folder / "home",
        "mongodb_uri": SecretStr(uri),
        "database": database,
        "start_date": date(2026, 1, 1),
    }
    return Settings(_env_file=None, **{**defaults, **chosen})  # type: ignore[call-arg]


@dataclass(slots=True)
class TestBed:
    """A deployment, and the means to drive it.

    Attributes:
        deployment: Settings, store, sources, clock.
        instance: An instance of Dagster that lives as long as the test.
    """

    __test__ = False

    deployment: Deployment
    instance: dg.DagsterInstance

    def import_folder(self, folder: Path, **request: Any) -> Imported:
        """Imports an archive, and materialises nothing."""
        defaults = {"participant": None, "time_zone": None, "default_zone": "UTC"}
        return import_archive(
            self.deployment.store,
            self.deployment.sources,
            ImportRequest(paths=[folder], **{**defaults, **request}),
            self.deployment.clock(),
        )

    def run(
        self, first: date, last: date, participant: str | None = None, **arguments: Any
    ) -> dg.ExecuteInProcessResult:
        """Carries a range of days through every asset, as one run."""
        definitions = build_definitions(self.deployment.settings, self.deployment.clock)
        return definitions.resolve_job_def(JOB).execute_in_process(
            instance=self.instance,
            run_config=QUIET,
            tags=range_tags(first, last, participant),
            raise_on_error=False,
            **arguments,
        )

    def carry(self, first: date, last: date) -> None:
        """Carries a range of days through what the assets do, without Dagster around it."""
        store = self.deployment.store
        participants = store.participants.all()
        for endpoint in ENDPOINT_NAMES:
            ingest(
                store,
                self.deployment.sources.open,
                participants,
                endpoint,
                first,
                last,
                self.deployment.clock(),
                self.deployment.settings.participants_at_once,
            )
        for family in Family:
            derive_metrics(store, participants, family, first, last, 4)
        derive_days(store, participants, self.deployment.thresholds, first, last, 4)
        derive_summaries(store, participants, first, last, 4)

    def documents(self) -> dict[str, dict[str, Any]]:
        """Every document, by collection and key, times of writing aside."""
        return dump(self.deployment.store.database)


@contextmanager
def test_bed(settings: Settings, now: datetime = NOW) -> Iterator[TestBed]:
    """A deployment at an instant that stands still."""
    with (
        dg.DagsterInstance.ephemeral() as instance,
        open_deployment(settings, lambda: now) as deployment,
    ):
        yield TestBed(deployment, instance)


test_bed.__test__ = False  # type: ignore[attr-defined]
