"""The ``DAGSTER_HOME`` of a deployment: made with sound defaults, left alone once it is there."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import DagsterInstance

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.settings import Settings

DAGSTER_YAML = """\
# Written once by fitbit-pipeline; yours to change.
telemetry:
  enabled: false
nux:
  enabled: false
# A crashed run is tried again; a run that failed for a reason of its own is not: what is missing
# is in the coverage, and the next night asks for it.
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
concurrency:
  runs:
    max_concurrent_runs: 2
# Tick tables grow for ever otherwise.
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: 30
event_log_storage:
  module: fitbit_pipeline.dagster_events
  class: EventLogStorage
  config:
    base_dir: {events}
"""


def prepare_dagster_home(settings: Settings) -> Path:
    """Makes the directory and its ``dagster.yaml``, and names it in the environment.

    Raises:
        UserError: If it cannot be written.
    """
    directory = settings.dagster_directory
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        configuration = directory / "dagster.yaml"
        if not configuration.exists():
            events = json.dumps(str(directory / "history"))
            configuration.write_text(DAGSTER_YAML.format(events=events), encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{directory} cannot be written ({error.strerror}): mend its permissions, or choose "
            "another place with FITBIT_PIPELINE_HOME."
        ) from error
    os.environ["DAGSTER_HOME"] = str(directory)
    return directory


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[DagsterInstance]:
    """The Dagster instance of a deployment, where its runs and events are kept."""
    prepare_dagster_home(settings)
    with DagsterInstance.get() as instance:
        yield instance
