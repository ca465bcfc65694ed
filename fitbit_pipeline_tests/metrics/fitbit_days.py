"""Days of the Fitbit Web API as payloads have them, and what they are read as."""

from datetime import date
from typing import Any

from fitbit_pipeline.metrics.fitbit_web import NORMALISERS
from fitbit_pipeline.metrics.normaliser import DayContext

DAY = DayContext(date(2023, 1, 1), 1440)


def read(endpoint: str, **payload: Any) -> dict[str, Any]:
    """The metrics of an endpoint's items by their root, in which __ stands for a hyphen."""
    roots = {root.replace("__", "-"): items for root, items in payload.items()}
    return dict(NORMALISERS[endpoint](roots, DAY))


def series(value: object) -> list[dict[str, object]]:
    """The one item of a series."""
    return [{"dateTime": "2023-01-01", "value": value}]
