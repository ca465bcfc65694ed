"""What a normaliser is: the function that reads metric values from one raw payload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fitbit_pipeline.metrics.catalogue import MetricValue


@dataclass(frozen=True, slots=True)
class DayContext:
    """What a payload is read against.

    Attributes:
        date: The participant's civil date under which the payload is kept.
        minutes_of_day: The length of that day: 1380, 1440 or 1500 minutes.
    """

    date: date
    minutes_of_day: int


class PayloadRefused(ValueError):
    """A payload that cannot be read; the message says why, without any value of it."""


Normaliser = Callable[[Mapping[str, Any], DayContext], dict[str, MetricValue]]
"""Payload and context to values by metric name. A metric that the payload does not state is left
out, never 0. Raises ``PayloadRefused`` when the payload is not of the source's shape."""
