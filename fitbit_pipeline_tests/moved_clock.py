"""A code location whose present instant is told by the environment: for nights that are to come."""

import os
from datetime import datetime

import dagster as dg

from fitbit_pipeline.definitions import build_definitions
from fitbit_pipeline.settings import load_settings

NOW = "FITBIT_PIPELINE_TESTS_NOW"


def now() -> datetime:
    """The instant that the environment tells."""
    return datetime.fromisoformat(os.environ[NOW])


@dg.definitions
def definitions() -> dg.Definitions:
    """The definitions as they are, with that clock."""
    return build_definitions(load_settings(), now)
