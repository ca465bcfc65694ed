"""The code location of the simulated study: the pipeline as it is, with a clock that is moved.

The clock is a file, so that the code server, which is a process of its own, sees it move.
"""

import os
from datetime import datetime
from pathlib import Path

import dagster as dg

from fitbit_pipeline.definitions import build_definitions
from fitbit_pipeline.settings import load_settings

CLOCK = "FITBIT_PIPELINE_SOAK_CLOCK"
"""The variable that names the file."""


def now() -> datetime:
    """The instant that the file tells."""
    return datetime.fromisoformat(Path(os.environ[CLOCK]).read_text(encoding="utf-8"))


@dg.definitions
def definitions() -> dg.Definitions:
    """What Dagster loads."""
    return build_definitions(load_settings(), now)
