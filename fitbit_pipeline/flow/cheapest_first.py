"""In which order endpoints are asked for: those that cost few requests first.

It matters to the Fitbit Web API alone, which may be asked 150 times an hour: what can be had in the
first hour does not wait behind what takes many.
"""

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.fitbit_web.planning import fewest_requests

HISTORY_DAYS = 1095
"""The history by which endpoints are compared: the longest range of one request."""

COSTS: dict[str, int] = {name: fewest_requests(name, HISTORY_DAYS) for name in ENDPOINT_NAMES}
"""How many requests such a history takes, by endpoint."""

CHEAPEST_FIRST: tuple[str, ...] = tuple(sorted(ENDPOINT_NAMES, key=COSTS.__getitem__))
