"""Reads a payload with the rules of its source, and looks at what comes back."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from fitbit_pipeline.flow.derive_metrics import NORMALISERS
from fitbit_pipeline.metrics.catalogue import METRIC, MetricValue
from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused

LARGEST_IN_MONGODB = 2**63 - 1
MOST_OF_A_REASON = 300


def read_or_refuse(
    source: str, endpoint: str, payload: Mapping[str, Any], day: date
) -> dict[str, MetricValue] | None:
    """The metrics of a payload, None where it is refused.

    Raises:
        AssertionError: If a metric belongs to another endpoint, or a value is not of the
            catalogue's type, not finite, or larger than MongoDB keeps.
        Exception: Whatever else than a refusal the rules raise: a fault of theirs.
    """
    try:
        values = NORMALISERS[source][endpoint](payload, DayContext(day, 1440))
    except PayloadRefused as refused:
        assert 0 < len(str(refused)) <= MOST_OF_A_REASON
        return None
    for name, value in values.items():
        # An archive of Fitabase answers several endpoints with one row, and reads it whole.
        assert source == "fitabase" or METRIC[name].endpoint == endpoint
        if METRIC[name].unit == "local time":
            assert isinstance(value, str)
            assert datetime.fromisoformat(value).tzinfo is None
        else:
            assert type(value) in {int, float}
            assert math.isfinite(value)
            assert isinstance(value, float) or abs(value) <= LARGEST_IN_MONGODB
    return values
